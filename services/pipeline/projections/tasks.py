"""What every task is now: the one table that the lists and a task's page ask (task_list.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal, assert_never
from uuid import UUID

import msgspec

from services.pipeline.domain.task.decider import TASK
from services.pipeline.domain.task.events import (
    TaskAssigned,
    TaskCancelled,
    TaskCompleted,
    TaskCorrected,
    TaskCreated,
    TaskEvent,
    TaskRecurrenceChanged,
    TaskReopened,
    TaskRescheduled,
)
from services.pipeline.domain.task.state import corrected
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

Status = Literal["open", "done", "cancelled"]

TABLES = """
CREATE TABLE tasks (
    id uuid PRIMARY KEY, version bigint NOT NULL, title text NOT NULL, status text NOT NULL, due date NOT NULL,
    assignee_id uuid, deal_id uuid, customer_id uuid, note text, recurrence text, automation text, reason text,
    outcome text, created_by text NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
    closed_at timestamptz
);
CREATE INDEX tasks_by_due ON tasks (due, id) WHERE status = 'open';
CREATE INDEX tasks_by_assignee ON tasks (assignee_id, due, id);
CREATE INDEX tasks_by_deal ON tasks (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX tasks_by_customer ON tasks (customer_id) WHERE customer_id IS NOT NULL;
"""

COLUMNS = """id, version, title, status, due, assignee_id, deal_id, customer_id, note, recurrence, automation, reason,
    outcome, created_by, created_at, updated_at, closed_at"""
LOAD = f"SELECT {COLUMNS} FROM tasks WHERE id = ANY($1)"  # noqa: S608 - a constant
SAVE = """
INSERT INTO tasks SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::date[], $6::uuid[],
    $7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
    $15::timestamptz[], $16::timestamptz[], $17::timestamptz[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, title = excluded.title, status = excluded.status,
    due = excluded.due, assignee_id = excluded.assignee_id, deal_id = excluded.deal_id,
    customer_id = excluded.customer_id, note = excluded.note, recurrence = excluded.recurrence,
    automation = excluded.automation, reason = excluded.reason, outcome = excluded.outcome,
    created_by = excluded.created_by, created_at = excluded.created_at, updated_at = excluded.updated_at,
    closed_at = excluded.closed_at
"""

DECODERS: Mapping[str, msgspec.json.Decoder[TaskEvent]] = MappingProxyType(
    {event.__name__: msgspec.json.Decoder(event) for event in TASK.events}
)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task; `automation` made it for this `reason`; `outcome`: what was said when it was last done or cancelled."""

    id: UUID
    version: int
    title: str
    status: Status
    due: date
    assignee_id: UUID | None
    deal_id: UUID | None
    customer_id: UUID | None
    note: str | None
    recurrence: str | None
    automation: str | None
    reason: str | None
    outcome: str | None
    created_by: str
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold the tasks among the events."""
    ours = [event for event in events if event.type in DECODERS]
    if ours:
        await fold_rows(connection, ours, load=LOAD, save=SAVE, row=TaskRow, key=_stream, evolve=evolve)


def evolve(row: TaskRow | None, recorded: Recorded) -> TaskRow | None:
    """What an event makes of a task's row."""
    event = DECODERS[recorded.type].decode(recorded.data)
    if isinstance(event, TaskCreated):
        return _created(recorded, event)
    if row is None:
        return None
    at = recorded.occurred_at
    return replace(row, version=recorded.version, updated_at=at, **_changes(event, at))


def _created(recorded: Recorded, event: TaskCreated) -> TaskRow:
    return TaskRow(
        id=recorded.stream_id,
        version=recorded.version,
        title=event.title,
        status="open",
        due=event.due,
        assignee_id=event.assignee_id,
        deal_id=event.deal_id,
        customer_id=event.customer_id,
        note=event.note,
        recurrence=event.recurrence,
        automation=event.origin.automation if event.origin else None,
        reason=event.origin.reason if event.origin else None,
        outcome=None,
        created_by=recorded.metadata.actor,
        created_at=recorded.occurred_at,
        updated_at=recorded.occurred_at,
        closed_at=None,
    )


def _changes(event: TaskEvent, at: datetime) -> dict[str, Any]:
    match event:
        case TaskCreated():
            return {}
        case TaskRescheduled():
            return {"due": event.after}
        case TaskAssigned():
            return {"assignee_id": event.assignee_id}
        case TaskCorrected():
            return corrected(event)
        case TaskRecurrenceChanged():
            return {"recurrence": event.after}
        case TaskCompleted():
            return {"outcome": event.outcome, **_closed_unless_due_again(event, at)}
        case TaskReopened():
            return {"status": "open", "due": event.due, "outcome": None, "closed_at": None}
        case TaskCancelled():
            return {"status": "cancelled", "outcome": event.reason, "closed_at": at}
        case _:
            assert_never(event)


def _closed_unless_due_again(event: TaskCompleted, at: datetime) -> dict[str, Any]:
    return {"status": "done", "closed_at": at} if event.next_due is None else {"due": event.next_due}


def _stream(recorded: Recorded) -> UUID:
    return recorded.stream_id


TASKS = ReadModel(name="tasks", tables=TABLES, apply=apply)
