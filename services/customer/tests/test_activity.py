"""An activity: recorded, or planned and then completed or cancelled."""

from __future__ import annotations

import pytest

from services.customer.domain.activity.commands import (
    ActivityCommand,
    CancelActivity,
    CompleteActivity,
    PlanActivity,
    RecordActivity,
)
from services.customer.domain.activity.decider import (
    ACTIVITY,
    ActivityExists,
    ActivityIsCancelled,
    ActivityIsDone,
    ActivityNotFound,
)
from services.customer.domain.activity.events import (
    ActivityCancelled,
    ActivityCompleted,
    ActivityPlanned,
    ActivityRecorded,
)
from services.customer.tests.examples import (
    ACME,
    ACTIVITY_CANCELLED,
    ACTIVITY_COMPLETED,
    ACTIVITY_PLANNED,
    ACTIVITY_RECORDED,
    ANNA,
)
from shared.testing.scenario import scenario

NOTHING = scenario(ACTIVITY)
RECORDED = NOTHING.given(ACTIVITY_RECORDED)
PLANNED = NOTHING.given(ACTIVITY_PLANNED)

PLAN = PlanActivity(kind="visit", customer_id=ACME, owner_id=ANNA, subject="Demo", due_at=ACTIVITY_PLANNED.due_at)
ENDINGS: list[ActivityCommand] = [CompleteActivity(outcome="They want an offer."), CancelActivity()]


def test_what_was_done_is_recorded_once() -> None:
    wish = RecordActivity(kind="call", customer_id=ACME, subject="First call")
    recorded = NOTHING.when(wish).then(ActivityRecorded(kind="call", customer_id=ACME, subject="First call"))
    recorded.when(wish).then_rejected(ActivityExists)
    recorded.when(PLAN).then_rejected(ActivityExists)


def test_what_is_to_be_done_is_planned() -> None:
    NOTHING.when(PLAN).then(
        ActivityPlanned(kind="visit", customer_id=ACME, owner_id=ANNA, subject="Demo", due_at=ACTIVITY_PLANNED.due_at)
    )


def test_a_plan_is_completed() -> None:
    PLANNED.when(CompleteActivity(outcome="Done.")).then(ActivityCompleted(outcome="Done."))


def test_a_plan_is_cancelled() -> None:
    PLANNED.when(CancelActivity()).then(ActivityCancelled())


@pytest.mark.parametrize("wish", ENDINGS, ids=lambda wish: type(wish).__name__)
def test_a_plan_ends_only_once(wish: ActivityCommand) -> None:
    NOTHING.when(wish).then_rejected(ActivityNotFound)
    RECORDED.when(wish).then_rejected(ActivityIsDone)
    PLANNED.given(ACTIVITY_COMPLETED).when(wish).then_rejected(ActivityIsDone)
    PLANNED.given(ACTIVITY_CANCELLED).when(wish).then_rejected(ActivityIsCancelled)
