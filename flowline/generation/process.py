"""The sales process that generated deals run on: two published versions, and the ways deals usually take in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from flowline.generation.parameters import NAME
from flowline.imports import processes
from flowline.imports.ids import id_for
from flowline.imports.processes import Call
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import Move, Stage

PROCESS = id_for(NAME, "process", "b2b")
TITLE = "生成的销售流程 Generated B2B sales"
QUALIFY = Stage(key="qualify", name="需求确认 Qualify", category="open", probability=10, idle_days=14)
DISCOVER = Stage(key="discover", name="方案沟通 Discover", category="open", probability=25, idle_days=14)
TRIAL = Stage(key="trial", name="试用 Trial", category="open", probability=40, idle_days=30)
PROPOSE = Stage(key="propose", name="报价 Propose", category="open", probability=55, idle_days=21)
NEGOTIATE = Stage(key="negotiate", name="商务谈判 Negotiate", category="open", probability=75, idle_days=21)
PAUSED = Stage(key="paused", name="暂停 Paused", category="on_hold", probability=5, idle_days=90)
WON = Stage(key="won", name="赢单 Won", category="won", probability=100)
LOST = Stage(key="lost", name="输单 Lost", category="lost", probability=0)

_WAYS = ((QUALIFY, DISCOVER, PROPOSE, NEGOTIATE), (QUALIFY, DISCOVER, TRIAL, PROPOSE, NEGOTIATE))
_REST = (PAUSED, WON, LOST)
_WINS = (PROPOSE.key, NEGOTIATE.key)
_NEXT, _SKIP, _BACK, _PAUSE, _RESUME, _LOSE, _WIN = 58.0, 7.0, 5.0, 4.0, 18.0, 15.0, 16.0


def _moves(way: tuple[Stage, ...]) -> Iterator[Move]:
    """To the next stage and over one, back to any, into the pause and out of it, lost from anywhere, won late."""
    keys = [stage.key for stage in way]
    arrows = [
        *pairwise(keys),
        *zip(keys, keys[2:], strict=False),
        *((later, earlier) for at, later in enumerate(keys) for earlier in keys[:at]),
        *((key, PAUSED.key) for key in keys),
        *((PAUSED.key, key) for key in keys),
        *((key, LOST.key) for key in (*keys, PAUSED.key)),
        *((key, WON.key) for key in _WINS),
    ]
    return (Move(from_stage=here, to_stage=there) for here, there in arrows)


VERSIONS = tuple(
    Definition(PROCESS, number, True, (*way, *_REST), tuple(_moves(way)))  # noqa: FBT003 - published, as a field
    for number, way in enumerate(_WAYS, start=1)
)


@dataclass(frozen=True, slots=True)
class Fork:
    """Where a deal goes from a stage: the keys and their cumulative weights."""

    keys: tuple[str, ...]
    weights: tuple[float, ...]


def forks(definition: Definition) -> Mapping[str, Fork]:
    """The fork at every stage that is not closed, only along the version's own moves."""
    ranks = {stage.key: rank for rank, stage in enumerate(definition.stages)}
    found = {}
    for stage in definition.stages:
        if onward := definition.onward(stage.key):
            weights = accumulate(_weight(stage, ranks[stage.key], to, ranks[to.key]) for to in onward)
            found[stage.key] = Fork(tuple(to.key for to in onward), tuple(weights))
    return found


def _weight(here: Stage, rank: int, there: Stage, to_rank: int) -> float:
    match there.category:
        case "won":
            return _WIN if here is PROPOSE else 3 * _WIN
        case "lost":
            return _LOSE
        case "on_hold":
            return _PAUSE
        case "open" if here.category == "on_hold":
            return _RESUME
        case "open":
            return _BACK if to_rank < rank else _NEXT if to_rank == rank + 1 else _SKIP


def process_calls() -> list[Call]:
    """The calls that publish both versions."""
    return processes.process_calls(PROCESS, TITLE, [_drawing(definition) for definition in VERSIONS])


def _drawing(definition: Definition) -> dict[str, Any]:
    told = ("key", "name", "category", "probability", "idle_days")
    stages = [{name: getattr(stage, name) for name in told} for stage in definition.stages]
    moves = [{"from_stage": move.from_stage, "to_stage": move.to_stage} for move in definition.moves]
    return {"stages": stages, "moves": moves}


def is_drawn_like(versions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the process as the API shows it has our versions, published, with the same stages and moves."""
    if len(versions) < len(VERSIONS):
        return False
    return all(_same(shown, definition) for shown, definition in zip(versions, VERSIONS, strict=False))


def _same(shown: Mapping[str, Any], definition: Definition) -> bool:
    told = ("key", "name", "category", "probability", "idle_days")
    stages = [tuple(stage[name] for name in told) for stage in shown["stages"]]
    moves = {(move["from_stage"], move["to_stage"]) for move in shown["moves"]}
    ours = [tuple(getattr(stage, name) for name in told) for stage in definition.stages]
    arrows = {(move.from_stage, move.to_stage) for move in definition.moves}
    return bool(shown["published"]) and stages == ours and moves == arrows
