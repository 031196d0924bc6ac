"""What may be asked of an accepted deviation."""

from __future__ import annotations

from uuid import UUID

from shared.domain import Command


class AcceptDeviation(Command, frozen=True, kw_only=True):
    """Count it as right from now on; that there is such a violation is checked where it is known."""

    process_id: UUID
    process_version: int
    violation: str
    kind: str
    stage: str
    reason: str
    author: str
    source: str | None = None
    target: str | None = None


class WithdrawAcceptance(Command, frozen=True, kw_only=True):
    """Count it as a deviation again."""

    reason: str
    author: str


AcceptedDeviationCommand = AcceptDeviation | WithdrawAcceptance
