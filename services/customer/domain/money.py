"""Money: a decimal amount in one ISO 4217 currency, never below zero here."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from shared.errors import Invalid


class Money(msgspec.Struct, frozen=True):
    """In JSON `{"amount": "123.45", "currency": "USD"}`: a decimal string and an ISO 4217 code."""

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


TWO_DECIMALS = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
    "CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
    "MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
    "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
FOUR_DECIMALS = "CLF UYW"

DECIMALS: dict[str, int] = {
    code: decimals
    for decimals, codes in ((0, NO_DECIMALS), (2, TWO_DECIMALS), (3, THREE_DECIMALS), (4, FOUR_DECIMALS))
    for code in codes.split()
}
"""How many decimals the amounts of every currency have."""

LIMIT = Decimal(10) ** 15


def amount_of(money: Money, field: str) -> Money:
    """The same money with exactly its currency's decimals; `field` is the pointer named in a refusal."""
    if money.currency not in DECIMALS:
        raise UnknownCurrency(f"{money.currency!r} is not an ISO 4217 currency code.", field=f"{field}/currency")
    if not money.amount.is_finite() or abs(money.amount) >= LIMIT:
        raise AmountOutOfRange(field=f"{field}/amount")
    if money.amount < 0:
        raise NegativeAmount(field=f"{field}/amount")
    fitted = money.amount.quantize(Decimal(1).scaleb(-DECIMALS[money.currency]))
    if fitted != money.amount:
        raise AmountOutOfRange(field=f"{field}/amount")
    return Money(amount=abs(fitted), currency=money.currency)
