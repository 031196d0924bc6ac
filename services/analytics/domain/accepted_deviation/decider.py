"""A deviation that is accepted, with a reason, until somebody withdraws that with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from msgspec.structs import asdict

from services.analytics.domain.accepted_deviation.commands import (
    AcceptDeviation,
    AcceptedDeviationCommand,
    WithdrawAcceptance,
)
from services.analytics.domain.accepted_deviation.events import (
    AcceptedDeviationEvent,
    DeviationAcceptanceWithdrawn,
    DeviationAccepted,
)
from shared.domain import Claim, Decider
from shared.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class NothingAccepted:
    """Nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A violation of a process that counts as right."""

    process_id: UUID
    violation: str


@dataclass(frozen=True, slots=True)
class WithdrawnAcceptance:
    """It was accepted once."""


AcceptedDeviation = NothingAccepted | Acceptance | WithdrawnAcceptance


class AcceptedDeviationNotFound(NotFound):
    """There is no such accepted deviation."""

    code = "accepted-deviation-not-found"


class AcceptedDeviationExists(Conflict):
    """An accepted deviation with this id exists already; accept it again under a new one."""

    code = "accepted-deviation-exists"


class ReasonMissing(Invalid):
    """Say why."""

    code = "reason-missing"


def decide(accepted: AcceptedDeviation, command: AcceptedDeviationCommand) -> Sequence[AcceptedDeviationEvent]:
    """Answer a wish."""
    match command:
        case AcceptDeviation():
            return accept(accepted, command)
        case WithdrawAcceptance():
            return withdraw(accepted, command)
        case _:
            assert_never(command)


def accept(accepted: AcceptedDeviation, command: AcceptDeviation) -> Sequence[AcceptedDeviationEvent]:
    """Accept it once under this id; that nobody else has accepted the same is held by its claim."""
    if not isinstance(accepted, NothingAccepted):
        raise AcceptedDeviationExists
    return [DeviationAccepted(**asdict(command) | {"reason": _said(command.reason)})]


def withdraw(accepted: AcceptedDeviation, command: WithdrawAcceptance) -> Sequence[AcceptedDeviationEvent]:
    """Take it back once."""
    if not isinstance(accepted, Acceptance):
        raise AcceptedDeviationNotFound
    return [
        DeviationAcceptanceWithdrawn(
            process_id=accepted.process_id,
            violation=accepted.violation,
            reason=_said(command.reason),
            author=command.author,
        )
    ]


def evolve(accepted: AcceptedDeviation, event: AcceptedDeviationEvent) -> AcceptedDeviation:
    """Take a fact into account."""
    del accepted
    match event:
        case DeviationAccepted():
            return Acceptance(event.process_id, event.violation)
        case DeviationAcceptanceWithdrawn():
            return WithdrawnAcceptance()
        case _:
            assert_never(event)


def claims(event: AcceptedDeviationEvent) -> Sequence[Claim]:
    """A violation of a process is accepted once at a time."""
    key = f"accepted-deviation:{event.process_id}/{event.violation}"
    return [Claim(key, held=isinstance(event, DeviationAccepted))]


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing(field="/reason")
    return reason.strip()


ACCEPTED_DEVIATION: Decider[AcceptedDeviation, AcceptedDeviationCommand, AcceptedDeviationEvent] = Decider(
    category="accepted-deviation",
    initial=NothingAccepted(),
    decide=decide,
    evolve=evolve,
    events=(DeviationAccepted, DeviationAcceptanceWithdrawn),
    claims=claims,
)
