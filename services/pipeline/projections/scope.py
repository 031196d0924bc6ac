"""Whose records somebody may see: answered from the directory, applied by `read.visible` in every query."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import asyncpg


@dataclass(frozen=True, slots=True)
class Scope:
    """The three last arguments of `read.visible`: everything, or these owners' records and perhaps those of nobody."""

    everything: bool
    owners: tuple[UUID, ...] = ()
    unowned: bool = False

    @property
    def arguments(self) -> tuple[bool, tuple[UUID, ...], bool]:
        """As they stand in SQL: $1, $2, $3."""
        return self.everything, self.owners, self.unowned


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose figures somebody may see: everybody's, or those of these people and teams."""

    everything: bool
    people: tuple[UUID, ...] = ()
    teams: tuple[UUID, ...] = ()

    @property
    def arguments(self) -> tuple[bool, tuple[UUID, ...], tuple[UUID, ...]]:
        """As they stand in SQL: $1, $2, $3."""
        return self.everything, self.people, self.teams

    def includes(self, of: Literal["person", "team"], of_id: UUID) -> bool:
        """Whether this person or team is among them."""
        return self.everything or of_id in (self.people if of == "person" else self.teams)


EVERYTHING = Scope(everything=True)
NOTHING = Scope(everything=False)

MYSELF = "SELECT id FROM read.people WHERE subject = $1 AND active"

# People who have left still count: their manager sees what they owned.
MY_TEAMS = """
WITH RECURSIVE me AS (SELECT id, team_id FROM read.people WHERE subject = $1 AND active),
below AS (
    SELECT team_id AS id FROM me
    UNION
    SELECT teams.id FROM read.teams AS teams JOIN below ON teams.parent_id = below.id
)
SELECT id FROM me UNION SELECT people.id FROM read.people AS people JOIN below ON people.team_id = below.id
"""

TEAMS_LED = """
WITH RECURSIVE below AS (
    SELECT team_id AS id FROM read.people WHERE subject = $1 AND active AND team_id IS NOT NULL
    UNION
    SELECT teams.id FROM read.teams AS teams JOIN below ON teams.parent_id = below.id
)
SELECT id FROM below
"""


class Scopes:
    """What each principal may see, by the directory as it is now."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def of(self, subject: str, roles: AbstractSet[str]) -> Scope:
        """Admin and service: all; a manager: their teams; a rep: themselves; a guest: nothing."""
        if roles & {"admin", "service"}:
            return EVERYTHING
        if "manager" in roles:
            return await self._owned(MY_TEAMS, subject)
        if "rep" in roles:
            return await self._owned(MYSELF, subject)
        return NOTHING

    async def reach(self, subject: str, roles: AbstractSet[str]) -> Reach:
        """Admin and service: everybody; a manager: their teams and the people in them; a rep: themselves."""
        scope = await self.of(subject, roles)
        led = not scope.everything and "manager" in roles
        teams = [row["id"] for row in await self._pool.fetch(TEAMS_LED, subject)] if led else []
        return Reach(scope.everything, scope.owners, tuple(teams))

    async def _owned(self, query: str, subject: str) -> Scope:
        owners = tuple(row["id"] for row in await self._pool.fetch(query, subject))
        return Scope(everything=False, owners=owners, unowned=True)
