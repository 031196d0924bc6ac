"""What may be asked of a task; the day of completion comes in with the command."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import UNSET, UnsetType

from services.pipeline.domain.task.events import Origin
from shared.domain import Command


class CreateTask(Command, frozen=True, kw_only=True):
    """Something is to be done until a day; `recurrence` is an RRULE (see recurrence.py), `origin` an automation."""

    title: str
    due: date
    assignee_id: UUID | None = None
    deal_id: UUID | None = None
    customer_id: UUID | None = None
    note: str | None = None
    recurrence: str | None = None
    origin: Origin | None = None


class CorrectTask(Command, frozen=True, kw_only=True):
    """Put its words right; an unset field stays."""

    title: str | UnsetType = UNSET
    note: str | UnsetType | None = UNSET


class RescheduleTask(Command, frozen=True, kw_only=True):
    """Do it until another day; a recurring task goes on by its rule afterwards."""

    due: date


class AssignTask(Command, frozen=True, kw_only=True):
    """Give it to a person, or to nobody."""

    assignee_id: UUID | None


class ChangeTaskRecurrence(Command, frozen=True, kw_only=True):
    """Let it come again by another rule, counted from the day it is due, or no more."""

    recurrence: str | None


class CompleteTask(Command, frozen=True, kw_only=True):
    """It was done on a day of the company's calendar."""

    done_on: date
    outcome: str | None = None


class ReopenTask(Command, frozen=True, kw_only=True):
    """It was not done, or is to be done after all."""


class CancelTask(Command, frozen=True, kw_only=True):
    """It need not be done any more."""

    reason: str | None = None


TaskChange = CorrectTask | RescheduleTask | AssignTask | ChangeTaskRecurrence | CompleteTask | CancelTask
TaskCommand = CreateTask | TaskChange | ReopenTask
