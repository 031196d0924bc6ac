"""A small projection for tests: the total per stream, and what it cannot digest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = (
    "CREATE TABLE counted(id uuid PRIMARY KEY, version int NOT NULL, total bigint NOT NULL, last_event uuid NOT NULL)"
)
LOAD = "SELECT id, version, total, last_event FROM counted WHERE id = ANY($1)"
SAVE = """
INSERT INTO counted SELECT * FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::uuid[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, total = excluded.total, last_event = excluded.last_event"""


@dataclass(frozen=True, slots=True)
class Counted:
    id: UUID
    version: int
    total: int
    last_event: UUID


def evolve(row: Counted | None, event: Recorded) -> Counted:
    amount = json.loads(event.data)["amount"]
    return Counted(event.stream_id, event.version, (row.total if row else 0) + amount, event.event_id)


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    await fold_rows(
        connection, events, load=LOAD, save=SAVE, row=Counted, key=lambda event: event.stream_id, evolve=evolve
    )


COUNTED = ReadModel("counted", TABLES, apply)


def folded(events: Sequence[Recorded]) -> dict[UUID, tuple[int, int]]:
    """What the projection must say: stream → (version, total), by another way than its own."""
    totals: dict[UUID, tuple[int, int]] = {}
    for event in events:
        before = totals.get(event.stream_id, (0, 0))
        totals[event.stream_id] = (event.version, before[1] + json.loads(event.data)["amount"])
    return totals
