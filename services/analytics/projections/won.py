"""What was won: by close quarter, by the owner at closing and by product; one figure per currency."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.closings import closings
from services.analytics.projections.coins import OWN, SAYS, Coins, Worth, worth
from services.analytics.projections.figures import money
from services.analytics.projections.grouping import DatedGrouping, grouping
from services.analytics.projections.report import Question, Report
from services.analytics.projections.won_products import won_products

DEFINITION = (
    "Sum of the amounts of deals won in the period (by the day they were won), per currency. An owner is who owned the "
    "deal when it was won. By product, a deal's amount is shared out over its lines in proportion to quantity x "
    "unit price, to the last unit of the currency; deals without lines stand under no product. group_by also cuts the "
    "whole by other things; in groups by product a deal counts whole for each product that it has lines of."
    + SAYS
    + " by_product stays in the deals' own currencies."
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


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigure(Figure):
    """Of one group."""

    group: str | None
    group_id: UUID | None


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
    money: Literal["own", "base"]
    rates: str | None
    group_by: str | None
    groups: list[GroupFigure]


@dataclass(frozen=True, slots=True)
class Asked:
    """The question and the money that is asked for."""

    question: Question
    worth: Worth

    async def sums(self, *by: str, by_owner: bool = False) -> list[Any]:
        """Sums of won deals by these columns and all that their money needs."""
        paid = ("currency", "base_currency") if self.worth.coins.base else ("currency",)
        return await closings(self.question, *by, *paid, by_owner=by_owner, only="won")

    def valued(self, rows: Iterable[Any], name: str, of: Callable[[Any], Any]) -> list[dict[str, Any]]:
        """Sums per currency and what `of` tells rows apart by, which is called `name`; without an amount none."""
        sums: dict[tuple[Any, str], tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
        for row in rows:
            amount, currency = self.worth.of(row)
            if currency is not None:
                deals, before = sums[of(row), currency]
                sums[of(row), currency] = (deals + row["deals"], before + amount)
        return [
            {name: key, "currency": currency, "deals": deals, "amount": amount}
            for (key, currency), (deals, amount) in sums.items()
        ]


async def won_value(question: Question, coins: Coins = OWN, group_by: DatedGrouping | None = None) -> WonValue:
    """Answer all of it from one snapshot."""
    asked = Asked(question, await worth(question, coins))
    split = await _values(asked, None)
    return WonValue(
        **question.about(DEFINITION),
        total=split.total,
        by_quarter=split.by_quarter,
        by_owner=split.by_owner,
        by_product=await by_product(question),
        money=coins.money,
        rates=coins.rates,
        group_by=group_by,
        groups=await _groups(asked, group_by) if group_by else [],
    )


async def values(question: Question, most: int | None = None) -> Values:
    """The whole by currency, by quarter ascending and by owner descending, at `most` so many owners per currency."""
    return await _values(Asked(question, Worth(OWN, {})), most)


async def _values(asked: Asked, most: int | None) -> Values:
    quarters = asked.valued(await asked.sums(QUARTER), "quarter", itemgetter("quarter"))
    owners = asked.valued(await asked.sums("owner_id", by_owner=True), "owner_id", itemgetter("owner_id"))
    found = await asked.question.connection.fetch(NAMES, [one["owner_id"] for one in owners])
    names = {row["id"]: row["name"] for row in found}
    by_quarter = sorted(quarters, key=lambda row: (row["quarter"], -row["amount"], row["currency"]))
    return Values(
        total=[Figure(**_sum(asked, row)) for row in _totals(quarters)],
        by_quarter=[_quarter(asked, row) for row in by_quarter],
        by_owner=[_owner(asked, row, names) for row in _first(owners, names, most)],
    )


async def _groups(asked: Asked, group_by: DatedGrouping) -> list[GroupFigure]:
    """By falling value; months and quarters in their order."""
    cut = await grouping(asked.question, group_by)
    rows = asked.valued(await asked.sums(*cut.columns, by_owner=cut.by_owner), "group", cut.of)
    rows.sort(key=lambda row: _called(row) if cut.is_dated else (row["currency"], -row["amount"], _called(row)))
    return [
        GroupFigure(group=group.name, group_id=group.id, **_sum(asked, row, **group.drill))
        for row in rows
        for group in (row["group"],)
    ]


def _called(row: Any) -> tuple[Any, ...]:
    group = row["group"]
    return (group.name is None, group.name or "", str(group.id), row["currency"])


def _first(owners: Sequence[Any], names: Mapping[UUID, str], most: int | None) -> list[Any]:
    """The owners' rows by falling value, cut off in each currency."""
    seen: Counter[str] = Counter()
    first = []
    for row in sorted(owners, key=lambda row: _place(row, names)):
        seen[row["currency"]] += 1
        if most is None or seen[row["currency"]] <= most:
            first.append(row)
    return first


def _totals(quarters: Sequence[Any]) -> list[dict[str, Any]]:
    """The quarters' sums added up, one per currency."""
    sums: dict[str, dict[str, Any]] = {}
    for row in quarters:
        one = sums.setdefault(row["currency"], {"currency": row["currency"], "deals": 0, "amount": Decimal(0)})
        one["deals"], one["amount"] = one["deals"] + row["deals"], one["amount"] + row["amount"]
    return [sums[currency] for currency in sorted(sums)]


def _place(row: Any, names: Mapping[UUID, str]) -> tuple[Any, ...]:
    """By falling value, then by name; nobody last."""
    owner, name = row["owner_id"], names.get(row["owner_id"])
    return (-row["amount"], name is None, name or "", owner is None, str(owner), row["currency"])


async def by_product(question: Question) -> list[ProductFigure]:
    """The won value by product, descending."""
    asked = Asked(question, Worth(OWN, {}))
    return [_product(asked, row) for row in await won_products(question)]


def quarter_name(first_day: date) -> str:
    """Such as 2017-Q1."""
    return f"{first_day.year}-Q{(first_day.month + 2) // 3}"


def quarter_within(first_day: date, bounds: Sequence[date | None]) -> dict[str, date]:
    """The part of a quarter inside the asked period, as `from` and `to`."""
    in_next_quarter = first_day + timedelta(days=93)
    last_day = in_next_quarter.replace(day=1) - timedelta(days=1)
    return {"from": max(first_day, bounds[0] or first_day), "to": min(last_day, bounds[1] or last_day)}


def _sum(asked: Asked, row: Any, **narrower: Any) -> dict[str, Any]:
    printed = money(row["amount"], row["currency"])
    own = {} if asked.worth.coins.base else {"currency": row["currency"]}
    drill = asked.question.selection.drill(**{"category": "won", "by": "closed"} | own | narrower)
    return {"amount": printed.amount, "currency": printed.currency, "deals": row["deals"], "drill": drill}


def _quarter(asked: Asked, row: Any) -> QuarterFigure:
    filters = asked.question.selection.filters
    bounds = quarter_within(row["quarter"], (filters.from_date, filters.to_date))
    return QuarterFigure(quarter=quarter_name(row["quarter"]), **_sum(asked, row, **bounds))


def _owner(asked: Asked, row: Any, names: Mapping[UUID, str]) -> OwnerFigure:
    narrower = {"owner": row["owner_id"]} if row["owner_id"] else {"without_owner": "true"}
    return OwnerFigure(owner=names.get(row["owner_id"]), owner_id=row["owner_id"], **_sum(asked, row, **narrower))


def _product(asked: Asked, row: Any) -> ProductFigure:
    narrower = {"product": row["product_id"]} if row["product_id"] else {"without_product": "true"}
    return ProductFigure(product=row["product"], product_id=row["product_id"], **_sum(asked, row, **narrower))
