"""Who may be given a deal by an automation, and how much each of them has to do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

TEAM = """
WITH RECURSIVE below AS (
    SELECT $1::uuid AS id UNION SELECT t.id FROM read.teams t JOIN below b ON t.parent_id = b.id
)
SELECT p.id FROM read.people p JOIN below b ON p.team_id = b.id ORDER BY p.id
"""
ACTIVE = "SELECT id FROM read.people WHERE id = ANY($1) AND active"
OPEN_DEALS = """
SELECT owner_id, count(*) AS deals FROM read.deals
WHERE owner_id = ANY($1) AND id <> $2 AND category IN ('open', 'on_hold') AND NOT deleted GROUP BY owner_id
"""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Answered from the directory and the deals as they are now."""

    pool: asyncpg.Pool[asyncpg.Record]

    async def named(self, people: Sequence[UUID], team_id: UUID | None) -> list[UUID]:
        """These people in their order, then those of the team and the teams below it by id; each of them once."""
        team = [row["id"] for row in await self.pool.fetch(TEAM, team_id)] if team_id else []
        return list(dict.fromkeys([*people, *team]))

    async def active(self, people: Collection[UUID]) -> frozenset[UUID]:
        """Those who work here."""
        return frozenset(row["id"] for row in await self.pool.fetch(ACTIVE, list(people)))

    async def open_deals(self, people: Collection[UUID], but: UUID) -> dict[UUID, int]:
        """How many undecided deals each of them has, one deal not counted; people without any are left out."""
        rows = await self.pool.fetch(OPEN_DEALS, list(people), but)
        return {row["owner_id"]: row["deals"] for row in rows}
