"""A contact: what may be done with it, and what each fact makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, assert_never

from services.customer.domain.contact.commands import (
    AddContact,
    ContactCommand,
    CorrectContact,
    DeleteContact,
    EraseContact,
    LinkContactToCustomer,
    RestoreContact,
    UnlinkContactFromCustomer,
)
from services.customer.domain.contact.events import (
    ContactAdded,
    ContactChanges,
    ContactCorrected,
    ContactDeleted,
    ContactErased,
    ContactEvent,
    ContactLinkedToCustomer,
    ContactRestored,
    ContactUnlinkedFromCustomer,
)
from services.customer.domain.contact.state import (
    Contact,
    ContactExists,
    ContactIsNotLinked,
    DeletedContact,
    ErasedContact,
    KnownContact,
    NoContact,
    existing,
    known,
    unerased,
)
from services.customer.domain.correction import changes_between, values_after
from shared.domain import Decider


def decide(contact: Contact, command: ContactCommand) -> Sequence[ContactEvent]:
    """Answer a wish."""
    match command:
        case AddContact():
            return add(contact, command)
        case CorrectContact():
            return correct(known(contact), command)
        case LinkContactToCustomer():
            return link(known(contact), command)
        case UnlinkContactFromCustomer():
            return unlink(known(contact), command)
        case DeleteContact():
            return delete(unerased(contact))
        case RestoreContact():
            return restore(unerased(contact))
        case EraseContact():
            return erase(existing(contact))
        case _:
            assert_never(command)


def add(contact: Contact, command: AddContact) -> Sequence[ContactEvent]:
    """Make them known once."""
    if not isinstance(contact, NoContact):
        raise ContactExists
    return [ContactAdded(name=command.name, email=command.email, phone=command.phone, title=command.title)]


def correct(contact: KnownContact, command: CorrectContact) -> Sequence[ContactEvent]:
    """Only what differs is kept."""
    changes = changes_between(ContactChanges, contact, command)
    return [ContactCorrected(changes=changes)] if changes else []


def link(contact: KnownContact, command: LinkContactToCustomer) -> Sequence[ContactEvent]:
    """Nothing happens where the role stays."""
    if command.customer_id in contact.roles and contact.roles[command.customer_id] == command.role:
        return []
    return [ContactLinkedToCustomer(customer_id=command.customer_id, role=command.role)]


def unlink(contact: KnownContact, command: UnlinkContactFromCustomer) -> Sequence[ContactEvent]:
    """Only a role that exists can end."""
    if command.customer_id not in contact.roles:
        raise ContactIsNotLinked(field="/customer_id")
    return [ContactUnlinkedFromCustomer(customer_id=command.customer_id)]


def delete(contact: KnownContact | DeletedContact) -> Sequence[ContactEvent]:
    """Hide it once."""
    return [ContactDeleted()] if isinstance(contact, KnownContact) else []


def restore(contact: KnownContact | DeletedContact) -> Sequence[ContactEvent]:
    """Bring it back once."""
    return [ContactRestored()] if isinstance(contact, DeletedContact) else []


def erase(contact: KnownContact | DeletedContact | ErasedContact) -> Sequence[ContactEvent]:
    """Nobody is erased twice; a deleted person can be."""
    return [] if isinstance(contact, ErasedContact) else [ContactErased()]


def evolve(contact: Contact, event: ContactEvent) -> Contact:
    """Take a fact into account."""
    match event:
        case ContactAdded():
            return KnownContact(name=event.name, email=event.email, phone=event.phone, title=event.title, roles={})
        case ContactCorrected():
            return corrected(known(contact), event)
        case ContactLinkedToCustomer():
            return linked(known(contact), event)
        case ContactUnlinkedFromCustomer():
            return unlinked(known(contact), event)
        case ContactDeleted():
            return DeletedContact(before=known(contact))
        case ContactRestored():
            return contact.before if isinstance(contact, DeletedContact) else contact
        case ContactErased():
            return ErasedContact()
        case _:
            assert_never(event)


def corrected(contact: KnownContact, event: ContactCorrected) -> KnownContact:
    """The contact with what differs; an erased person's corrections say nothing any more."""
    values: dict[str, Any] = values_after(event.changes) if event.changes else {}
    return replace(contact, **values)


def linked(contact: KnownContact, event: ContactLinkedToCustomer) -> KnownContact:
    """The contact with this role."""
    return replace(contact, roles={**contact.roles, event.customer_id: event.role})


def unlinked(contact: KnownContact, event: ContactUnlinkedFromCustomer) -> KnownContact:
    """The contact without this role."""
    return replace(contact, roles={at: role for at, role in contact.roles.items() if at != event.customer_id})


CONTACT: Decider[Contact, ContactCommand, ContactEvent] = Decider(
    category="contact",
    initial=NoContact(),
    decide=decide,
    evolve=evolve,
    events=(
        ContactAdded,
        ContactCorrected,
        ContactLinkedToCustomer,
        ContactUnlinkedFromCustomer,
        ContactDeleted,
        ContactRestored,
        ContactErased,
    ),
)
