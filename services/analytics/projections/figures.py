"""Numbers as the reports print them: money by its currency's digits, ratios with four decimals, days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

NO_DECIMALS = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)
THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """A sum in one currency, with as many decimals as the currency has."""

    amount: str
    currency: str


def money(amount: Decimal, currency: str) -> Money:
    """Print a sum; amounts of different currencies never meet here."""
    return Money(str(amount.quantize(_unit(currency), ROUND_HALF_UP)), currency)


def exactly(amount: Decimal, currency: str) -> str:
    """A sum with its currency's decimals, and with more of them only where it has more: what must add up is not cut."""
    places = digits(currency)
    return (
        str(amount.quantize(Decimal(1).scaleb(-places)))
        if amount == round(amount, places)
        else f"{amount.normalize():f}"
    )


@cache
def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-digits(currency))


def digits(currency: str) -> int:
    """How many decimals the currency has (ISO 4217)."""
    if currency in NO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def sums(pairs: Iterable[tuple[Decimal | None, str | None]]) -> list[Money]:
    """One sum per currency, by currency."""
    totals: dict[str, Decimal] = {}
    for amount, currency in pairs:
        if amount is not None and currency is not None:
            totals[currency] = totals.get(currency, Decimal(0)) + amount
    return [money(totals[currency], currency) for currency in sorted(totals)]


def only(amounts: list[Money]) -> Money | None:
    """The sum where there is a single currency; several are never added up."""
    return amounts[0] if len(amounts) == 1 else None


def ratio(part: Decimal | int, whole: Decimal | int) -> str | None:
    """`part / whole` with four decimals; None where there is nothing to divide by."""
    return str(_rounded(Decimal(part) / Decimal(whole), "0.0001")) if whole else None


def mean(total: Decimal | int | None, count: int) -> str | None:
    """An average with two decimals; None over nothing."""
    return str(_rounded(Decimal(total) / count, "0.01")) if count and total is not None else None


def percentile(value: float | None) -> str | None:
    """A median or other percentile: whole numbers bare, others with up to two decimals."""
    if value is None:
        return None
    rounded = _rounded(Decimal(repr(value)), "0.01")
    return format(rounded.normalize(), "f") if rounded else "0"


def percentile_of(counted: Sequence[tuple[float, int]], share: float) -> float | None:
    """The value below which `share` of the counted lie, interpolated as percentile_cont does; None over nothing.

    `counted`: (value, how many times), by rising value.
    """
    place = share * (sum(times for _, times in counted) - 1)
    if place < 0:
        return None
    below, above = (_at(counted, int(place) + step) for step in (0, 1))
    return below + (above - below) * (place - int(place))


def _at(counted: Sequence[tuple[float, int]], index: int) -> float:
    """The value at this place of all of them in a row; the last one beyond the end."""
    for value, times in counted:
        if index < times:
            return value
        index -= times
    return counted[-1][0]


def _rounded(value: Decimal, unit: str) -> Decimal:
    return value.quantize(Decimal(unit), ROUND_HALF_UP)
