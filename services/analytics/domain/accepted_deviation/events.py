"""What happens to a deviation that people live with: the stored and published format."""

from __future__ import annotations

from uuid import UUID

from shared.domain import Event


class DeviationAccepted(Event, frozen=True, kw_only=True):
    """Deals that leave the drawing of their process like this are right all the same: why, and who says so.

    `violation`: its id in the conformance of the process; `kind`: wrong_start, skipped, unexpected, backward,
    not_in_model, wrong_end or guard_overridden; `stage`: what it is about, between `source` and `target` of the deal's
    way, None at its ends; `author`: the subject of their token.
    """

    process_id: UUID
    process_version: int
    violation: str
    kind: str
    stage: str
    reason: str
    author: str
    source: str | None = None
    target: str | None = None


class DeviationAcceptanceWithdrawn(Event, frozen=True, kw_only=True):
    """It counts as a deviation again."""

    process_id: UUID
    violation: str
    reason: str
    author: str


AcceptedDeviationEvent = DeviationAccepted | DeviationAcceptanceWithdrawn
