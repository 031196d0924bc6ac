"""What happened to one customer: its own events, the contacts linked to it and the activities about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.customer.domain.activity.events import ActivityPlanned, ActivityRecorded
from services.customer.domain.contact.events import ContactLinkedToCustomer, ContactUnlinkedFromCustomer
from services.customer.domain.customer.decider import CUSTOMER
from services.customer.projections.facts import reading
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE story (
    event_id uuid PRIMARY KEY,
    customer_id uuid NOT NULL,
    epoch integer NOT NULL,
    position bigint NOT NULL,
    type text NOT NULL,
    stream_id uuid NOT NULL,
    version integer NOT NULL,
    data jsonb NOT NULL,
    actor text NOT NULL,
    on_behalf_of text,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX ON story (customer_id, occurred_at, epoch, position);
CREATE TABLE story_activities (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL
);
"""

KNOWN_ACTIVITIES = "SELECT id, customer_id FROM story_activities WHERE id = ANY($1)"

SAVE_ACTIVITIES = """
INSERT INTO story_activities SELECT * FROM unnest($1::uuid[], $2::uuid[]) ON CONFLICT (id) DO NOTHING
"""

SAVE = """
INSERT INTO story
SELECT event_id, customer_id, epoch, position, type, stream_id, version, data::jsonb, actor, on_behalf_of, occurred_at,
       recorded_at
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bigint[], $5::text[], $6::uuid[], $7::int[], $8::text[], $9::text[],
            $10::text[], $11::timestamptz[], $12::timestamptz[])
    AS rows (event_id, customer_id, epoch, position, type, stream_id, version, data, actor, on_behalf_of, occurred_at,
             recorded_at)
ON CONFLICT (event_id) DO NOTHING
"""

OWN = frozenset(event.__name__ for event in CUSTOMER.events)
ENDINGS = frozenset({"ActivityCompleted", "ActivityCancelled"})

Pointing = ContactLinkedToCustomer | ContactUnlinkedFromCustomer | ActivityRecorded | ActivityPlanned
POINTING: tuple[type[Pointing], ...] = (
    ContactLinkedToCustomer,
    ContactUnlinkedFromCustomer,
    ActivityRecorded,
    ActivityPlanned,
)

read = reading(*POINTING)


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Add each event to the story of the customer it is about."""
    activities = await activities_of(connection, events)
    about = [(recorded, found) for recorded in events if (found := customer_of(recorded, activities))]
    if about:
        await connection.execute(
            SAVE, *zip(*(columns(recorded, customer) for recorded, customer in about), strict=True)
        )


async def activities_of(connection: Connection, events: Sequence[Recorded]) -> Mapping[UUID, UUID]:
    """Activity → customer, for those that begin or end here; beginnings are kept for the endings to come."""
    begun = {
        recorded.stream_id: event.customer_id
        for recorded in events
        if isinstance(event := read(recorded), ActivityRecorded | ActivityPlanned) and event.customer_id
    }
    if begun:
        await connection.execute(SAVE_ACTIVITIES, list(begun), list(begun.values()))
    ending = [recorded.stream_id for recorded in events if recorded.type in ENDINGS]
    known = await connection.fetch(KNOWN_ACTIVITIES, ending) if ending else []
    return begun | {row["id"]: row["customer_id"] for row in known}


def customer_of(recorded: Recorded, activities: Mapping[UUID, UUID]) -> UUID | None:
    """The customer whose story an event belongs to."""
    if recorded.type in OWN:
        return recorded.stream_id
    if recorded.type in ENDINGS:
        return activities.get(recorded.stream_id)
    event = read(recorded)
    return event.customer_id if event else None


def columns(recorded: Recorded, customer_id: UUID) -> tuple[object, ...]:
    """One row of the story."""
    return (
        recorded.event_id,
        customer_id,
        recorded.epoch,
        recorded.position,
        recorded.type,
        recorded.stream_id,
        recorded.version,
        recorded.data.decode(),
        recorded.metadata.actor,
        recorded.metadata.on_behalf_of,
        recorded.occurred_at,
        recorded.recorded_at,
    )


STORY = ReadModel(name="story", tables=TABLES, apply=apply)
