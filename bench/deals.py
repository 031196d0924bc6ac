"""The projection of the rebuild benchmark: one row per deal, as a service keeps it for its reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import orjson

from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE bench_deals(
  id uuid PRIMARY KEY, version int NOT NULL, name text NOT NULL, stage text NOT NULL, category text NOT NULL,
  amount numeric, currency text, owner_id uuid, opened_at timestamptz NOT NULL, changed_at timestamptz NOT NULL)"""
LOAD = """
SELECT id, version, name, stage, category, amount, currency, owner_id, opened_at, changed_at
FROM bench_deals WHERE id = ANY($1)"""
SAVE = """
INSERT INTO bench_deals
SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::text[], $8::uuid[],
  $9::timestamptz[], $10::timestamptz[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, stage = excluded.stage,
  category = excluded.category, amount = excluded.amount, currency = excluded.currency, owner_id = excluded.owner_id,
  changed_at = excluded.changed_at"""


@dataclass(frozen=True, slots=True)
class Deal:
    """One row, columns in order."""

    id: UUID
    version: int
    name: str
    stage: str
    category: str
    amount: Decimal | None
    currency: str | None
    owner_id: UUID | None
    opened_at: datetime
    changed_at: datetime


def evolve(deal: Deal | None, event: Recorded) -> Deal | None:
    """The row after an event."""
    data = orjson.loads(event.data)
    if event.type == "DealOpened":
        stage, money = data["stage"], data["amount"]
        amount, owner = Decimal(money["amount"]), UUID(data["owner_id"])
        at = event.occurred_at
        return Deal(
            event.stream_id,
            event.version,
            data["name"],
            stage["key"],
            stage["category"],
            amount,
            money["currency"],
            owner,
            at,
            at,
        )
    if deal is None or event.type != "DealStageChanged":
        return deal
    stage = data["to_stage"]
    return replace(
        deal, version=event.version, stage=stage["key"], category=stage["category"], changed_at=event.occurred_at
    )


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold and upsert."""
    await fold_rows(
        connection, events, load=LOAD, save=SAVE, row=Deal, key=lambda event: event.stream_id, evolve=evolve
    )


DEALS = ReadModel("bench_deals", TABLES, apply)
