"""The counts behind every answer: from cells where there are cells for the question, else deal by deal.

Counts, sums and means are exact. Percentiles come from histograms and are within 1 % (shared/mining/histogram.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from services.analytics.projections.process_map.asking import Asked, Conditions
from services.analytics.projections.process_map.case import WHOLE
from services.analytics.projections.process_map.counting import EARLIEST, EVER, LATEST
from services.analytics.projections.process_map.ends_then import ends_then
from services.analytics.projections.process_map.histograms import SUMMED, counts_of
from shared.mining.histogram import Histogram, bucket_sql

FLOWS = ("start", "step", "in", "out", "end", "cycle")
OPEN = ("open",)

# Ways are numbered, because there are many rows of histograms to sort: numbers are compared sooner than names. And the
# histograms are added up once: Postgres expects few cells, and would do it again for each way.
CELLS = f"""
WITH cell AS (
  SELECT c.*, dense_rank() OVER (ORDER BY c.kind, c.source, c.target) AS way FROM read.process_cell c
  WHERE c.process_id = $1 AND c.slice = ANY($2) AND c.kind = ANY($3)
    AND (c.level, c.period) IN (SELECT * FROM unnest($4::text[], $5::date[]))
    AND ($6::int IS NULL OR c.process_version = $6)
), counted AS MATERIALIZED (
  SELECT way, array_agg(part) AS parts, array_agg(numbers) AS numbers
  FROM (
    SELECT cell.way, h.part, {SUMMED} AS numbers
    FROM cell JOIN read.process_cell_histogram h ON h.cell_id = cell.id GROUP BY cell.way, h.part
  ) part GROUP BY way
)
SELECT kind, source, target, n, n_case, n_reach, ms, parts, numbers
FROM (
  SELECT way, kind, source, target, sum(n)::bigint AS n, sum(n_case)::bigint AS n_case,
    sum(n_reach)::bigint AS n_reach, sum(ms)::bigint AS ms
  FROM cell GROUP BY way, kind, source, target
) summed LEFT JOIN counted USING (way)
"""  # noqa: S608 - constants

MIXES = """
SELECT slice FROM read.process_mix
WHERE ($1::text[] IS NULL OR source = ANY($1)) AND ($2::text[] IS NULL OR region = ANY($2))
  AND ($3::text[] IS NULL OR currency = ANY($3))
"""
WAITED = "trunc(extract(epoch FROM c.closed_at - c.opened_at) * 1000)::bigint"
STEPS = """
WITH entered AS (
  SELECT c.path_id, u.ord::int AS ord, {bucket} AS bucket, count(*) AS n, sum(u.wait) AS ms
  FROM {deals} CROSS JOIN LATERAL unnest(c.ats, c.waits) WITH ORDINALITY AS u(at, wait, ord)
  WHERE {where}
  GROUP BY 1, 2, 3
), told AS (
  SELECT s.kind, s.source, s.target, CASE WHEN s.kind = 'step' THEN e.bucket END AS bucket, sum(e.n)::bigint AS n,
    sum(e.n * s.n_case)::bigint AS n_case, sum(e.n * s.n_reach)::bigint AS n_reach,
    CASE WHEN s.kind = 'step' THEN sum(e.ms)::bigint ELSE 0 END AS ms
  FROM entered e JOIN read.process_path_step s ON s.path_id = e.path_id AND s.ord = e.ord
  {version} GROUP BY 1, 2, 3, 4
)
SELECT kind, source, target, sum(n)::bigint AS n, sum(n_case)::bigint AS n_case, sum(n_reach)::bigint AS n_reach,
  sum(ms)::bigint AS ms, array_agg(bucket) FILTER (WHERE bucket IS NOT NULL) AS buckets,
  array_agg(n) FILTER (WHERE bucket IS NOT NULL) AS ns
FROM told GROUP BY 1, 2, 3
"""
ENDS = """
WITH ended AS (
  SELECT c.stage, {bucket} AS bucket, count(*) AS n, sum({waited}) AS ms
  FROM read.process_case c WHERE {where} GROUP BY 1, 2
)
SELECT 'end' AS kind, stage AS source, '' AS target, sum(n)::bigint AS n, sum(n)::bigint AS n_case, 0 AS n_reach,
  0 AS ms, NULL::int[] AS buckets, NULL::bigint[] AS ns
FROM ended GROUP BY stage
UNION ALL
SELECT 'cycle', '', '', sum(n)::bigint, sum(n)::bigint, 0, sum(ms)::bigint, array_agg(bucket), array_agg(n::bigint)
FROM ended HAVING count(*) > 0
"""
OF_CUSTOMERS = """
c.region IS NULL AND c.customer_id IN (SELECT customer.id FROM read.customer WHERE customer.region = ANY({}::text[]))
"""
STANDING = """
SELECT 'open' AS kind, c.stage AS source, '' AS target, count(*) AS n, count(*) AS n_case, 0 AS n_reach, 0 AS ms,
  NULL::int[] AS buckets, NULL::bigint[] AS ns
FROM read.process_case c WHERE {where} GROUP BY c.stage
"""


class Way(NamedTuple):
    """What is counted: see Fact; nothing of a version, because all versions asked for are counted together."""

    kind: str
    source: str
    target: str


@dataclass(slots=True)
class Line:
    """How often, by how many deals, by how many for whom the target was new, and how long: milliseconds and buckets."""

    n: int = 0
    deals: int = 0
    reached: int = 0
    ms: int = 0
    buckets: list[tuple[int, int]] = field(default_factory=list)

    @property
    def histogram(self) -> Histogram:
        """The durations."""
        return Histogram(self.buckets)


class Tally:
    """Counts by what they count; more than one source may add to it."""

    def __init__(self) -> None:
        self.lines: dict[Way, Line] = {}

    def take(self, rows: Iterable[Any]) -> None:
        """Add rows of (kind, source, target, n, n_case, n_reach, ms, buckets, ns)."""
        for *told, buckets, ns in rows:
            self._add(told, zip(buckets or (), ns or (), strict=True))

    def take_cells(self, rows: Iterable[Any]) -> None:
        """Add rows of (kind, source, target, n, n_case, n_reach, ms, parts, numbers)."""
        for *told, parts, numbers in rows:
            self._add(told, counts_of(parts, numbers))

    def _add(self, told: Sequence[Any], buckets: Iterable[tuple[int, int]]) -> None:
        kind, source, target, n, deals, reached, ms = told
        line = self.lines.setdefault(Way(kind, source, target), Line())
        line.n, line.deals, line.reached = line.n + n, line.deals + deals, line.reached + reached
        line.ms += ms
        line.buckets += buckets

    def of(self, kind: str) -> dict[Way, Line]:
        """What there is of a kind, the most frequent first."""
        found = [(way, line) for way, line in self.lines.items() if way.kind == kind]
        return dict(sorted(found, key=lambda pair: (-pair[1].n, pair[0])))


async def tally(asked: Asked) -> Tally:
    """Count what was asked for."""
    counted, slices = Tally(), await slices_of(asked)
    if slices is None:
        await _deal_by_deal(asked, counted, asked.chosen())
        return counted
    await _from_cells(asked, counted, slices)
    if asked.filters.region:  # deals without a region of their own have their customer's, which no cell knows
        conditions = asked.chosen()
        conditions.add(OF_CUSTOMERS, asked.filters.region)
        await _deal_by_deal(asked, counted, conditions)
    return counted


def is_everybodys(asked: Asked) -> bool:
    """Whether the deals are chosen by nothing but days and a version, as they are now."""
    filters = asked.filters
    mixed = filters.product or filters.source or filters.region or filters.currency or filters.variant
    return asked.scope.everything and asked.owners is None and not mixed and filters.as_of is None


def is_whole(asked: Asked) -> bool:
    """Whether all deals are asked about, and all their days or what happened in some."""
    filters = asked.filters
    return is_everybodys(asked) and not (filters.by == "closed" or (filters.window and filters.by == "opened"))


async def slices_of(asked: Asked) -> list[str] | None:
    """The slices that hold just what was asked for; None where there are none.

    There are none of the past, of closed deals, by product or variant, by people and mix, and by mix and parts of
    months.
    """
    filters = asked.filters
    if is_whole(asked):
        return [WHOLE]
    if filters.product or filters.variant or filters.as_of is not None or filters.by == "closed":
        return None
    if filters.window and (filters.by != "activity" or months(filters.from_date, filters.to_date) is None):
        return None
    seen = None if asked.scope.everything else ("", *asked.scope.owners)
    mixed = bool(filters.source or filters.region or filters.currency)
    if (seen is not None) + (asked.owners is not None) + mixed > 1:
        return None
    if mixed:
        wanted = [list(values) or None for values in (filters.source, filters.region, filters.currency)]
        return [row["slice"] for row in await asked.rows(MIXES, wanted)]
    if filters.window:
        return None
    people = [("owner", owner) for owner in seen or ()] + [("credited", owner) for owner in asked.owners or ()]
    return [f"{kind}:{person}" for name, person in people for kind in ("both", name)]


def cover(first: date | None, last: date | None) -> Iterator[tuple[str, date]]:
    """The fewest (level, period) that are just the days from first to last: whole years, whole months, then days."""
    if first is None and last is None:
        yield "ever", EVER
        return
    day, end = first or date(EARLIEST, 1, 1), last or date(LATEST, 12, 31)
    while day <= end:
        level, following = _longest(day, end)
        yield level, day
        day = following


def months(first: date | None, last: date | None) -> list[tuple[str, date]] | None:
    """The months that are just the days from first to last; None where these are no whole months."""
    days, end = first or date(EARLIEST, 1, 1), (last or date(LATEST, 12, 31)) + timedelta(days=1)
    if days.day != 1 or end.day != 1:
        return None
    numbers = range(days.year * 12 + days.month - 1, end.year * 12 + end.month - 1)
    return [("month", date(number // 12, number % 12 + 1, 1)) for number in numbers]


def _longest(day: date, end: date) -> tuple[str, date]:
    following = day.replace(year=day.year + 1) if (day.month, day.day) == (1, 1) else None
    if following is not None and following <= end + timedelta(days=1):
        return "year", following
    month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    if day.day == 1 and month <= end + timedelta(days=1):
        return "month", month
    return "day", day + timedelta(days=1)


async def _from_cells(asked: Asked, counted: Tally, slices: Sequence[str]) -> None:
    filters = asked.filters
    mixed = months(filters.from_date, filters.to_date) if filters.window and list(slices) != [WHOLE] else None
    covered = list(cover(filters.from_date, filters.to_date)) if mixed is None else mixed
    for kinds, periods in ((FLOWS, covered), (OPEN, [("ever", EVER)])):
        levels, days = [level for level, _ in periods], [day for _, day in periods]
        rows = await asked.rows(CELLS, [asked.process_id, slices, kinds, levels, days, filters.version])
        counted.take_cells(rows)


async def _deal_by_deal(asked: Asked, counted: Tally, chosen: Conditions) -> None:
    await _steps(asked, counted, chosen)
    if asked.filters.as_of is not None:
        counted.take(await ends_then(asked))
        return
    closed, standing = copied(chosen), copied(chosen)
    closed.add("c.closed_at IS NOT NULL")
    standing.add("c.closed_at IS NULL")
    if asked.filters.by == "activity":
        asked.within(closed, "c.closed_at")
    for conditions, statement in ((closed, ENDS), (standing, STANDING)):
        if asked.filters.version is not None:
            conditions.add("c.process_version = {}", asked.filters.version)
        text = statement.format(where=conditions.where, waited=WAITED, bucket=bucket_sql(WAITED))
        counted.take(await asked.rows(text, conditions.values))


async def _steps(asked: Asked, counted: Tally, chosen: Conditions) -> None:
    conditions, version, deals = copied(chosen), "", "read.process_case c"
    if asked.filters.by == "activity":
        deals = asked.active(conditions)
        asked.within(conditions, "u.at")
    asked.until(conditions, "u.at")
    if asked.filters.version is not None:
        conditions.values.append(asked.filters.version)
        version = f"WHERE s.process_version = ${len(conditions.values)}"
    text = STEPS.format(deals=deals, where=conditions.where, bucket=bucket_sql("u.wait"), version=version)
    counted.take(await asked.rows(text, conditions.values))


def copied(conditions: Conditions) -> Conditions:
    """The same conditions, to be narrowed further."""
    return Conditions(list(conditions.texts), list(conditions.values))
