"""How customers and their stories look from outside."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from services.customer.projections.customers import CustomerRow


class MoneyView(BaseModel):
    """An amount as a decimal string, and its currency."""

    amount: Decimal
    currency: str


class CustomerView(BaseModel):
    """One customer."""

    id: UUID
    version: int
    name: str
    kind: str
    owner_id: UUID | None
    industry: str | None
    region: str | None
    website: str | None
    phone: str | None
    source: str | None
    employees: int | None
    annual_revenue: MoneyView | None
    founded: int | None
    parent_id: UUID | None
    address: str | None
    archived: bool
    deleted: bool
    created_at: datetime
    updated_at: datetime


def customer_view(row: CustomerRow) -> CustomerView:
    """A row as it is shown: money in one piece."""
    has_revenue = row.annual_revenue is not None and row.currency is not None
    revenue = {"amount": row.annual_revenue, "currency": row.currency} if has_revenue else None
    shown = {field: getattr(row, field) for field in CustomerView.model_fields}
    return CustomerView.model_validate(shown | {"annual_revenue": revenue})


class ChangeView(BaseModel):
    """One field, before and after."""

    model_config = ConfigDict(from_attributes=True)

    field: str
    before: Any
    after: Any


class StoryEntryView(BaseModel):
    """One event of a customer's story; `subject_id` is the customer, contact or activity it happened to."""

    model_config = ConfigDict(from_attributes=True)

    event_id: UUID
    type: str
    text: str
    who: str
    on_behalf_of: str | None
    occurred_at: datetime
    recorded_at: datetime
    subject_id: UUID
    version: int
    changes: list[ChangeView]
    details: dict[str, Any]


SearchText = Annotated[str | None, Query(min_length=1, max_length=200, description="Part of the name")]
