"""Lanes for the arrows that pass rows or go back: upright lines outside of every box they pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.drawing.flowchart import Edge, Mark

SPACING, CLEAR = 14, 16
EXTRA: tuple[Mark, ...] = ("added", "removed", "violation")  # marks of arrows that the plain drawing does not have
LaneKey = tuple[int, str, Mark | None]


def lane_key(side: int, edge: Edge) -> LaneKey:
    """Say which lane an arrow takes: colouring a drawing does not change it."""
    return side, edge.target, edge.mark if edge.mark in EXTRA else None


@dataclass(slots=True, kw_only=True)
class Lane:
    """One line for all arrows to a node; they join on the way, as roads do. Those marked as not planned keep apart.

    `slots`: row n is slot 2n, the space below it slot 2n + 1. `x` counts outwards from the middle of the drawing.
    """

    side: int
    target: str
    mark: Mark | None
    edges: list[Edge] = field(default_factory=list)
    slots: set[int] = field(default_factory=set)
    x: int = 0

    @property
    def key(self) -> LaneKey:
        """What it shares with no other lane."""
        return self.side, self.target, self.mark

    @property
    def span(self) -> range:
        """Every slot that the lane passes."""
        return range(min(self.slots), max(self.slots) + 1)


def set_apart(lanes: Sequence[Lane], reach: dict[int, int]) -> None:
    """Give each lane its x, short ones inside; `reach`: how far out each slot is taken, and is taken then."""
    first = dict(reach)
    for lane in sorted(lanes, key=lambda lane: len(lane.span)):
        free = max(reach[slot] + (CLEAR if reach[slot] == first[slot] else SPACING) for slot in lane.span)
        lane.x = free
        reach.update(dict.fromkeys(lane.span, free))
