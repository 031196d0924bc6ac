"""What was won: by close quarter, by the owner at closing and by product; one figure per currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from services.analytics.projections.closings import closings
from services.analytics.projections.figures import money
from services.analytics.projections.report import Question, Report
from services.analytics.projections.won_products import won_products

DEFINITION = (
    "Sum of the amounts of deals won in the period (by the day they were won), per currency. An owner is who owned the "
    "deal when it was won. By product, a deal's amount is shared out over its lines in proportion to quantity x "
    "unit price, to the last unit of the currency; deals without lines stand under no product."
)

QUARTER = "date_trunc('quarter', bucket)::date AS quarter"
NAMES = "SELECT id, name FROM read.person WHERE id = ANY($1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A sum in one currency, how many deals are in it and where they are listed."""

    amount: str
    currency: str
    deals: int
    drill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterFigure(Figure):
    """Of one quarter, such as 2017-Q1."""

    quarter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerFigure(Figure):
    """Of one owner; None = nobody."""

    owner: str | None
    owner_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFigure(Figure):
    """Of one product; None = no product."""

    product: str | None
    product_id: UUID | None


@dataclass(frozen=True, slots=True)
class Values:
    """The won value, whole and split two ways."""

    total: list[Figure]
    by_quarter: list[QuarterFigure]
    by_owner: list[OwnerFigure]


@dataclass(frozen=True, kw_only=True)
class WonValue(Report):
    """The answer."""

    total: list[Figure]
    by_quarter: list[QuarterFigure]
    by_owner: list[OwnerFigure]
    by_product: list[ProductFigure]


async def won_value(question: Question) -> WonValue:
    """Answer all of it from one snapshot."""
    split = await values(question)
    return WonValue(
        **question.about(DEFINITION),
        total=split.total,
        by_quarter=split.by_quarter,
        by_owner=split.by_owner,
        by_product=await by_product(question),
    )


async def values(question: Question, most: int | None = None) -> Values:
    """The whole by currency, by quarter ascending and by owner descending, at `most` so many owners per currency."""
    quarters = _paid(await closings(question, QUARTER, "currency", only="won"))
    owners = _paid(await closings(question, "owner_id", "currency", by_owner=True, only="won"))
    names = {row["id"]: row["name"] for row in await question.connection.fetch(NAMES, [o["owner_id"] for o in owners])}
    by_quarter = sorted(quarters, key=lambda row: (row["quarter"], -row["amount"], row["currency"]))
    return Values(
        total=[Figure(**_sum(question, row)) for row in _totals(quarters)],
        by_quarter=[_quarter(question, row) for row in by_quarter],
        by_owner=[_owner(question, row, names) for row in _first(owners, names, most)],
    )


def _first(owners: Sequence[Any], names: Mapping[UUID, str], most: int | None) -> list[Any]:
    """The owners' rows by falling value, cut off in each currency."""
    seen: Counter[str] = Counter()
    first = []
    for row in sorted(owners, key=lambda row: _place(row, names)):
        seen[row["currency"]] += 1
        if most is None or seen[row["currency"]] <= most:
            first.append(row)
    return first


def _paid(rows: Sequence[Any]) -> list[Any]:
    return [row for row in rows if row["currency"] is not None]


def _totals(quarters: Sequence[Any]) -> list[dict[str, Any]]:
    """The quarters' sums added up, one per currency."""
    by_currency = groupby(sorted(quarters, key=itemgetter("currency")), key=itemgetter("currency"))
    return [
        {"currency": currency, "deals": sum(row["deals"] for row in rows), "amount": sum(row["amount"] for row in rows)}
        for currency, rows in ((currency, list(some)) for currency, some in by_currency)
    ]


def _place(row: Any, names: Mapping[UUID, str]) -> tuple[Any, ...]:
    """By falling value, then by name; nobody last."""
    owner, name = row["owner_id"], names.get(row["owner_id"])
    return (-row["amount"], name is None, name or "", owner is None, str(owner), row["currency"])


async def by_product(question: Question) -> list[ProductFigure]:
    """The won value by product, descending."""
    return [_product(question, row) for row in await won_products(question)]


def quarter_name(first_day: date) -> str:
    """Such as 2017-Q1."""
    return f"{first_day.year}-Q{(first_day.month + 2) // 3}"


def quarter_within(first_day: date, bounds: Sequence[date | None]) -> dict[str, date]:
    """The part of a quarter inside the asked period, as `from` and `to`."""
    in_next_quarter = first_day + timedelta(days=93)
    last_day = in_next_quarter.replace(day=1) - timedelta(days=1)
    return {"from": max(first_day, bounds[0] or first_day), "to": min(last_day, bounds[1] or last_day)}


def _sum(question: Question, row: Any, **narrower: Any) -> dict[str, Any]:
    amount: Decimal = row["amount"]
    printed = money(amount, row["currency"])
    drill = question.selection.drill(**{"category": "won", "by": "closed", "currency": row["currency"]} | narrower)
    return {"amount": printed.amount, "currency": printed.currency, "deals": row["deals"], "drill": drill}


def _quarter(question: Question, row: Any) -> QuarterFigure:
    asked = question.selection.filters
    bounds = quarter_within(row["quarter"], (asked.from_date, asked.to_date))
    return QuarterFigure(quarter=quarter_name(row["quarter"]), **_sum(question, row, **bounds))


def _owner(question: Question, row: Any, names: Mapping[UUID, str]) -> OwnerFigure:
    narrower = {"owner": row["owner_id"]} if row["owner_id"] else {"without_owner": "true"}
    return OwnerFigure(owner=names.get(row["owner_id"]), owner_id=row["owner_id"], **_sum(question, row, **narrower))


def _product(question: Question, row: Any) -> ProductFigure:
    narrower = {"product": row["product_id"]} if row["product_id"] else {"without_product": "true"}
    return ProductFigure(product=row["product"], product_id=row["product_id"], **_sum(question, row, **narrower))
