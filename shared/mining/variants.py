"""Variants: sequences of activities that cases share, named by a hash that grows with every event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import pairwise
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

BEFORE_ALL = b""  # the variant of a case without events
_SIZE = 16
_TWICE = 2


def chained(variant: bytes, activity: str) -> bytes:
    """Return the 16 bytes that name a variant one activity longer: blake2b of the shorter one's name and it."""
    return blake2b(variant + activity.encode(), digest_size=_SIZE).digest()


def name_of(activities: Iterable[str]) -> bytes:
    """Return the name of a whole sequence."""
    variant = BEFORE_ALL
    for activity in activities:
        variant = chained(variant, activity)
    return variant


@dataclass(frozen=True, slots=True)
class Variant:
    """A sequence and how many cases have it; `first_case` is the smallest of their ids, which orders equally many."""

    activities: tuple[str, ...]
    cases: int
    first_case: str = ""

    @property
    def name(self) -> bytes:
        """The hash that names it."""
        return name_of(self.activities)


def most_common_first(variants: Iterable[Variant]) -> list[Variant]:
    """Order by cases, then by first case, then by sequence: the same whatever the order of events was."""
    return sorted(variants, key=lambda each: (-each.cases, each.first_case, each.activities))


@dataclass(frozen=True)
class Counts:
    """What follows what, counted from variants alone: any selection of cases has its map as soon as it has variants.

    Identities: the moves sum up to events - cases; what enters an activity or starts there = what leaves it or ends
    there = its events.
    """

    variants: Sequence[Variant]

    @cached_property
    def cases(self) -> int:
        """All cases."""
        return sum(variant.cases for variant in self.variants)

    @cached_property
    def events(self) -> Counter[str]:
        """Events by activity."""
        return self._sum(Counter)

    @cached_property
    def cases_with(self) -> Counter[str]:
        """Cases by activity that they have at least once."""
        return self._sum(lambda activities: Counter(set(activities)))

    @cached_property
    def moves(self) -> Counter[tuple[str, str]]:
        """How often one activity directly follows another (activity frequency)."""
        return self._sum(lambda activities: Counter(pairwise(activities)))

    @cached_property
    def cases_moving(self) -> Counter[tuple[str, str]]:
        """Cases in which one activity directly follows another at least once (case frequency)."""
        return self._sum(lambda activities: Counter(set(pairwise(activities))))

    @cached_property
    def starts(self) -> Counter[str]:
        """Cases by first activity."""
        return self._sum(lambda activities: Counter(activities[:1]))

    @cached_property
    def ends(self) -> Counter[str]:
        """Cases by last activity so far."""
        return self._sum(lambda activities: Counter(activities[-1:]))

    @cached_property
    def rework(self) -> Counter[str]:
        """Cases by activity that they have twice or more, directly again or later."""
        return self._sum(
            lambda activities: Counter(name for name, times in Counter(activities).items() if times >= _TWICE)
        )

    @cached_property
    def self_loops(self) -> Counter[str]:
        """How often an activity directly follows itself."""
        return Counter({one: count for (one, other), count in self.moves.items() if one == other})

    def backward(self, ranks: Mapping[str, int]) -> Counter[tuple[str, str]]:
        """How often a move leads to a smaller rank; activities without a rank are left out."""
        return Counter(
            {
                (one, other): count
                for (one, other), count in self.moves.items()
                if one in ranks and other in ranks and ranks[other] < ranks[one]
            }
        )

    def reopened(self, closing: Iterable[str]) -> Counter[tuple[str, str]]:
        """How often a case goes on from one of the activities that close it to one that does not."""
        closed = frozenset(closing)
        return Counter(
            {move: count for move, count in self.moves.items() if move[0] in closed and move[1] not in closed}
        )

    def _sum(self, counted: Callable[[tuple[str, ...]], Counter[K]]) -> Counter[K]:
        """Count each variant once and take it as often as it has cases."""
        total: Counter[K] = Counter()
        for variant in self.variants:
            for key, count in counted(variant.activities).items():
                total[key] += count * variant.cases
        return total
