"""Which deals there are: by filter, in an order, page by page; and which of them somebody may touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

import asyncpg

from services.pipeline.projections.deals import COLUMNS, DealRow
from services.pipeline.projections.scope import Scope

Sort = Literal[
    "updated_at", "-updated_at", "opened_at", "-opened_at", "name", "-name", "amount", "-amount",
    "expected_close", "-expected_close",
]  # fmt: skip

# What a sort compares; a deal without an amount or expected close stands where nothing, or never, would.
KEYS: Mapping[str, tuple[str, str]] = {
    "updated_at": ("d.updated_at", "timestamptz"),
    "opened_at": ("d.opened_at", "timestamptz"),
    "name": ("lower(d.name)", "text"),
    "amount": ("coalesce(d.amount, -1)", "numeric"),
    "expected_close": ("coalesce(d.expected_close, date '9999-12-30')", "date"),
}

CONDITIONS = """
    read.visible(d.owner_id, $1, $2, $3)
    AND d.deleted = $4
    AND ($5::uuid IS NULL OR d.owner_id = $5)
    AND ($6::uuid[] IS NULL OR d.owner_id = ANY($6))
    AND ($7::uuid IS NULL OR d.customer_id = $7)
    AND ($8::uuid IS NULL OR d.process_id = $8)
    AND ($9::text IS NULL OR d.stage = $9)
    AND ($10::text IS NULL OR d.category = $10)
    AND ($11::text IS NULL OR d.lines @> jsonb_build_array(jsonb_build_object('product_id', $11)))
    AND ($12::text IS NULL OR d.currency = $12)
    AND ($13::date IS NULL OR d.expected_close >= $13)
    AND ($14::date IS NULL OR d.expected_close <= $14)
    AND ($15::text IS NULL OR d.name ILIKE $15 OR c.name ILIKE $15)
    AND ($16::text IS NULL OR d.forecast_category = $16)
"""
LIST = """
SELECT {columns}, c.name AS customer_name, p.name AS owner_name, {key} AS sort_key
FROM read.deals d LEFT JOIN read.customers c ON c.id = d.customer_id LEFT JOIN read.people p ON p.id = d.owner_id
WHERE {conditions} AND ($17::{type} IS NULL OR ({key}, d.id) {beyond} ($17, $18::uuid))
ORDER BY {key} {direction}, d.id {direction} LIMIT $19
"""
ONE = """
SELECT {columns}, c.name AS customer_name, p.name AS owner_name
FROM read.deals d LEFT JOIN read.customers c ON c.id = d.customer_id LEFT JOIN read.people p ON p.id = d.owner_id
WHERE d.id = $4 AND NOT d.deleted AND read.visible(d.owner_id, $1, $2, $3)
"""
TOUCHED = """
SELECT d.id, d.process_id, d.process_version, d.currency, d.deleted, read.visible(d.owner_id, $1, $2, $3) AS visible
FROM read.deals d WHERE d.id = ANY($4)
"""
NAMES = """
SELECT (SELECT name FROM read.customers WHERE id = $1) AS customer_name,
    (SELECT name FROM read.people WHERE id = $2) AS owner_name
"""
COLUMNS_OF_D = ", ".join(f"d.{column.strip()}" for column in COLUMNS.split(","))


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFilter:
    """Which deals are asked for; None = does not matter. `team`: the ids of its people."""

    owner_id: UUID | None = None
    team: Sequence[UUID] | None = None
    customer_id: UUID | None = None
    process_id: UUID | None = None
    stage: str | None = None
    category: str | None = None
    product_id: UUID | None = None
    currency: str | None = None
    closes_from: date | None = None
    closes_to: date | None = None
    text: str | None = None
    forecast_category: str | None = None
    deleted: bool = False

    @property
    def arguments(self) -> tuple[object, ...]:
        """$4 to $16 of the list."""
        return (
            self.deleted,
            self.owner_id,
            self.team,
            self.customer_id,
            self.process_id,
            self.stage,
            self.category,
            self.product_id and str(self.product_id),
            self.currency,
            self.closes_from,
            self.closes_to,
            containing(self.text),
            self.forecast_category,
        )


@dataclass(frozen=True, slots=True)
class Touched:
    """What a write has to know of a deal first: whether the caller may see it and which process version it is on."""

    visible: bool
    deleted: bool
    process_id: UUID
    process_version: int
    currency: str | None


@dataclass(frozen=True, slots=True)
class NamedDeal:
    """A deal with the names that other streams hold, and where it stands in the list's order."""

    deal: DealRow
    customer_name: str | None
    owner_name: str | None
    sort_key: object = None


class DealList:
    """The deals as they are now, as far as a scope reaches."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def page(
        self, scope: Scope, wanted: DealFilter, sort: Sort, *, after: Sequence[object] | None, limit: int
    ) -> list[NamedDeal]:
        """In the order of `sort`; `after` is the (sort key, id) of the last deal seen."""
        after = after or (None, None)
        rows = await self._pool.fetch(LISTS[sort], *scope.arguments, *wanted.arguments, *after, limit)
        return [_named(row) for row in rows]

    async def one(self, scope: Scope, deal_id: UUID) -> NamedDeal | None:
        """The deal, unless it is deleted or out of reach."""
        row = await self._pool.fetchrow(ONE_DEAL, *scope.arguments, deal_id)
        return _named(row) if row else None

    async def named(self, deal: DealRow) -> NamedDeal:
        """A deal, of the past perhaps, with today's names."""
        (row,) = await self._pool.fetch(NAMES, deal.customer_id, deal.owner_id)
        return NamedDeal(deal, **row)

    async def touched(self, scope: Scope, ids: Collection[UUID]) -> dict[UUID, Touched]:
        """Those of the ids that are deals, deleted and invisible ones too."""
        rows = await self._pool.fetch(TOUCHED, *scope.arguments, ids) if ids else []
        return {
            row["id"]: Touched(
                row["visible"], row["deleted"], row["process_id"], row["process_version"], row["currency"]
            )
            for row in rows
        }


def containing(text: str | None) -> str | None:
    """A pattern for names that contain the text as it is."""
    if text is None:
        return None
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literal}%"


def _ordered(sort: str) -> str:
    """The list in one order; every word put in is one of ours, never from a request."""
    key, type_ = KEYS[sort.removeprefix("-")]
    descending = sort.startswith("-")
    words = {"columns": COLUMNS_OF_D, "conditions": CONDITIONS, "key": key, "type": type_}
    words |= {"beyond": "<", "direction": "DESC"} if descending else {"beyond": ">", "direction": "ASC"}
    return _filled(LIST, words)


def _filled(sql: str, words: Mapping[str, str]) -> str:
    for word, meaning in words.items():
        sql = sql.replace("{" + word + "}", meaning)
    return sql


LISTS: Mapping[str, str] = {sort: _ordered(sort) for key in KEYS for sort in (key, f"-{key}")}
ONE_DEAL = _filled(ONE, {"columns": COLUMNS_OF_D})


def _named(row: asyncpg.Record) -> NamedDeal:
    values = dict(row)
    names = {name: values.pop(name, None) for name in ("customer_name", "owner_name", "sort_key")}
    return NamedDeal(DealRow(**values), **names)
