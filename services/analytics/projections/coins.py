"""In which money a report speaks: the deals' own, or the company's at the rates of the events or of one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from services.analytics.projections.report import Question

RATES = """
SELECT DISTINCT ON (currency) currency, base, rate FROM read.exchange_rate WHERE day <= {day}
ORDER BY currency, day DESC
"""
SAYS = (
    " Amounts are per currency; money=base gives them in the company's currency, rates=event at the rates of the days "
    "on which they were set, rates=<day> all at the rates of one day. What has no rate stays in its own currency."
)


@dataclass(frozen=True, slots=True)
class Coins:
    """`base`: in the company's currency; `day`: at the rates of this day, None = those of the events."""

    base: bool = False
    day: date | None = None

    @property
    def money(self) -> Literal["own", "base"]:
        """Whose money it is."""
        return "base" if self.base else "own"

    @property
    def rates(self) -> str | None:
        """Which rates were used, as answers name them."""
        return (self.day.isoformat() if self.day else "event") if self.base else None


OWN = Coins()


@dataclass(frozen=True, slots=True)
class Worth:
    """How rows of sums are read in the money asked for; `rates`: currency → the company's currency and the rate."""

    coins: Coins
    rates: Mapping[str, tuple[str, Decimal]]

    def of(self, row: Any, name: str = "amount") -> tuple[Decimal, str | None]:
        """A sum of a row in the money asked for; the row has currency, base_currency, `name` and base_`name`."""
        own = Decimal(row[name] or 0), row["currency"]
        if not self.coins.base:
            return own
        if self.coins.day is None:
            return (Decimal(row[f"base_{name}"] or 0), row["base_currency"]) if row["base_currency"] else own
        base, rate = self.rates.get(row["currency"], (row["currency"], Decimal(1)))
        return own[0] * rate, base

    def total(self, rows: Iterable[Any], name: str = "amount") -> dict[str, Decimal]:
        """Sums per currency."""
        sums: dict[str, Decimal] = {}
        for row in rows:
            amount, currency = self.of(row, name)
            if currency is not None:
                sums[currency] = sums.get(currency, Decimal(0)) + amount
        return sums


async def worth(question: Question, coins: Coins) -> Worth:
    """The rates of the day asked for."""
    rows = await question.connection.fetch(RATES.format(day="$1"), coins.day) if coins.base and coins.day else []
    return Worth(coins, {row["currency"]: (row["base"], row["rate"]) for row in rows})
