"""The openings and moves forward behind a place of the leaderboard, event by event, credited to the owner then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.leaderboard import DONE, doers, of_everybody
from services.analytics.projections.report import Question
from services.analytics.projections.selection import over_deals

Deed = Literal["opened", "moved_forward"]
DEFINITION = (
    "What owners did with deals, the oldest first: deed=opened or moved_forward (to a stage of a higher rank in the "
    "deal's version). Owners and teams are those of the moment, also of deals that are somebody else's by now."
)
# $20 the deed, $21 of nobody, $22 to $24 the place after which the list goes on, $25 how many.
DEEDS = over_deals(f"""
SELECT c.deal_id, s.name, c.event_id, c.event_type, c.version, c.at AS occurred_at, c.recorded_at,
  doer.id AS owner_id, p.name AS owner, c.stage_key AS from_stage, c.then_stage_key AS to_stage
{DONE}
LEFT JOIN read.person p ON p.id = doer.id
WHERE ($17::uuid[] IS NULL OR doer.id = ANY($17)) AND (NOT $21::boolean OR doer.id IS NULL)
  AND CASE $20::text WHEN 'opened' THEN c.since IS NULL ELSE there.rank > here.rank END
  AND ($22::timestamptz IS NULL OR (c.at, c.deal_id, c.version) > ($22, $23::uuid, $24::int))
ORDER BY c.at, c.deal_id, c.version LIMIT $25
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersDeed:
    """One event: whose it is, and for a move from where to where."""

    deal_id: UUID
    name: str
    event_id: UUID
    event_type: str
    version: int
    occurred_at: datetime
    recorded_at: datetime
    owner: str | None
    owner_id: UUID | None
    from_stage: str | None
    to_stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Which deeds: of what kind, and whether only those of nobody."""

    deed: Deed
    without_owner: bool = False


async def deeds_of(question: Question, listed: Listed, after: Sequence[Any] | None, limit: int) -> list[OwnersDeed]:
    """At most `limit` deeds after the one with this (time, deal, version)."""
    told = (listed.deed, listed.without_owner, *(after or (None, None, None)), limit)
    rows = await of_everybody(question).rows(DEEDS, doers(question), *question.selection.instants(), *told)
    return [OwnersDeed(**dict(row)) for row in rows]
