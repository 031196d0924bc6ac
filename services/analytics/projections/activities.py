"""What our people do besides deals: activities with customers, and tasks; who did or is to do them, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import msgspec

from services.analytics.projections.first_event import no_row
from services.analytics.upstream_work import (
    ActivityCancelled,
    ActivityCompleted,
    ActivityPlanned,
    ActivityRecorded,
    TaskAssigned,
    TaskCancelled,
    TaskCompleted,
    TaskCreated,
    TaskReopened,
    TaskRescheduled,
    understand,
)
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded

ACTIVITIES = """
CREATE TABLE activity (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  kind text NOT NULL,
  owner_id uuid,
  customer_id uuid,
  due_at timestamptz,
  done_at timestamptz,
  cancelled boolean NOT NULL
);
CREATE INDEX ON activity (done_at);
CREATE INDEX ON activity (due_at);
CREATE INDEX ON activity (owner_id, done_at);
CREATE INDEX ON activity (owner_id, due_at);
"""
# `done`: every time that it was done, as a JSON list of {assignee_id, due, done_at}; a task that comes again has many.
TASKS = """
CREATE TABLE task (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  assignee_id uuid,
  customer_id uuid,
  due date NOT NULL,
  state text NOT NULL,
  done jsonb NOT NULL
);
CREATE INDEX ON task (due) WHERE state = 'open';
CREATE INDEX ON task (assignee_id) WHERE state = 'open';
"""
LOAD_ACTIVITIES = """
SELECT id, version, kind, owner_id, customer_id, due_at, done_at, cancelled FROM activity WHERE id = ANY($1)
"""
SAVE_ACTIVITIES = """
INSERT INTO activity SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[], $5::uuid[],
  $6::timestamptz[], $7::timestamptz[], $8::boolean[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, done_at = excluded.done_at, cancelled = excluded.cancelled
"""
LOAD_TASKS = "SELECT id, version, assignee_id, customer_id, due, state, done::text FROM task WHERE id = ANY($1)"
SAVE_TASKS = """
INSERT INTO task SELECT id, version, assignee_id, customer_id, due, state, done::jsonb
FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::date[], $6::text[], $7::text[])
  AS t(id, version, assignee_id, customer_id, due, state, done)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, assignee_id = excluded.assignee_id, due = excluded.due,
  state = excluded.state, done = excluded.done
"""


class Done(msgspec.Struct, frozen=True):
    """One time that a task was done."""

    assignee_id: UUID | None
    due: date
    done_at: datetime


DONE = msgspec.json.Decoder(list[Done])


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity; recorded ones have no `due_at`, open ones no `done_at`."""

    id: UUID
    version: int
    kind: str
    owner_id: UUID | None
    customer_id: UUID | None
    due_at: datetime | None
    done_at: datetime | None
    cancelled: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task; `state`: open, over or cancelled; `due`: of an open one the next day."""

    id: UUID
    version: int
    assignee_id: UUID | None
    customer_id: UUID | None
    due: date
    state: str
    done: str


async def apply_activities(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring activities forward by a batch of customer's events."""
    await fold_rows(
        connection,
        events,
        load=LOAD_ACTIVITIES,
        save=SAVE_ACTIVITIES,
        row=ActivityRow,
        key=lambda recorded: recorded.stream_id if recorded.type.startswith("Activity") else None,
        evolve=activity,
    )


async def apply_tasks(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring tasks forward by a batch of pipeline's events."""
    await fold_rows(
        connection,
        events,
        load=LOAD_TASKS,
        save=SAVE_TASKS,
        row=TaskRow,
        key=lambda recorded: recorded.stream_id if recorded.type.startswith("Task") else None,
        evolve=task,
    )


def activity(row: ActivityRow | None, recorded: Recorded) -> ActivityRow | None:
    """An activity's row after one more event."""
    event, at = understand(recorded.type, recorded.data), recorded.occurred_at
    if row is None:
        if not isinstance(event, ActivityRecorded | ActivityPlanned):
            no_row(event, recorded)
            return None
        who = (event.kind, event.owner_id, event.customer_id)
        due, done = (event.due_at, None) if isinstance(event, ActivityPlanned) else (None, at)
        return ActivityRow(recorded.stream_id, recorded.version, *who, due, done, cancelled=False)
    row = replace(row, version=recorded.version)
    match event:
        case ActivityCompleted():
            return replace(row, done_at=at)
        case ActivityCancelled():
            return replace(row, cancelled=True)
        case _:
            return row


def task(row: TaskRow | None, recorded: Recorded) -> TaskRow | None:
    """A task's row after one more event."""
    event = understand(recorded.type, recorded.data)
    if row is None:
        if not isinstance(event, TaskCreated):
            no_row(event, recorded)
            return None
        who = (event.assignee_id, event.customer_id)
        return TaskRow(recorded.stream_id, recorded.version, *who, event.due, "open", "[]")
    row = replace(row, version=recorded.version)
    match event:
        case TaskRescheduled():
            return replace(row, due=event.after)
        case TaskAssigned():
            return replace(row, assignee_id=event.assignee_id)
        case TaskCancelled():
            return replace(row, state="cancelled")
        case TaskCompleted():
            return _completed(row, event, recorded.occurred_at)
        case TaskReopened():
            return _reopened(row, event.due)
        case _:
            return row


def _completed(row: TaskRow, event: TaskCompleted, at: datetime) -> TaskRow:
    done = [*DONE.decode(row.done), Done(row.assignee_id, event.due, at)]
    state = "over" if event.next_due is None else "open"
    return replace(row, due=event.next_due or event.due, state=state, done=msgspec.json.encode(done).decode())


def _reopened(row: TaskRow, due: date) -> TaskRow:
    """The last completion did not happen after all, unless the task was only cancelled."""
    done = DONE.decode(row.done)
    kept = done[:-1] if done and done[-1].due == due else done
    return replace(row, due=due, state="open", done=msgspec.json.encode(kept).decode())
