"""How contacts look from outside."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class ContactView(BaseModel):
    """One contact; `roles`: customer id → role. Of an erased person the name reads `[erased]` and the rest is null."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    email: str | None
    phone: str | None
    title: str | None
    roles: dict[UUID, str | None]
    erased: bool
    created_at: datetime
    updated_at: datetime
