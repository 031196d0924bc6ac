"""The deviations that people live with: kept inside the append, so whoever accepts one sees it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from services.analytics.domain.accepted_deviation.events import (
    AcceptedDeviationEvent,
    DeviationAcceptanceWithdrawn,
    DeviationAccepted,
)
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, Pool, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE accepted_deviation (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  process_id uuid NOT NULL,
  process_version int NOT NULL,
  violation text NOT NULL,
  kind text NOT NULL,
  stage text NOT NULL,
  source text,
  target text,
  reason text NOT NULL,
  author text NOT NULL,
  withdrawn boolean NOT NULL
);
CREATE INDEX ON accepted_deviation (process_id) WHERE NOT withdrawn;
"""
COLUMNS = "id, version, process_id, process_version, violation, kind, stage, source, target, reason, author, withdrawn"
LOAD = f"SELECT {COLUMNS} FROM accepted_deviation WHERE id = ANY($1)"  # noqa: S608 - a constant
SAVE = """
INSERT INTO accepted_deviation
SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[],
  $9::text[], $10::text[], $11::text[], $12::boolean[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, withdrawn = excluded.withdrawn
"""
IN_FORCE = f"""
SELECT {COLUMNS} FROM read.accepted_deviation WHERE process_id = $1 AND NOT withdrawn ORDER BY id
"""  # noqa: S608 - a constant
EVENTS: dict[str, type[AcceptedDeviationEvent]] = {
    event.__name__: event for event in (DeviationAccepted, DeviationAcceptanceWithdrawn)
}


@dataclass(frozen=True, slots=True)
class AcceptedDeviation:
    """An accepted deviation as it stands, and its row."""

    id: UUID
    version: int
    process_id: UUID
    process_version: int
    violation: str
    kind: str
    stage: str
    source: str | None
    target: str | None
    reason: str
    author: str
    withdrawn: bool


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring the table forward by a batch of our own events."""
    await fold_rows(connection, events, load=LOAD, save=SAVE, row=AcceptedDeviation, key=acceptance_of, evolve=evolved)


def acceptance_of(recorded: Recorded) -> UUID | None:
    """The accepted deviation whose stream this is."""
    return recorded.stream_id if recorded.type in EVENTS else None


def evolved(row: AcceptedDeviation | None, recorded: Recorded) -> AcceptedDeviation | None:
    """An accepted deviation's row after one more event."""
    event = msgspec.json.decode(recorded.data, type=EVENTS[recorded.type])
    if isinstance(event, DeviationAccepted):
        told = msgspec.structs.asdict(event)
        return AcceptedDeviation(id=recorded.stream_id, version=recorded.version, withdrawn=False, **told)
    return None if row is None else replace(row, version=recorded.version, withdrawn=True)


async def accepted_in(connection: Connection | Pool, process_id: UUID) -> list[AcceptedDeviation]:
    """What is accepted in a process now."""
    return [AcceptedDeviation(*row) for row in await connection.fetch(IN_FORCE, process_id)]


ACCEPTED_DEVIATIONS = ReadModel(name="accepted_deviations", tables=TABLES, apply=apply)
