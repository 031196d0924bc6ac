"""What each change adds to the net bars of every stretch around it, so that a net waterfall is a few cells.

Let M(x, y) be the bars of a deal that goes from state x to y at once. A deal's net bars of a stretch are M(x, y) of its
first and its last state. When it changes from s to t, they change by G(x) = M(x, t) - M(x, s), where x is what it was
when the stretch began: something else for each day of its course. Kept is the difference of G from one such day
(`since`) to the next, by that day and the day of the change. So the sum of all cells with `since` and `bucket` inside a
stretch is M(x, y): over `since` all but the first state of the stretch cancels out, over `bucket` all but the last.

Kept for all deals, on whatever day they are expected to close: by months of that the cells would be six times as many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

from services.analytics.projections.deal_row import Step, Worth
from services.analytics.projections.movements import MEASURES, parts
from services.analytics.projections.rollup import Cells, Rollup

Bars: TypeAlias = dict[tuple[str, str], list[int]]
NET_MOVEMENTS = Rollup(
    "net_movement",
    dims=(("since_grain", '"char"'), ("since", "date"), ("process_id", "uuid"), ("bar", "text"), ("currency", "text")),
    measures=MEASURES,
    owners=False,
)
ROLLUPS = (NET_MOVEMENTS,)


def add(cells: Sequence[Cells], step: Step, zone: ZoneInfo) -> None:
    """Add what the step changes in the bars since each day of the deal's course and since today."""
    before, after = step.before, step.after
    course = before.course if before else ()
    if course is after.course:
        return
    day, process = step.recorded.occurred_at.astimezone(zone).date(), after.process_id
    for since, bar, currency, sums in _since(course, after.course[-1], day, zone):
        for place in ((b"d", since), (b"m", since.replace(day=1))):
            cells[0].add(day, None, (*place, process, bar, currency), sums)


def _since(
    course: Sequence[Worth], then: Worth, day: date, zone: ZoneInfo
) -> Iterator[tuple[date, str, str, tuple[int, int]]]:
    """Each day of the course and today, bar, currency, and (deals, amount) of the difference to the next such day."""
    last = course[-1] if course else None
    if last is not None and _only_closes(course, then):
        yield day, then.category, last.currency or "", (1, -then.value)
        return
    ends = {one.since.astimezone(zone).date(): one for one in course}  # each day with the state at its end
    starts = dict(zip(dict.fromkeys((*ends, day)), [None, *ends.values()], strict=False))
    turns = [*(_turn(start, last, then) for start in starts.values()), Bars()]
    for since, (bars, later) in zip(starts, pairwise(turns), strict=True):
        for place in bars.keys() | later.keys():
            one, other = bars.get(place, (0, 0)), later.get(place, (0, 0))
            if one[0] != other[0] or one[1] != other[1]:
                yield since, *place, (one[0] - other[0], one[1] - other[1])


def _only_closes(course: Sequence[Worth], then: Worth) -> bool:
    """Whether an open deal closes at the amount it had: since whatever day that is one bar, the same for all days."""
    last = course[-1]
    same = then.value == last.value and then.currency == last.currency and last.currency is not None
    return (
        same and not then.deleted and then.closed_at is not None and not any(w.deleted or w.closed_at for w in course)
    )


def _turn(start: Worth | None, last: Worth | None, then: Worth) -> Bars:
    """G(start): M(start, then) - M(start, last)."""
    bars: Bars = defaultdict(lambda: [0, 0])
    for end, sign in ((then, 1), (last, -1)):
        if end is not None and end is not start:
            for (bar, _, _, currency), deals, amount in parts(start, end):
                sums = bars[bar, currency]
                sums[0] += sign * deals
                sums[1] += sign * amount
    return bars
