"""The states of a contact and the refusals that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.errors import Conflict, NotFound, Rejected


@dataclass(frozen=True, slots=True)
class NoContact:
    """Nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A person we know; `roles` by customer."""

    name: str
    email: str | None
    phone: str | None
    title: str | None
    roles: Mapping[UUID, str | None]


@dataclass(frozen=True, slots=True)
class DeletedContact:
    """Hidden: can be restored to what it was, or erased."""

    before: KnownContact


@dataclass(frozen=True, slots=True)
class ErasedContact:
    """Somebody was here; nobody can say who."""


Contact = NoContact | KnownContact | DeletedContact | ErasedContact


class ContactNotFound(NotFound):
    """There is no such contact, or it is not visible to you."""

    code = "contact-not-found"


class ContactExists(Conflict):
    """A contact with this id exists already."""

    code = "contact-exists"


class ContactIsDeleted(Rejected):
    """This contact is deleted; restore it first."""

    code = "contact-is-deleted"


class ContactIsErased(Rejected):
    """This person's data was erased for ever."""

    code = "contact-is-erased"


class ContactIsNotLinked(Rejected):
    """This contact has no role at that customer."""

    code = "contact-is-not-linked"


def existing(contact: Contact) -> KnownContact | DeletedContact | ErasedContact:
    """The contact, if there is one."""
    if isinstance(contact, NoContact):
        raise ContactNotFound
    return contact


def unerased(contact: Contact) -> KnownContact | DeletedContact:
    """The contact, if we still know who it is."""
    found = existing(contact)
    if isinstance(found, ErasedContact):
        raise ContactIsErased
    return found


def known(contact: Contact) -> KnownContact:
    """The contact, if it is neither erased nor deleted."""
    found = unerased(contact)
    if isinstance(found, DeletedContact):
        raise ContactIsDeleted
    return found
