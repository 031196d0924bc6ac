"""What is going to be won: open deals by forecast category and month of expected close, beside what was won already."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.closings import closings
from services.analytics.projections.coins import SAYS, Worth, worth
from services.analytics.projections.figures import money, ratio
from services.analytics.projections.forecast_lists import COMMITTED, SUMMED, Every, Lists, Place, Wish, lists
from services.analytics.projections.grouping import WHOLE, Group, grouping
from services.analytics.projections.pipeline_moves import at
from services.analytics.projections.report import Question, Report
from services.analytics.projections.standing import standing

IS_OPEN = "category IN ('open', 'on_hold')"
OPEN = ("pipeline", "best_case", "most_likely", "commit", "omitted")
DEFINITION = (
    "Open deals by forecast category (the deal's own, else its stage's) in the month or quarter in which they are "
    "expected to close, raw and weighted (amount x probability), and as closed what was won in it. Cumulative: "
    "commit_total = closed + commit, most_likely_total = that + most_likely, best_case_total = that + best_case; "
    "open_pipeline = pipeline + best_case + most_likely + commit; omitted is in none of them; weighted_total = closed "
    "+ the weighted amounts of open_pipeline. Periods of `from` and `to` are whole months. accuracy = "
    "1 - |forecast - actual| / actual, forecast = commit_total as it stood at `accuracy_at`, actual = closed now. In "
    "groups by product a deal counts whole for each product that it has lines of; by stage, what is closed is in a "
    "group of its own without a name, because it stands in no stage any more." + SAYS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFigure:
    """The deals of one forecast category."""

    forecast_category: str
    deals: int
    amount: str
    weighted: str
    drill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodForecast:
    """A period, of everybody or one group, in one currency; `period` None = no expected close.

    Each total has a link to the deals that are summed in it.
    """

    period: str | None
    group: str | None
    group_id: UUID | None
    currency: str
    categories: list[CategoryFigure]
    commit_total: str
    most_likely_total: str
    best_case_total: str
    open_pipeline: str
    weighted_total: str
    drill_commit_total: str
    drill_most_likely_total: str
    drill_best_case_total: str
    drill_open_pipeline: str
    drill_weighted_total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How good the forecast for a period was; the deals that were in it then, and those that were won."""

    period: str
    currency: str
    forecast: str
    actual: str
    accuracy: str | None
    drill_forecast: str
    drill_actual: str


@dataclass(frozen=True, kw_only=True)
class Forecast(Report):
    """The answer."""

    every: Every
    money: Literal["own", "base"]
    rates: str | None
    group_by: str | None
    periods: list[PeriodForecast]
    accuracy_at: datetime | None
    accuracy: list[Accuracy]


Sums = dict[str, tuple[int, Decimal, Decimal]]


async def forecast(question: Question, wish: Wish) -> Forecast:
    """Answer all of it from one snapshot."""
    valued = await worth(question, wish.coins)
    found = await _sums(question, wish, valued)
    everywhen = at(question, question.selection.as_of)
    return Forecast(
        **question.about(DEFINITION),
        every=wish.every,
        money=wish.coins.money,
        rates=wish.coins.rates,
        group_by=wish.group_by,
        periods=[_period(everywhen, wish, place, found[place]) for place in sorted(found, key=_rank)],
        accuracy_at=wish.accuracy_at,
        accuracy=await _accuracy(question, wish, valued) if wish.accuracy_at else [],
    )


async def _sums(question: Question, wish: Wish, valued: Worth) -> dict[Place, Sums]:
    """(deals, amount, weighted) per category in each place."""
    asked, cut = question.selection.filters, await grouping(question, wish.group_by)
    everywhen = at(question, question.selection.as_of)
    found: dict[Place, Sums] = defaultdict(dict)
    columns = ("category", "close_month", "forecast_category", "currency", "base_currency")
    for row in await standing(everywhen, *columns, *cut.columns, where=IS_OPEN):
        category = "commit" if row["forecast_category"] == "closed" else row["forecast_category"]
        _put(found, (row["close_month"], cut.of(row)), category, row, valued, wish.every)
    decided = WHOLE if cut.by == "stage" else cut
    by = ("date_trunc('month', bucket)::date AS close_month", "currency", "base_currency", *decided.columns)
    for row in await closings(everywhen, *by, by_owner=cut.by_owner, only="won"):
        _put(found, (row["close_month"], decided.of(row)), "closed", row, valued, wish.every)
    first, last = (day and _first_day(day, wish.every) for day in (asked.from_date, asked.to_date))
    return {
        place: sums
        for place, sums in found.items()
        if (place[0] is None and not first and not last)
        or (place[0] is not None and (first or place[0]) <= place[0] <= (last or place[0]))
    }


def _put(found: Any, where: tuple[date | None, Group], category: str, row: Any, valued: Worth, every: Every) -> None:
    amount, currency = valued.of(row)
    if currency is None:
        return
    weighted = amount if category == "closed" else valued.of(row, "weighted")[0]
    place = (where[0] and _first_day(where[0], every), where[1], currency)
    deals, before, weighed = found[place].get(category, (0, Decimal(0), Decimal(0)))
    found[place][category] = (deals + row["deals"], before + amount, weighed + weighted)


def _first_day(day: date, every: Every) -> date:
    month = day.month if every == "month" else (day.month - 1) // 3 * 3 + 1
    return day.replace(day=1, month=month)


def _rank(place: Place) -> tuple[Any, ...]:
    period, group, currency = place
    return (period is None, period or date.min, group.name is None, group.name or "", str(group.id), currency)


def _totals(sums: Sums) -> dict[str, Decimal]:
    raw = defaultdict(Decimal, {category: amount for category, (_, amount, _) in sums.items()})
    weighted = sum((each for category, (_, _, each) in sums.items() if category != "omitted"), Decimal(0))
    commit = raw["closed"] + raw["commit"]
    likely = commit + raw["most_likely"]
    pipeline = sum((raw[name] for name in OPEN if name != "omitted"), Decimal(0))
    return {
        "commit_total": commit,
        "most_likely_total": likely,
        "best_case_total": likely + raw["best_case"],
        "open_pipeline": pipeline,
        "weighted_total": weighted,
    }


def _period(question: Question, wish: Wish, place: Place, sums: Sums) -> PeriodForecast:
    (first, group, currency), listed = place, lists(question, wish, place)
    return PeriodForecast(
        period=_name(first, wish.every) if first else None,
        group=group.name,
        group_id=group.id,
        currency=currency,
        categories=[_category(listed, name, sums[name]) for name in ("closed", *OPEN) if name in sums],
        **{name: money(amount, currency).amount for name, amount in _totals(sums).items()},
        **{f"drill_{name}": listed.summed(name) for name in SUMMED},
    )


def _category(listed: Lists, name: str, sums: tuple[int, Decimal, Decimal]) -> CategoryFigure:
    currency = listed.place[2]
    return CategoryFigure(
        forecast_category=name,
        deals=sums[0],
        amount=money(sums[1], currency).amount,
        weighted=money(sums[2], currency).amount,
        drill=listed.of(*(COMMITTED if name == "commit" else (name,))),
    )


def _name(first: date, every: Every) -> str:
    return f"{first:%Y-%m}" if every == "month" else f"{first.year}-Q{(first.month + 2) // 3}"


async def _accuracy(question: Question, wish: Wish, valued: Worth) -> list[Accuracy]:
    whole = replace(wish, group_by=None)
    then_asked = replace(question, selection=replace(question.selection, as_of=wish.accuracy_at))
    then, now = await _sums(then_asked, whole, valued), await _sums(question, whole, valued)
    places = sorted({place for place in (*then, *now) if place[0] is not None}, key=_rank)
    return [_compared(question, whole, place, (then.get(place, {}), now.get(place, {}))) for place in places]


def _compared(question: Question, wish: Wish, place: Place, sums: tuple[Sums, Sums]) -> Accuracy:
    (first, _, currency), (then, now) = place, sums
    said, came = _totals(then)["commit_total"], now.get("closed", (0, Decimal(0), Decimal(0)))[1]
    missed = ratio(came - abs(said - came), came) if came else None
    return Accuracy(
        period=_name(first or date.min, wish.every),
        currency=currency,
        forecast=money(said, currency).amount,
        actual=money(came, currency).amount,
        accuracy=missed,
        drill_forecast=lists(at(question, wish.accuracy_at), wish, place).summed("commit_total"),
        drill_actual=lists(at(question, question.selection.as_of), wish, place).of("closed"),
    )
