"""A customer's timeline across services: its own events, contacts, activities, tasks and deals, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from services.analytics.projections.scope import scope_of
from services.analytics.projections.selection import Scope
from shared.errors import NotFound
from shared.eventstore.read_model import Pool

Thing = Literal["customer", "contact", "activity", "task", "deal"]
Place = tuple[datetime, datetime, int, UUID]

DEFINITION = """
Every event of the customer itself, of contacts linked to it or no more, of activities and tasks about it, of its deals
and of their tasks, the newest first by business time. Deals, and tasks, as far as the asker sees them.
"""
SEEN = """
SELECT EXISTS (SELECT FROM read.timeline_customer
  WHERE customer_id = $3 AND NOT deleted AND read.visible(owner_id, $1::boolean, $2::uuid[]))
"""

# A deal belongs to the customer it has today; a task is seen by whoever sees its person or its deal.
ENTRIES = """
WITH own_deal AS (
  SELECT id, name FROM read.deal
  WHERE customer_id = $3 AND NOT deleted AND read.visible(owner_id, $1::boolean, $2::uuid[])
),
told AS (
  SELECT e.event_id, CASE WHEN e.type LIKE 'Customer%' THEN 'customer' WHEN e.type LIKE 'Contact%' THEN 'contact'
           WHEN e.type LIKE 'Activity%' THEN 'activity' ELSE 'task' END AS thing,
         e.stream_id AS subject_id, t.subject, e.version, e.type, e.actor, e.on_behalf_of, e.occurred_at, e.recorded_at,
         coalesce(e.data -> 'changes', '{}') AS changes, e.data - 'changes' AS details
  FROM read.timeline_event e
  LEFT JOIN read.timeline_thread t ON t.stream_id = e.stream_id
  LEFT JOIN read.task k ON k.id = e.stream_id
  WHERE (e.customer_id = $3 OR e.deal_id IN (SELECT id FROM own_deal))
    AND (e.type NOT LIKE 'Task%' OR e.deal_id IN (SELECT id FROM own_deal)
         OR read.visible(k.assignee_id, $1::boolean, $2::uuid[]))
  UNION ALL
  SELECT e.event_id, 'deal', e.deal_id, d.name, e.version, e.type, e.actor, e.on_behalf_of, e.occurred_at,
         e.recorded_at, e.changes, e.reasons
  FROM read.deal_event e JOIN own_deal d ON d.id = e.deal_id
)
SELECT told.event_id, thing, subject_id, subject, version, type, coalesce(p.name, actor) AS who, on_behalf_of,
       occurred_at, recorded_at, changes::text AS changes, details::text AS details
FROM told LEFT JOIN LATERAL (SELECT name FROM read.person WHERE person.subject = actor LIMIT 1) p ON true
WHERE ($4::text[] IS NULL OR thing = ANY($4))
  AND ($5::timestamptz IS NULL
       OR (occurred_at, recorded_at, version, event_id) < ($5, $6::timestamptz, $7::int, $8::uuid))
ORDER BY occurred_at DESC, recorded_at DESC, version DESC, event_id DESC
LIMIT $9
"""


class CustomerNotFound(NotFound):
    """There is no such customer, or it is not visible to you."""

    code = "customer-not-found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event: who did what to which thing; `subject` is the deal's name, or the words of an activity or task.

    `changes`: field → before and after; `details`: what else the event says. `who`: a colleague's name where the
    directory knows the actor, else the actor itself.
    """

    event_id: UUID
    thing: Thing
    subject_id: UUID
    subject: str | None
    version: int
    type: str
    who: str
    on_behalf_of: str | None
    occurred_at: datetime
    recorded_at: datetime
    changes: dict[str, Any]
    details: dict[str, Any]

    @property
    def place(self) -> Place:
        """Where it stands in the order."""
        return self.occurred_at, self.recorded_at, self.version, self.event_id


@dataclass(frozen=True, slots=True)
class Timelines:
    """Where the events are."""

    pool: Pool

    async def page(
        self, customer_id: UUID, asker: Scope, things: Sequence[Thing], after: Sequence[Any] | None, limit: int
    ) -> list[Entry]:
        """At most `limit` entries after the place `after`; without `things` of all kinds. Raises CustomerNotFound."""
        reach = (asker.everything, asker.owners, customer_id)
        if not await self.pool.fetchval(SEEN, *reach):
            raise CustomerNotFound
        place = after or (None, None, None, None)
        return [_entry(row) for row in await self.pool.fetch(ENTRIES, *reach, things or None, *place, limit)]

    async def scope(self, subject: str, roles: frozenset[str]) -> Scope:
        """What the bearer of a token sees."""
        async with self.pool.acquire() as connection:
            return await scope_of(connection, subject, roles)


def _entry(row: asyncpg.Record) -> Entry:
    told: dict[str, Any] = dict(row)
    for name in ("changes", "details"):
        told[name] = msgspec.json.decode(told[name], type=dict[str, Any])
    return Entry(**told)
