"""What is wrong with a drawn process, as sentences; a version without any can be published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from services.pipeline.domain.sales_process.definition import CLOSED
from services.pipeline.domain.sales_process.drawing import Move, Stage


def faults(stages: tuple[Stage, ...], moves: tuple[Move, ...]) -> list[str]:
    """Every fault that a reader of the drawing should know, worst first."""
    drawn = [*_stage_faults(stages), *_move_faults(stages, moves)]
    return drawn or list(_way_faults(stages, moves))


def _stage_faults(stages: tuple[Stage, ...]) -> Iterator[str]:
    categories = Counter(stage.category for stage in stages)
    if categories["won"] != 1:
        yield f"There must be exactly one won stage, not {categories['won']}."
    if not categories["lost"]:
        yield "There must be at least one lost stage."
    if not categories["open"]:
        yield "There must be at least one open stage."
    yield from (f"The key {key!r} is used more than once." for key in _repeated(stage.key for stage in stages))
    yield from (f"The name {name!r} is used more than once." for name in _repeated(_spoken(s) for s in stages))
    yield from (f"Stage {s.key!r} needs a key and a name." for s in stages if not s.key.strip() or not s.name.strip())
    yield from (f"The probability of {s.key!r} is not 0 to 100." for s in stages if not 0 <= s.probability <= 100)  # noqa: PLR2004 - percent


def _move_faults(stages: tuple[Stage, ...], moves: tuple[Move, ...]) -> Iterator[str]:
    by_key = {stage.key: stage for stage in stages}
    for move in moves:
        named = f"Move {move.from_stage!r} → {move.to_stage!r}"
        yield from (f"{named}: there is no stage {k!r}." for k in (move.from_stage, move.to_stage) if k not in by_key)
        if move.from_stage == move.to_stage:
            yield f"{named} leads nowhere."
        if move.from_stage in by_key and by_key[move.from_stage].category in CLOSED:
            yield f"{named}: a closed deal is reopened, not moved."
    arrows = _repeated(f"{move.from_stage!r} → {move.to_stage!r}" for move in moves)
    yield from (f"Move {arrow} is drawn more than once." for arrow in arrows)


def _way_faults(stages: tuple[Stage, ...], moves: tuple[Move, ...]) -> Iterator[str]:
    onward = [(move.from_stage, move.to_stage) for move in moves]
    start = next(stage.key for stage in stages if stage.category == "open")
    reached = _reachable({start}, onward)
    yield from (f"Stage {s.key!r} cannot be reached from {start!r}." for s in stages if s.key not in reached)
    closed = {stage.key for stage in stages if stage.category in CLOSED}
    ending = _reachable(closed, [(to, of) for of, to in onward])
    yield from (f"Stage {s.key!r} has no way to an end." for s in stages if s.key not in ending)


def _reachable(start: set[str], arrows: list[tuple[str, str]]) -> set[str]:
    reached, fresh = set(start), set(start)
    while fresh:
        fresh = {to for of, to in arrows if of in fresh} - reached
        reached |= fresh
    return reached


def _spoken(stage: Stage) -> str:
    return stage.name.strip().casefold()


def _repeated(words: Iterable[str]) -> list[str]:
    return [word for word, times in Counter(words).items() if times > 1]
