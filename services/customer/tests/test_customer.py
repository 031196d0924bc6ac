"""A customer: created, corrected, assigned, archived, deleted and back again."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from services.customer.domain.correction import Change
from services.customer.domain.customer.commands import (
    ArchiveCustomer,
    AssignCustomer,
    CorrectCustomer,
    CreateCustomer,
    CustomerCommand,
    DeleteCustomer,
    RestoreCustomer,
    UnarchiveCustomer,
)
from services.customer.domain.customer.decider import CUSTOMER
from services.customer.domain.customer.events import (
    CustomerArchived,
    CustomerAssigned,
    CustomerChanges,
    CustomerCorrected,
    CustomerCreated,
    CustomerDeleted,
    CustomerRestored,
    CustomerUnarchived,
)
from services.customer.domain.customer.state import (
    CustomerExists,
    CustomerIsArchived,
    CustomerIsDeleted,
    CustomerNotFound,
    ParentClosesCircle,
)
from services.customer.domain.money import AmountOutOfRange, Money, NegativeAmount, UnknownCurrency
from services.customer.tests.examples import (
    ACME,
    ACME_GROUP,
    ANNA,
    CUSTOMER_ARCHIVED,
    CUSTOMER_CREATED,
    CUSTOMER_DELETED,
    DARCEL,
)
from shared.testing.scenario import scenario

NOTHING = scenario(CUSTOMER)
ACTIVE = NOTHING.given(CUSTOMER_CREATED)
ARCHIVED = ACTIVE.given(CUSTOMER_ARCHIVED)
DELETED = ACTIVE.given(CUSTOMER_DELETED)

CORRECTION = CorrectCustomer(customer_id=ACME, industry="retail")
EVERY_WISH_BUT_CREATE: list[CustomerCommand] = [
    CORRECTION,
    AssignCustomer(owner_id=DARCEL),
    ArchiveCustomer(),
    UnarchiveCustomer(),
    DeleteCustomer(),
    RestoreCustomer(),
]


def test_a_customer_is_created() -> None:
    NOTHING.when(CreateCustomer(name="Acme", owner_id=ANNA)).then(
        CustomerCreated(name="Acme", kind="company", owner_id=ANNA)
    )


def test_a_customer_is_created_once() -> None:
    for known in (ACTIVE, ARCHIVED, DELETED):
        known.when(CreateCustomer(name="Acme")).then_rejected(CustomerExists)


@pytest.mark.parametrize("wish", EVERY_WISH_BUT_CREATE, ids=lambda wish: type(wish).__name__)
def test_nothing_can_be_done_with_an_unknown_customer(wish: CustomerCommand) -> None:
    NOTHING.when(wish).then_rejected(CustomerNotFound)


def test_a_correction_keeps_before_and_after_of_what_differs() -> None:
    wish = CorrectCustomer(customer_id=ACME, industry="retail", region="Shanghai", phone=None)
    changes = CustomerChanges(industry=Change("technology", "retail"), phone=Change("+86 21 5555 0100", None))
    ACTIVE.when(wish).then(CustomerCorrected(changes=changes))


def test_a_correction_without_difference_says_nothing() -> None:
    same = Money(Decimal(1100040000), "USD")
    ACTIVE.when(CorrectCustomer(customer_id=ACME, region="Shanghai", annual_revenue=same)).then_nothing()


def test_a_correction_twice_says_nothing_the_second_time() -> None:
    once = ACTIVE.when(CORRECTION).then(
        CustomerCorrected(changes=CustomerChanges(industry=Change("technology", "retail")))
    )
    once.when(CORRECTION).then_nothing()


def test_a_customer_is_not_its_own_parent() -> None:
    itself = CorrectCustomer(customer_id=ACME, parent_id=ACME, above=(ACME,))
    ACTIVE.when(itself).then_rejected(ParentClosesCircle, field="/parent_id")


def test_a_customer_does_not_stand_below_its_own_subsidiary() -> None:
    daughter = UUID(int=7)
    wish = CorrectCustomer(customer_id=ACME, parent_id=daughter, above=(daughter, ACME, ACME_GROUP))
    ACTIVE.when(wish).then_rejected(ParentClosesCircle, field="/parent_id")


def test_a_customer_gets_another_owner() -> None:
    ACTIVE.when(AssignCustomer(owner_id=DARCEL)).then(CustomerAssigned(owner_id=DARCEL, previous_owner_id=ANNA))


def test_a_customer_can_belong_to_nobody() -> None:
    ACTIVE.when(AssignCustomer(owner_id=None)).then(CustomerAssigned(owner_id=None, previous_owner_id=ANNA))


def test_a_customer_that_keeps_its_owner_says_nothing() -> None:
    ACTIVE.when(AssignCustomer(owner_id=ANNA)).then_nothing()


def test_an_archived_customer_is_not_changed() -> None:
    ARCHIVED.when(CORRECTION).then_rejected(CustomerIsArchived)
    ARCHIVED.when(AssignCustomer(owner_id=DARCEL)).then_rejected(CustomerIsArchived)


def test_a_customer_is_archived_once_and_comes_back_as_it_was() -> None:
    archived = ACTIVE.when(ArchiveCustomer()).then(CustomerArchived())
    archived.when(ArchiveCustomer()).then_nothing()
    assert archived.when(UnarchiveCustomer()).then(CustomerUnarchived()).state == ACTIVE.state
    ACTIVE.when(UnarchiveCustomer()).then_nothing()


@pytest.mark.parametrize("wish", EVERY_WISH_BUT_CREATE[:4], ids=lambda wish: type(wish).__name__)
def test_a_deleted_customer_refuses_all_but_its_return(wish: CustomerCommand) -> None:
    DELETED.when(wish).then_rejected(CustomerIsDeleted)


def test_a_deleted_customer_is_not_deleted_again() -> None:
    DELETED.when(DeleteCustomer()).then_nothing()


def test_a_deleted_customer_is_restored_to_what_it_was() -> None:
    for before in (ACTIVE, ARCHIVED):
        deleted = before.when(DeleteCustomer()).then(CustomerDeleted())
        assert deleted.when(RestoreCustomer()).then(CustomerRestored()).state == before.state
        before.when(RestoreCustomer()).then_nothing()


@pytest.mark.parametrize(
    ("amount", "currency", "refusal", "field"),
    [
        ("-1", "USD", NegativeAmount, "/annual_revenue/amount"),
        ("1.001", "USD", AmountOutOfRange, "/annual_revenue/amount"),
        ("1.5", "JPY", AmountOutOfRange, "/annual_revenue/amount"),
        ("NaN", "USD", AmountOutOfRange, "/annual_revenue/amount"),
        ("1e15", "USD", AmountOutOfRange, "/annual_revenue/amount"),
        ("1", "XYZ", UnknownCurrency, "/annual_revenue/currency"),
        ("1", "usd", UnknownCurrency, "/annual_revenue/currency"),
    ],
)
def test_an_impossible_revenue_is_refused(
    amount: str, currency: str, refusal: type[NegativeAmount], field: str
) -> None:
    revenue = Money(Decimal(amount), currency)
    NOTHING.when(CreateCustomer(name="Acme", annual_revenue=revenue)).then_rejected(refusal, field=field)
    ACTIVE.when(CorrectCustomer(customer_id=ACME, annual_revenue=revenue)).then_rejected(refusal, field=field)


def test_a_revenue_is_kept_in_the_decimals_of_its_currency() -> None:
    wish = CreateCustomer(name="Acme", annual_revenue=Money(Decimal("1e3"), "USD"))
    created = NOTHING.when(wish).decided[0]
    assert isinstance(created, CustomerCreated)
    assert str(created.annual_revenue and created.annual_revenue.amount) == "1000.00"
