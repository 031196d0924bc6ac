"""Whose turn it is: the same answer for the same question, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID


def next_in_turn(people: Sequence[UUID], active: AbstractSet[UUID], last: UUID | None) -> UUID | None:
    """The first active person after the last one chosen, round and round; None where nobody is active.

    Where the last one is not among the people any more, it begins with the first.
    """
    start = people.index(last) + 1 if last in people else 0
    return next((person for person in (*people[start:], *people[:start]) if person in active), None)


def least_loaded(people: Sequence[UUID], active: AbstractSet[UUID], load: Mapping[UUID, int]) -> UUID | None:
    """The active person with the fewest open deals, of several the one with the smallest id; None where nobody is."""
    return min((person for person in people if person in active), key=lambda one: (load.get(one, 0), one), default=None)
