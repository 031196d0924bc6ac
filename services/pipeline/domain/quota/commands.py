"""What may be asked of a quota."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from services.pipeline.domain.money import Money
from shared.domain import Command

Of = Literal["person", "team"]


class SetQuota(Command, frozen=True, kw_only=True):
    """A person or a team is to win so much in a period (see period.py)."""

    of: Of
    of_id: UUID
    period: str
    amount: Money


class WithdrawQuota(Command, frozen=True, kw_only=True):
    """Take the quota back."""


QuotaCommand = SetQuota | WithdrawQuota
