"""Which open deals a migration is about: how many in which stage, what they would lack, and their ids page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import orjson

# Closed and deleted deals stay on their version.
CONDITIONS = """
    d.process_id = $1 AND d.process_version = $2 AND d.category IN ('open', 'on_hold') AND NOT d.deleted
    AND ($3::uuid IS NULL OR d.owner_id = $3) AND ($4::uuid[] IS NULL OR d.owner_id = ANY($4))
    AND ($5::text IS NULL OR d.stage = $5) AND ($6::uuid[] IS NULL OR d.id = ANY($6))
"""
COUNTS = f"""
SELECT d.stage, max(d.stage_name) AS name, count(*) AS deals FROM read.deals d
WHERE {CONDITIONS} GROUP BY d.stage ORDER BY d.stage
"""  # noqa: S608 - a constant
LACKING = f"""
WITH lacking AS (
    SELECT d.id, d.name, d.stage, ARRAY(
        SELECT field FROM jsonb_array_elements_text(p.required) field
        WHERE CASE field
            WHEN 'amount' THEN d.amount IS NULL WHEN 'customer_id' THEN d.customer_id IS NULL
            WHEN 'expected_close' THEN d.expected_close IS NULL WHEN 'owner_id' THEN d.owner_id IS NULL
            WHEN 'lines' THEN d.lines = '[]' WHEN 'source' THEN d.source IS NULL WHEN 'region' THEN d.region IS NULL
        END) AS missing
    FROM read.deals d JOIN jsonb_each($7::jsonb) p(stage, required) ON p.stage = d.stage
    WHERE {CONDITIONS}
)
SELECT id, name, stage, missing, count(*) OVER () AS of FROM lacking
WHERE cardinality(missing) > 0 ORDER BY id LIMIT $8
"""  # noqa: S608 - a constant
NEXT = f"""
SELECT d.id FROM read.deals d WHERE {CONDITIONS} AND ($7::uuid IS NULL OR d.id > $7) ORDER BY d.id LIMIT $8
"""  # noqa: S608 - a constant

LEFT = f"""
SELECT count(*) FROM read.deals d WHERE {CONDITIONS} AND ($7::uuid IS NULL OR d.id > $7)
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """Which deals a migration is about; None = does not matter. `team`: the ids of its people."""

    process_id: UUID
    version: int
    owner_id: UUID | None = None
    team: Sequence[UUID] | None = None
    stage: str | None = None
    deal_ids: Sequence[UUID] | None = None

    @property
    def arguments(self) -> tuple[object, ...]:
        """$1 to $6."""
        return self.process_id, self.version, self.owner_id, self.team, self.stage, self.deal_ids


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many deals stand in a stage."""

    stage: str
    name: str
    deals: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """A deal that lacks what its new stage requires of those that enter it; `of`: how many such deals there are."""

    id: UUID
    name: str
    stage: str
    missing: list[str]
    of: int


class Migrating:
    """Questions about the deals of a migration."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def counts(self, concerned: Concerned) -> list[StageCount]:
        """The stages that these deals are in."""
        return [StageCount(**row) for row in await self._pool.fetch(COUNTS, *concerned.arguments)]

    async def lacking(self, concerned: Concerned, required: Mapping[str, Sequence[str]], limit: int) -> list[Lacking]:
        """The first of the deals that lack a field; `required`: what the new stage asks for, by the old stage."""
        fields = orjson.dumps(required).decode()
        return [Lacking(**row) for row in await self._pool.fetch(LACKING, *concerned.arguments, fields, limit)]

    async def next(self, concerned: Concerned, after: UUID | None, limit: int) -> list[UUID]:
        """The next ids in order, after the given one."""
        return [row["id"] for row in await self._pool.fetch(NEXT, *concerned.arguments, after, limit)]

    async def left(self, concerned: Concerned, after: UUID | None) -> int:
        """How many of these deals come after the given id."""
        count: int = await self._pool.fetchval(LEFT, *concerned.arguments, after)
        return count
