"""What happens to an activity: a call, visit, meeting or note about a customer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.domain import Event

Kind = Literal["call", "visit", "meeting", "note"]


class ActivityRecorded(Event, frozen=True, kw_only=True):
    """Somebody did this; when is the event's business time."""

    kind: Kind
    customer_id: UUID | None = None
    contact_ids: tuple[UUID, ...] = ()
    owner_id: UUID | None = None
    subject: str
    notes: str | None = None


class ActivityPlanned(Event, frozen=True, kw_only=True):
    """Somebody is to do this by `due_at`."""

    kind: Kind
    customer_id: UUID | None = None
    contact_ids: tuple[UUID, ...] = ()
    owner_id: UUID | None = None
    subject: str
    notes: str | None = None
    due_at: datetime


class ActivityCompleted(Event, frozen=True, kw_only=True):
    """What was planned is done."""

    outcome: str | None = None


class ActivityCancelled(Event, frozen=True, kw_only=True):
    """What was planned will not be done."""


ActivityEvent = ActivityRecorded | ActivityPlanned | ActivityCompleted | ActivityCancelled
