"""The slips behind a number of the slipped deals, event by event, with owner and amount at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.analytics.projections.coins import Coins, worth
from services.analytics.projections.report import Question
from services.analytics.projections.selection import over_deals
from services.analytics.projections.slipped import Slip, told
from services.analytics.projections.slips import MOVES, Window, arguments, of_the_moment

DEFINITION = (
    "The slips one by one, the oldest first: moves of an expected close from a day inside the close window to a day "
    "after it, with the owner and the amount at that moment."
)
# $22 of nobody, $23 to $25 the place after which the list goes on, $26 how many.
SLIPS = over_deals(f"""{MOVES}
SELECT slip.*, o.name AS owner FROM slip LEFT JOIN read.person o ON o.id = slip.owner_id
WHERE (NOT $22::boolean OR slip.owner_id IS NULL)
  AND ($23::timestamptz IS NULL OR (slip.at, slip.deal_id, slip.version) > ($23, $24::uuid, $25::int))
ORDER BY slip.at, slip.deal_id, slip.version LIMIT $26
""")  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipEvent(Slip):
    """A slip with its event."""

    event_id: UUID
    event_type: str
    version: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Which slips: out of which close window, in which money, and whether only those of nobody."""

    window: Window
    coins: Coins
    without_owner: bool = False


async def slips_of(question: Question, listed: Listed, after: Sequence[Any] | None, limit: int) -> list[SlipEvent]:
    """At most `limit` slips after the one with this (time, deal, version)."""
    valued, place = await worth(question, listed.coins), after or (None, None, None)
    asked = (*arguments(question, listed.window), listed.without_owner, *place, limit)
    rows = await of_the_moment(question).rows(SLIPS, *asked)
    events = ("event_id", "event_type", "version", "recorded_at")
    return [SlipEvent(**told(row, valued), **{name: row[name] for name in events}) for row in rows]
