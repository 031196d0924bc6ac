"""Which customers there are and what they are called (from the customer service)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg

from services.pipeline import upstream
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE customers (id uuid PRIMARY KEY, version bigint NOT NULL, name text NOT NULL, deleted boolean NOT NULL);
"""

LOAD = "SELECT id, version, name, deleted FROM customers WHERE id = ANY($1)"
SAVE = """
INSERT INTO customers SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::boolean[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, deleted = excluded.deleted
"""
KNOWN = "SELECT id FROM read.customers WHERE id = ANY($1) AND NOT deleted"


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer's name, and whether it is hidden."""

    id: UUID
    version: int
    name: str
    deleted: bool


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold customers; everything else in the topic is none of our business."""
    ours = [event for event in events if event.type.startswith("Customer")]
    if ours:
        await fold_rows(connection, ours, load=LOAD, save=SAVE, row=CustomerRow, key=_stream, evolve=evolve)


def evolve(row: CustomerRow | None, recorded: Recorded) -> CustomerRow | None:
    """What an event makes of a customer; an unknown one only moves the version on."""
    event = upstream.read(recorded)
    if isinstance(event, upstream.CustomerCreated):
        return CustomerRow(recorded.stream_id, recorded.version, event.name, deleted=False)
    if row is None:
        return None
    known = replace(row, version=recorded.version)
    match event:
        case upstream.CustomerCorrected() if "name" in event.changes:
            return replace(known, name=event.changes["name"].after)
        case upstream.CustomerDeleted():
            return replace(known, deleted=True)
        case upstream.CustomerRestored():
            return replace(known, deleted=False)
        case _:
            return known


def _stream(recorded: Recorded) -> UUID:
    return recorded.stream_id


CUSTOMERS = ReadModel(name="customers", tables=TABLES, apply=apply)


class Customers:
    """Questions about customers."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def known(self, ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of the ids that are customers and not deleted."""
        return frozenset(row["id"] for row in await self._pool.fetch(KNOWN, ids)) if ids else frozenset()
