"""Tracks for the level stretches of arrows between two rows, so that none lies on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_APART = 6


@dataclass(slots=True, kw_only=True)
class Stretch:
    """A level stretch between two rows, from the x where it comes in to the x where it leaves; `level` 0 is the top."""

    start: int
    end: int
    level: int = 0

    @property
    def interval(self) -> tuple[int, int]:
        """From left to right, with a little air."""
        return min(self.start, self.end) - _APART, max(self.start, self.end) + _APART


def set_levels(stretches: Sequence[Stretch]) -> int:
    """Give each stretch its level and return how many there are.

    What leads outwards lies above what leads inwards, and in such an order that arrows of one direction do not cross.
    """
    done: list[Stretch] = []
    for stretch in sorted(stretches, key=_order):
        low, high = stretch.interval
        over = [other.level for other in done if other.interval[0] <= high and low <= other.interval[1]]
        stretch.level = max(over, default=-1) + 1
        done.append(stretch)
    return max((stretch.level for stretch in done), default=-1) + 1


def _order(stretch: Stretch) -> tuple[bool, int]:
    inwards = abs(stretch.end) < abs(stretch.start)
    return inwards, abs(stretch.start) if inwards else -abs(stretch.start)
