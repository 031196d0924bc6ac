"""Which exchange rate holds on which day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import asyncpg
import msgspec

from services.pipeline.domain.exchange_rate.decider import EXCHANGE_RATE
from services.pipeline.domain.exchange_rate.events import ExchangeRateSet
from services.pipeline.domain.exchange_rate.rate import Rate, own
from services.pipeline.domain.money import UNITS, UnknownCurrency
from shared.eventstore.folding import columns_of
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE exchange_rates (
    base text NOT NULL, currency text NOT NULL, day date NOT NULL, rate numeric NOT NULL, version bigint NOT NULL,
    PRIMARY KEY (base, currency, day)
);
"""

SAVE = """
INSERT INTO exchange_rates SELECT * FROM unnest($1::text[], $2::text[], $3::date[], $4::numeric[], $5::bigint[])
ON CONFLICT (base, currency, day) DO UPDATE SET rate = excluded.rate, version = excluded.version
"""
ON = """
SELECT w.currency, w.day AS asked, r.rate, r.day
FROM unnest($2::text[], $3::date[]) w(currency, day), LATERAL (
    SELECT rate, day FROM read.exchange_rates
    WHERE base = $1 AND currency = w.currency AND day <= w.day ORDER BY day DESC LIMIT 1) r
"""
LIST = """
SELECT base, currency, day, rate, version FROM read.exchange_rates
WHERE base = $1 AND ($2::text IS NULL OR currency = $2)
  AND ($3::date IS NULL OR day >= $3) AND ($4::date IS NULL OR day <= $4)
  AND ($5::date IS NULL OR (day, currency) < ($5, $6::text))
ORDER BY day DESC, currency DESC LIMIT $7
"""

DECODER = msgspec.json.Decoder(ExchangeRateSet)
NAMES = frozenset(event.__name__ for event in EXCHANGE_RATE.events)


@dataclass(frozen=True, slots=True)
class RateRow:
    """The rate that was last set for one day; `version`: of the currency's stream when it was set."""

    base: str
    currency: str
    day: date
    rate: Decimal
    version: int


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Keep the last rate of every base, currency and day."""
    rows = [_row(recorded) for recorded in events if recorded.type in NAMES]
    if rows:
        last = {(row.base, row.currency, row.day): row for row in rows}
        await connection.execute(SAVE, *columns_of(RateRow, list(last.values())))


def _row(recorded: Recorded) -> RateRow:
    event = DECODER.decode(recorded.data)
    return RateRow(event.base, event.currency, event.day, event.rate, recorded.version)


EXCHANGE_RATES = ReadModel(name="exchange_rates", tables=TABLES, apply=apply)


class Rates:
    """What currencies are worth in `base`, the company's own.

    A lookup is one indexed query for all that a request needs. Nothing is remembered between requests: another replica
    may set a rate at any moment, and whoever has been answered that it holds must meet it.
    """

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], base: str) -> None:
        if base not in UNITS:
            raise UnknownCurrency(f"{base!r} is not an ISO 4217 currency code.")
        self._pool = pool
        self.base = base

    async def on(self, currency: str, day: date) -> Rate | None:
        """The newest rate at or before `day`; None where there is none. The own currency is always worth 1."""
        return (await self.on_all([(currency, day)])).get((currency, day))

    async def on_all(self, asked: Iterable[tuple[str, date]]) -> dict[tuple[str, date], Rate]:
        """The same for many (currency, day) at once; pairs without a rate are left out."""
        wanted = set(asked)
        found = {(currency, day): own(currency, day) for currency, day in wanted if currency == self.base}
        foreign = sorted(wanted - found.keys())
        if foreign:
            currencies, days = [currency for currency, _ in foreign], [day for _, day in foreign]
            for row in await self._pool.fetch(ON, self.base, currencies, days):
                rate = Rate(row["currency"], self.base, row["rate"], row["day"])
                found[row["currency"], row["asked"]] = rate
        return found

    async def list(
        self, after: Sequence[object] | None, limit: int, *, currency: str | None, first: date | None, last: date | None
    ) -> Sequence[RateRow]:
        """Up to `limit` rates, the newest day first, after the given (day, currency)."""
        day, code = after or (None, None)
        rows = await self._pool.fetch(LIST, self.base, currency, first, last, day, code, limit)
        return [RateRow(**row) for row in rows]
