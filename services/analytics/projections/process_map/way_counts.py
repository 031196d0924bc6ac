"""How many deals have gone each way, ever and by the month in which they were opened: the most frequent by an index.

There are as many ways as people can think of. How many of them there are is counted while they come and go.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from services.analytics.projections.process_map.case import MILLISECOND, Case, Changes
from services.analytics.projections.process_map.counting import EARLIEST, EVER, LATEST, Period
from services.analytics.projections.process_map.histograms import Histograms
from services.analytics.projections.rollup import whole_months
from shared.eventstore.read_model import Connection
from shared.mining.histogram import bucket_of

HISTOGRAMS = Histograms("process_way_histogram", (("path_id", "uuid"), ("level", "text"), ("period", "date")))
TIMED = ("ever", "month")  # a longer stretch is summed from its months: few ways are ever shown
# The index holds the order of magnitude, which seldom changes, so a way gone once more is written in its place.
TABLES = f"""
CREATE TABLE process_way (
  path_id uuid NOT NULL,
  level text NOT NULL,
  period date NOT NULL,
  process_id uuid NOT NULL,
  process_version int NOT NULL,
  deals bigint NOT NULL,
  closed bigint NOT NULL,
  ms bigint NOT NULL,
  magnitude int NOT NULL GENERATED ALWAYS AS (floor(2 * ln(greatest(deals, 1)::float8))) STORED,
  PRIMARY KEY (path_id, level, period)
) WITH (fillfactor = 85);
CREATE INDEX ON process_way (process_id, level, period, process_version, magnitude);
CREATE TABLE process_way_total (
  process_id uuid NOT NULL,
  level text NOT NULL,
  period date NOT NULL,
  process_version int NOT NULL,
  ways bigint NOT NULL,
  deals bigint NOT NULL,
  PRIMARY KEY (process_id, level, period, process_version)
) WITH (fillfactor = 85);
{HISTOGRAMS.table}
"""
ADD = """
WITH added AS (
  INSERT INTO process_way AS w (path_id, level, period, process_id, process_version, deals, closed, ms)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::date[], $4::uuid[], $5::int[], $6::bigint[], $7::bigint[],
    $8::bigint[])
  ON CONFLICT (path_id, level, period) DO UPDATE SET
    deals = w.deals + excluded.deals, closed = w.closed + excluded.closed, ms = w.ms + excluded.ms
  RETURNING w.process_id, w.level, w.period, w.process_version, old.path_id IS NULL AS new,
    w.deals - coalesce(old.deals, 0) AS more
)
INSERT INTO process_way_total AS t
SELECT process_id, level, period, process_version, count(*) FILTER (WHERE new), sum(more) FROM added
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT (process_id, level, period, process_version) DO UPDATE SET
  ways = t.ways + excluded.ways, deals = t.deals + excluded.deals
"""
FORGET = """
WITH forgotten AS (
  DELETE FROM process_way w USING unnest($1::uuid[], $2::text[], $3::date[]) AS less(path_id, level, period)
  WHERE (w.path_id, w.level, w.period) = (less.path_id, less.level, less.period) AND w.deals = 0
  RETURNING w.process_id, w.level, w.period, w.process_version
)
UPDATE process_way_total t SET ways = t.ways - f.ways
FROM (SELECT process_id, level, period, process_version, count(*) AS ways FROM forgotten GROUP BY 1, 2, 3, 4) f
WHERE (t.process_id, t.level, t.period, t.process_version) = (f.process_id, f.level, f.period, f.process_version)
"""
FORGET_TOTALS = """
DELETE FROM process_way_total t
USING (SELECT DISTINCT * FROM unnest($1::uuid[], $2::text[], $3::date[]) AS less(process_id, level, period)) less
WHERE (t.process_id, t.level, t.period) = (less.process_id, less.level, less.period) AND t.deals = 0
"""


class Gone:
    """What is added to one way in one stretch of time; the milliseconds are those of closed deals."""

    __slots__ = ("buckets", "closed", "deals", "ms", "process", "version")

    def __init__(self, case: Case) -> None:
        self.process, self.version = case.process_id, case.process_version
        self.deals = self.closed = self.ms = 0
        self.buckets: dict[int, int] = {}

    def add(self, wait: int | None, times: int, *, timed: bool) -> None:
        """A deal more, or one less; `wait`: the milliseconds until it was closed."""
        self.deals += times
        if wait is not None:
            self.closed += times
            self.ms += times * wait
            if timed:
                bucket = bucket_of(wait)
                self.buckets[bucket] = self.buckets.get(bucket, 0) + times


class WayCounts:
    """The differences that a batch makes, by way and stretch of time."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._ways: dict[tuple[UUID, str, date], Gone] = {}

    def add(self, case: Case, times: int) -> None:
        """Count a deal's way, or take it back with `times` = -1."""
        wait = None if case.closed_at is None else (case.closed_at - case.opened_at) // MILLISECOND
        for level, period in _stretches(case.opened_at.astimezone(self._zone).date()):
            key = (case.path_id, level, period)
            gone = self._ways.get(key)
            if gone is None:
                gone = self._ways[key] = Gone(case)
            gone.add(wait, times, timed=level in TIMED)

    async def save(self, connection: Connection) -> None:
        """Add what does not come to nothing, in the order of keys: two writers never wait for each other crosswise."""
        ways = sorted((key, gone) for key, gone in self._ways.items() if gone.deals or gone.closed or gone.ms)
        rows = [(*key, gone.process, gone.version, gone.deals, gone.closed, gone.ms) for key, gone in ways]
        if rows:
            await connection.execute(ADD, *zip(*rows, strict=True))
        if fewer := [row for row in rows if row[5] < 0]:
            await connection.execute(FORGET, *zip(*(row[:3] for row in fewer), strict=True))
            await connection.execute(FORGET_TOTALS, *zip(*((row[3], *row[1:3]) for row in fewer), strict=True))
        await HISTOGRAMS.add(connection, ((key, gone.buckets) for key, gone in sorted(self._ways.items())))


def ways_gone(changes: Changes, zone: ZoneInfo) -> WayCounts:
    """What has to be added so that every way counts what a batch made of the deals."""
    counts = WayCounts(zone)
    for case, times in changes.standing():
        counts.add(case, times)
    return counts


def stretches(first: date | None, last: date | None) -> list[Period] | None:
    """The fewest that are just the days from first to last; None where these are no whole months."""
    if first is None and last is None:
        return [("ever", EVER)]
    if not whole_months(first, last):
        return None
    return list(_covering(first or date(EARLIEST, 1, 1), last or date(LATEST, 12, 31)))


def _covering(day: date, last: date) -> Iterator[Period]:
    while day <= last:
        fitting = ((level, end) for level, length in LENGTHS.items() if (end := _end(day, length)) <= last)
        level, end = next((level, end) for level, end in fitting if (level, day) in _stretches(day))
        yield level, day
        day = end + timedelta(days=1)


LENGTHS = {"year": 12, "quarter": 3, "month": 1}


def _end(first: date, months: int) -> date:
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


@lru_cache(maxsize=5_000)
def _stretches(day: date) -> tuple[Period, ...]:
    """All that a day is in."""
    month, quarter = day.replace(day=1), day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return ("ever", EVER), ("year", day.replace(month=1, day=1)), ("quarter", quarter), ("month", month)
