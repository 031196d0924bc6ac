"""What happens to a task: the stored and published format."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from shared.domain import Event


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The automation that made a task: whose deal, which one, at which version of the deal, and why it exists."""

    deal_id: UUID
    automation: str
    trigger_version: int
    reason: str


class TaskCreated(Event, frozen=True, kw_only=True):
    """Something is to be done until a day; `recurrence` is an RFC 5545 RRULE such as FREQ=WEEKLY;INTERVAL=2."""

    title: str
    due: date
    assignee_id: UUID | None = None
    deal_id: UUID | None = None
    customer_id: UUID | None = None
    note: str | None = None
    recurrence: str | None = None
    origin: Origin | None = None


class TaskRescheduled(Event, frozen=True, kw_only=True):
    """It is to be done until another day."""

    before: date
    after: date


class TaskAssigned(Event, frozen=True, kw_only=True):
    """Somebody else, or nobody, is to do it."""

    assignee_id: UUID | None = None
    previous_assignee_id: UUID | None = None


class TaskCorrected(Event, frozen=True, kw_only=True):
    """Its words were wrong; an absent field did not change."""

    title: str | None = None
    note: str | None = None


class TaskRecurrenceChanged(Event, frozen=True, kw_only=True):
    """It comes again by another rule, or no more."""

    before: str | None = None
    after: str | None = None


class TaskCompleted(Event, frozen=True, kw_only=True):
    """It was done; a recurring task is due again on `next_due`, None = it is over."""

    due: date
    next_due: date | None = None
    outcome: str | None = None


class TaskReopened(Event, frozen=True, kw_only=True):
    """It was not done after all; it is due on this day again."""

    due: date


class TaskCancelled(Event, frozen=True, kw_only=True):
    """It need not be done any more."""

    reason: str | None = None


TaskEvent = (
    TaskCreated
    | TaskRescheduled
    | TaskAssigned
    | TaskCorrected
    | TaskRecurrenceChanged
    | TaskCompleted
    | TaskReopened
    | TaskCancelled
)
