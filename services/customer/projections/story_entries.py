"""The story of one customer, told: who did what when, with before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from shared.eventstore.read_model import Pool


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, as it was and as it is now, in the form of the event's JSON."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One event in words; `who` is the person's name where the directory knows the actor, else the actor itself."""

    event_id: UUID
    type: str
    text: str
    who: str
    on_behalf_of: str | None
    occurred_at: datetime
    recorded_at: datetime
    subject_id: UUID
    version: int
    changes: tuple[FieldChange, ...]
    details: dict[str, Any]
    epoch: int
    position: int


ENTRIES = """
SELECT story.event_id, story.type, story.on_behalf_of, story.occurred_at, story.recorded_at, story.stream_id,
       story.version, story.data::text AS data, story.epoch, story.position, coalesce(actor.name, story.actor) AS who,
       owner.name AS owner, previous.name AS previous_owner
FROM read.story AS story
LEFT JOIN read.people AS actor ON actor.subject = story.actor
LEFT JOIN read.people AS owner ON owner.id = (story.data ->> 'owner_id')::uuid
LEFT JOIN read.people AS previous ON previous.id = (story.data ->> 'previous_owner_id')::uuid
WHERE story.customer_id = $1
  AND ($2::timestamptz IS NULL OR (story.occurred_at, story.epoch, story.position) < ($2, $3::int, $4::bigint))
ORDER BY story.occurred_at DESC, story.epoch DESC, story.position DESC
LIMIT $5
"""


class Stories:
    """The customers' stories; whether the customer is visible is asked elsewhere."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def page(self, customer_id: UUID, *, after: Sequence[object] | None, limit: int) -> list[StoryEntry]:
        """Newest first; `after` is the (occurred_at, epoch, position) of the last entry seen."""
        rows = await self._pool.fetch(ENTRIES, customer_id, *(after or (None, None, None)), limit)
        return [told(row) for row in rows]


def told(row: asyncpg.Record) -> StoryEntry:
    """A row of the story in words."""
    data: dict[str, Any] = msgspec.json.decode(row["data"])
    return StoryEntry(
        event_id=row["event_id"],
        type=row["type"],
        text=sentence(row, data),
        who=row["who"],
        on_behalf_of=row["on_behalf_of"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        subject_id=row["stream_id"],
        version=row["version"],
        changes=changes(row["type"], data),
        details={field: value for field, value in data.items() if field != "changes" and value is not None},
        epoch=row["epoch"],
        position=row["position"],
    )


def changes(type: str, data: dict[str, Any]) -> tuple[FieldChange, ...]:
    """What an event changed, field by field in the order of their names."""
    if type == "CustomerAssigned":
        return (FieldChange("owner_id", data.get("previous_owner_id"), data.get("owner_id")),)
    corrected: dict[str, dict[str, Any]] = data.get("changes", {})
    return tuple(FieldChange(field, change["before"], change["after"]) for field, change in sorted(corrected.items()))


def sentence(row: asyncpg.Record, data: dict[str, Any]) -> str:
    """What happened, in English; a client that speaks another language goes by type and details."""
    match row["type"]:
        case "CustomerCreated":
            return f"Created {data['name']}"
        case "CustomerCorrected":
            return f"Corrected {', '.join(sorted(data['changes']))}"
        case "CustomerAssigned":
            return f"Assigned to {row['owner'] or 'nobody'} (before: {row['previous_owner'] or 'nobody'})"
        case "ContactLinkedToCustomer":
            return f"Linked a contact: {data['role']}" if data.get("role") else "Linked a contact"
        case "ActivityRecorded":
            return f"Recorded a {data['kind']}: {data['subject']}"
        case "ActivityPlanned":
            return f"Planned a {data['kind']}: {data['subject']}"
        case "ActivityCompleted":
            return f"Completed a plan: {data['outcome']}" if data.get("outcome") else "Completed a plan"
        case other:
            return SENTENCES[other]


SENTENCES = {
    "CustomerArchived": "Archived",
    "CustomerUnarchived": "Taken up again",
    "CustomerDeleted": "Deleted",
    "CustomerRestored": "Restored",
    "ContactUnlinkedFromCustomer": "Unlinked a contact",
    "ActivityCancelled": "Cancelled a plan",
}
