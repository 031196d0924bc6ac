"""The deals, their stays in stages and their lines, and the products and processes they name: all from pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from uuid import UUID

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
  owner_id uuid,
  credited_owner_id uuid,
  customer_id uuid,
  amount numeric,
  currency text,
  expected_close date,
  source text,
  region text,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  deleted boolean NOT NULL,
  recorded_at timestamptz NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX ON deal (recorded_at);

CREATE TABLE stage_stay (
  deal_id uuid NOT NULL,
  number int NOT NULL,
  process_version int NOT NULL,
  stage_key text NOT NULL,
  stage_name text NOT NULL,
  category text NOT NULL,
  entered_at timestamptz NOT NULL,
  left_at timestamptz,
  left_by text,
  next_stage text,
  PRIMARY KEY (deal_id, number)
) WITH (fillfactor = 85);

CREATE TABLE deal_line (
  deal_id uuid NOT NULL,
  number int NOT NULL,
  product_id uuid NOT NULL,
  product_name text NOT NULL,
  quantity numeric NOT NULL,
  unit_price numeric NOT NULL,
  currency text NOT NULL,
  PRIMARY KEY (deal_id, number)
);
"""

LOAD = """
SELECT id, version, name, process_id, process_version, stage_key, stage_name, category, stay,
       owner_id, credited_owner_id, customer_id, amount::text, currency, expected_close::text, source, region,
       opened_at, closed_at, deleted, recorded_at
FROM deal WHERE id = ANY($1)
"""

SAVE_DEALS = """
INSERT INTO deal
SELECT id, version, name, process_id, process_version, stage_key, stage_name, category, stay,
       owner_id, credited_owner_id, customer_id, amount::numeric, currency, expected_close::date, source, region,
       opened_at, closed_at, deleted, recorded_at
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[], $9::int[],
            $10::uuid[], $11::uuid[], $12::uuid[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
            $18::timestamptz[], $19::timestamptz[], $20::bool[], $21::timestamptz[])
  AS new(id, version, name, process_id, process_version, stage_key, stage_name, category, stay,
         owner_id, credited_owner_id, customer_id, amount, currency, expected_close, source, region,
         opened_at, closed_at, deleted, recorded_at)
ON CONFLICT (id) DO UPDATE SET
  version = excluded.version, name = excluded.name, process_version = excluded.process_version,
  stage_key = excluded.stage_key, stage_name = excluded.stage_name, category = excluded.category,
  stay = excluded.stay, owner_id = excluded.owner_id, credited_owner_id = excluded.credited_owner_id,
  customer_id = excluded.customer_id, amount = excluded.amount, currency = excluded.currency,
  expected_close = excluded.expected_close, source = excluded.source, region = excluded.region,
  closed_at = excluded.closed_at, deleted = excluded.deleted, recorded_at = excluded.recorded_at
"""

INSERT_STAYS = """
INSERT INTO stage_stay
SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::text[],
                     $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[])
"""

END_STAYS = """
UPDATE stage_stay s SET left_at = d.left_at, left_by = d.left_by, next_stage = d.next_stage
FROM unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::text[])
  AS d(deal_id, number, left_at, left_by, next_stage)
WHERE (s.deal_id, s.number) = (d.deal_id, d.number)
"""

FORGET_LINES = "DELETE FROM deal_line WHERE deal_id = ANY($1)"

INSERT_LINES = """
INSERT INTO deal_line
SELECT deal_id, number, product_id, product_name, quantity::numeric, unit_price::numeric, currency
FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[])
  AS new(deal_id, number, product_id, product_name, quantity, unit_price, currency)
"""

DEAL_COLUMNS = attrgetter(*DealRow.__slots__)
STAY_COLUMNS = attrgetter(
    "deal_id",
    "number",
    "process_version",
    "stage_key",
    "stage_name",
    "category",
    "entered_at",
    "left_at",
    "left_by",
    "next_stage",
)
DEPARTURE_COLUMNS = attrgetter("deal_id", "number", "left_at", "left_by", "next_stage")


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring the tables forward by a batch of pipeline's events; raises Gap where a deal's history has a hole."""
    ours = [event for event in events if is_of_a_deal(event.type)]
    if ours:
        known = await _known(connection, {event.stream_id for event in ours if event.version > 1})
        was_known = set(known)
        await _save(connection, fold(known, ours), was_known)
    if len(ours) < len(events):
        await apply_catalogue(connection, [event for event in events if not is_of_a_deal(event.type)])


async def _known(connection: Connection, ids: set[UUID]) -> dict[UUID, DealRow]:
    rows = await connection.fetch(LOAD, list(ids)) if ids else []
    return {row["id"]: DealRow(*row.values()) for row in rows}


async def _save(connection: Connection, changes: Changes, was_known: set[UUID]) -> None:
    await _write(connection, SAVE_DEALS, [DEAL_COLUMNS(deal) for deal in changes.deals.values()])
    await _write(connection, END_STAYS, [DEPARTURE_COLUMNS(departure) for departure in changes.departures])
    await _write(connection, INSERT_STAYS, [STAY_COLUMNS(stay) for stay in changes.stays.values()])
    if relined := [deal for deal in changes.lines if deal in was_known]:
        await connection.execute(FORGET_LINES, relined)
    await _write(connection, INSERT_LINES, _line_rows(changes))


def _line_rows(changes: Changes) -> list[tuple[object, ...]]:
    return [
        (
            deal,
            number,
            line.product_id,
            line.product_name,
            line.quantity,
            line.unit_price.amount,
            line.unit_price.currency,
        )
        for deal, lines in changes.lines.items()
        for number, line in enumerate(lines, start=1)
    ]


async def _write(connection: Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        await connection.execute(statement, *zip(*rows, strict=True))


DEALS = ReadModel(name="deals", tables=TABLES + CATALOGUE_TABLES, apply=apply)
