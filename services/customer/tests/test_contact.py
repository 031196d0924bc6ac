"""A contact: added, corrected, linked to customers, deleted, erased."""

from __future__ import annotations

import pytest

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
from services.customer.domain.contact.decider import CONTACT
from services.customer.domain.contact.events import (
    ContactAdded,
    ContactChanges,
    ContactCorrected,
    ContactDeleted,
    ContactErased,
    ContactLinkedToCustomer,
    ContactRestored,
    ContactUnlinkedFromCustomer,
)
from services.customer.domain.contact.state import (
    ContactExists,
    ContactIsDeleted,
    ContactIsErased,
    ContactIsNotLinked,
    ContactNotFound,
)
from services.customer.domain.correction import Change
from services.customer.tests.examples import (
    ACME,
    ACME_GROUP,
    CONTACT_ADDED,
    CONTACT_DELETED,
    CONTACT_ERASED,
    CONTACT_LINKED_TO_CUSTOMER,
)
from shared.testing.scenario import scenario

NOBODY = scenario(CONTACT)
WANG_FANG = NOBODY.given(CONTACT_ADDED)
LINKED = WANG_FANG.given(CONTACT_LINKED_TO_CUSTOMER)
DELETED = LINKED.given(CONTACT_DELETED)
ERASED = LINKED.given(CONTACT_ERASED)

LINK = LinkContactToCustomer(customer_id=ACME, role="decides")
UNLINK = UnlinkContactFromCustomer(customer_id=ACME)
CORRECTION = CorrectContact(name="王芳芳")
CHANGES: list[ContactCommand] = [CORRECTION, LINK, UNLINK]


def test_a_contact_is_added_once() -> None:
    added = NOBODY.when(AddContact(name="王芳", title="CTO")).then(ContactAdded(name="王芳", title="CTO"))
    added.when(AddContact(name="王芳")).then_rejected(ContactExists)


def test_a_correction_keeps_only_what_differs() -> None:
    changes = ContactChanges(name=Change("王芳", "王芳芳"), title=Change("CTO", None))
    wish = CorrectContact(name="王芳芳", email="wang.fang@acme.test", title=None)
    WANG_FANG.when(wish).then(ContactCorrected(changes=changes)).when(wish).then_nothing()


def test_a_contact_has_a_role_in_each_customer() -> None:
    at_acme = WANG_FANG.when(LINK).then(ContactLinkedToCustomer(customer_id=ACME, role="decides"))
    at_acme.when(LinkContactToCustomer(customer_id=ACME_GROUP)).then(ContactLinkedToCustomer(customer_id=ACME_GROUP))


def test_the_same_role_again_says_nothing() -> None:
    LINKED.when(LINK).then_nothing()


def test_a_role_can_change() -> None:
    wish = LinkContactToCustomer(customer_id=ACME, role="advises")
    LINKED.when(wish).then(ContactLinkedToCustomer(customer_id=ACME, role="advises"))


def test_a_role_ends() -> None:
    LINKED.when(UNLINK).then(ContactUnlinkedFromCustomer(customer_id=ACME))
    WANG_FANG.when(UNLINK).then_rejected(ContactIsNotLinked, field="/customer_id")


def test_a_deleted_contact_comes_back_as_it_was() -> None:
    deleted = LINKED.when(DeleteContact()).then(ContactDeleted())
    deleted.when(DeleteContact()).then_nothing()
    assert deleted.when(RestoreContact()).then(ContactRestored()).state == LINKED.state
    LINKED.when(RestoreContact()).then_nothing()


@pytest.mark.parametrize("wish", CHANGES, ids=lambda wish: type(wish).__name__)
def test_nobody_and_the_deleted_are_not_changed(wish: ContactCommand) -> None:
    NOBODY.when(wish).then_rejected(ContactNotFound)
    DELETED.when(wish).then_rejected(ContactIsDeleted)


def test_a_person_is_erased_once_even_when_deleted() -> None:
    DELETED.when(EraseContact()).then(ContactErased())
    LINKED.when(EraseContact()).then(ContactErased()).when(EraseContact()).then_nothing()


@pytest.mark.parametrize("wish", [*CHANGES, DeleteContact(), RestoreContact()], ids=lambda wish: type(wish).__name__)
def test_nothing_can_be_done_with_an_erased_person(wish: ContactCommand) -> None:
    ERASED.when(wish).then_rejected(ContactIsErased)
