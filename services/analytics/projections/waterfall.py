"""Why the pipeline is worth something else now: from one instant to another in bars that always add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from services.analytics.projections.coins import OWN, Worth, worth
from services.analytics.projections.figures import exactly
from services.analytics.projections.grouping import Cut, Group, Grouping, grouping
from services.analytics.projections.pipeline_moves import BARS, Basis, Stretch, at
from services.analytics.projections.report import Question, Report
from services.analytics.projections.rollup import whole_months
from services.analytics.projections.selection import OF_SINGLE_DEALS, REGION, over_deals
from services.analytics.projections.standing import standing
from services.analytics.projections.summed_moves import can_sum_moves, days_of, single_moves, summed_moves

Bar = Literal[
    "start", "new", "reopened", "pulled_in", "increased", "owner_in", "restored", "corrected_in", "currency_in",
    "decreased", "won", "lost", "pushed_out", "pulled_out_early", "owner_out", "removed", "corrected_out",
    "currency_out", "exchange", "end",
]  # fmt: skip
PATH = "/api/v1/reports/waterfall"
DEFINITION = (
    "The value of open deals that are expected to close inside the close window (without one: of all open deals), from "
    "one instant to another, per currency: start + the contributions of all bars = end, exactly. basis=net compares "
    "the two end states of each deal; basis=gross adds up every single event, also what was taken back later. new: "
    "opened since; reopened: was won or lost; restored: was deleted; owner_in, owner_out: came to, or left, the owners "
    "asked for or seen; corrected_in, corrected_out: came under, or left, the other filters; pulled_in: was expected "
    "outside the window; pushed_out: is expected after it or on no day; pulled_out_early: before it; won and lost with "
    "the amount at closing, the difference stands in increased or decreased first; currency_out, currency_in: its "
    "amount changed its currency; removed: deleted. What was opened and closed in between is new and won or lost. "
    "exchange (money=base at the rates of the events only): the part of a difference that comes from another rate. "
    "group_by tells each group as if that alone were asked about: a deal that goes to another is in owner_out or "
    "corrected_out of the one and owner_in or corrected_in of the other. By product a deal counts whole for each "
    "product that it has lines of: each product's bars balance by themselves, and together they are more than the "
    "whole. There are no stages and no months to be grouped by: those are what moves. "
    "rates=<day>: the bars of the deals' own money, each at the rate of that day; what has none stays as it is. "
    "Between any two instants a net answer over all open deals, and a gross one over them or a close window of whole "
    "months, comes out of kept sums, for everybody or by process and currency, in the deals' own money: milliseconds, "
    "however long the history. A net one with a close window, and any with other filters, known_at, money=base at the "
    "rates of the events or a narrower sight, reads the deals that changed in between: the same bars, in a time that "
    "grows with those."
)
STANDING = f"""
, stood AS (
  SELECT s.{{currency}} AS currency, s.{{amount}} AS amount, s.expected_close, s.process_id, s.process_version,
    s.credited_owner_id AS owner_id, s.product_id, s.source, {REGION} AS region
  FROM selected s WHERE s.closed_at IS NULL AND s.{{currency}} IS NOT NULL
)
SELECT count(*) AS deals, coalesce(sum(s.amount), 0) AS amount, {{by}} FROM stood s
WHERE coalesce($17::date IS NULL AND $18::date IS NULL
  OR s.expected_close BETWEEN coalesce($17::date, '-infinity') AND coalesce($18::date, 'infinity'), false)
GROUP BY {{by}}
"""  # noqa: S608
ORDER: tuple[Bar, ...] = get_args(Bar)


@dataclass(frozen=True, slots=True, kw_only=True)
class BarFigure:
    """A bar: what it adds to the end (`contribution`, negative where it takes away) and how many deals or events.

    `drill_events` is None for start and end, which no event is in.
    """

    bar: Bar
    contribution: str
    amount: str
    count: int
    drill: str
    drill_events: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyWaterfall:
    """The bars of one currency, of all deals or those of one group, from start to end."""

    group: str | None
    group_id: UUID | None
    currency: str
    start: str
    end: str
    bars: list[BarFigure]


@dataclass(frozen=True, kw_only=True)
class Waterfall(Report):
    """The answer; `from_instant` itself is not in it, `to_instant` None = now."""

    basis: Basis
    money: Literal["own", "base"]
    rates: str | None
    group_by: str | None
    from_instant: datetime
    to_instant: datetime | None
    close_from: date | None
    close_to: date | None
    currencies: list[CurrencyWaterfall]


Place = tuple[Group, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked."""

    question: Question
    stretch: Stretch
    basis: Basis


async def waterfall(question: Question, stretch: Stretch, basis: Basis, group_by: Grouping | None = None) -> Waterfall:
    """Answer all of it from one snapshot."""
    coins = stretch.coins
    valued, told = await worth(question, coins), replace(stretch, coins=OWN) if stretch.is_own else stretch
    asked, cut = Asked(question, stretch, basis), await grouping(question, group_by)
    found: dict[Place, dict[str, Any]] = defaultdict(dict)
    for bar, instant in (("start", stretch.start), ("end", stretch.end)):
        for row in await _stood(at(question, instant), told, cut):
            _put(found, (cut.of(row), bar), row, valued)
    for row in await _moved(question, told, basis, group_by):
        _put(found, (cut.keyed(row["key"]) if group_by else Group(), row["bar"]), row, valued)
    return Waterfall(
        **question.about(DEFINITION),
        basis=basis,
        money=coins.money,
        rates=coins.rates,
        group_by=group_by,
        from_instant=stretch.start,
        to_instant=stretch.end,
        close_from=stretch.close_from,
        close_to=stretch.close_to,
        currencies=[_currency(asked, place, found[place]) for place in sorted(found, key=_rank)],
    )


def _rank(place: Place) -> tuple[Any, ...]:
    group, currency = place
    return (group.name is None, group.name or "", str(group.id), currency)


def _put(found: dict[Place, dict[str, Any]], where: tuple[Group, str], row: Any, valued: Worth) -> None:
    """Add the sum of a group's bar, at the rates of the day that is asked for."""
    group, bar = where
    amount, currency = valued.of(row) if valued.coins.day else (row["amount"], row["currency"])
    one = found[group, str(currency)].setdefault(bar, {"deals": 0, "amount": Decimal(0)})
    one["deals"] += row["deals"]
    one["amount"] += amount


async def _moved(question: Question, stretch: Stretch, basis: Basis, group_by: Grouping | None) -> list[Any]:
    """The bars between start and end, out of kept sums where they know them, else deal by deal."""
    days = days_of(stretch, ZoneInfo(question.selection.time_zone))
    if days is None or not can_sum_moves(question, stretch, basis, group_by):
        return await single_moves(question, stretch, basis, group_by)
    return await summed_moves(question, stretch, days, basis, group_by)


async def _stood(question: Question, stretch: Stretch, cut: Cut) -> list[dict[str, Any]]:
    """What open deals were worth at the question's instant per currency and the cut's columns.

    Out of kept sums where months are whole and sums know the columns.
    """
    first, last = stretch.close_from, stretch.close_to
    currency, amount = ("currency", "amount") if stretch.is_own else ("base_currency", "base_amount")
    if not question.summable() or not whole_months(first, last) or OF_SINGLE_DEALS & set(cut.columns):
        by = ", ".join(("currency", *cut.columns))
        statement = over_deals(STANDING.format(currency=currency, amount=amount, by=by), cut.columns)
        return [dict(row) for row in await question.rows(statement, first, last)]
    months = ("close_month",) if first or last else ()  # nobody's: far fewer cells
    rows = await standing(question, "category", *months, currency, *cut.columns)
    return [
        {**row, "currency": row[currency], "amount": row[amount] or 0}
        for row in rows
        if _is_open_in(row, first, last) and row[currency] is not None
    ]


def _is_open_in(row: Any, first: date | None, last: date | None) -> bool:
    """Whether a sum is of open deals that are expected to close in these months."""
    if row["category"] in ("won", "lost"):
        return False
    if first is None and last is None:
        return True
    month = row["close_month"]
    return month is not None and (first or month) <= month <= (last or month)


def _currency(asked: Asked, place: Place, rows: Mapping[str, Any]) -> CurrencyWaterfall:
    group, currency = place
    start, end = (rows[bar]["amount"] if bar in rows else Decimal(0) for bar in ("start", "end"))
    return CurrencyWaterfall(
        group=group.name,
        group_id=group.id,
        currency=currency,
        start=exactly(start, currency),
        end=exactly(end, currency),
        bars=[_bar(asked, place, bar, rows[bar]) for bar in ORDER if bar in rows],
    )


def _bar(asked: Asked, place: Place, bar: Bar, row: Any) -> BarFigure:
    group, currency = place
    opened = {**group.drill, "bar": bar, "basis": asked.basis, "bar_currency": currency}
    return BarFigure(
        bar=bar,
        contribution=exactly(row["amount"], currency),
        amount=exactly(abs(row["amount"]), currency),
        count=row["deals"],
        drill=address(asked.question, asked.stretch, "bar", **opened),
        drill_events=address(asked.question, asked.stretch, "events", **opened) if bar in BARS else None,
    )


def address(question: Question, stretch: Stretch, list_: str, **further: Any) -> str:
    """The address of a list behind a bar, with everything that was asked."""
    selection = question.selection
    filters = {k: v for k, v in selection.filters.query().items() if k not in ("from", "to")}
    instants = {"from_instant": stretch.start, "to_instant": stretch.end, "known_at": selection.known_at}
    told = {name: at.isoformat() for name, at in instants.items() if at}
    window = {"close_from": stretch.close_from, "close_to": stretch.close_to}
    money = {"money": "base" if stretch.coins.base else None, "rates": stretch.coins.day}
    wanted = {**filters, **told, **window, **money, **further}
    return f"{PATH}/{list_}?{urlencode({k: v for k, v in wanted.items() if v is not None}, doseq=True)}"
