"""What is different between two drawings, element by element, told by keys that stay."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import msgspec

from services.pipeline.domain.sales_process.chart import note_id
from services.pipeline.domain.sales_process.drawing import (
    Automation,
    ChecklistItem,
    Decision,
    Drawing,
    Move,
    Note,
    Stage,
    move_id,
)

Kind = Literal["added", "removed", "changed"]
Part = Literal["stage", "decision", "move", "note"]
Element = TypeVar("Element", Stage, Decision, Move, Note)
PLAIN: Mapping[Part, tuple[str, ...]] = {
    "stage": ("name", "category", "probability", "forecast_category", "sla_days", "idle_days"),
    "decision": ("name",),
    "move": ("label", "guard", "default"),
    "note": ("text", "element"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    `element`: the key of a stage or decision, a move as `from->to`, a note as `note:key`. Of an element that is added
    or removed `after` or `before` is the whole of it, of a stage with its `rank`. Of one that is changed `aspect` says
    what is: a field, `rank` (a stage's place, from 0), or one entry of `required`, `checklist` and `automations`,
    where None is absence.
    """

    kind: Kind
    part: Part
    element: str
    aspect: str | None = None
    before: Any = None
    after: Any = None


def difference(before: Drawing, after: Drawing) -> tuple[Change, ...]:
    """Everything that differs; nothing of equal drawings.

    The order of stages is their rank and counts; that of moves, decisions, notes and of the entries of a stage does
    not. Keys are expected to be unique, as they are in every version that was published.
    """
    return (
        *_parts("stage", before.stages, after.stages, _key),
        *_ranks(before.stages, after.stages),
        *_parts("decision", before.decisions, after.decisions, _key),
        *_parts("move", before.moves, after.moves, move_id),
        *_parts("note", before.notes, after.notes, note_id),
    )


def _key(part: Stage | Decision) -> str:
    return part.key


def _parts(
    part: Part, before: Sequence[Element], after: Sequence[Element], id_of: Callable[[Element], str]
) -> Iterator[Change]:
    old, new = {id_of(each): each for each in before}, {id_of(each): each for each in after}
    for id_, gone in old.items():
        if id_ not in new:
            yield Change("removed", part, id_, before=_whole(part, gone, before))
    for id_, now in new.items():
        if id_ in old:
            yield from _changes(part, id_, old[id_], now)
        else:
            yield Change("added", part, id_, after=_whole(part, now, after))


def _whole(part: Part, each: Element, among: Sequence[Element]) -> dict[str, Any]:
    whole: dict[str, Any] = msgspec.to_builtins(each)
    return whole | {"rank": among.index(each)} if part == "stage" else whole


def _changes(part: Part, id_: str, old: object, new: object) -> Iterator[Change]:
    for aspect in PLAIN[part]:
        before, after = (msgspec.to_builtins(getattr(each, aspect)) for each in (old, new))
        if before != after:
            yield Change("changed", part, id_, aspect, before, after)
    if isinstance(old, Stage) and isinstance(new, Stage):
        yield from _entries(id_, "required", *({name: name for name in stage.required} for stage in (old, new)))
        yield from _entries(id_, "checklist", _by_key(old.checklist), _by_key(new.checklist))
        yield from _entries(id_, "automations", _by_key(old.automations), _by_key(new.automations))


def _by_key(entries: Iterable[ChecklistItem | Automation]) -> dict[str, Any]:
    return {entry.key: msgspec.to_builtins(entry) for entry in entries}


def _entries(id_: str, aspect: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield Change("changed", "stage", id_, aspect, old.get(key), new.get(key))


def _ranks(before: Sequence[Stage], after: Sequence[Stage]) -> Iterator[Change]:
    """The fewest stages that have to move so that the common ones are in their new order."""
    was = {stage.key: at for at, stage in enumerate(before)}
    places = {stage.key: at for at, stage in enumerate(after)}
    common = [key for key in places if key in was]
    staying = _longest_rising(common, was)
    for key in common:
        if key not in staying:
            yield Change("changed", "stage", key, "rank", was[key], places[key])


def _longest_rising(keys: Sequence[str], rank: Mapping[str, int]) -> frozenset[str]:
    """A longest choice of the keys, in their order, whose ranks rise."""
    tails: list[str] = []
    before: dict[str, str | None] = {}
    for key in keys:
        at = bisect_left([rank[tail] for tail in tails], rank[key])
        before[key] = tails[at - 1] if at else None
        tails[at : at + 1] = [key]
    found, last = set[str](), tails[-1] if tails else None
    while last is not None:
        found.add(last)
        last = before[last]
    return frozenset(found)
