"""How many deals have which verdict: from days where days are kept for the question, else deal by deal.

There are as many ways as people can think of, and few verdicts on them: one way of each says the verdict in full.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.drawn import Drawings
from services.analytics.projections.process_map.judging import Verdict, verdict_of
from services.analytics.projections.process_map.past_ways import PastWay, past_ways
from services.analytics.projections.process_map.path import decoded
from services.analytics.projections.process_map.paths import deals_chosen
from services.analytics.projections.process_map.tally import WAITED, cover, is_everybodys

IN_FULL = """
SELECT counted.*, (
  SELECT p.path FROM read.process_path p WHERE p.process_id = $1 AND p.verdict_id = counted.verdict_id LIMIT 1
) AS path
FROM ({counted}) counted
"""
FROM_DAYS = """
SELECT v.verdict_id, sum(v.deals)::bigint AS deals, sum(v.closed)::bigint AS closed, sum(v.won)::bigint AS won,
  sum(v.ms)::bigint AS ms
FROM read.process_verdict v
WHERE v.process_id = $1 AND v.day_of = $2 AND (v.level, v.period) IN (SELECT * FROM unnest($3::text[], $4::date[]))
  AND ($5::int IS NULL OR v.process_version = $5)
GROUP BY v.verdict_id
"""
DEAL_BY_DEAL = """
SELECT p.verdict_id, count(*) AS deals, count(c.closed_at) AS closed,
  count(*) FILTER (WHERE c.outcome = 'won') AS won, coalesce(sum({waited}), 0)::bigint AS ms
FROM read.process_case c JOIN read.process_path p ON p.id = c.path_id WHERE {where} GROUP BY p.verdict_id
"""
WAYS = "SELECT id FROM read.process_path WHERE process_id = $1 AND verdict_id = ANY($2)"


@dataclass(frozen=True, slots=True)
class Judged:
    """How many deals have a verdict, how many of them are closed and won, and the ms that the closed ones took."""

    verdict_id: UUID
    verdict: Verdict
    deals: int
    closed: int
    won: int
    ms: int


async def verdicts_of(asked: Asked, drawings: Drawings) -> list[Judged]:
    """What was asked for by verdict."""
    if asked.filters.as_of is not None:
        return of_past(await past_ways(asked), drawings)
    filters = asked.filters
    if is_everybodys(asked) and not (filters.window and filters.by == "activity"):
        levels, periods = zip(*cover(filters.from_date, filters.to_date), strict=True)
        day_of = "closed" if filters.by == "closed" else "opened"
        text, values = FROM_DAYS, [asked.process_id, day_of, levels, periods, filters.version]
    else:
        conditions = deals_chosen(asked)
        text, values = DEAL_BY_DEAL.format(where=conditions.where, waited=WAITED), conditions.values
    rows = await asked.rows(IN_FULL.format(counted=text), values)
    return [in_full(row, drawings, row["closed"], row["won"], row["ms"]) for row in rows]


def of_past(ways: Sequence[PastWay], drawings: Drawings) -> list[Judged]:
    """Ways of a past instant with their verdicts beside the drawings of now."""
    judged = [(verdict_of(way.path, drawings), way) for way in ways]
    return [Judged(verdict.id, verdict, way.deals, way.closed, way.won, way.ms) for verdict, way in judged]


def in_full(row: Any, drawings: Drawings, closed: int, won: int, ms: int) -> Judged:
    """A row of (verdict_id, deals, path) with its verdict."""
    return Judged(row["verdict_id"], verdict_of(decoded(row["path"]), drawings), row["deals"], closed, won, ms)


async def ways_of(asked: Asked, verdicts: Collection[UUID]) -> tuple[UUID, ...]:
    """All ways with one of these verdicts."""
    rows = await asked.rows(WAYS, [asked.process_id, list(verdicts)])
    return tuple(row["id"] for row in rows)
