"""Which activities there are, done and still to be done: folded from their own events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from services.customer.domain.activity.decider import ACTIVITY
from services.customer.domain.activity.events import (
    ActivityCancelled,
    ActivityCompleted,
    ActivityPlanned,
    ActivityRecorded,
)
from services.customer.projections.facts import reading, streams_of
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One activity; `contacts`: contact ids, comma between; `status`: planned, done or cancelled; business times."""

    id: UUID
    version: int
    kind: str
    customer_id: UUID | None
    contacts: str
    owner_id: UUID | None
    subject: str
    notes: str | None
    status: str
    due_at: datetime | None
    done_at: datetime | None
    outcome: str | None
    created_at: datetime
    updated_at: datetime


TABLES = """
CREATE TABLE activities (
    id uuid PRIMARY KEY,
    version integer NOT NULL,
    kind text NOT NULL,
    customer_id uuid,
    contacts text NOT NULL,
    owner_id uuid,
    subject text NOT NULL,
    notes text,
    status text NOT NULL,
    due_at timestamptz,
    done_at timestamptz,
    outcome text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX ON activities (customer_id, updated_at, id);
CREATE INDEX ON activities (owner_id, updated_at, id);
CREATE INDEX ON activities (updated_at, id);
CREATE INDEX ON activities (due_at) WHERE status = 'planned';
"""

LOAD = "SELECT * FROM activities WHERE id = ANY($1)"

SAVE = """
INSERT INTO activities
SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[],
                     $9::text[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::timestamptz[],
                     $14::timestamptz[])
ON CONFLICT (id) DO UPDATE SET (version, status, done_at, outcome, updated_at) =
    (EXCLUDED.version, EXCLUDED.status, EXCLUDED.done_at, EXCLUDED.outcome, EXCLUDED.updated_at)
"""

read, key = reading(*ACTIVITY.events), streams_of(*ACTIVITY.events)


def evolve(row: ActivityRow | None, recorded: Recorded) -> ActivityRow | None:
    """The activity after an event."""
    event = read(recorded)
    if isinstance(event, ActivityRecorded | ActivityPlanned):
        return begun(recorded, event)
    if row is None or event is None:
        return row
    at = recorded.occurred_at
    return replace(row, updated_at=at, **ending(event, at))


def begun(recorded: Recorded, event: ActivityRecorded | ActivityPlanned) -> ActivityRow:
    """The first row of an activity."""
    at = recorded.occurred_at
    planned = isinstance(event, ActivityPlanned)
    return ActivityRow(
        id=recorded.stream_id,
        version=recorded.version,
        kind=event.kind,
        customer_id=event.customer_id,
        contacts=",".join(map(str, event.contact_ids)),
        owner_id=event.owner_id,
        subject=event.subject,
        notes=event.notes,
        status="planned" if planned else "done",
        due_at=event.due_at if isinstance(event, ActivityPlanned) else None,
        done_at=None if planned else at,
        outcome=None,
        created_at=at,
        updated_at=at,
    )


def ending(event: ActivityCompleted | ActivityCancelled, at: datetime) -> dict[str, Any]:
    """The columns that the end of a plan changes."""
    match event:
        case ActivityCompleted():
            return {"status": "done", "done_at": at, "outcome": event.outcome}
        case ActivityCancelled():
            return {"status": "cancelled"}
        case _:
            assert_never(event)


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold the activities' events."""
    await fold_rows(connection, events, load=LOAD, save=SAVE, row=ActivityRow, key=key, evolve=evolve)


ACTIVITIES = ReadModel(name="activities", tables=TABLES, apply=apply)
