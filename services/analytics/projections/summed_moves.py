"""A waterfall's bars out of kept sums: a few cells, whatever the stretch's length and however many deals there are.

The sums are of whole days. A stretch that begins or ends inside a day is first asked for whole days, each end moved to
the nearest midnight; then the deals that changed between an end and its midnight, half a day's at most, are told by
themselves: as they count in the whole days, taken away, and as they count in the stretch, added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from services.analytics.projections.grouping import Grouping
from services.analytics.projections.movements import MOVEMENTS
from services.analytics.projections.net_movements import NET_MOVEMENTS
from services.analytics.projections.pipeline_moves import Basis, Split, Stretch, changed_in, moved, moved_of
from services.analytics.projections.report import Question
from services.analytics.projections.rollup import FIRST_DAY, LAST_DAY, Spans, in_spans, spans, whole_months
from services.analytics.projections.rollup_levels import Level

MICROSECOND, DAY = timedelta(microseconds=1), timedelta(days=1)
SUMS_OF_BARS = """
SELECT bar, money AS currency, {key} AS key, count(*) AS deals, sum(contribution) AS amount FROM bar GROUP BY 1, 2, 3
"""
NO_KEY = "NULL::text"
DUE = (
    "coalesce($5::date IS NULL AND $6::date IS NULL "
    "OR {} BETWEEN coalesce($5, '-infinity') AND coalesce($6, 'infinity'), false)"
)
# $1 processes, $2 currencies, $3 $4 the days, $5 $6 the close window.
GROSS = f"""
SELECT CASE WHEN bar = 'pushed_out' AND month_too < $5 THEN 'pulled_out_early' ELSE bar END AS bar, currency,
  {{key}} AS key, sum(deals)::bigint AS deals, sum(amount) AS amount
FROM ({{cells}}) c
WHERE ($1::uuid[] IS NULL OR c.process_id = ANY($1))
  AND ($2::text[] IS NULL OR currency = ANY($2)) AND {DUE.format("month")}
  AND {DUE.format("month_too")} = (bar <> 'pushed_out')
GROUP BY 1, 2, 3 HAVING sum(deals) <> 0
"""  # noqa: S608
# $5 to $7 the days or months since when.
NET = """
SELECT c.bar, c.currency, {key} AS key, sum(c.deals)::bigint AS deals, sum(c.amount) AS amount
FROM ({cells}) c
WHERE ($1::uuid[] IS NULL OR c.process_id = ANY($1)) AND ($2::text[] IS NULL OR c.currency = ANY($2))
GROUP BY 1, 2, 3 HAVING sum(c.deals) <> 0 OR sum(c.amount) <> 0
"""
# Each place is looked up by itself (OFFSET 0): as one range Postgres would read everything that lies between the first
# and the last. No later than the last month that there is, and no earlier than the first.
NET_CELLS = """
SELECT found.* FROM (SELECT min(bucket) AS first, max(bucket) AS last FROM read.{months}) kept
CROSS JOIN LATERAL generate_series(
  greatest(($3::date[])[{at}], kept.first)::timestamp, least(($4::date[])[{at}], kept.last + 30)::timestamp,
  interval '1 {grain}'
) AS later(bucket)
CROSS JOIN unnest($5::text[], $6::date[], $7::date[]) AS earlier(grain, first, last)
CROSS JOIN LATERAL (
  SELECT * FROM read.{cells} n WHERE n.bucket = later.bucket::date AND n.since_grain = earlier.grain::"char"
    AND n.since BETWEEN earlier.first AND earlier.last OFFSET 0
) found
"""


@dataclass(frozen=True, slots=True)
class Days:
    """The whole days nearest to a stretch (`last` None = up to now)."""

    first: date
    last: date | None
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The last instant before them."""
        return _midnight(self.first, self.zone) - MICROSECOND

    @property
    def end(self) -> datetime | None:
        """Their last instant."""
        return None if self.last is None else _midnight(self.last + DAY, self.zone) - MICROSECOND


def can_sum_moves(question: Question, stretch: Stretch, basis: Basis, group_by: Grouping | None) -> bool:
    """Whether kept sums know the bars: of everybody's deals in their own money, together or by process.

    Gross also with a close window of whole months.
    """
    if (
        group_by not in (None, "process")
        or not stretch.is_own
        or not question.summable("owner", "team", "process_version")
    ):
        return False
    first, last = stretch.close_from, stretch.close_to
    return whole_months(first, last) if basis == "gross" else first is None and last is None


def days_of(stretch: Stretch, zone: ZoneInfo) -> Days | None:
    """The whole days nearest to a stretch; None where it is not as long as one."""
    first = _nearest(stretch.start + MICROSECOND, zone)
    last = None if stretch.end is None else _nearest(stretch.end + MICROSECOND, zone) - DAY
    return Days(first, last, zone) if last is None or first <= last else None


async def single_moves(question: Question, stretch: Stretch, basis: Basis, group_by: Grouping | None) -> list[Any]:
    """The bars of a stretch out of single deals: bar, currency, key, deals (gross: events) and amount."""
    return await moved(question, stretch, basis, _sums(group_by), split=Split(group_by))


def _sums(group_by: Grouping | None) -> str:
    return SUMS_OF_BARS.format(key="key" if group_by else NO_KEY)


async def summed_moves(
    question: Question, stretch: Stretch, days: Days, basis: Basis, group_by: Grouping | None
) -> list[dict[str, Any]]:
    """The same out of kept sums."""
    whole = replace(stretch, start=days.start, end=days.end)
    rows = [(1, row) for row in await _of_days(question, stretch, days, basis, group_by)]
    if deals := await changed_in(question, _edges(stretch, whole)):
        for sign, one in ((-1, whole), (1, stretch)):
            told = await moved_of(question, one, basis, _sums(group_by), deals, Split(group_by))
            rows += [(sign, row) for row in told]
    bars: dict[tuple[str, str, str | None], dict[str, Any]] = {}
    for sign, row in rows:
        bar = bars.setdefault((row["bar"], row["currency"], row["key"]), {**row, "deals": 0, "amount": Decimal(0)})
        bar["deals"] += sign * row["deals"]
        bar["amount"] += sign * row["amount"]
    return [bar for bar in bars.values() if bar["deals"]]


async def _of_days(
    question: Question, stretch: Stretch, days: Days, basis: Basis, group_by: Grouping | None
) -> list[Any]:
    """The bars of the whole days."""
    asked, since = question.selection.filters, _since(days.first)
    later = since if days.last is None else spans(days.first, days.last, "month")
    narrowed = (asked.process or None, asked.currency or None, *later.arguments())
    key = "c.process_id::text" if group_by else NO_KEY
    if basis == "gross":
        gross = GROSS.format(key=key, cells=in_spans(MOVEMENTS, "all", later, 3))
        return await question.connection.fetch(gross, *narrowed, stretch.close_from, stretch.close_to)
    net = NET.format(key=key, cells=_net_cells(later))
    return await question.connection.fetch(net, *narrowed, [grain[0] for grain in since.grains], *since.arguments())


def _net_cells(later: Spans) -> str:
    """SQL of the cells of each later stretch: what changed in it in the bars since the days or months asked for."""
    months = NET_MOVEMENTS.table(Level("all", "month"))
    return " UNION ALL ".join(
        NET_CELLS.format(months=months, cells=NET_MOVEMENTS.table(Level("all", grain)), at=at, grain=grain)
        for at, grain in enumerate(later.grains, start=1)
    )


def _since(first: date) -> Spans:
    """The days up to the end of the month, if it is begun, and all months after."""
    day = max(first, FIRST_DAY)
    month = day if day.day == 1 else (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    rest = Spans(["month"], [month], [LAST_DAY])
    return rest if month == day else Spans(["day", *rest.grains], [day, *rest.firsts], [month - DAY, *rest.lasts])


def _edges(stretch: Stretch, whole: Stretch) -> Iterator[tuple[datetime, datetime]]:
    """What lies between the ends of a stretch and those of its days: after one instant, up to the other."""
    for one, other in ((stretch.start, whole.start), (stretch.end, whole.end)):
        if one and other and one != other:
            yield min(one, other), max(one, other)


def _nearest(instant: datetime, zone: ZoneInfo) -> date:
    """The day that begins at the midnight next to an instant."""
    day = instant.astimezone(zone).date()
    is_late = _midnight(day + DAY, zone) - instant < instant - _midnight(day, zone)
    return day + DAY if is_late else day


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone)
