"""Why the pipeline is worth something else now: from one instant to another in bars that always add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from services.analytics.projections.coins import OWN, Worth, worth
from services.analytics.projections.figures import exactly
from services.analytics.projections.pipeline_moves import BARS, Basis, Stretch, at, moved
from services.analytics.projections.report import Question, Report
from services.analytics.projections.rollup import whole_months
from services.analytics.projections.selection import over_deals
from services.analytics.projections.standing import standing
from services.analytics.projections.summed_moves import SUMS_OF_BARS, can_sum_moves, days_of, summed_moves

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
    "rates=<day>: the bars of the deals' own money, each at the rate of that day; what has none stays as it is. "
    "Between any two instants a net answer over all open deals, and a gross one over them or a close window of whole "
    "months, comes out of kept sums, for everybody or by process and currency, in the deals' own money: milliseconds, "
    "however long the history. A net one with a close window, and any with other filters, known_at, money=base at the "
    "rates of the events or a narrower sight, reads the deals that changed in between: the same bars, in a time that "
    "grows with those."
)
STANDING = """
SELECT s.{0} AS currency, count(*) AS deals, coalesce(sum(s.{1}), 0) AS amount FROM selected s
WHERE s.closed_at IS NULL AND s.{0} IS NOT NULL AND coalesce($17::date IS NULL AND $18::date IS NULL
  OR s.expected_close BETWEEN coalesce($17::date, '-infinity') AND coalesce($18::date, 'infinity'), false)
GROUP BY 1
"""
ORDER: tuple[Bar, ...] = get_args(Bar)


@dataclass(frozen=True, slots=True, kw_only=True)
class BarFigure:
    """A bar: what it adds to the end (`contribution`, negative where it takes away) and how many deals or events."""

    bar: Bar
    contribution: str
    amount: str
    count: int
    drill: str
    drill_events: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyWaterfall:
    """The bars of one currency, from start to end."""

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
    from_instant: datetime
    to_instant: datetime | None
    close_from: date | None
    close_to: date | None
    currencies: list[CurrencyWaterfall]


async def waterfall(question: Question, stretch: Stretch, basis: Basis) -> Waterfall:
    """Answer all of it from one snapshot."""
    coins = stretch.coins
    valued, told = await worth(question, coins), replace(stretch, coins=OWN) if stretch.is_own else stretch
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for bar, rows in (
        ("start", await _stood(at(question, stretch.start), told)),
        ("end", await _stood(at(question, stretch.end), told)),
        (None, await _moved(question, told, basis)),
    ):
        for row in rows:
            _put(found, bar or row["bar"], row, valued)
    return Waterfall(
        **question.about(DEFINITION),
        basis=basis,
        money=coins.money,
        rates=coins.rates,
        from_instant=stretch.start,
        to_instant=stretch.end,
        close_from=stretch.close_from,
        close_to=stretch.close_to,
        currencies=[_currency(question, stretch, basis, one, found[one]) for one in sorted(found)],
    )


def _put(found: dict[str, dict[str, Any]], bar: str, row: Any, valued: Worth) -> None:
    """Add the sum of a bar, at the rates of the day that is asked for."""
    amount, currency = valued.of(row) if valued.coins.day else (row["amount"], row["currency"])
    one = found[str(currency)].setdefault(bar, {"deals": 0, "amount": Decimal(0)})
    one["deals"] += row["deals"]
    one["amount"] += amount


async def _moved(question: Question, stretch: Stretch, basis: Basis) -> list[Any]:
    """The bars between start and end, out of kept sums where they know them, else deal by deal."""
    days = days_of(stretch, ZoneInfo(question.selection.time_zone))
    if days is None or not can_sum_moves(question, stretch, basis):
        return await moved(question, stretch, basis, SUMS_OF_BARS)
    return await summed_moves(question, stretch, days, basis)


async def _stood(question: Question, stretch: Stretch) -> list[dict[str, Any]]:
    """What open deals were worth at the question's instant per currency: out of kept sums where months are whole."""
    first, last = stretch.close_from, stretch.close_to
    currency, amount = ("currency", "amount") if stretch.is_own else ("base_currency", "base_amount")
    if not question.summable() or not whole_months(first, last):
        return [dict(row) for row in await question.rows(over_deals(STANDING.format(currency, amount)), first, last)]
    rows = await standing(question, "category", "close_month", currency)
    return _summed([row for row in rows if _is_open_in(row, first, last)], currency, amount)


def _is_open_in(row: Any, first: date | None, last: date | None) -> bool:
    """Whether a sum is of open deals that are expected to close in these months."""
    month = row["close_month"]
    if row["category"] in ("won", "lost") or (month is None and (first or last)):
        return False
    return month is None or (first or month) <= month <= (last or month)


def _summed(rows: Sequence[Any], currency: str, amount: str) -> list[dict[str, Any]]:
    sums: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row[currency] is not None:
            one = sums.setdefault(row[currency], {"currency": row[currency], "deals": 0, "amount": Decimal(0)})
            one["deals"] += row["deals"]
            one["amount"] += row[amount] or 0
    return list(sums.values())


def _currency(
    question: Question, stretch: Stretch, basis: Basis, currency: str, rows: Mapping[str, Any]
) -> CurrencyWaterfall:
    figures = [_bar(question, stretch, basis, currency, bar, rows[bar]) for bar in ORDER if bar in rows]
    start, end = (rows[bar]["amount"] if bar in rows else Decimal(0) for bar in ("start", "end"))
    return CurrencyWaterfall(
        currency=currency, start=exactly(start, currency), end=exactly(end, currency), bars=figures
    )


def _bar(question: Question, stretch: Stretch, basis: Basis, currency: str, bar: Bar, row: Any) -> BarFigure:
    opened = {"bar": bar, "basis": basis, "bar_currency": currency}
    is_move = bar in BARS
    return BarFigure(
        bar=bar,
        contribution=exactly(row["amount"], currency),
        amount=exactly(abs(row["amount"]), currency),
        count=row["deals"],
        drill=address(question, stretch, "bar", **opened),
        drill_events=address(question, stretch, "events", **opened) if is_move else None,
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
