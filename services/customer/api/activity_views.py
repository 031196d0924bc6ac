"""How activities look from outside."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.customer.projections.activities import ActivityRow


class ActivityView(BaseModel):
    """One activity; `status` is planned, done or cancelled."""

    id: UUID
    version: int
    kind: str
    customer_id: UUID | None
    contact_ids: list[UUID]
    owner_id: UUID | None
    subject: str
    notes: str | None
    status: str
    due_at: datetime | None
    done_at: datetime | None
    outcome: str | None
    created_at: datetime
    updated_at: datetime


def activity_view(row: ActivityRow) -> ActivityView:
    """A row as it is shown: contacts as a list."""
    contacts = [UUID(contact) for contact in row.contacts.split(",") if contact]
    shown = {field: getattr(row, field) for field in ActivityView.model_fields if field != "contact_ids"}
    return ActivityView(**shown, contact_ids=contacts)
