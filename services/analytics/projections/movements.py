"""What a change from one state of a deal to another adds to which bars, summed by day, for any close window.

Whether a deal is expected inside a close window is known only when somebody asks. So a part of a bar keeps two months
of expected close and counts where both are in the window: "before or after" is the one, the other, less both. Only
`pushed_out` counts where the first is in the window and the second is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias
from zoneinfo import ZoneInfo

from services.analytics.projections.deal_row import DealRow, Step, Worth
from services.analytics.projections.rollup import Cells, Rollup

Month: TypeAlias = date | None
Part: TypeAlias = tuple[str, Month, Month, str]
BAR = (("bar", "text"), ("month", "date"), ("month_too", "date"), ("currency", "text"))
MEASURES = (("deals", "bigint"), ("amount", "numeric"))
MOVEMENTS = Rollup("movement", dims=(("process_id", "uuid"), *BAR), measures=MEASURES, owners=False)
ROLLUPS = (MOVEMENTS,)


def add(cells: Sequence[Cells], step: Step, zone: ZoneInfo) -> None:
    """Add what the step by itself adds to the bars, on the day of the event."""
    before, after = step.before, step.after
    if before is None or before.counts != after.counts or before.expected_close != after.expected_close:
        day = step.recorded.occurred_at.astimezone(zone).date()
        for part, deals, amount in parts(None if before is None else _worth(before), _worth(after)):
            cells[0].add(day, None, (after.process_id, *part), (deals, amount))


def _worth(deal: DealRow) -> Worth:
    return deal.worth(None if deal.expected_close is None else date.fromisoformat(deal.expected_close).replace(day=1))


def parts(before: Worth | None, after: Worth) -> Iterator[tuple[Part, int, int]]:
    """The parts of bars (bar, month, month_too, currency) with deals and amount in millionths: `PAIRS` says the same.

    A part without a currency is none. Deals and amounts may be negative.
    """
    for bar, months, currency, deals, amount in _parts(before, after):
        if currency is not None and (deals or amount):
            yield (bar, *months, currency), deals, amount


_Told: TypeAlias = tuple[str, tuple[Month, Month], str | None, int, int]


def _parts(before: Worth | None, after: Worth) -> Iterator[_Told]:
    stood = before is not None and not before.deleted and before.closed_at is None
    stands = not after.deleted and after.closed_at is None
    closed_before = None if before is None else before.closed_at
    closes = not after.deleted and after.closed_at is not None and after.closed_at != closed_before
    if stood and before is not None:
        yield from _of_standing(before, after, stands=stands, closes=closes)
    elif stands or closes:
        bar = "new" if before is None else "restored" if before.deleted else "reopened"
        now, currency = (after.month, after.month), after.currency or (before.currency if before else None)
        yield bar, now, currency, 1, after.value
        if closes:
            yield after.category, now, currency, 1, -after.value


def _of_standing(before: Worth, after: Worth, *, stands: bool, closes: bool) -> Iterator[_Told]:
    """Of a deal that was open: it may have been inside the window before, after, both times or never."""
    currency = after.currency or before.currency
    was, now, both = (before.month,) * 2, (after.month,) * 2, _both(before.month, after.month)
    if not stands and not closes:
        yield "removed", was, before.currency, 1, -before.value
        return
    yield from _difference(before, after, was if closes else both)
    if closes:
        yield after.category, was, currency, 1, -after.value
    if was != now:
        yield "pulled_in", now, currency, 1, after.value
        yield "pulled_in", both, currency, -1, -after.value
        if closes:
            yield after.category, now, currency, 1, -after.value
            yield after.category, both, currency, -1, after.value
        else:
            yield "pushed_out", (before.month, after.month), before.currency, 1, -before.value


def _difference(before: Worth, after: Worth, months: tuple[Month, Month]) -> Iterator[_Told]:
    if before.currency and after.currency and before.currency != after.currency:
        yield "currency_out", months, before.currency, 1, -before.value
        yield "currency_in", months, after.currency, 1, after.value
    elif moved := after.value - before.value:
        yield "increased" if moved > 0 else "decreased", months, after.currency or before.currency, 1, moved


def _both(one: Month, other: Month) -> tuple[Month, Month]:
    """In one order, so that equal conditions are one cell."""
    return (one, other) if (one or date.max) <= (other or date.max) else (other, one)
