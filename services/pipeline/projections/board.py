"""What the board shows: the stages of a process with exact counts and sums, and each stage's cards page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg

from services.pipeline.projections.scope import Scope

CONDITIONS = """
    d.process_id = $4 AND NOT d.deleted AND read.visible(d.owner_id, $1, $2, $3)
    AND ($5::integer IS NULL OR d.process_version = $5)
    AND ($6::uuid IS NULL OR d.owner_id = $6) AND ($7::uuid[] IS NULL OR d.owner_id = ANY($7))
"""
SUMS = """
SELECT d.stage, d.currency, max(d.stage_name) AS stage_name, max(d.category) AS category,
    max(d.stage_probability) AS probability, count(*) AS deals, sum(d.amount) AS amount
FROM read.deals d WHERE {conditions}
GROUP BY d.stage, d.currency ORDER BY d.stage, d.currency
"""
CARD = """d.id, d.version, d.name, d.process_version, d.stage, d.probability,
    d.forecast_category, d.owner_id, p.name AS owner_name, d.customer_id,
    c.name AS customer_name, d.amount, d.currency, d.expected_close, d.stage_entered_at"""
FIRST_CARDS = """
SELECT {card}
FROM unnest($8::text[]) AS s(key)
CROSS JOIN LATERAL (
    SELECT * FROM read.deals d WHERE {conditions} AND d.stage = s.key
    ORDER BY d.stage_entered_at DESC, d.id DESC LIMIT $9
) d
LEFT JOIN read.customers c ON c.id = d.customer_id LEFT JOIN read.people p ON p.id = d.owner_id
ORDER BY d.stage, d.stage_entered_at DESC, d.id DESC
"""
MORE_CARDS = """
SELECT {card}
FROM read.deals d
LEFT JOIN read.customers c ON c.id = d.customer_id LEFT JOIN read.people p ON p.id = d.owner_id
WHERE {conditions} AND d.stage = $8 AND (d.stage_entered_at, d.id) < ($9, $10::uuid)
ORDER BY d.stage_entered_at DESC, d.id DESC LIMIT $11
"""


def _filled(sql: str) -> str:
    return sql.replace("{conditions}", CONDITIONS).replace("{card}", CARD)


SUMS_SQL, FIRST_CARDS_SQL, MORE_CARDS_SQL = _filled(SUMS), _filled(FIRST_CARDS), _filled(MORE_CARDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """Which deals stand on the board; None = does not matter. `team`: the ids of its people."""

    process_id: UUID
    process_version: int | None = None
    owner_id: UUID | None = None
    team: Sequence[UUID] | None = None

    @property
    def arguments(self) -> tuple[object, ...]:
        """$4 to $7."""
        return self.process_id, self.process_version, self.owner_id, self.team


@dataclass(frozen=True, slots=True)
class Sum:
    """How many deals of one currency (None: without an amount) stand in a stage, and what they are worth."""

    stage: str
    currency: str | None
    stage_name: str
    category: str
    probability: int
    deals: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class CardRow:
    """A deal as the board shows it."""

    id: UUID
    version: int
    name: str
    process_version: int
    stage: str
    probability: int
    forecast_category: str
    owner_id: UUID | None
    owner_name: str | None
    customer_id: UUID | None
    customer_name: str | None
    amount: Decimal | None
    currency: str | None
    expected_close: date | None
    stage_entered_at: datetime


class Board:
    """The deals of one process by stage, as far as a scope reaches."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def whole(
        self, scope: Scope, wanted: BoardFilter, stage: str | None, limit: int
    ) -> tuple[list[Sum], list[CardRow]]:
        """The sums of all stages, and up to `limit` cards of each one (or only of `stage`), of one moment."""
        arguments = (*scope.arguments, *wanted.arguments)
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            sums = [Sum(**row) for row in await connection.fetch(SUMS_SQL, *arguments)]
            shown = {found.stage for found in sums} & ({stage} if stage else {found.stage for found in sums})
            cards = await connection.fetch(FIRST_CARDS_SQL, *arguments, list(shown), limit) if limit else []
        return sums, [CardRow(**row) for row in cards]

    async def more(
        self, scope: Scope, wanted: BoardFilter, stage: str, *, after: Sequence[object], limit: int
    ) -> list[CardRow]:
        """Further cards of one stage; `after` is (stage entered at, id) of the last one seen."""
        rows = await self._pool.fetch(MORE_CARDS_SQL, *scope.arguments, *wanted.arguments, stage, *after, limit)
        return [CardRow(**row) for row in rows]
