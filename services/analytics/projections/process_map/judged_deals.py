"""How many deals have which verdict: from cells where there are cells for the question, else deal by deal.

There are as many ways as people can think of, and few verdicts on them: one way of each says the verdict in full.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.case import WHOLE
from services.analytics.projections.process_map.counting import EVER
from services.analytics.projections.process_map.drawn import Drawings
from services.analytics.projections.process_map.judging import Verdict, verdict_of
from services.analytics.projections.process_map.past_ways import PastWay, past_ways
from services.analytics.projections.process_map.path import decoded
from services.analytics.projections.process_map.paths import deals_chosen
from services.analytics.projections.process_map.tally import WAITED, is_whole

IN_FULL = """
SELECT counted.*, (
  SELECT p.path FROM read.process_path p WHERE p.process_id = $1 AND p.verdict_id = counted.verdict_id LIMIT 1
) AS path
FROM ({counted}) counted
"""
FROM_CELLS = """
SELECT c.source::uuid AS verdict_id, sum(c.n)::bigint AS deals,
  coalesce(sum(c.n) FILTER (WHERE c.kind = 'closed_verdict'), 0)::bigint AS closed,
  coalesce(sum(c.n) FILTER (WHERE c.target = 'won'), 0)::bigint AS won, sum(c.ms)::bigint AS ms
FROM read.process_cell c
WHERE c.process_id = $1 AND c.slice = $2 AND c.kind IN ('closed_verdict', 'open_verdict') AND c.level = 'ever'
  AND c.period = $3 AND ($4::int IS NULL OR c.process_version = $4)
GROUP BY c.source
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
    if is_whole(asked) and not asked.filters.window:
        text, values = FROM_CELLS, [asked.process_id, WHOLE, EVER, asked.filters.version]
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
