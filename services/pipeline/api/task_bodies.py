"""What requests about tasks look like, one by one and as commands of a batch."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.http.batch_items import BatchItem
from shared.http.payload import Payload

Title = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(max_length=2000)]
Recurrence = Annotated[str, Field(min_length=1, max_length=200)]


class CreateTask(Payload):
    """Something to do; who is to do it is the caller where it is left out and they are one of our people.

    `recurrence`: an RRULE of FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, BYDAY, BYMONTHDAY, COUNT, UNTIL.
    """

    id: UUID | None = None
    title: Title
    due: date
    assignee_id: UUID | None = None
    deal_id: UUID | None = None
    customer_id: UUID | None = None
    note: Words | None = None
    recurrence: Recurrence | None = None


class CorrectTask(Payload):
    """Only the words that were wrong; a null note empties it."""

    title: Title = ""
    note: Words | None = None


class RescheduleTask(Payload):
    """Until when it is to be done now."""

    due: date


class AssignTask(Payload):
    """Who is to do it now; null is nobody."""

    assignee_id: UUID | None


class ChangeRecurrence(Payload):
    """By which rule it comes again; null = no more."""

    recurrence: Recurrence | None


class CompleteTask(Payload):
    """What came of it."""

    outcome: Words | None = None


class ReopenTask(Payload):
    """Nothing to say."""


class CancelTask(Payload):
    """Why it need not be done."""

    reason: Words | None = None


class CreateTaskItem(CreateTask, BatchItem):
    """Create a task."""

    action: ClassVar = "task.create"
    creates: ClassVar = True
    command: Literal["create-task"]


class CorrectTaskItem(CorrectTask, BatchItem):
    """Correct a task."""

    action: ClassVar = "task.change"
    command: Literal["correct-task"]


class RescheduleTaskItem(RescheduleTask, BatchItem):
    """Reschedule a task."""

    action: ClassVar = "task.change"
    command: Literal["reschedule-task"]


class AssignTaskItem(AssignTask, BatchItem):
    """Assign a task."""

    action: ClassVar = "task.assign"
    command: Literal["assign-task"]


class ChangeRecurrenceItem(ChangeRecurrence, BatchItem):
    """Change the recurrence of a task."""

    action: ClassVar = "task.change"
    command: Literal["change-task-recurrence"]


class CompleteTaskItem(CompleteTask, BatchItem):
    """Complete a task."""

    action: ClassVar = "task.complete"
    command: Literal["complete-task"]


class ReopenTaskItem(ReopenTask, BatchItem):
    """Reopen a task."""

    action: ClassVar = "task.reopen"
    command: Literal["reopen-task"]


class CancelTaskItem(CancelTask, BatchItem):
    """Cancel a task."""

    action: ClassVar = "task.cancel"
    command: Literal["cancel-task"]


Change = CorrectTask | RescheduleTask | AssignTask | ChangeRecurrence | CompleteTask | ReopenTask | CancelTask
Wanted = CreateTask | Change

TaskItem = Annotated[
    CreateTaskItem
    | CorrectTaskItem
    | RescheduleTaskItem
    | AssignTaskItem
    | ChangeRecurrenceItem
    | CompleteTaskItem
    | ReopenTaskItem
    | CancelTaskItem,
    Field(discriminator="command"),
]
