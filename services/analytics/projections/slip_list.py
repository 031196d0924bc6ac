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
from services.analytics.projections.slips import MOVES, Window, arguments, of_the_moment, whose_moves
from services.analytics.projections.without import OF_SELECTED, Without, lacking

DEFINITION = (
    "The slips one by one, the oldest first: moves of an expected close from a day inside the close window to a day "
    "after it, with the owner and the amount at that moment."
)
# $22 to $24 the place after which the list goes on, $25 how many.
SLIPS = f"""{MOVES}
SELECT slip.*, o.name AS owner FROM slip LEFT JOIN read.person o ON o.id = slip.owner_id
WHERE $22::timestamptz IS NULL OR (slip.at, slip.deal_id, slip.version) > ($22, $23::uuid, $24::int)
ORDER BY slip.at, slip.deal_id, slip.version LIMIT $25
"""  # noqa: S608
OF_THE_MOMENT = OF_SELECTED | {"owner": "c.owner_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipEvent(Slip):
    """A slip with its event."""

    event_id: UUID
    event_type: str
    version: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Which slips: out of which close window, in which money, and whether only those without an owner or the like."""

    window: Window
    coins: Coins
    without: tuple[Without, ...] = ()


async def slips_of(question: Question, listed: Listed, after: Sequence[Any] | None, limit: int) -> list[SlipEvent]:
    """At most `limit` slips after the one with this (time, deal, version)."""
    valued, place = await worth(question, listed.coins), after or (None, None, None)
    chosen = lacking(listed.without, OF_THE_MOMENT)
    statement = over_deals(SLIPS.format(whose=whose_moves(question), chosen=chosen))
    rows = await of_the_moment(question).rows(statement, *arguments(question, listed.window), *place, limit)
    events = ("event_id", "event_type", "version", "recorded_at")
    return [SlipEvent(**told(row, valued), **{name: row[name] for name in events}) for row in rows]
