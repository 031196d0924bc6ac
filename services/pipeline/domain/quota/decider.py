"""A quota: what one person or team is to win in one period; set, set anew, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID, uuid5

from services.pipeline.domain.money import Money, amount_of
from services.pipeline.domain.quota import period
from services.pipeline.domain.quota.commands import Of, QuotaCommand, SetQuota, WithdrawQuota
from services.pipeline.domain.quota.events import QuotaEvent, QuotaSet, QuotaWithdrawn
from shared.domain import Decider
from shared.errors import Forbidden, Invalid, NotFound, Rejected

QUOTAS = UUID("7a0b8c52-9c07-5f2e-8a40-6f0d3c1d2b11")


class QuotaMissing(NotFound):
    """There is no quota of this person or team for this period."""

    code = "quota-not-found"


class QuotaNotPositive(Invalid):
    """A quota is more than zero; withdraw one that does not hold any more."""

    code = "quota-not-positive"


class QuotaOutOfReach(Forbidden):
    """You set quotas of the people and teams that you lead only."""

    code = "quota-out-of-reach"


class QuotaOfNobody(Rejected):
    """There is no such person who works here, or no such team, as far as this service has heard."""

    code = "quota-of-nobody"


@dataclass(frozen=True, slots=True)
class NoQuota:
    """None was set, or it was withdrawn."""


@dataclass(frozen=True, slots=True)
class StandingQuota:
    """So much is to be won."""

    of: Of
    of_id: UUID
    period: str
    amount: Money


Quota = NoQuota | StandingQuota


def stream_of(of: Of, of_id: UUID, text: str) -> UUID:
    """The id of the one quota of a person or team and period; raises PeriodNotUnderstood."""
    return uuid5(QUOTAS, f"{of}:{of_id}:{period.checked(text)}")


def decide(quota: Quota, command: QuotaCommand) -> Sequence[QuotaEvent]:
    """What a wish leads to."""
    match command:
        case SetQuota():
            return _set(quota, command)
        case WithdrawQuota():
            standing = _standing(quota)
            return [
                QuotaWithdrawn(of=standing.of, of_id=standing.of_id, period=standing.period, previous=standing.amount)
            ]
        case _:
            assert_never(command)


def evolve(quota: Quota, event: QuotaEvent) -> Quota:
    """What a fact makes of a quota."""
    del quota  # every fact says all of it anew
    match event:
        case QuotaSet():
            return StandingQuota(event.of, event.of_id, event.period, event.amount)
        case QuotaWithdrawn():
            return NoQuota()
        case _:
            assert_never(event)


def _set(quota: Quota, command: SetQuota) -> Sequence[QuotaEvent]:
    amount = amount_of(command.amount, "/amount")
    if amount.amount == 0:
        raise QuotaNotPositive(field="/amount/amount")
    previous = quota.amount if isinstance(quota, StandingQuota) else None
    if amount == previous:
        return []
    text = period.checked(command.period)
    return [QuotaSet(of=command.of, of_id=command.of_id, period=text, amount=amount, previous=previous)]


def _standing(quota: Quota) -> StandingQuota:
    if not isinstance(quota, StandingQuota):
        raise QuotaMissing
    return quota


QUOTA: Decider[Quota, QuotaCommand, QuotaEvent] = Decider(
    category="quota", initial=NoQuota(), decide=decide, evolve=evolve, events=(QuotaSet, QuotaWithdrawn)
)
