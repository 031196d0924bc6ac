"""A task is nothing yet, open, done or cancelled; what each fact makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, assert_never
from uuid import UUID

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
from shared.errors import Conflict, Invalid, NotFound, Rejected


class TaskExists(Conflict):
    """There is a task with this id already."""

    code = "task-exists"


class TaskMissing(NotFound):
    """There is no such task."""

    code = "task-not-found"


class TaskIsClosed(Rejected):
    """The task is done or cancelled; reopen it first."""

    code = "task-is-closed"


class TaskIsOpen(Rejected):
    """The task is open, and there is no completion that could be taken back."""

    code = "task-is-open"


class DueOutOfRange(Invalid):
    """A task is due on a day of the years 1970 to 2199."""

    code = "due-out-of-range"


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be done until when by whom.

    `series_start`: the day from which its recurrence counts; `last_done`: the due day of the last completion, as long
    as nothing but that completion could be taken back.
    """

    title: str
    due: date
    assignee_id: UUID | None
    note: str | None
    recurrence: str | None
    series_start: date
    last_done: date | None = None


@dataclass(frozen=True, slots=True)
class NoTask:
    """Nothing has been created under this id."""


@dataclass(frozen=True, slots=True)
class OpenTask:
    """To be done."""

    content: Content


@dataclass(frozen=True, slots=True)
class DoneTask:
    """Done, and not due again."""

    content: Content


@dataclass(frozen=True, slots=True)
class CancelledTask:
    """Not to be done any more."""

    content: Content


Task = NoTask | OpenTask | DoneTask | CancelledTask


def evolve(task: Task, event: TaskEvent) -> Task:
    """What a fact makes of a task."""
    match event:
        case TaskCreated():
            return OpenTask(_content(event))
        case TaskCompleted():
            return _completed(known(task), event)
        case TaskReopened():
            return OpenTask(replace(known(task), due=event.due, last_done=None))
        case TaskCancelled():
            return CancelledTask(known(task))
        case _:
            return _changed(task, event)


def known(task: Task) -> Content:
    """What the task is about, whatever became of it; raises TaskMissing."""
    if isinstance(task, NoTask):
        raise TaskMissing
    return task.content


def opened(task: Task) -> Content:
    """What is still to be done; raises TaskMissing or TaskIsClosed."""
    content = known(task)
    if not isinstance(task, OpenTask):
        raise TaskIsClosed
    return content


def _content(event: TaskCreated) -> Content:
    return Content(
        title=event.title,
        due=event.due,
        assignee_id=event.assignee_id,
        note=event.note,
        recurrence=event.recurrence,
        series_start=event.due,
    )


def _completed(content: Content, event: TaskCompleted) -> Task:
    if event.next_due is None:
        return DoneTask(replace(content, last_done=event.due))
    return OpenTask(replace(content, due=event.next_due, last_done=event.due))


def _changed(task: Task, event: TaskRescheduled | TaskAssigned | TaskCorrected | TaskRecurrenceChanged) -> Task:
    content = known(task)
    match event:
        case TaskRescheduled():
            return OpenTask(replace(content, due=event.after, last_done=None))
        case TaskAssigned():
            return OpenTask(replace(content, assignee_id=event.assignee_id))
        case TaskCorrected():
            return OpenTask(replace(content, **corrected(event)))
        case TaskRecurrenceChanged():
            return OpenTask(replace(content, recurrence=event.after, series_start=content.due, last_done=None))
        case _:
            assert_never(event)


def corrected(event: TaskCorrected) -> dict[str, Any]:
    """The fields that changed and what they are now; an empty note is none."""
    said = {"title": event.title, "note": event.note}
    return {name: value or None for name, value in said.items() if value is not None}
