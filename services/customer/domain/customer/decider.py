"""A customer: what may be done with it, and what each fact makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar, assert_never

import msgspec

from services.customer.domain.correction import changes_between, values_after
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
from services.customer.domain.customer.events import (
    CustomerArchived,
    CustomerAssigned,
    CustomerChanges,
    CustomerCorrected,
    CustomerCreated,
    CustomerDeleted,
    CustomerEvent,
    CustomerRestored,
    CustomerUnarchived,
)
from services.customer.domain.customer.state import (
    ActiveCustomer,
    ArchivedCustomer,
    Customer,
    CustomerExists,
    DeletedCustomer,
    NoCustomer,
    ParentClosesCircle,
    active,
    existing,
    present,
)
from services.customer.domain.money import Money, amount_of
from shared.domain import Decider

Revenue = TypeVar("Revenue", CreateCustomer, CorrectCustomer)


def decide(customer: Customer, command: CustomerCommand) -> Sequence[CustomerEvent]:
    """Answer a wish."""
    match command:
        case CreateCustomer():
            return create(customer, command)
        case CorrectCustomer():
            return correct(active(customer), command)
        case AssignCustomer():
            return assign(active(customer), command)
        case ArchiveCustomer():
            return archive(present(customer))
        case UnarchiveCustomer():
            return unarchive(present(customer))
        case DeleteCustomer():
            return delete(existing(customer))
        case RestoreCustomer():
            return restore(existing(customer))
        case _:
            assert_never(command)


def create(customer: Customer, command: CreateCustomer) -> Sequence[CustomerEvent]:
    """Make it known once."""
    if not isinstance(customer, NoCustomer):
        raise CustomerExists
    return [CustomerCreated(**msgspec.structs.asdict(with_checked_revenue(command)))]


def correct(customer: ActiveCustomer, command: CorrectCustomer) -> Sequence[CustomerEvent]:
    """Only what differs is kept; the tree of parents stays a tree."""
    if command.customer_id in command.above:
        raise ParentClosesCircle(field="/parent_id")
    changes = changes_between(CustomerChanges, customer, with_checked_revenue(command))
    return [CustomerCorrected(changes=changes)] if changes else []


def with_checked_revenue(command: Revenue) -> Revenue:
    """The wish with its amount in the decimals of its currency."""
    if not isinstance(command.annual_revenue, Money):
        return command
    return msgspec.structs.replace(command, annual_revenue=amount_of(command.annual_revenue, "/annual_revenue"))


def assign(customer: ActiveCustomer, command: AssignCustomer) -> Sequence[CustomerEvent]:
    """Nothing happens where the owner stays."""
    if command.owner_id == customer.owner_id:
        return []
    return [CustomerAssigned(owner_id=command.owner_id, previous_owner_id=customer.owner_id)]


def archive(customer: ActiveCustomer | ArchivedCustomer) -> Sequence[CustomerEvent]:
    """Put it aside once."""
    return [CustomerArchived()] if isinstance(customer, ActiveCustomer) else []


def unarchive(customer: ActiveCustomer | ArchivedCustomer) -> Sequence[CustomerEvent]:
    """Take it up once."""
    return [CustomerUnarchived()] if isinstance(customer, ArchivedCustomer) else []


def delete(customer: ActiveCustomer | ArchivedCustomer | DeletedCustomer) -> Sequence[CustomerEvent]:
    """Hide it once."""
    return [] if isinstance(customer, DeletedCustomer) else [CustomerDeleted()]


def restore(customer: ActiveCustomer | ArchivedCustomer | DeletedCustomer) -> Sequence[CustomerEvent]:
    """Bring it back once."""
    return [CustomerRestored()] if isinstance(customer, DeletedCustomer) else []


def evolve(customer: Customer, event: CustomerEvent) -> Customer:
    """Take a fact into account."""
    match event:
        case CustomerCreated():
            return ActiveCustomer(**msgspec.structs.asdict(event))
        case CustomerCorrected():
            values: dict[str, Any] = values_after(event.changes)
            return replace(active(customer), **values)
        case CustomerAssigned():
            return replace(active(customer), owner_id=event.owner_id)
        case CustomerArchived():
            return ArchivedCustomer(before=active(customer))
        case CustomerDeleted():
            return DeletedCustomer(before=present(customer))
        case CustomerUnarchived() | CustomerRestored():
            return as_before(customer)
        case _:
            assert_never(event)


def as_before(customer: Customer) -> Customer:
    """What the customer was when it was put aside or hidden."""
    return customer.before if isinstance(customer, ArchivedCustomer | DeletedCustomer) else customer


CUSTOMER: Decider[Customer, CustomerCommand, CustomerEvent] = Decider(
    category="customer",
    initial=NoCustomer(),
    decide=decide,
    evolve=evolve,
    events=(
        CustomerCreated,
        CustomerCorrected,
        CustomerAssigned,
        CustomerArchived,
        CustomerUnarchived,
        CustomerDeleted,
        CustomerRestored,
    ),
)
