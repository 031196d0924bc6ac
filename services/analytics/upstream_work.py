"""The events of activities and tasks that the activity report is made of, with only the fields it needs."""

from __future__ import annotations

from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

import msgspec

from services.analytics.upstream import Upstream


class ActivityRecorded(Upstream, frozen=True):
    """Somebody did this, when the event happened."""

    kind: str
    customer_id: UUID | None = None
    owner_id: UUID | None = None


class ActivityPlanned(Upstream, frozen=True):
    """Somebody is to do this by `due_at`."""

    kind: str
    due_at: datetime
    customer_id: UUID | None = None
    owner_id: UUID | None = None


class ActivityCompleted(Upstream, frozen=True):
    """What was planned is done."""


class ActivityCancelled(Upstream, frozen=True):
    """What was planned will not be done."""


class TaskCreated(Upstream, frozen=True):
    """Something is to be done until a day."""

    due: date
    assignee_id: UUID | None = None
    customer_id: UUID | None = None


class TaskRescheduled(Upstream, frozen=True):
    """Until another day."""

    after: date


class TaskAssigned(Upstream, frozen=True):
    """By somebody else, or nobody."""

    assignee_id: UUID | None = None


class TaskCompleted(Upstream, frozen=True):
    """It was done; a recurring one is due again on `next_due`."""

    due: date
    next_due: date | None = None


class TaskReopened(Upstream, frozen=True):
    """It was not done after all."""

    due: date


class TaskCancelled(Upstream, frozen=True):
    """It need not be done any more."""


WORK: tuple[type[Upstream], ...] = (
    ActivityRecorded,
    ActivityPlanned,
    ActivityCompleted,
    ActivityCancelled,
    TaskCreated,
    TaskRescheduled,
    TaskAssigned,
    TaskCompleted,
    TaskReopened,
    TaskCancelled,
)
DECODERS = MappingProxyType({event.__name__: msgspec.json.Decoder[Upstream](event) for event in WORK})


def understand(type_name: str, data: bytes) -> Upstream | None:
    """The event in our words, or None for a type that says nothing to the report; raises msgspec.ValidationError."""
    decoder = DECODERS.get(type_name)
    return decoder.decode(data) if decoder else None
