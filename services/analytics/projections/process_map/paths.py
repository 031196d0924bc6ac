"""The variants: whole ways that deals have gone, how many went each, and how long those that are closed took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from uuid import UUID

from services.analytics.projections.figures import ratio
from services.analytics.projections.process_map.asking import Asked, Conditions
from services.analytics.projections.process_map.case import WHOLE
from services.analytics.projections.process_map.counting import EVER
from services.analytics.projections.process_map.durations import Duration, Durations
from services.analytics.projections.process_map.past_ways import past_ways
from services.analytics.projections.process_map.path import Path, decoded
from services.analytics.projections.process_map.tally import WAITED, is_whole
from shared.mining.histogram import bucket_sql

DEFINITION = (
    "Whole ways through the process, open deals with what they have gone so far; the most frequent first. share: of "
    "all deals counted; duration: from opening to closing, of closed deals, percentiles within 1 %. Days with "
    "by=activity choose deals that did anything in them. as_of: the deals and ways of then, read deal by deal."
)
FROM_CELLS = """
SELECT c.source::uuid AS path_id, coalesce(sum(c.n) FILTER (WHERE c.kind = 'closed_path'), 0)::bigint AS closed,
  sum(c.n)::bigint AS deals, sum(c.ms)::bigint AS ms
FROM read.process_cell c
WHERE c.process_id = $1 AND c.slice = $2 AND c.kind IN ('closed_path', 'open_path') AND c.level = 'ever'
  AND c.period = $3 AND ($4::int IS NULL OR c.process_version = $4)
GROUP BY c.source
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
BUCKETS_FROM_CELLS = """
SELECT c.source::uuid AS path_id, b.bucket, sum(b.n)::bigint AS n
FROM read.process_cell c JOIN read.process_cell_bucket b ON b.cell_id = c.id
WHERE c.process_id = $1 AND c.slice = $2 AND c.kind = 'closed_path' AND c.level = 'ever' AND c.period = $3
  AND ($4::int IS NULL OR c.process_version = $4) AND c.source = ANY($5::text[])
GROUP BY 1, 2
"""
BUCKETS_DEAL_BY_DEAL = """
SELECT c.path_id, {bucket} AS bucket, count(*) AS n FROM read.process_case c WHERE {where} GROUP BY 1, 2
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
    text, values = _counted(asked)
    rows = await asked.rows(MOST.format(counted=text, limit=int(limit)), values)
    top = [PathCount(row[0], decoded(row[1]), row[2], row[3], row[4]) for row in rows]
    ways, total = (rows[0]["ways"], rows[0]["all_deals"]) if rows else (0, 0)
    return Counted(top, await _buckets(asked, [one.path_id for one in top]), ways, total)


async def _past(asked: Asked, limit: int) -> Counted:
    ways = await past_ways(asked)
    top = [PathCount(way.id, way.path, way.closed, way.deals, way.ms) for way in ways[:limit]]
    return Counted(top, {way.id: way.buckets for way in ways[:limit]}, len(ways), sum(way.deals for way in ways))


def _counted(asked: Asked) -> tuple[str, list[Any]]:
    """SQL of every way with its counts, and its arguments."""
    if _in_cells(asked):
        return FROM_CELLS, _place(asked)
    conditions = deals_chosen(asked)
    return DEAL_BY_DEAL.format(where=conditions.where, waited=WAITED), conditions.values


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


def _in_cells(asked: Asked) -> bool:
    return is_whole(asked) and not asked.filters.window


def _place(asked: Asked) -> list[Any]:
    return [asked.process_id, WHOLE, EVER, asked.filters.version]


async def _buckets(asked: Asked, ids: Sequence[UUID]) -> Buckets:
    if _in_cells(asked):
        rows = await asked.rows(BUCKETS_FROM_CELLS, [*_place(asked), list(map(str, ids))])
    else:
        conditions = deals_chosen(asked)
        conditions.add("c.closed_at IS NOT NULL AND c.path_id = ANY({}::uuid[])", ids)
        text = BUCKETS_DEAL_BY_DEAL.format(where=conditions.where, bucket=bucket_sql(WAITED))
        rows = await asked.rows(text, conditions.values)
    found: Buckets = {}
    for path_id, bucket, n in rows:
        found.setdefault(path_id, []).append((bucket, n))
    return found


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
