"""What may be asked of an activity."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.customer.domain.activity.events import Kind
from shared.domain import Command


class RecordActivity(Command, frozen=True, kw_only=True):
    """Keep what was done; whether customer, contacts and owner exist is known outside."""

    kind: Kind
    customer_id: UUID | None = None
    contact_ids: tuple[UUID, ...] = ()
    owner_id: UUID | None = None
    subject: str
    notes: str | None = None


class PlanActivity(Command, frozen=True, kw_only=True):
    """Keep what is to be done by `due_at`."""

    kind: Kind
    customer_id: UUID | None = None
    contact_ids: tuple[UUID, ...] = ()
    owner_id: UUID | None = None
    subject: str
    notes: str | None = None
    due_at: datetime


class CompleteActivity(Command, frozen=True, kw_only=True):
    """What was planned is done."""

    outcome: str | None = None


class CancelActivity(Command, frozen=True, kw_only=True):
    """What was planned will not be done."""


ActivityCommand = RecordActivity | PlanActivity | CompleteActivity | CancelActivity
