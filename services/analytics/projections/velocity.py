"""How fast open deals turn into money: deals x mean won amount x win rate / days of a sales cycle."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.closings import closings
from services.analytics.projections.coins import SAYS, Coins, Worth, worth
from services.analytics.projections.figures import mean, money, ratio
from services.analytics.projections.grouping import Group, Grouping, grouping
from services.analytics.projections.report import Question, Report
from services.analytics.projections.standing import standing

DEFINITION = (
    "Open deals now x mean amount of the won deals x win rate / mean days from opening to winning = money per day, per "
    "currency of the deals. Open deals are those of now (or as of); amount, win rate and days are those of the deals "
    "closed in the period, without `from` in the trailing months: from the first day of the month so many months ago. "
    "In groups by product a deal counts whole for each product that it has lines of; there are no months, because what "
    "is open is of one instant." + SAYS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """The four factors of one currency and one group, and what they make; None where nothing was won.

    `drill`: the open deals; `drill_won` and `drill_lost`: those that amount, win rate and days are of.
    """

    group: str | None
    group_id: UUID | None
    currency: str
    open_deals: int
    mean_won: str | None
    win_rate: str | None
    mean_days: str | None
    per_day: str | None
    drill: str
    drill_won: str
    drill_lost: str


@dataclass(frozen=True, kw_only=True)
class Velocity(Report):
    """The answer; `closed_from`: first day of the closings that are looked at."""

    money: Literal["own", "base"]
    rates: str | None
    group_by: str | None
    closed_from: date | None
    speeds: list[Speed]


async def velocity(
    question: Question, today: date, trailing_months: int, coins: Coins, group_by: Grouping | None
) -> Velocity:
    """Answer all of it from one snapshot."""
    valued, cut = await worth(question, coins), await grouping(question, group_by)
    first = question.selection.filters.from_date or _months_before(today, trailing_months)
    filters = replace(question.selection.filters, from_date=first)
    trailing = replace(question, selection=replace(question.selection, filters=filters))
    columns = ("category", "currency", "base_currency", *cut.columns)
    places: dict[tuple[Group, str], list[Any]] = defaultdict(list)
    for row in await closings(trailing, *columns, by_owner=cut.by_owner):
        places[cut.of(row), valued.of(row)[1] or ""].append(row)
    standing_deals: dict[tuple[Group, str], int] = defaultdict(int)
    for row in await standing(question, *columns):
        if row["category"] not in ("won", "lost"):
            standing_deals[cut.of(row), valued.of(row)[1] or ""] += row["deals"]
    found = [
        _speed(trailing, place, standing_deals[place], places[place], valued)
        for place in {*places, *standing_deals}
        if place[1]
    ]
    return Velocity(
        **question.about(DEFINITION),
        money=coins.money,
        rates=coins.rates,
        group_by=group_by,
        closed_from=first,
        speeds=sorted(found, key=lambda one: (one.group is None, one.group or "", str(one.group_id), one.currency)),
    )


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(max(year, 1), month + 1, 1)


def _speed(question: Question, place: tuple[Group, str], open_deals: int, rows: list[Any], valued: Worth) -> Speed:
    group, currency = place
    won_rows = [row for row in rows if row["category"] == "won"]
    won, closed = sum(row["deals"] for row in won_rows), sum(row["deals"] for row in rows)
    days, value = sum(row["days"] for row in won_rows), valued.total(won_rows).get(currency, Decimal(0))
    # open x (value / won) x (won / closed) / (days / won), divided once
    per_day = Decimal(open_deals) * value * won / (Decimal(closed) * days) if closed and days else None
    own = {} if valued.coins.base else {"currency": currency}
    return Speed(
        group=group.name,
        group_id=group.id,
        currency=currency,
        open_deals=open_deals,
        mean_won=money(value / won, currency).amount if won else None,
        win_rate=ratio(won, closed),
        mean_days=mean(days, won),
        per_day=None if per_day is None else money(per_day, currency).amount,
        drill=question.selection.drill(by="any", category=("open", "on_hold"), **own, **group.drill),
        drill_won=question.selection.drill(by="closed", category="won", **own, **group.drill),
        drill_lost=question.selection.drill(by="closed", category="lost", **own, **group.drill),
    )
