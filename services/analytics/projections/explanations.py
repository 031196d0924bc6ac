"""The queries of explanations: the events of a deal, those that they name as their cause, and those behind a number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from services.analytics.projections.explanation import DealEvent, History
from services.analytics.projections.selection import Scope
from shared.errors import NotFound
from shared.eventstore.read_model import Pool

COLUMNS = """
deal_id, version, event_id, type, actor, on_behalf_of, correlation_id, causation_id, occurred_at, recorded_at,
changes::text, reasons::text
"""
DEAL = """
SELECT d.id, d.name, d.version, d.deleted FROM read.deal d
WHERE d.id = $3 AND read.visible(d.owner_id, $1::boolean, $2::uuid[])
"""
OF_DEAL = f"SELECT {COLUMNS} FROM read.deal_event WHERE deal_id = $1 ORDER BY version"  # noqa: S608

# A customer is told of to who sees what its owner has; its events are read as a deal's are.
CUSTOMER = """
SELECT c.id, c.name, c.version, coalesce((
    SELECT (e.changes->'deleted'->>'after')::boolean FROM read.customer_event e
    WHERE e.customer_id = c.id AND e.changes ? 'deleted' ORDER BY e.version DESC LIMIT 1), false) AS deleted
FROM read.customer c
WHERE c.id = $3 AND read.visible((
    SELECT (e.changes->'owner'->>'after')::uuid FROM read.customer_event e
    WHERE e.customer_id = c.id AND e.changes ? 'owner' ORDER BY e.version DESC LIMIT 1), $1::boolean, $2::uuid[])
"""
OF_CUSTOMER = f"""
SELECT {COLUMNS.replace("deal_id", "customer_id AS deal_id")} FROM read.customer_event WHERE customer_id = $1
ORDER BY version
"""  # noqa: S608

# A cause may lie in another deal: it is told where the asker sees that deal, else it is known by its id only.
CAUSES = f"""
SELECT {COLUMNS} FROM read.deal_event e
WHERE e.event_id = ANY($3::uuid[])
  AND EXISTS (SELECT FROM read.deal d WHERE d.id = e.deal_id AND read.visible(d.owner_id, $1::boolean, $2::uuid[]))
"""  # noqa: S608
BEHIND = f"""
SELECT {COLUMNS} FROM read.deal_event
WHERE deal_id = ANY($1) AND type = ANY($2) AND occurred_at <= $3 AND recorded_at <= $4 ORDER BY deal_id, version
"""  # noqa: S608
BY_ID = f"SELECT {COLUMNS} FROM read.deal_event WHERE event_id = ANY($1)"  # noqa: S608
# Of an activity or task what is told on the timeline of its customer or deal; by those, because indexes know them.
OF_WORK = """
SELECT e.stream_id, e.event_id, e.version, e.type, e.actor, e.occurred_at, e.recorded_at
FROM read.timeline_thread t
JOIN read.timeline_event e ON (e.customer_id = t.customer_id OR e.deal_id = t.deal_id) AND e.stream_id = t.stream_id
WHERE t.stream_id = ANY($1) ORDER BY e.stream_id, e.version
"""
NAMES = "SELECT id, name FROM read.person WHERE id = ANY($1)"
FARTHEST = 20  # causes one behind another that are looked up


class DealNotFound(NotFound):
    """There is no such deal, or it is not visible to you."""

    code = "deal-not-found"


class CustomerNotFound(NotFound):
    """There is no such customer, or it is not visible to you."""

    code = "customer-not-found"


@dataclass(frozen=True, slots=True)
class ExplainedThing:
    """The deal or customer whose story is told."""

    id: UUID
    name: str
    version: int
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEvent:
    """An event of an activity or a task."""

    stream_id: UUID
    event_id: UUID
    version: int
    type: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Explanations:
    """Where the events are."""

    pool: Pool

    async def deal(self, id: UUID, scope: Scope) -> ExplainedThing:
        """The deal, if the asker sees it; raises DealNotFound."""
        row = await self.pool.fetchrow(DEAL, scope.everything, scope.owners, id)
        if row is None:
            raise DealNotFound
        return ExplainedThing(*row)

    async def customer(self, id: UUID, scope: Scope) -> ExplainedThing:
        """The customer, if the asker sees it; raises CustomerNotFound."""
        row = await self.pool.fetchrow(CUSTOMER, scope.everything, scope.owners, id)
        if row is None:
            raise CustomerNotFound
        return ExplainedThing(*row)

    async def of_customer(self, id: UUID) -> History:
        """All events of a customer; causes are known where they are its own."""
        events = [_event(row) for row in await self.pool.fetch(OF_CUSTOMER, id)]
        return History(events, {str(event.event_id): event for event in events})

    async def history(self, id: UUID, scope: Scope) -> History:
        """All events of a deal, and the causes in other deals that the asker sees."""
        events = [_event(row) for row in await self.pool.fetch(OF_DEAL, id)]
        found = {str(event.event_id): event for event in events}
        wanted = _named(events) - found.keys()
        for _ in range(FARTHEST):
            if not wanted:
                break
            rows = await self.pool.fetch(CAUSES, scope.everything, scope.owners, [UUID(one) for one in wanted])
            causes = [_event(row) for row in rows]
            found |= {str(event.event_id): event for event in causes}
            wanted = _named(causes) - found.keys()
        return History(events, found)

    async def names(self, people: Collection[UUID]) -> dict[UUID, str]:
        """The people that the directory knows, by id."""
        rows = await self.pool.fetch(NAMES, list(people)) if people else []
        return {row["id"]: row["name"] for row in rows}

    async def behind(
        self, deals: Sequence[UUID], types: Sequence[str], instants: tuple[datetime, datetime]
    ) -> dict[UUID, list[DealEvent]]:
        """The events of these types of these deals up to an instant as it was known at another, by deal, in order."""
        found: dict[UUID, list[DealEvent]] = {}
        for row in await self.pool.fetch(BEHIND, deals, types, *instants):
            found.setdefault(row["deal_id"], []).append(_event(row))
        return found

    async def told(self, events: Collection[UUID]) -> dict[UUID, DealEvent]:
        """These events of deals, by id."""
        rows = await self.pool.fetch(BY_ID, list(events)) if events else []
        return {row["event_id"]: _event(row) for row in rows}

    async def of_work(self, works: Collection[UUID]) -> dict[UUID, list[WorkEvent]]:
        """The events of activities and tasks about a customer or a deal, by activity or task, in order."""
        found: dict[UUID, list[WorkEvent]] = {}
        for row in await self.pool.fetch(OF_WORK, list(works)) if works else ():
            found.setdefault(row["stream_id"], []).append(WorkEvent(**row))
        return found


def _named(events: Sequence[DealEvent]) -> set[str]:
    """The causes that events name and that can be ids of ours."""
    return {event.causation_id for event in events if event.causation_id and _is_uuid(event.causation_id)}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _event(row: asyncpg.Record) -> DealEvent:
    told: dict[str, Any] = dict(row)
    for name in ("changes", "reasons"):
        told[name] = msgspec.json.decode(told[name], type=dict[str, Any])
    return DealEvent(**told)
