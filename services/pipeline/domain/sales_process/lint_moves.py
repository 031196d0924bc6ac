"""Checks of the arrows of a drawing and of the guards on them."""

from __future__ import annotations

from collections.abc import Iterator

from services.pipeline.domain.sales_process.cel_contradiction import unpassable
from services.pipeline.domain.sales_process.contradiction import impossible
from services.pipeline.domain.sales_process.definition import CLOSED
from services.pipeline.domain.sales_process.drawing import Drawing, Guard, Move, move_id
from services.pipeline.domain.sales_process.finding import Finding, arrow
from services.pipeline.domain.sales_process.guard import cautions, checked
from services.pipeline.domain.sales_process.guard_rows import GuardRefused
from services.pipeline.domain.sales_process.lint_stages import repeated


def move_findings(drawing: Drawing) -> Iterator[Finding]:
    """What is wrong with the arrows."""
    stages = {stage.key: stage for stage in drawing.stages}
    known = stages.keys() | {decision.key for decision in drawing.decisions}
    for move in drawing.moves:
        for key in (move.from_stage, move.to_stage):
            if key not in known:
                yield Finding("node-unknown", f"{arrow(move)}: there is no stage {key!r}.", move_id(move))
        if move.from_stage == move.to_stage:
            yield Finding("move-leads-nowhere", f"{arrow(move)} leads nowhere.", move_id(move))
        if move.from_stage in stages and stages[move.from_stage].category in CLOSED:
            yield Finding("closed-stage-left", f"{arrow(move)}: a closed deal is reopened, not moved.", move_id(move))
        if move.guard is not None:
            asked_in = {move.from_stage} if move.from_stage in stages else stages.keys()
            yield from _guard_findings(move, move.guard, frozenset(asked_in))
    for id_ in repeated(map(move_id, drawing.moves)):
        drawn = next(move for move in drawing.moves if move_id(move) == id_)
        yield Finding("move-repeated", f"{arrow(drawn)} is drawn more than once.", id_)


def _blamed(parts: tuple[str, ...]) -> str:
    return f"{parts[0]} never holds" if len(parts) == 1 else f"{' and '.join(parts)} exclude each other"


def _guard_findings(move: Move, guard: Guard, stages: frozenset[str]) -> Iterator[Finding]:
    try:
        checked(guard)
    except GuardRefused as refusal:
        yield Finding("guard-refused", f"{arrow(move)}: {refusal.message}", move_id(move))
        return
    if field := impossible(guard, stages):
        said = f"{arrow(move)}: no deal can pass, because the rows about {field} contradict each other."
        yield Finding("guard-contradiction", said, move_id(move))
    if guard.cel is not None and (excluding := unpassable(guard.cel, stages)):
        said = f"{arrow(move)}: no deal can pass, because {_blamed(excluding)}."
        yield Finding("guard-contradiction", said, move_id(move), warning=True)
    for caution in cautions(guard):
        yield Finding("guard-caution", f"{arrow(move)}: {caution}", move_id(move), warning=True)
