"""What may be asked of a contact."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET, UnsetType

from shared.domain import Command


class AddContact(Command, frozen=True, kw_only=True):
    """Make a person known."""

    name: str
    email: str | None = None
    phone: str | None = None
    title: str | None = None


class CorrectContact(Command, frozen=True, kw_only=True):
    """Change what we hold about a person; UNSET leaves a field, None clears it."""

    name: str | UnsetType = UNSET
    email: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    title: str | UnsetType | None = UNSET


class LinkContactToCustomer(Command, frozen=True, kw_only=True):
    """Give the person a role at a customer; whether the customer exists is known outside."""

    customer_id: UUID
    role: str | None = None


class UnlinkContactFromCustomer(Command, frozen=True, kw_only=True):
    """End the person's role at a customer."""

    customer_id: UUID


class DeleteContact(Command, frozen=True, kw_only=True):
    """Hide the contact."""


class RestoreContact(Command, frozen=True, kw_only=True):
    """Bring a deleted contact back."""


class EraseContact(Command, frozen=True, kw_only=True):
    """Make the person's data unreadable for ever."""


ContactCommand = (
    AddContact
    | CorrectContact
    | LinkContactToCustomer
    | UnlinkContactFromCustomer
    | DeleteContact
    | RestoreContact
    | EraseContact
)
