"""A task: created, changed while it is open, done (maybe due again), cancelled, reopened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from msgspec import UNSET

from services.pipeline.domain.naming import named
from services.pipeline.domain.task import recurrence
from services.pipeline.domain.task.commands import (
    AssignTask,
    CancelTask,
    ChangeTaskRecurrence,
    CompleteTask,
    CorrectTask,
    CreateTask,
    ReopenTask,
    RescheduleTask,
    TaskChange,
    TaskCommand,
)
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
from services.pipeline.domain.task.state import (
    Content,
    DueOutOfRange,
    NoTask,
    OpenTask,
    Task,
    TaskExists,
    TaskIsOpen,
    evolve,
    known,
    opened,
)
from shared.domain import Decider

YEARS = range(1970, 2200)


def decide(task: Task, command: TaskCommand) -> Sequence[TaskEvent]:
    """What a wish leads to."""
    match command:
        case CreateTask():
            return _create(task, command)
        case ReopenTask():
            return _reopen(task)
        case _:
            return _change(opened(task), command)


def _create(task: Task, command: CreateTask) -> Sequence[TaskEvent]:
    if not isinstance(task, NoTask):
        raise TaskExists
    return [
        TaskCreated(
            title=named(command.title, "/title"),
            due=_due(command.due),
            assignee_id=command.assignee_id,
            deal_id=command.deal_id,
            customer_id=command.customer_id,
            note=_words(command.note),
            recurrence=command.recurrence and recurrence.checked(command.recurrence, _due(command.due)),
            origin=command.origin,
        )
    ]


def _change(content: Content, command: TaskChange) -> Sequence[TaskEvent]:
    match command:
        case CorrectTask():
            return _correct(content, command)
        case RescheduleTask():
            return [] if command.due == content.due else [TaskRescheduled(before=content.due, after=_due(command.due))]
        case AssignTask():
            return _assign(content, command)
        case ChangeTaskRecurrence():
            return _change_recurrence(content, command)
        case CompleteTask():
            return _complete(content, command)
        case CancelTask():
            return [TaskCancelled(reason=_words(command.reason))]
        case _:
            assert_never(command)


def _correct(content: Content, command: CorrectTask) -> Sequence[TaskEvent]:
    title = content.title if command.title is UNSET else named(command.title, "/title")
    note = content.note if command.note is UNSET else _words(command.note)
    if (title, note) == (content.title, content.note):
        return []
    changed = TaskCorrected(
        title=None if title == content.title else title, note=None if note == content.note else note or ""
    )
    return [changed]


def _assign(content: Content, command: AssignTask) -> Sequence[TaskEvent]:
    previous = content.assignee_id
    if command.assignee_id == previous:
        return []
    return [TaskAssigned(assignee_id=command.assignee_id, previous_assignee_id=previous)]


def _change_recurrence(content: Content, command: ChangeTaskRecurrence) -> Sequence[TaskEvent]:
    after = command.recurrence and recurrence.checked(command.recurrence, content.due)
    return [] if after == content.recurrence else [TaskRecurrenceChanged(before=content.recurrence, after=after)]


def _complete(content: Content, command: CompleteTask) -> Sequence[TaskEvent]:
    """Days of the rule that went by before it was done are not made up for."""
    again = None
    if content.recurrence is not None:
        again = recurrence.next_due(content.recurrence, content.series_start, max(content.due, command.done_on))
    return [TaskCompleted(due=content.due, next_due=again, outcome=_words(command.outcome))]


def _reopen(task: Task) -> Sequence[TaskEvent]:
    content = known(task)
    if isinstance(task, OpenTask) and content.last_done is None:
        raise TaskIsOpen
    return [TaskReopened(due=content.last_done or content.due)]


def _due(day: date) -> date:
    if day.year not in YEARS:
        raise DueOutOfRange(field="/due")
    return day


def _words(text: str | None) -> str | None:
    """The text without blanks around it; nothing said is None."""
    return (text or "").strip() or None


TASK: Decider[Task, TaskCommand, TaskEvent] = Decider(
    category="task",
    initial=NoTask(),
    decide=decide,
    evolve=evolve,
    events=(
        TaskCreated,
        TaskRescheduled,
        TaskAssigned,
        TaskCorrected,
        TaskRecurrenceChanged,
        TaskCompleted,
        TaskReopened,
        TaskCancelled,
    ),
)
