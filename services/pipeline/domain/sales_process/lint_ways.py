"""Checks of where the arrows of a drawing lead: from one start to every node, from every node to an end."""

from __future__ import annotations

from collections.abc import Iterator

from services.pipeline.domain.sales_process.definition import CLOSED
from services.pipeline.domain.sales_process.drawing import Drawing
from services.pipeline.domain.sales_process.finding import Finding


def way_findings(drawing: Drawing) -> Iterator[Finding]:
    """What cannot be reached, what has no way to an end, and second starts; there is at least one open stage."""
    onward = [(move.from_stage, move.to_stage) for move in drawing.moves]
    start = next(stage.key for stage in drawing.stages if stage.category == "open")
    entered = {to for _, to in onward}
    second = {s.key for s in drawing.stages if s.category == "open" and s.key not in entered} - {start}
    reached = _reachable({start, *second}, onward)
    closed = {stage.key for stage in drawing.stages if stage.category in CLOSED}
    ending = _reachable(closed, [(to, of) for of, to in onward])
    for kind, key in _nodes(drawing):
        if key in second:
            said = f"Stage {key!r} is a second start beside {start!r}: no move leads to it."
            yield Finding("second-start", said, key)
        if key not in reached:
            yield Finding("unreachable", f"{kind} {key!r} cannot be reached from {start!r}.", key)
        if key not in ending:
            yield Finding("no-way-to-an-end", f"{kind} {key!r} has no way to an end.", key)


def _nodes(drawing: Drawing) -> Iterator[tuple[str, str]]:
    yield from (("Stage", stage.key) for stage in drawing.stages)
    yield from (("Decision", decision.key) for decision in drawing.decisions)


def _reachable(start: set[str], arrows: list[tuple[str, str]]) -> set[str]:
    reached, fresh = set(start), set(start)
    while fresh:
        fresh = {to for of, to in arrows if of in fresh} - reached
        reached |= fresh
    return reached
