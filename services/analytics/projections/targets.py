"""What is to be won by whom and when, and what foreign money is worth: quotas and exchange rates, all from pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from services.analytics.upstream import ExchangeRateSet, QuotaSet, QuotaWithdrawn, understand
from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE quota (
  holder text NOT NULL,
  holder_id uuid NOT NULL,
  period text NOT NULL,
  amount numeric NOT NULL,
  currency text NOT NULL,
  PRIMARY KEY (holder, holder_id, period)
);
CREATE TABLE exchange_rate (
  currency text NOT NULL,
  base text NOT NULL,
  day date NOT NULL,
  rate numeric NOT NULL,
  PRIMARY KEY (currency, base, day)
);
"""
SET = """
INSERT INTO quota VALUES ($1, $2::uuid, $3, $4, $5)
ON CONFLICT (holder, holder_id, period) DO UPDATE SET amount = excluded.amount, currency = excluded.currency
"""
WITHDRAW = "DELETE FROM quota WHERE holder = $1 AND holder_id = $2::uuid AND period = $3"
RATE = """
INSERT INTO exchange_rate VALUES ($1, $2, $3, $4)
ON CONFLICT (currency, base, day) DO UPDATE SET rate = excluded.rate
"""


async def apply_targets(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring quotas and rates forward; events of anything else are left alone."""
    for recorded in events:
        match understand(recorded.type, recorded.data):
            case QuotaSet() as quota:
                money = (Decimal(quota.amount.amount), quota.amount.currency)
                await connection.execute(SET, quota.of, quota.of_id, quota.period, *money)
            case QuotaWithdrawn() as quota:
                await connection.execute(WITHDRAW, quota.of, quota.of_id, quota.period)
            case ExchangeRateSet() as rate:
                await connection.execute(RATE, rate.currency, rate.base, rate.day, rate.rate)
            case _:
                continue
