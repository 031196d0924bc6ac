"""An activity: recorded at once, or planned and then completed or cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import msgspec

from services.customer.domain.activity.commands import (
    ActivityCommand,
    CancelActivity,
    CompleteActivity,
    PlanActivity,
    RecordActivity,
)
from services.customer.domain.activity.events import (
    ActivityCancelled,
    ActivityCompleted,
    ActivityEvent,
    ActivityPlanned,
    ActivityRecorded,
)
from shared.domain import Decider
from shared.errors import Conflict, NotFound, Rejected


@dataclass(frozen=True, slots=True)
class NoActivity:
    """Nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class PlannedActivity:
    """Still to be done."""


@dataclass(frozen=True, slots=True)
class DoneActivity:
    """Recorded, or planned and completed."""


@dataclass(frozen=True, slots=True)
class CancelledActivity:
    """Planned, but not to be done any more."""


Activity = NoActivity | PlannedActivity | DoneActivity | CancelledActivity


class ActivityNotFound(NotFound):
    """There is no such activity, or it is not visible to you."""

    code = "activity-not-found"


class ActivityExists(Conflict):
    """An activity with this id exists already."""

    code = "activity-exists"


class ActivityIsDone(Rejected):
    """This activity is done already."""

    code = "activity-is-done"


class ActivityIsCancelled(Rejected):
    """This activity is cancelled."""

    code = "activity-is-cancelled"


def decide(activity: Activity, command: ActivityCommand) -> Sequence[ActivityEvent]:
    """Answer a wish."""
    match command:
        case RecordActivity():
            return [ActivityRecorded(**msgspec.structs.asdict(new(activity, command)))]
        case PlanActivity():
            return [ActivityPlanned(**msgspec.structs.asdict(new(activity, command)))]
        case CompleteActivity():
            to_be_done(activity)
            return [ActivityCompleted(outcome=command.outcome)]
        case CancelActivity():
            to_be_done(activity)
            return [ActivityCancelled()]
        case _:
            assert_never(command)


def new(activity: Activity, command: ActivityCommand) -> ActivityCommand:
    """The command, if it is the first for this id."""
    if not isinstance(activity, NoActivity):
        raise ActivityExists
    return command


def to_be_done(activity: Activity) -> PlannedActivity:
    """The activity, if it still waits to be done."""
    match activity:
        case NoActivity():
            raise ActivityNotFound
        case PlannedActivity():
            return activity
        case DoneActivity():
            raise ActivityIsDone
        case CancelledActivity():
            raise ActivityIsCancelled
        case _:
            assert_never(activity)


def evolve(activity: Activity, event: ActivityEvent) -> Activity:
    """Take a fact into account."""
    del activity
    match event:
        case ActivityPlanned():
            return PlannedActivity()
        case ActivityRecorded() | ActivityCompleted():
            return DoneActivity()
        case ActivityCancelled():
            return CancelledActivity()
        case _:
            assert_never(event)


ACTIVITY: Decider[Activity, ActivityCommand, ActivityEvent] = Decider(
    category="activity",
    initial=NoActivity(),
    decide=decide,
    evolve=evolve,
    events=(ActivityRecorded, ActivityPlanned, ActivityCompleted, ActivityCancelled),
)
