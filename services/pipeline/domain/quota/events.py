"""What happens to a quota: the stored and published format."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from services.pipeline.domain.money import Money
from shared.domain import Event


class QuotaSet(Event, frozen=True, kw_only=True):
    """A person or a team is to win so much in a period; `period`: 2026 (year), 2026-Q3 (quarter) or 2026-07 (month)."""

    of: Literal["person", "team"]
    of_id: UUID
    period: str
    amount: Money
    previous: Money | None = None


class QuotaWithdrawn(Event, frozen=True, kw_only=True):
    """There is no quota any more."""

    of: Literal["person", "team"]
    of_id: UUID
    period: str
    previous: Money


QuotaEvent = QuotaSet | QuotaWithdrawn
