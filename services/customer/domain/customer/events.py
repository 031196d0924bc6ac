"""What happens to a customer: a company or a person we sell to."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from services.customer.domain.correction import Change
from services.customer.domain.money import Money
from shared.domain import Event

Kind = Literal["company", "person"]


class CustomerCreated(Event, frozen=True, kw_only=True):
    """We know of a customer; without `owner_id` it belongs to nobody yet."""

    name: str
    kind: Kind
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


class CustomerChanges(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fields that differ; the others are left out."""

    name: Change[str] | None = None
    kind: Change[Kind] | None = None
    industry: Change[str | None] | None = None
    region: Change[str | None] | None = None
    website: Change[str | None] | None = None
    phone: Change[str | None] | None = None
    source: Change[str | None] | None = None
    employees: Change[int | None] | None = None
    annual_revenue: Change[Money | None] | None = None
    founded: Change[int | None] | None = None
    parent_id: Change[UUID | None] | None = None
    address: Change[str | None] | None = None


class CustomerCorrected(Event, frozen=True, kw_only=True):
    """Something we held about a customer was wrong or has changed."""

    changes: CustomerChanges


class CustomerAssigned(Event, frozen=True, kw_only=True):
    """A customer has another owner, or none."""

    owner_id: UUID | None = None
    previous_owner_id: UUID | None = None


class CustomerArchived(Event, frozen=True, kw_only=True):
    """We don't work on this customer now; it stays findable."""


class CustomerUnarchived(Event, frozen=True, kw_only=True):
    """We work on this customer again."""


class CustomerDeleted(Event, frozen=True, kw_only=True):
    """The customer is hidden; it can be restored."""


class CustomerRestored(Event, frozen=True, kw_only=True):
    """A deleted customer is back as it was."""


CustomerEvent = (
    CustomerCreated
    | CustomerCorrected
    | CustomerAssigned
    | CustomerArchived
    | CustomerUnarchived
    | CustomerDeleted
    | CustomerRestored
)
