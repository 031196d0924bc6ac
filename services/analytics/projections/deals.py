"""The deals, their stays in stages and their lines, and the products and processes they name: all from pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from services.analytics.projections.catalogue import TABLES as CATALOGUE_TABLES
from services.analytics.projections.catalogue import apply_catalogue
from services.analytics.projections.deal_history import Changes, DealRow, fold, is_of_a_deal
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TOPIC = "flowline.pipeline.events"

TABLES = """
CREATE TABLE deal (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  name text NOT NULL,
  process_id uuid NOT NULL,
  process_version int NOT NULL,
  stage_key text NOT NULL,
  stage_name text NOT NULL,
  category text NOT NULL,
  stay int NOT NULL,
  entered_at timestamptz NOT NULL,
  owner_id uuid,
  credited_owner_id uuid,
  customer_id uuid,
  amount numeric,
  currency text,
  expected_close date,
  source text,
  region text,
  lines jsonb NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  deleted boolean NOT NULL,
  recorded_at timestamptz NOT NULL
) WITH (fillfactor = 85);

CREATE TABLE finished_stay (
  deal_id uuid NOT NULL,
  number int NOT NULL,
  process_version int NOT NULL,
  stage_key text NOT NULL,
  stage_name text NOT NULL,
  category text NOT NULL,
  entered_at timestamptz NOT NULL,
  left_at timestamptz NOT NULL,
  left_by text NOT NULL,
  next_stage text NOT NULL,
  PRIMARY KEY (deal_id, number)
);
"""

LOAD = """
SELECT id, version, name, process_id::text, process_version, stage_key, stage_name, category, stay, entered_at,
       owner_id::text, credited_owner_id::text, customer_id::text, amount::text, currency, expected_close::text,
       source, region, lines::text, opened_at, closed_at, deleted, recorded_at
FROM deal WHERE id = ANY($1)
"""

# The rows come as one JSON array: encoding 23 columns as arrays cost more than decoding, folding and this together.
SAVE = """
INSERT INTO deal SELECT * FROM json_populate_recordset(NULL::deal, $1)
ON CONFLICT (id) DO UPDATE SET
  version = excluded.version, name = excluded.name, process_version = excluded.process_version,
  stage_key = excluded.stage_key, stage_name = excluded.stage_name, category = excluded.category,
  stay = excluded.stay, entered_at = excluded.entered_at,
  owner_id = excluded.owner_id, credited_owner_id = excluded.credited_owner_id, customer_id = excluded.customer_id,
  amount = excluded.amount, currency = excluded.currency, expected_close = excluded.expected_close,
  source = excluded.source, region = excluded.region, lines = excluded.lines,
  closed_at = excluded.closed_at, deleted = excluded.deleted, recorded_at = excluded.recorded_at
"""
LINES = DealRow.__struct_fields__.index("lines")


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring the tables forward by a batch of pipeline's events; raises Gap where a deal's history has a hole."""
    ours = [event for event in events if is_of_a_deal(event.type)]
    if ours:
        known = await _known(connection, {event.stream_id for event in ours if event.version > 1})
        await _save(connection, fold(known, ours))
    if len(ours) < len(events):
        await apply_catalogue(connection, [event for event in events if not is_of_a_deal(event.type)])


async def _known(connection: Connection, ids: set[UUID]) -> dict[UUID, DealRow]:
    rows = await connection.fetch(LOAD, list(ids)) if ids else []
    return {row[0]: _read(list(row)) for row in rows}


def _read(values: list[Any]) -> DealRow:
    values[LINES] = msgspec.Raw(values[LINES])
    return DealRow(*values)


async def _save(connection: Connection, changes: Changes) -> None:
    if changes.deals:
        await connection.execute(SAVE, msgspec.json.encode(list(changes.deals.values())).decode())
    if changes.stays:
        ended = [msgspec.structs.astuple(stay) for stay in changes.stays]
        await connection.copy_records_to_table("finished_stay", records=ended)


DEALS = ReadModel(name="deals", tables=TABLES + CATALOGUE_TABLES, apply=apply)
