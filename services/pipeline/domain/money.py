"""Money: a decimal amount in one ISO 4217 currency, never below zero here and never mixed with another currency."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from shared.errors import Invalid


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """An amount (a decimal string in JSON) and its currency."""

    amount: Decimal
    currency: str


class NegativeAmount(Invalid):
    """An amount cannot be negative."""

    code = "negative-amount"


class UnknownCurrency(Invalid):
    """The currency is not an ISO 4217 code."""

    code = "unknown-currency"


class AmountOutOfRange(Invalid):
    """An amount is a finite number below 10^15 with no more decimals than its currency has."""

    code = "amount-out-of-range"


class CurrenciesMixed(Invalid):
    """A deal and its lines are in one currency; currencies are never mixed silently."""

    code = "currencies-mixed"


_TWO_DECIMALS = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
    "CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
    "MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
    "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"

UNITS: dict[str, Decimal] = {
    code: Decimal(1).scaleb(-decimals)
    for decimals, codes in enumerate((_NO_DECIMALS, "", _TWO_DECIMALS, _THREE_DECIMALS, _FOUR_DECIMALS))
    for code in codes.split()
}
"""The smallest unit of every currency."""

PRICE_UNIT = Decimal("0.000001")
"""A price per piece may be finer than the currency; only totals are rounded to it."""

LIMIT = Decimal(10) ** 15


def amount_of(money: Money, field: str) -> Money:
    """The same money with exactly its currency's decimals; `field` is the pointer named in a refusal."""
    return Money(amount=_fitted(money, _unit(money.currency, field), field), currency=money.currency)


def price_of(money: Money, field: str) -> Money:
    """A price per piece: like an amount, with up to six decimals."""
    unit = _unit(money.currency, field)
    price = _fitted(money, PRICE_UNIT, field).normalize()
    return Money(amount=price.quantize(unit) if price == price.quantize(unit) else price, currency=money.currency)


def total(parts: Iterable[tuple[Decimal, Money]], field: str) -> Money | None:
    """Sum of quantity times price, rounded half up to the currency; None of nothing."""
    counted = list(parts)
    if not counted:
        return None
    if len({price.currency for _, price in counted}) > 1:
        raise CurrenciesMixed(field=field)
    currency = counted[0][1].currency
    summed = sum((quantity * price.amount for quantity, price in counted), Decimal(0))
    if summed >= LIMIT:
        raise AmountOutOfRange(field=field)
    return Money(amount=summed.quantize(_unit(currency, field), ROUND_HALF_UP), currency=currency)


def _unit(currency: str, field: str) -> Decimal:
    unit = UNITS.get(currency)
    if unit is None:
        raise UnknownCurrency(f"{currency!r} is not an ISO 4217 currency code.", field=f"{field}/currency")
    return unit


def _fitted(money: Money, unit: Decimal, field: str) -> Decimal:
    if not money.amount.is_finite() or not -LIMIT < money.amount < LIMIT:  # comparing never overflows, abs() may
        raise AmountOutOfRange(field=f"{field}/amount")
    if money.amount < 0:
        raise NegativeAmount(field=f"{field}/amount")
    fitted = money.amount.quantize(unit)
    if fitted != money.amount:
        raise AmountOutOfRange(f"{money.currency} amounts have steps of {unit}.", field=f"{field}/amount")
    return abs(fitted)
