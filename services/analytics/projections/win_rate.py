"""How often we win what is decided, by count and by value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.closings import closings
from services.analytics.projections.coins import OWN, Coins, Worth, worth
from services.analytics.projections.figures import money, ratio
from services.analytics.projections.grouping import DatedGrouping, Group, grouping
from services.analytics.projections.report import Question, Report
from services.analytics.projections.won import NAMES, QUARTER, quarter_name, quarter_within

DEFINITION = (
    "won / (won + lost) among the deals closed in the period, by the day they were closed; open deals do not count. "
    "By count, and by value per currency: won amounts / (won amounts + amounts of lost deals when they were lost)."
)


NONE = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Won and lost deals and the share of the won ones; None where nothing was decided."""

    won: int
    lost: int
    win_rate: str | None
    drill_won: str
    drill_lost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterRate(Rate):
    """Of one close quarter."""

    quarter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRate(Rate):
    """Of one owner at closing; None = nobody."""

    owner: str | None
    owner_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRate:
    """By value, in one currency."""

    currency: str
    won: str
    lost: str
    win_rate: str | None
    drill_won: str
    drill_lost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRate(Rate):
    """Of one group."""

    group: str | None
    group_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class WinRate(Report):
    """The answer."""

    by_count: Rate
    by_value: list[ValueRate]
    by_quarter: list[QuarterRate]
    by_owner: list[OwnerRate]
    money: Literal["own", "base"]
    rates: str | None
    group_by: str | None
    groups: list[GroupRate]


async def win_rate(question: Question, coins: Coins = OWN, group_by: DatedGrouping | None = None) -> WinRate:
    """Answer all of it from one snapshot."""
    valued = await worth(question, coins)
    months = await closings(question, "category", QUARTER, "currency", "base_currency")
    owners = await closings(question, "category", "owner_id", by_owner=True)
    names = {row["id"]: row["name"] for row in await question.connection.fetch(NAMES, [o["owner_id"] for o in owners])}
    return WinRate(
        **question.about(DEFINITION),
        by_count=Rate(**_rate(question, _counts(months))),
        by_value=_values(question, months, valued),
        by_quarter=[_quarter(question, quarter, rows) for quarter, rows in _split(months, "quarter")],
        by_owner=sorted(
            (_owner(question, owner, names, rows) for owner, rows in _split(owners, "owner_id")), key=_most_won
        ),
        money=coins.money,
        rates=coins.rates,
        group_by=group_by,
        groups=await _groups(question, group_by) if group_by else [],
    )


async def _groups(question: Question, group_by: DatedGrouping) -> list[GroupRate]:
    cut = await grouping(question, group_by)
    groups: dict[Group, list[Any]] = {}
    for row in await closings(question, "category", *cut.columns, by_owner=cut.by_owner):
        groups.setdefault(cut.of(row), []).append(row)
    found = [
        GroupRate(group=group.name, group_id=group.id, **_rate(question, _counts(rows), **group.drill))
        for group, rows in groups.items()
    ]
    dated = cut.is_dated
    return sorted(found, key=lambda one: (dated or -one.won, one.group is None, one.group or "", str(one.group_id)))


async def by_count(question: Question) -> str | None:
    """The one number."""
    counts = _counts(await closings(question, "category"))
    return ratio(counts["won"], counts["won"] + counts["lost"])


def _split(rows: Sequence[Any], column: str) -> list[tuple[Any, list[Any]]]:
    """The rows per value of a column, by rising value; without a value last."""
    ranked = sorted(rows, key=lambda row: (row[column] is None, str(row[column])))
    return [(value, list(some)) for value, some in groupby(ranked, key=itemgetter(column))]


def _counts(rows: Sequence[Any], measure: str = "deals") -> dict[str, Any]:
    return {how: sum(row[measure] for row in rows if row["category"] == how) for how in ("won", "lost")}


def _most_won(rate: OwnerRate) -> tuple[Any, ...]:
    return (-rate.won, rate.owner is None, rate.owner or "", rate.owner_id is None, str(rate.owner_id))


def _drills(question: Question, **narrower: Any) -> dict[str, str]:
    drill = question.selection.drill
    return {f"drill_{how}": drill(**{"category": how, "by": "closed"} | narrower) for how in ("won", "lost")}


def _rate(question: Question, counts: Mapping[str, int], **narrower: Any) -> dict[str, Any]:
    won, lost = counts["won"], counts["lost"]
    return {"won": won, "lost": lost, "win_rate": ratio(won, won + lost), **_drills(question, **narrower)}


def _values(question: Question, rows: Sequence[Any], valued: Worth) -> list[ValueRate]:
    won, lost = (valued.total(row for row in rows if row["category"] == how) for how in ("won", "lost"))
    currencies = sorted({*won, *lost})
    return [
        _value(question, one, (won.get(one, NONE), lost.get(one, NONE)), base=valued.coins.base) for one in currencies
    ]


def _value(question: Question, currency: str, amounts: tuple[Decimal, Decimal], *, base: bool) -> ValueRate:
    won, lost = amounts
    return ValueRate(
        currency=currency,
        won=money(won, currency).amount,
        lost=money(lost, currency).amount,
        win_rate=ratio(won, won + lost),
        **_drills(question, **({} if base else {"currency": currency})),
    )


def _quarter(question: Question, first_day: date, rows: Sequence[Any]) -> QuarterRate:
    asked = question.selection.filters
    bounds = quarter_within(first_day, (asked.from_date, asked.to_date))
    return QuarterRate(quarter=quarter_name(first_day), **_rate(question, _counts(rows), **bounds))


def _owner(question: Question, owner: UUID | None, names: Mapping[UUID, str], rows: Sequence[Any]) -> OwnerRate:
    narrower = {"owner": owner} if owner else {"without_owner": "true"}
    name = names.get(owner) if owner else None
    return OwnerRate(owner=name, owner_id=owner, **_rate(question, _counts(rows), **narrower))
