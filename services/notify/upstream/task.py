"""The events of tasks, as far as rules may be about them."""

# ruff: noqa: D101 -- the producers say what their events mean; here only the fields matter

from datetime import date
from typing import ClassVar

from services.notify.upstream.event import Upstream


class _Task(Upstream, frozen=True, kw_only=True):
    about: ClassVar[str] = "task"


class TaskCreated(_Task, frozen=True, kw_only=True):
    title: str
    due: date
    assignee_id: str | None = None
    deal_id: str | None = None
    customer_id: str | None = None
    note: str | None = None
    recurrence: str | None = None


class TaskRescheduled(_Task, frozen=True, kw_only=True):
    before: date
    after: date


class TaskAssigned(_Task, frozen=True, kw_only=True):
    assignee_id: str | None = None
    previous_assignee_id: str | None = None


class TaskCorrected(_Task, frozen=True, kw_only=True):
    title: str | None = None
    note: str | None = None


class TaskRecurrenceChanged(_Task, frozen=True, kw_only=True):
    before: str | None = None
    after: str | None = None


class TaskCompleted(_Task, frozen=True, kw_only=True):
    due: date
    next_due: date | None = None
    outcome: str | None = None


class TaskReopened(_Task, frozen=True, kw_only=True):
    due: date


class TaskCancelled(_Task, frozen=True, kw_only=True):
    reason: str | None = None
