"""What happens to a contact: a person at one or more customers; what tells who they are is personal."""

from __future__ import annotations

from uuid import UUID

import msgspec

from services.customer.domain.correction import Change
from shared.domain import Event, Personal


class ContactAdded(Event, frozen=True, kw_only=True):
    """We know a person."""

    name: Personal[str]
    email: Personal[str | None] = None
    phone: Personal[str | None] = None
    title: str | None = None


class ContactChanges(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fields that differ; the others are left out."""

    name: Change[str] | None = None
    email: Change[str | None] | None = None
    phone: Change[str | None] | None = None
    title: Change[str | None] | None = None


class ContactCorrected(Event, frozen=True, kw_only=True):
    """Something we held about a person was wrong or has changed; None once they are erased."""

    changes: Personal[ContactChanges | None] = None


class ContactLinkedToCustomer(Event, frozen=True, kw_only=True):
    """A person has a role at a customer; linked again, the role is another one."""

    customer_id: UUID
    role: str | None = None


class ContactUnlinkedFromCustomer(Event, frozen=True, kw_only=True):
    """A person has nothing to do with a customer any more."""

    customer_id: UUID


class ContactDeleted(Event, frozen=True, kw_only=True):
    """The contact is hidden; it can be restored."""


class ContactRestored(Event, frozen=True, kw_only=True):
    """A deleted contact is back as it was."""


class ContactErased(Event, frozen=True, kw_only=True):
    """The person's data is to be unreadable for ever: their key is destroyed."""


ContactEvent = (
    ContactAdded
    | ContactCorrected
    | ContactLinkedToCustomer
    | ContactUnlinkedFromCustomer
    | ContactDeleted
    | ContactRestored
    | ContactErased
)
