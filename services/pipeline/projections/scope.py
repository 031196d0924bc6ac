"""Whose deals somebody may see: one predicate for lists, counts, sums, single reads and writes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

VISIBLE = "($1::boolean OR ($2::boolean AND d.owner_id IS NULL) OR d.owner_id = ANY($3::uuid[]))"
"""The predicate over a row `d` with an `owner_id`; `Scope.parameters` fill $1 to $3."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a principal may see: everything, or the records of `owners` and, with `unowned`, those of nobody."""

    everything: bool = False
    unowned: bool = False
    owners: tuple[UUID, ...] = ()

    @property
    def parameters(self) -> tuple[bool, bool, tuple[UUID, ...]]:
        """$1 to $3 of `VISIBLE`."""
        return self.everything, self.unowned, self.owners


NOTHING = Scope()
EVERYTHING = Scope(everything=True)
