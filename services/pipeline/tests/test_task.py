"""Tasks: what follows from a wish, what is refused, and what holds after any sequence of wishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.domain.naming import NameMissing
from services.pipeline.domain.task.commands import (
    AssignTask,
    CancelTask,
    ChangeTaskRecurrence,
    CompleteTask,
    CorrectTask,
    CreateTask,
    ReopenTask,
    RescheduleTask,
    TaskCommand,
)
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
from services.pipeline.domain.task.recurrence import RecurrenceNeverComes, RecurrenceNotUnderstood
from services.pipeline.domain.task.state import (
    CancelledTask,
    DoneTask,
    DueOutOfRange,
    NoTask,
    OpenTask,
    Task,
    TaskExists,
    TaskIsClosed,
    TaskIsOpen,
    TaskMissing,
)
from services.pipeline.tests.examples import ANNA_ID, DARCEL_ID
from shared.errors import DomainError
from shared.testing.scenario import Scenario

MONDAY = date(2026, 6, 1)
CREATED = TaskCreated(title="Call", due=MONDAY, assignee_id=DARCEL_ID)
WEEKLY = TaskCreated(title="Call", due=MONDAY, recurrence="FREQ=WEEKLY")
task = Scenario(TASK)
WISHES: list[TaskCommand] = [
    CorrectTask(title="Write"), RescheduleTask(due=MONDAY), AssignTask(assignee_id=None), CompleteTask(done_on=MONDAY),
    ChangeTaskRecurrence(recurrence=None), CancelTask(), ReopenTask(),
]  # fmt: skip


def days(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_a_task_is_created_with_its_rule_in_one_spelling() -> None:
    wish = CreateTask(title=" Call ", due=MONDAY, note=" ", recurrence="byday=mo;interval=1;freq=weekly")
    task.given().when(wish).then(TaskCreated(title="Call", due=MONDAY, recurrence="FREQ=WEEKLY;BYDAY=MO"))
    task.given(CREATED).when(wish).then_rejected(TaskExists)


def test_what_a_task_cannot_be() -> None:
    task.given().when(CreateTask(title=" ", due=MONDAY)).then_rejected(NameMissing, field="/title")
    task.given().when(CreateTask(title="Call", due=date(2200, 1, 1))).then_rejected(DueOutOfRange, field="/due")
    rule = CreateTask(title="Call", due=MONDAY, recurrence="FREQ=HOURLY")
    task.given().when(rule).then_rejected(RecurrenceNotUnderstood, field="/recurrence")
    task.given(CREATED).when(RescheduleTask(due=date(1, 1, 1))).then_rejected(DueOutOfRange, field="/due")
    once = ChangeTaskRecurrence(recurrence="FREQ=DAILY;COUNT=1")
    task.given(CREATED).when(once).then_rejected(RecurrenceNeverComes, field="/recurrence")


def test_what_changes_is_said_and_nothing_else() -> None:
    known = task.given(CREATED)
    known.when(CorrectTask(title="Write", note="soon")).then(TaskCorrected(title="Write", note="soon"))
    known.when(CorrectTask(title="Call", note=None)).then_nothing()
    known.given(TaskCorrected(note="soon")).when(CorrectTask(note=None)).then(TaskCorrected(note=""))
    known.given(TaskCorrected(note="")).when(CorrectTask(note=None)).then_nothing()
    known.when(AssignTask(assignee_id=ANNA_ID)).then(TaskAssigned(assignee_id=ANNA_ID, previous_assignee_id=DARCEL_ID))
    known.when(AssignTask(assignee_id=DARCEL_ID)).then_nothing()
    known.when(RescheduleTask(due=days(1))).then(TaskRescheduled(before=MONDAY, after=days(1)))
    known.when(ChangeTaskRecurrence(recurrence="freq=daily")).then(TaskRecurrenceChanged(after="FREQ=DAILY"))


def test_a_task_that_does_not_recur_is_over_when_it_is_done() -> None:
    done = TaskCompleted(due=MONDAY, outcome="Spoke to Anna")
    closed = task.given(CREATED).when(CompleteTask(done_on=days(3), outcome="Spoke to Anna")).then(done)
    closed.when(ReopenTask()).then(TaskReopened(due=MONDAY)).when(ReopenTask()).then_rejected(TaskIsOpen)


@pytest.mark.parametrize(
    ("done_on", "again"), [(-3, 7), (0, 7), (6, 7), (7, 14), (30, 35)], ids=["early", "same", "late", "next", "missed"]
)
def test_a_recurring_task_is_due_again_on_the_next_day_of_its_rule(done_on: int, again: int) -> None:
    completed = TaskCompleted(due=MONDAY, next_due=days(again))
    task.given(WEEKLY).when(CompleteTask(done_on=days(done_on))).then(completed)


def test_moving_one_occurrence_leaves_the_series_where_it_was() -> None:
    moved = task.given(WEEKLY).when(RescheduleTask(due=days(2))).then(TaskRescheduled(before=MONDAY, after=days(2)))
    moved.when(CompleteTask(done_on=days(2))).then(TaskCompleted(due=days(2), next_due=days(7)))


def test_a_new_rule_counts_from_the_day_the_task_is_due() -> None:
    changed = task.given(WEEKLY, TaskRescheduled(before=MONDAY, after=days(2))).given(
        TaskRecurrenceChanged(before="FREQ=WEEKLY", after="FREQ=WEEKLY;COUNT=2")
    )
    second = changed.when(CompleteTask(done_on=days(2))).then(TaskCompleted(due=days(2), next_due=days(9)))
    second.when(CompleteTask(done_on=days(9))).then(TaskCompleted(due=days(9)))


def test_the_last_completion_of_a_recurring_task_can_be_taken_back() -> None:
    again = task.given(WEEKLY, TaskCompleted(due=MONDAY, next_due=days(7)))
    again.when(ReopenTask()).then(TaskReopened(due=MONDAY)).when(ReopenTask()).then_rejected(TaskIsOpen)


@pytest.mark.parametrize("wish", WISHES[:-1], ids=lambda wish: type(wish).__name__)
def test_a_closed_task_is_only_reopened(wish: TaskCommand) -> None:
    task.given(CREATED, TaskCompleted(due=MONDAY)).when(wish).then_rejected(TaskIsClosed)
    task.given(CREATED, TaskCancelled()).when(wish).then_rejected(TaskIsClosed)


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: type(wish).__name__)
def test_there_is_no_task_to_change(wish: TaskCommand) -> None:
    task.given().when(wish).then_rejected(TaskMissing)


def test_a_cancelled_task_can_be_taken_up_again() -> None:
    cancelled = task.given(CREATED).when(CancelTask(reason="They decided")).then(TaskCancelled(reason="They decided"))
    cancelled.when(ReopenTask()).then(TaskReopened(due=MONDAY))


due_days = st.integers(-40, 400).map(days)
rules = st.sampled_from(
    ["FREQ=DAILY", "FREQ=WEEKLY;COUNT=3", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=YEARLY;UNTIL=20270601"]
)
wishes = st.one_of(
    st.builds(CreateTask, title=st.just("a"), due=due_days, recurrence=st.none() | rules),
    st.builds(CorrectTask, title=st.sampled_from(["a", "b", " "]), note=st.sampled_from([None, "", "n"])),
    st.builds(RescheduleTask, due=due_days),
    st.builds(AssignTask, assignee_id=st.sampled_from([None, ANNA_ID, DARCEL_ID])),
    st.builds(ChangeTaskRecurrence, recurrence=st.none() | rules),
    st.builds(CompleteTask, done_on=due_days),
    st.builds(ReopenTask),
    st.builds(CancelTask),
)


def _live(wished: Sequence[TaskCommand]) -> tuple[Task, list[TaskEvent]]:
    state, events = TASK.initial, list[TaskEvent]()
    for wish in wished:
        try:
            decided = TASK.decide(state, wish)
        except DomainError:
            continue
        for event in decided:
            state = TASK.evolve(state, event)
            events.append(event)
    return state, events


@given(st.lists(wishes, max_size=25))
def test_whatever_is_wished_for_the_facts_fit_together(wished: list[TaskCommand]) -> None:
    state, events = _live(wished)
    assert [isinstance(event, TaskCreated) for event in events] == [number == 0 for number in range(len(events))]
    due: date | None = None
    for event in events:
        match event:
            case TaskCreated():
                due = event.due
            case TaskRescheduled():
                assert event.before == due != event.after
                due = event.after
            case TaskCompleted():
                assert event.due == due
                assert event.next_due is None or event.next_due > event.due
                due = event.next_due or due
            case TaskReopened():
                due = event.due
            case _:
                pass
    assert isinstance(state, NoTask) or state.content.due == due


@given(st.lists(wishes, max_size=25))
def test_what_became_of_a_task_is_said_by_its_last_ending(wished: list[TaskCommand]) -> None:
    state, events = _live(wished)
    endings = [event for event in events if isinstance(event, TaskCompleted | TaskCancelled | TaskReopened)]
    match endings[-1] if endings else None:
        case TaskCancelled():
            assert isinstance(state, CancelledTask)
        case TaskCompleted(next_due=None):
            assert isinstance(state, DoneTask)
        case _:
            assert isinstance(state, OpenTask if events else NoTask)
