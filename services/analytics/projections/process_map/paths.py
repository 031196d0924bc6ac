"""The variants: whole ways that deals have gone, how many went each, and how long those that are closed took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any
from uuid import UUID

from services.analytics.projections.figures import ratio
from services.analytics.projections.process_map.asking import Asked, Conditions
from services.analytics.projections.process_map.counting import EVER, LATEST, Period
from services.analytics.projections.process_map.durations import Duration, Durations
from services.analytics.projections.process_map.histograms import SUMMED, counts_of
from services.analytics.projections.process_map.past_ways import past_ways
from services.analytics.projections.process_map.path import Path, decoded
from services.analytics.projections.process_map.tally import WAITED, is_everybodys
from services.analytics.projections.process_map.way_counts import stretches
from shared.mining.histogram import bucket_sql

DEFINITION = (
    "Whole ways through the process, open deals with what they have gone so far; the most frequent first. share: of "
    "all deals counted; duration: from opening to closing, of closed deals, percentiles within 1 %. Days with "
    "by=activity choose deals that did anything in them. as_of: the deals and ways of then, read deal by deal."
)
# Of each version the most frequent ones, which an index knows, and how many ways and deals there are in all.
MOST_OF_A_STRETCH = """
WITH total AS (
  SELECT t.* FROM read.process_way_total t
  WHERE t.process_id = $1 AND t.level = $2 AND t.period = $3 AND ($4::int IS NULL OR t.process_version = $4)
)
SELECT top.path_id, p.path, top.closed, top.deals, top.ms, whole.ways, whole.all_deals
FROM (SELECT sum(ways)::bigint AS ways, sum(deals)::bigint AS all_deals FROM total) whole CROSS JOIN (
  SELECT w.path_id, w.closed, w.deals, w.ms FROM total CROSS JOIN LATERAL (
    SELECT w.* FROM read.process_way w
    WHERE (w.process_id, w.level, w.period, w.process_version)
      = (total.process_id, total.level, total.period, total.process_version)
    ORDER BY w.magnitude DESC, w.deals DESC, w.path_id LIMIT {limit}
  ) w ORDER BY w.deals DESC, w.path_id LIMIT {limit}
) top JOIN read.process_path p ON p.id = top.path_id ORDER BY top.deals DESC, top.path_id
"""
OF_STRETCHES = """
SELECT w.path_id, sum(w.closed)::bigint AS closed, sum(w.deals)::bigint AS deals, sum(w.ms)::bigint AS ms
FROM read.process_way w
WHERE w.process_id = $1 AND (w.level, w.period) IN (SELECT * FROM unnest($2::text[], $3::date[]))
  AND ($4::int IS NULL OR w.process_version = $4)
GROUP BY w.path_id
"""
DEAL_BY_DEAL = """
SELECT c.path_id, count(c.closed_at) AS closed, count(*) AS deals, coalesce(sum({waited}), 0)::bigint AS ms
FROM read.process_case c WHERE {where} GROUP BY c.path_id
"""
# The most frequent ones only, with how many ways and deals there are in all: there are many more ways than are shown.
MOST = """
SELECT top.path_id, p.path, top.closed, top.deals, top.ms, top.ways, top.all_deals
FROM (
  SELECT c.*, count(*) OVER () AS ways, sum(c.deals) OVER ()::bigint AS all_deals FROM ({counted}) c
  ORDER BY c.deals DESC, c.path_id LIMIT {limit}
) top JOIN read.process_path p ON p.id = top.path_id ORDER BY top.deals DESC, top.path_id
"""
BUCKETS_OF_STRETCHES = f"""
SELECT path_id, array_agg(part) AS parts, array_agg(numbers) AS numbers
FROM (
  SELECT h.path_id, h.part, {SUMMED} AS numbers FROM read.process_way_histogram h
  WHERE h.path_id = ANY($1) AND h.level = $2 AND h.period BETWEEN $3 AND $4 GROUP BY h.path_id, h.part
) part GROUP BY path_id
"""  # noqa: S608 - constants
BUCKETS_DEAL_BY_DEAL = """
SELECT path_id, array_agg(bucket) AS buckets, array_agg(n) AS ns
FROM (
  SELECT c.path_id, {bucket} AS bucket, count(*) AS n FROM read.process_case c WHERE {where} GROUP BY 1, 2
) counted GROUP BY path_id
"""
Buckets = dict[UUID, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class PathCount:
    """A way, how many deals went it (`closed` of them are closed), and the milliseconds that the closed ones took."""

    path_id: UUID
    path: Path
    closed: int
    deals: int
    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stage of a variant as it was entered: opened, moved, won, lost, reopened or migrated."""

    stage: str
    process_version: int
    how: str
    overridden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way; `cumulative_share`: of this and all more frequent ones."""

    id: UUID
    stops: list[Stop]
    deals: int
    closed: int
    share: str | None
    cumulative_share: str | None
    duration: Duration
    drill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """The answer; `variants_total`: how many different ways there are, of which the most frequent are listed."""

    definition: str
    process_id: UUID
    process: str
    positions: dict[str, str]
    deals: int
    variants_total: int
    variants: list[Variant]


@dataclass(frozen=True, slots=True)
class Counted:
    """The most frequent ways with their histograms, of so many `ways` that `deals` have gone."""

    top: Sequence[PathCount]
    buckets: Buckets
    ways: int
    deals: int


async def variants(asked: Asked, limit: int) -> Variants:
    """The most frequent ways."""
    found = await (_kept(asked, limit) if asked.filters.as_of is None else _past(asked, limit))
    so_far = accumulate(one.deals for one in found.top)
    return Variants(
        definition=DEFINITION,
        **asked.about(),
        deals=found.deals,
        variants_total=found.ways,
        variants=[
            _variant(asked, one, found.buckets, (ratio(one.deals, found.deals), ratio(until, found.deals)))
            for one, until in zip(found.top, so_far, strict=True)
        ],
    )


async def _kept(asked: Asked, limit: int) -> Counted:
    text, values = _most(asked, int(limit))
    rows = await asked.rows(text, values)
    top = [PathCount(row[0], decoded(row[1]), row[2], row[3], row[4]) for row in rows]
    ways, total = (rows[0]["ways"], rows[0]["all_deals"]) if rows else (0, 0)
    return Counted(top, await _buckets(asked, [one.path_id for one in top]), ways, total)


async def _past(asked: Asked, limit: int) -> Counted:
    ways = await past_ways(asked)
    top = [PathCount(way.id, way.path, way.closed, way.deals, way.ms) for way in ways[:limit]]
    return Counted(top, {way.id: way.buckets for way in ways[:limit]}, len(ways), sum(way.deals for way in ways))


def _most(asked: Asked, limit: int) -> tuple[str, list[Any]]:
    """SQL of the most frequent ways, and its arguments."""
    kept, version = _stretches(asked), asked.filters.version
    if kept is None:
        conditions = deals_chosen(asked)
        counted = DEAL_BY_DEAL.format(where=conditions.where, waited=WAITED)
        return MOST.format(counted=counted, limit=limit), conditions.values
    if len(kept) == 1:
        return MOST_OF_A_STRETCH.format(limit=limit), [asked.process_id, *kept[0], version]
    levels, periods = zip(*kept, strict=True)
    return MOST.format(counted=OF_STRETCHES, limit=limit), [asked.process_id, levels, periods, version]


def deals_chosen(asked: Asked) -> Conditions:
    """The deals that count, one by one; with by=activity those that did anything in the days asked about."""
    conditions = asked.chosen()
    if asked.filters.version is not None:
        conditions.add("c.process_version = {}", asked.filters.version)
    if asked.filters.by == "activity" and asked.filters.window:
        asked.active_within(conditions)
        days = Conditions(values=conditions.values)
        asked.within(days, "at")
        conditions.texts.append(f"EXISTS (SELECT FROM unnest(c.ats) AS at WHERE {days.where})")
    return conditions


def _stretches(asked: Asked) -> list[Period] | None:
    """The stretches of opening whose ways are kept and make up what was asked for; None where there are none."""
    filters = asked.filters
    if not is_everybodys(asked) or filters.by == "closed" or (filters.window and filters.by == "activity"):
        return None
    return stretches(filters.from_date, filters.to_date)


async def _buckets(asked: Asked, ids: Sequence[UUID]) -> Buckets:
    if _stretches(asked) is not None:
        first, last = asked.filters.from_date or EVER, asked.filters.to_date or date(LATEST, 12, 31)
        level = "month" if asked.filters.window else "ever"
        rows = await asked.rows(BUCKETS_OF_STRETCHES, [ids, level, first, last])
        return {path_id: counts_of(parts, numbers) for path_id, parts, numbers in rows}
    conditions = deals_chosen(asked)
    conditions.add("c.closed_at IS NOT NULL AND c.path_id = ANY({}::uuid[])", ids)
    text = BUCKETS_DEAL_BY_DEAL.format(where=conditions.where, bucket=bucket_sql(WAITED))
    rows = await asked.rows(text, conditions.values)
    return {path_id: list(zip(buckets, ns, strict=True)) for path_id, buckets, ns in rows}


def _variant(asked: Asked, one: PathCount, buckets: Buckets, shares: tuple[str | None, str | None]) -> Variant:
    stops = [
        Stop(stage=entry.stage, process_version=entry.version, how=entry.how, overridden=entry.overridden)
        for entry in one.path
    ]
    return Variant(
        id=one.path_id,
        stops=stops,
        deals=one.deals,
        closed=one.closed,
        share=shares[0],
        cumulative_share=shares[1],
        duration=Durations.counted(one.ms, buckets.get(one.path_id, ())).shown,
        drill=asked.drill(variant=one.path_id),
    )
