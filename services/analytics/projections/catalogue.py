"""What deals are sold from and sold along: product names, sales processes and the rank of their stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.analytics.projections.first_event import no_row
from services.analytics.upstream import (
    ProductAdded,
    ProductRenamed,
    SalesProcessCreated,
    SalesProcessVersionDrafted,
    understand,
)
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE product (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  name text NOT NULL
);
CREATE TABLE sales_process (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  name text NOT NULL
);
CREATE TABLE process_stage (
  process_id uuid NOT NULL,
  number int NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  category text NOT NULL,
  rank int NOT NULL,
  probability int NOT NULL,
  sla_days int,
  idle_days int,
  PRIMARY KEY (process_id, number, key)
);
"""

DRAWINGS = frozenset({"SalesProcessVersionDrafted", "SalesProcessVersionRedrawn"})
LOAD_PRODUCTS = "SELECT id, version, name FROM product WHERE id = ANY($1)"
SAVE_PRODUCTS = """
INSERT INTO product SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name
"""
LOAD_PROCESSES = "SELECT id, version, name FROM sales_process WHERE id = ANY($1)"
SAVE_PROCESSES = """
INSERT INTO sales_process SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name
"""
FORGET_STAGES = "DELETE FROM process_stage WHERE process_id = $1 AND number = $2"
INSERT_STAGES = """
INSERT INTO process_stage
SELECT $1, $2, key, name, category, rank::int, probability, sla_days, idle_days
FROM unnest($3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::int[])
  WITH ORDINALITY AS stage(key, name, category, probability, sla_days, idle_days, rank)
"""


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A thing of the catalogue and its present name."""

    id: UUID
    version: int
    name: str


async def apply_catalogue(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring products and processes forward; events of anything else are left alone."""
    await fold_rows(
        connection, events, load=LOAD_PRODUCTS, save=SAVE_PRODUCTS, row=NamedRow, key=product_of, evolve=named
    )
    await fold_rows(
        connection, events, load=LOAD_PROCESSES, save=SAVE_PROCESSES, row=NamedRow, key=process_of, evolve=named
    )
    for recorded in events:
        if recorded.type in DRAWINGS:
            await _draw(connection, recorded)


def product_of(recorded: Recorded) -> UUID | None:
    """The product whose stream this is."""
    return recorded.stream_id if recorded.type.startswith("Product") else None


def process_of(recorded: Recorded) -> UUID | None:
    """The sales process whose stream this is."""
    return recorded.stream_id if recorded.type.startswith("SalesProcess") else None


def named(row: NamedRow | None, recorded: Recorded) -> NamedRow | None:
    """A product's or a process's row after one more event."""
    event = understand(recorded.type, recorded.data)
    if row is None:
        if not isinstance(event, ProductAdded | SalesProcessCreated):
            no_row(event, recorded)
            return None
        return NamedRow(recorded.stream_id, recorded.version, event.name)
    name = event.after if isinstance(event, ProductRenamed) else row.name
    return replace(row, version=recorded.version, name=name)


async def _draw(connection: Connection, recorded: Recorded) -> None:
    drafted = understand(recorded.type, recorded.data)
    if isinstance(drafted, SalesProcessVersionDrafted):
        await connection.execute(FORGET_STAGES, recorded.stream_id, drafted.number)
        stages = [
            (stage.key, stage.name, stage.category, stage.probability, stage.sla_days, stage.idle_days)
            for stage in drafted.stages
        ]
        await connection.execute(INSERT_STAGES, recorded.stream_id, drafted.number, *zip(*stages, strict=True))
