"""The states of a customer and the refusals that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.customer.domain.customer.events import Kind
from services.customer.domain.money import Money
from shared.errors import Conflict, Invalid, NotFound, Rejected


@dataclass(frozen=True, slots=True)
class NoCustomer:
    """Nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class ActiveCustomer:
    """A customer we work on; `owner_id` None = it belongs to nobody."""

    name: str
    kind: Kind
    owner_id: UUID | None
    industry: str | None
    region: str | None
    website: str | None
    phone: str | None
    source: str | None
    employees: int | None
    annual_revenue: Money | None
    founded: int | None
    parent_id: UUID | None
    address: str | None


@dataclass(frozen=True, slots=True)
class ArchivedCustomer:
    """Put aside: readable, but not to be changed."""

    before: ActiveCustomer


@dataclass(frozen=True, slots=True)
class DeletedCustomer:
    """Hidden: can only be restored to what it was."""

    before: ActiveCustomer | ArchivedCustomer


Customer = NoCustomer | ActiveCustomer | ArchivedCustomer | DeletedCustomer


class CustomerNotFound(NotFound):
    """There is no such customer, or it is not visible to you."""

    code = "customer-not-found"


class CustomerExists(Conflict):
    """A customer with this id exists already."""

    code = "customer-exists"


class CustomerIsArchived(Rejected):
    """This customer is archived; unarchive it first."""

    code = "customer-is-archived"


class CustomerIsDeleted(Rejected):
    """This customer is deleted; restore it first."""

    code = "customer-is-deleted"


class ParentClosesCircle(Invalid):
    """A customer cannot stand below itself or below one of its own subsidiaries."""

    code = "parent-closes-circle"


def existing(customer: Customer) -> ActiveCustomer | ArchivedCustomer | DeletedCustomer:
    """The customer, if there is one."""
    if isinstance(customer, NoCustomer):
        raise CustomerNotFound
    return customer


def present(customer: Customer) -> ActiveCustomer | ArchivedCustomer:
    """The customer, if it is not deleted."""
    found = existing(customer)
    if isinstance(found, DeletedCustomer):
        raise CustomerIsDeleted
    return found


def active(customer: Customer) -> ActiveCustomer:
    """The customer, if we work on it."""
    found = present(customer)
    if isinstance(found, ArchivedCustomer):
        raise CustomerIsArchived
    return found
