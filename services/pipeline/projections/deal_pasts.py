"""The histories of a process's deals, read from the log a few deals at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.pipeline.domain.deal.trial import Attempt, Happened
from services.pipeline.projections.automation_triggers import ACTOR
from services.pipeline.projections.deals import DECODERS
from services.pipeline.projections.scope import Scope
from shared.eventstore.recorded import Recorded

AT_ONCE = 100
# A deal without an event in the period may still have been silent in it, unless it was deleted before.
WITHIN = """
SELECT d.id, d.name, d.deleted FROM read.deals d
WHERE d.process_id = $4 AND read.visible(d.owner_id, $1, $2, $3)
  AND d.opened_at < $6 AND (d.updated_at >= $5 OR $9 AND NOT d.deleted)
  AND ($7::uuid IS NULL OR d.id > $7)
ORDER BY d.id LIMIT $8
"""

Streams = Callable[[list[UUID]], Awaitable[dict[UUID, list[Recorded]]]]


@dataclass(frozen=True, slots=True)
class Past:
    """A deal and everything that happened to it; `deleted`: whether it is so today."""

    id: UUID
    name: str
    deleted: bool
    history: list[Happened]


class Pasts:
    """The deals of a process that a scope reaches, with their events; `streams` reads the log."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], streams: Streams) -> None:
        self._pool = pool
        self._streams = streams

    async def within(self, scope: Scope, attempt: Attempt, after: UUID | None, *, silent: bool) -> AsyncIterator[Past]:
        """Deals that something happened to in the period (`silent`: or nothing), in order of their ids.

        Deleted ones too: what happened to them before is as much past as that of others.
        Never more than 100 of them are in memory.
        """
        asked = (attempt.definition.process_id, attempt.begin, attempt.end)
        while True:
            rows = await self._pool.fetch(WITHIN, *scope.arguments, *asked, after, AT_ONCE, silent)
            if not rows:
                return
            streams = await self._streams([row["id"] for row in rows])
            for row in rows:
                history = [_happened(event) for event in streams[row["id"]]]
                yield Past(row["id"], row["name"], row["deleted"], history)
            after = rows[-1]["id"]


def _happened(event: Recorded) -> Happened:
    automatic = event.metadata.actor == ACTOR
    return Happened(event.version, DECODERS[event.type].decode(event.data), event.occurred_at, automatic)
