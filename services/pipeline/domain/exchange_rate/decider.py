"""The exchange rates of one currency: one rate per day and base, each holding until the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from services.pipeline.domain.exchange_rate.commands import ExchangeRateCommand
from services.pipeline.domain.exchange_rate.events import ExchangeRateEvent, ExchangeRateSet
from services.pipeline.domain.money import UNITS, UnknownCurrency
from shared.domain import Decider
from shared.errors import Invalid, NotFound, Rejected

EXCHANGE_RATES = UUID("5f0b7b7e-6f0c-5c53-9d6a-0f3f6a1f7c11")
LARGEST_RATE = Decimal(10) ** 12
RATE_UNIT = Decimal("1E-10")


class RateOutOfRange(Invalid):
    """A rate is more than zero, below 10^12 and has at most ten decimals."""

    code = "rate-out-of-range"


class RateOfBaseCurrency(Rejected):
    """The company's own currency is always worth itself."""

    code = "rate-of-base-currency"


class RateMissing(NotFound):
    """There is no exchange rate of this currency on or before this day."""

    code = "exchange-rate-not-found"


@dataclass(frozen=True, slots=True)
class NoRates:
    """The currency has no rate yet."""


@dataclass(frozen=True, slots=True, eq=False)
class SetRates:
    """The newest fact and those before it: a chain, because copying ten years of days for each would take long."""

    newest: ExchangeRateSet
    before: ExchangeRates


ExchangeRates = NoRates | SetRates


def stream_of(currency: str) -> UUID:
    """The id of a currency's rates; raises UnknownCurrency for what is not an ISO 4217 code."""
    if currency not in UNITS:
        raise UnknownCurrency(f"{currency!r} is not an ISO 4217 currency code.")
    return uuid5(EXCHANGE_RATES, currency)


def decide(state: ExchangeRates, command: ExchangeRateCommand) -> Sequence[ExchangeRateEvent]:
    """What a wish leads to; saying a rate again says nothing."""
    if command.currency == command.base:
        raise RateOfBaseCurrency
    previous = _rate_on(state, command.base, command.day)
    rate = _checked(command.rate)
    if rate == previous:
        return []
    return [
        ExchangeRateSet(currency=command.currency, base=command.base, day=command.day, rate=rate, previous=previous)
    ]


def evolve(state: ExchangeRates, event: ExchangeRateEvent) -> ExchangeRates:
    """What a fact makes of the rates."""
    return SetRates(event, state)


def _rate_on(state: ExchangeRates, base: str, day: date) -> Decimal | None:
    while isinstance(state, SetRates):
        if (state.newest.base, state.newest.day) == (base, day):
            return state.newest.rate
        state = state.before
    return None


def _checked(rate: Decimal) -> Decimal:
    if not rate.is_finite() or not 0 < rate < LARGEST_RATE or rate != rate.quantize(RATE_UNIT):
        raise RateOutOfRange(field="/rate")
    return rate


EXCHANGE_RATE: Decider[ExchangeRates, ExchangeRateCommand, ExchangeRateEvent] = Decider(
    category="exchange-rate", initial=NoRates(), decide=decide, evolve=evolve, events=(ExchangeRateSet,)
)
