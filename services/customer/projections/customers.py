"""Which customers there are and what we hold about each: folded from their own events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, assert_never
from uuid import UUID

import msgspec

from services.customer.domain.correction import values_after
from services.customer.domain.customer.decider import CUSTOMER
from services.customer.domain.customer.events import (
    CustomerArchived,
    CustomerAssigned,
    CustomerCorrected,
    CustomerCreated,
    CustomerDeleted,
    CustomerEvent,
    CustomerRestored,
    CustomerUnarchived,
)
from services.customer.domain.money import Money
from services.customer.projections.facts import reading, streams_of
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer; `search` is the name as it is searched and sorted, times are business times."""

    id: UUID
    version: int
    name: str
    search: str
    kind: str
    owner_id: UUID | None
    industry: str | None
    region: str | None
    website: str | None
    phone: str | None
    source: str | None
    employees: int | None
    annual_revenue: Decimal | None
    currency: str | None
    founded: int | None
    parent_id: UUID | None
    address: str | None
    archived: bool
    deleted: bool
    created_at: datetime
    updated_at: datetime


TABLES = """
CREATE TABLE customers (
    id uuid PRIMARY KEY,
    version integer NOT NULL,
    name text NOT NULL,
    search text NOT NULL,
    kind text NOT NULL,
    owner_id uuid,
    industry text,
    region text,
    website text,
    phone text,
    source text,
    employees bigint,
    annual_revenue numeric,
    currency text,
    founded integer,
    parent_id uuid,
    address text,
    archived boolean NOT NULL,
    deleted boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX ON customers (search, id) WHERE NOT deleted;
CREATE INDEX ON customers (created_at, id) WHERE NOT deleted;
CREATE INDEX ON customers (updated_at, id) WHERE NOT deleted;
CREATE INDEX ON customers (owner_id);
CREATE INDEX ON customers (parent_id);
"""

LOAD = "SELECT * FROM customers WHERE id = ANY($1)"

SAVE = """
INSERT INTO customers
SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[],
                     $9::text[], $10::text[], $11::text[], $12::bigint[], $13::numeric[], $14::text[], $15::int[],
                     $16::uuid[], $17::text[], $18::boolean[], $19::boolean[], $20::timestamptz[], $21::timestamptz[])
ON CONFLICT (id) DO UPDATE SET
    (version, name, search, kind, owner_id, industry, region, website, phone, source, employees, annual_revenue,
     currency, founded, parent_id, address, archived, deleted, updated_at) =
    (EXCLUDED.version, EXCLUDED.name, EXCLUDED.search, EXCLUDED.kind, EXCLUDED.owner_id, EXCLUDED.industry,
     EXCLUDED.region, EXCLUDED.website, EXCLUDED.phone, EXCLUDED.source, EXCLUDED.employees, EXCLUDED.annual_revenue,
     EXCLUDED.currency, EXCLUDED.founded, EXCLUDED.parent_id, EXCLUDED.address, EXCLUDED.archived, EXCLUDED.deleted,
     EXCLUDED.updated_at)
"""

read, key = reading(*CUSTOMER.events), streams_of(*CUSTOMER.events)


def evolve(row: CustomerRow | None, recorded: Recorded) -> CustomerRow | None:
    """The customer after an event."""
    event = read(recorded)
    if isinstance(event, CustomerCreated):
        return created(recorded, event)
    if row is None or event is None:
        return row
    return replace(row, updated_at=recorded.occurred_at, **differences(event))


def created(recorded: Recorded, event: CustomerCreated) -> CustomerRow:
    """The first row of a customer."""
    return CustomerRow(
        id=recorded.stream_id,
        version=recorded.version,
        archived=False,
        deleted=False,
        created_at=recorded.occurred_at,
        updated_at=recorded.occurred_at,
        **columns(msgspec.structs.asdict(event)),
    )


def differences(event: CustomerEvent) -> dict[str, Any]:
    """The columns that an event changes."""
    match event:
        case CustomerCreated():
            return {}
        case CustomerCorrected():
            return columns(values_after(event.changes))
        case CustomerAssigned():
            return {"owner_id": event.owner_id}
        case CustomerArchived():
            return {"archived": True}
        case CustomerUnarchived():
            return {"archived": False}
        case CustomerDeleted():
            return {"deleted": True}
        case CustomerRestored():
            return {"deleted": False}
        case _:
            assert_never(event)


def columns(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of an event as columns: money takes two, and a name is also kept for searching."""
    kept = dict(values)
    if "annual_revenue" in kept:
        revenue: Money | None = kept["annual_revenue"]
        kept |= {
            "annual_revenue": revenue.amount if revenue else None,
            "currency": revenue.currency if revenue else None,
        }
    if "name" in kept:
        kept["search"] = kept["name"].casefold()
    return kept


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold the customers' events."""
    await fold_rows(connection, events, load=LOAD, save=SAVE, row=CustomerRow, key=key, evolve=evolve)


CUSTOMERS = ReadModel(name="customers", tables=TABLES, apply=apply)
