"""The processes as they are drawn: every version's stages, arrows and decisions, whether or not deals run on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from services.analytics.upstream_process import (
    PROCESS_DECODERS,
    Decision,
    Drawing,
    Move,
    ProcessEvent,
    SalesProcessCreated,
    Stage,
)
from shared.eventstore.folding import Gap, fold_rows
from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE drawn_process (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  name text NOT NULL
);
CREATE TABLE process_drawing (
  process_id uuid NOT NULL,
  number int NOT NULL,
  drawing text NOT NULL,
  PRIMARY KEY (process_id, number)
);
"""
LOAD = "SELECT id, version, name FROM drawn_process WHERE id = ANY($1)"
SAVE = """
INSERT INTO drawn_process SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name
"""
DRAW = """
INSERT INTO process_drawing VALUES ($1, $2, $3)
ON CONFLICT (process_id, number) DO UPDATE SET drawing = excluded.drawing
"""


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A process and its name."""

    id: UUID
    version: int
    name: str


class Drawn(msgspec.Struct, frozen=True):
    """What is kept of a version's drawing."""

    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    decisions: tuple[Decision, ...]


async def apply_drawings(connection: Connection, events: Sequence[Recorded]) -> list[tuple[UUID, int]]:
    """Bring processes and their drawings forward; returns which versions were drawn, by process and number.

    Events of anything else are left alone.
    """
    await fold_rows(connection, events, load=LOAD, save=SAVE, row=ProcessRow, key=process_of, evolve=named)
    versions = []
    for recorded in events:
        event = understood(recorded)
        if isinstance(event, Drawing):
            drawn = Drawn(event.stages, event.moves, event.decisions)
            await connection.execute(DRAW, recorded.stream_id, event.number, msgspec.json.encode(drawn).decode())
            versions.append((recorded.stream_id, event.number))
    return versions


def process_of(recorded: Recorded) -> UUID | None:
    """The sales process whose stream this is."""
    return recorded.stream_id if recorded.type.startswith("SalesProcess") else None


def named(row: ProcessRow | None, recorded: Recorded) -> ProcessRow | None:
    """A process's row after one more event."""
    event = understood(recorded)
    if isinstance(event, SalesProcessCreated):
        return ProcessRow(recorded.stream_id, recorded.version, event.name)
    if row is None:
        if event is not None:
            raise Gap(f"{recorded.type} of {recorded.stream_id} without the events before it")
        return None
    return replace(row, version=recorded.version)


def understood(recorded: Recorded) -> ProcessEvent | None:
    """The event in our words; None for a type that says nothing about a drawing."""
    decoder = PROCESS_DECODERS.get(recorded.type)
    return decoder.decode(recorded.data) if decoder else None
