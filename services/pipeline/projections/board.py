"""What the board shows: the stages of a process with exact counts and sums, and each stage's cards page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import asyncpg

from services.pipeline.projections.deal_list import containing
from services.pipeline.projections.scope import Scope

Sort = Literal["-stage_entered_at", "stage_entered_at", "expected_close", "-amount", "name"]

# By what the cards of a stage are ordered, and the type it has; amounts compare as numbers, whatever their currency.
ORDERS: Mapping[Sort, tuple[str, str]] = {
    "-stage_entered_at": ("d.stage_entered_at", "timestamptz"),
    "stage_entered_at": ("d.stage_entered_at", "timestamptz"),
    "expected_close": ("coalesce(d.expected_close, date '9999-12-30')", "date"),
    "-amount": ("coalesce(d.amount, -1)", "numeric"),
    "name": ("lower(d.name)", "text"),
}
CONDITIONS = """
    d.process_id = $4 AND NOT d.deleted AND read.visible(d.owner_id, $1, $2, $3)
    AND ($5::integer IS NULL OR d.process_version = $5)
    AND ($6::uuid IS NULL OR d.owner_id = $6) AND ($7::uuid[] IS NULL OR d.owner_id = ANY($7))
    AND ($8::text IS NULL OR d.name ILIKE $8 OR c.name ILIKE $8)
"""
SUMS = """
SELECT d.stage, d.currency, max(d.stage_name) AS stage_name, max(d.category) AS category,
    max(d.stage_probability) AS probability, count(*) AS deals, sum(d.amount) AS amount
FROM read.deals d LEFT JOIN read.customers c ON c.id = d.customer_id WHERE {conditions}
GROUP BY d.stage, d.currency ORDER BY d.stage, d.currency
"""
CARD = """d.id, d.version, d.name, d.process_version, d.stage, d.probability,
    d.forecast_category, d.owner_id, p.name AS owner_name, d.customer_id, d.customer_name,
    d.amount, d.currency, d.expected_close, d.stage_entered_at, d.place"""
FIRST_CARDS = """
SELECT {card}
FROM unnest($9::text[]) AS s(key)
CROSS JOIN LATERAL (
    SELECT d.*, c.name AS customer_name, {key} AS place
    FROM read.deals d LEFT JOIN read.customers c ON c.id = d.customer_id
    WHERE {conditions} AND d.stage = s.key
    ORDER BY {key} {direction}, d.id {direction} LIMIT $10
) d
LEFT JOIN read.people p ON p.id = d.owner_id
ORDER BY d.stage, d.place {direction}, d.id {direction}
"""
MORE_CARDS = """
SELECT {card}
FROM (
    SELECT d.*, c.name AS customer_name, {key} AS place
    FROM read.deals d LEFT JOIN read.customers c ON c.id = d.customer_id
    WHERE {conditions} AND d.stage = $9 AND ({key}, d.id) {beyond} ($10::{type}, $11::uuid)
    ORDER BY {key} {direction}, d.id {direction} LIMIT $12
) d
LEFT JOIN read.people p ON p.id = d.owner_id
ORDER BY d.place {direction}, d.id {direction}
"""


def _filled(sql: str, sort: Sort) -> str:
    """The cards in one order; every word put in is one of ours, never from a request."""
    key, type_ = ORDERS[sort]
    words = {"conditions": CONDITIONS, "card": CARD, "key": key, "type": type_}
    words |= {"beyond": "<", "direction": "DESC"} if sort.startswith("-") else {"beyond": ">", "direction": "ASC"}
    for word, meaning in words.items():
        sql = sql.replace("{" + word + "}", meaning)
    return sql


SUMS_SQL = SUMS.replace("{conditions}", CONDITIONS)
FIRST_CARDS_SQL: Mapping[Sort, str] = {sort: _filled(FIRST_CARDS, sort) for sort in ORDERS}
MORE_CARDS_SQL: Mapping[Sort, str] = {sort: _filled(MORE_CARDS, sort) for sort in ORDERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """Which deals stand on the board; None = does not matter.

    `team`: the ids of its people; `text`: part of the name of the deal or its customer.
    """

    process_id: UUID
    process_version: int | None = None
    owner_id: UUID | None = None
    team: Sequence[UUID] | None = None
    text: str | None = None

    @property
    def arguments(self) -> tuple[object, ...]:
        """$4 to $8."""
        return self.process_id, self.process_version, self.owner_id, self.team, containing(self.text)


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
    """A deal as the board shows it; `place`: what it is ordered by."""

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
    place: object


class Board:
    """The deals of one process by stage, as far as a scope reaches."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def whole(
        self, scope: Scope, wanted: BoardFilter, stage: str | None, limit: int, sort: Sort = "-stage_entered_at"
    ) -> tuple[list[Sum], list[CardRow]]:
        """The sums of all stages, and up to `limit` cards of each one (or only of `stage`), of one moment."""
        arguments = (*scope.arguments, *wanted.arguments)
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            sums = [Sum(**row) for row in await connection.fetch(SUMS_SQL, *arguments)]
            shown = {found.stage for found in sums} & ({stage} if stage else {found.stage for found in sums})
            cards = await connection.fetch(FIRST_CARDS_SQL[sort], *arguments, list(shown), limit) if limit else []
        return sums, [CardRow(**row) for row in cards]

    async def more(
        self,
        scope: Scope,
        wanted: BoardFilter,
        stage: str,
        *,
        after: Sequence[object],
        limit: int,
        sort: Sort = "-stage_entered_at",
    ) -> list[CardRow]:
        """Further cards of one stage; `after` is (place, id) of the last one seen."""
        arguments = (*scope.arguments, *wanted.arguments, stage, *after, limit)
        return [CardRow(**row) for row in await self._pool.fetch(MORE_CARDS_SQL[sort], *arguments)]
