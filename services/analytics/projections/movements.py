"""Every change of the pipeline's value by day, so that a gross waterfall of any stretch is a few cells.

A cell says what kind of turn the deals took (`turn`: a letter for each thing that is so, `-` where it is not) and from
which month of expected close to which: the bars that follow from that depend on the close window that is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from services.analytics.projections.deal_row import DealRow, Step, millionths
from services.analytics.projections.pipeline_moves import Stretch
from services.analytics.projections.report import Question
from services.analytics.projections.rollup import PROCESS, Cells, Rollup, whole_months
from services.analytics.projections.sums import summed

# k: it was known before, w: it counted then, d: it counts now, o: it was open, s: it is open, c: it was closed by this.
TURNS = "kwdosc"
DIMS = (
    ("turn", "text"),
    ("category", "text"),
    ("month_before", "date"),
    ("month_after", "date"),
    ("currency_before", "text"),
    ("currency_after", "text"),
)
MEASURES = ("value_before", "value_after", "up", "down")
MOVEMENTS = Rollup(
    "movement",
    dims=(*PROCESS, *DIMS),
    measures=(("deals", "bigint"), ("ups", "bigint"), ("downs", "bigint"), *((name, "numeric") for name in MEASURES)),
    owners=False,
)
ROLLUPS = (MOVEMENTS,)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Days:
    """The whole days of a stretch (None = open), and what is before and after them."""

    first: date
    last: date | None
    edges: tuple[Stretch, ...]


def add(cells: Sequence[Cells], step: Step, zone: ZoneInfo) -> None:
    """Count the turn that the deal took with what it was and is worth; nothing where no bar can follow from it."""
    before, after = step.before, step.after
    dims, values = _turn(before, after), (_value(before), _value(after))
    if before is None or dims[1] != dims[0] or values[0] != values[1]:
        moved = values[1] - values[0]
        sums = (1, int(moved > 0), int(moved < 0), *values, max(moved, 0), min(moved, 0))
        day = step.recorded.occurred_at.astimezone(zone).date()
        cells[0].add(day, None, (after.process_id, after.process_version, *_dims(before, after)), sums)


def can_sum_moves(question: Question, stretch: Stretch) -> bool:
    """Whether kept sums know the bars: of everybody's deals in their own money, with a close window of whole months."""
    known = question.summable("owner", "team", "process_version", "currency")
    return known and not stretch.base and whole_months(stretch.close_from, stretch.close_to)


def days_of(stretch: Stretch, zone: ZoneInfo) -> Days | None:
    """The whole days of a stretch; None where it has none."""
    first = (stretch.start + MICROSECOND).astimezone(zone)
    day = first.date() if first == _midnight(first.date(), zone) else first.date() + timedelta(days=1)
    last = None if stretch.end is None else (stretch.end + MICROSECOND).astimezone(zone).date() - timedelta(days=1)
    if last is not None and last < day:
        return None
    before = replace(stretch, end=_midnight(day, zone) - MICROSECOND)
    edges = [before] if before.end and before.end > stretch.start else []
    if last is not None:
        after = replace(stretch, start=_midnight(last + timedelta(days=1), zone) - MICROSECOND)
        edges += [after] if stretch.end and stretch.end > after.start else []
    return Days(day, last, tuple(edges))


async def summed_moves(question: Question, stretch: Stretch, days: Days) -> list[dict[str, Any]]:
    """The bars of the whole days: bar, currency, deals (events) and amount."""
    selection = question.selection
    filters = replace(selection.filters, from_date=days.first, to_date=days.last)
    whole = replace(question, selection=replace(selection, filters=filters, as_of=None))
    bars: dict[tuple[str, str], list[Any]] = defaultdict(lambda: [0, Decimal(0)])
    for cell in await summed(whole, MOVEMENTS, [name for name, _ in DIMS]):
        for bar, currency, count, amount in _bars(cell, stretch):
            if currency is not None and count:
                bars[bar, currency][0] += count
                bars[bar, currency][1] += amount
    return [{"bar": bar, "currency": c, "deals": n, "amount": amount} for (bar, c), (n, amount) in bars.items()]


def _bars(cell: Any, stretch: Stretch) -> Iterator[tuple[str, str | None, int, Decimal]]:
    """What a cell adds to which bars: as `PAIRS` in pipeline_moves says it of single changes."""
    known, was, will, was_open, is_open, was_closed = (letter in cell["turn"] for letter in TURNS)
    due, is_due = (_is_due(cell[month], stretch) for month in ("month_before", "month_after"))
    stood, stands, closes = was and was_open and due, will and is_open and is_due, will and was_closed
    before, after, deals = cell["currency_before"], cell["currency_after"], cell["deals"]
    if not stood and (stands or (closes and is_due)):
        how = "new" if not known else "restored" if not was else "pulled_in" if was_open else "reopened"
        yield how, after or before, deals, cell["value_after"]
    if stood and not stands and not closes:
        early = stretch.close_from is not None and cell["month_after"] is not None
        early = early and cell["month_after"] < stretch.close_from
        yield (
            "removed" if not will else "pulled_out_early" if early else "pushed_out",
            before,
            deals,
            -cell["value_before"],
        )
    if closes and (stood or is_due):
        yield cell["category"], after or before, deals, -cell["value_after"]
    if stood and (stands or closes):
        yield from _stayed(cell, before, after)


def _stayed(cell: Any, before: str | None, after: str | None) -> Iterator[tuple[str, str | None, int, Decimal]]:
    if before is not None and after is not None and before != after:
        yield "currency_out", before, cell["deals"], -cell["value_before"]
        yield "currency_in", after, cell["deals"], cell["value_after"]
        return
    yield "increased", after or before, cell["ups"], cell["up"]
    yield "decreased", after or before, cell["downs"], cell["down"]


def _is_due(month: date | None, stretch: Stretch) -> bool:
    first, last = stretch.close_from, stretch.close_to
    if first is None and last is None:
        return True
    return month is not None and (first or month) <= month <= (last or month)


def _turn(before: DealRow | None, after: DealRow) -> tuple[tuple[object, ...] | None, tuple[object, ...]]:
    """What of a deal decides the bars, before and after."""
    return None if before is None else _told(before), _told(after)


def _told(deal: DealRow) -> tuple[object, ...]:
    return deal.deleted, deal.closed_at, deal.currency, _month(deal)


def _dims(before: DealRow | None, after: DealRow) -> tuple[object, ...]:
    closed_by_this = after.closed_at is not None and (before is None or before.closed_at != after.closed_at)
    so = (
        before is not None,
        before is not None and not before.deleted,
        not after.deleted,
        before is not None and before.closed_at is None,
        after.closed_at is None,
        closed_by_this,
    )
    turn = "".join(letter if holds else "-" for letter, holds in zip(TURNS, so, strict=True))
    months = (None if before is None else _month(before), _month(after))
    return turn, after.category, *months, None if before is None else before.currency, after.currency


def _month(deal: DealRow) -> date | None:
    return None if deal.expected_close is None else date.fromisoformat(deal.expected_close).replace(day=1)


def _value(deal: DealRow | None) -> int:
    return 0 if deal is None else millionths(deal.amount)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone)
