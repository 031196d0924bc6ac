"""What may be asked of a customer."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET, UnsetType

from services.customer.domain.customer.events import Kind
from services.customer.domain.money import Money
from shared.domain import Command


class CreateCustomer(Command, frozen=True, kw_only=True):
    """Make a customer known; whether owner and parent exist is known outside."""

    name: str
    kind: Kind = "company"
    owner_id: UUID | None = None
    industry: str | None = None
    region: str | None = None
    website: str | None = None
    phone: str | None = None
    source: str | None = None
    employees: int | None = None
    annual_revenue: Money | None = None
    founded: int | None = None
    parent_id: UUID | None = None
    address: str | None = None


class CorrectCustomer(Command, frozen=True, kw_only=True):
    """Change what we hold about a customer; UNSET leaves a field, None clears it.

    `customer_id` is the customer's own id and `above` a new parent with all of its parents: the tree must not close.
    """

    customer_id: UUID
    above: tuple[UUID, ...] = ()
    name: str | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    industry: str | UnsetType | None = UNSET
    region: str | UnsetType | None = UNSET
    website: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    source: str | UnsetType | None = UNSET
    employees: int | UnsetType | None = UNSET
    annual_revenue: Money | UnsetType | None = UNSET
    founded: int | UnsetType | None = UNSET
    parent_id: UUID | UnsetType | None = UNSET
    address: str | UnsetType | None = UNSET


class AssignCustomer(Command, frozen=True, kw_only=True):
    """Give the customer to another owner, or to nobody."""

    owner_id: UUID | None


class ArchiveCustomer(Command, frozen=True, kw_only=True):
    """Put the customer aside."""


class UnarchiveCustomer(Command, frozen=True, kw_only=True):
    """Take the customer up again."""


class DeleteCustomer(Command, frozen=True, kw_only=True):
    """Hide the customer."""


class RestoreCustomer(Command, frozen=True, kw_only=True):
    """Bring a deleted customer back."""


CustomerCommand = (
    CreateCustomer
    | CorrectCustomer
    | AssignCustomer
    | ArchiveCustomer
    | UnarchiveCustomer
    | DeleteCustomer
    | RestoreCustomer
)
