"""Two versions in one drawing: the later one, with what was removed still in it, and every change marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from services.pipeline.domain.sales_process.chart import Caption, chart_of, note_id
from services.pipeline.domain.sales_process.difference import difference
from services.pipeline.domain.sales_process.drawing import Decision, Drawing, Move, Note, Stage, move_id
from shared.drawing.flowchart import Flowchart, Mark

Part = TypeVar("Part", Stage, Decision, Move, Note)


def marked_chart(before: Drawing, after: Drawing, caption: Caption) -> Flowchart:
    """Draw both; every element that differs has its mark."""
    marks: dict[str, Mark] = {change.element: change.kind for change in difference(before, after)}
    return chart_of(_both(before, after), replace(caption, marks=marks))


def _both(before: Drawing, after: Drawing) -> Drawing:
    return Drawing(
        stages=_together(before.stages, after.stages, lambda stage: stage.key),
        moves=_together(before.moves, after.moves, move_id),
        decisions=_together(before.decisions, after.decisions, lambda decision: decision.key),
        notes=_together(before.notes, after.notes, note_id),
    )


def _together(before: Sequence[Part], after: Sequence[Part], id_of: Callable[[Part], str]) -> tuple[Part, ...]:
    """The later parts in their order; a removed one stands behind what it stood behind before."""
    found, known = list(after), {id_of(part) for part in after}
    at = 0
    for part in before:
        if id_of(part) in known:
            at = 1 + next(n for n, each in enumerate(found) if id_of(each) == id_of(part))
        else:
            found.insert(at, part)
            at += 1
    return tuple(found)
