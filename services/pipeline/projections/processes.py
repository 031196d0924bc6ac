"""Which sales processes there are, and what each of their versions looks like."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

import asyncpg
import msgspec

from services.pipeline.domain.sales_process.decider import SALES_PROCESS
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import Move, Stage
from services.pipeline.domain.sales_process.events import (
    SalesProcessCreated,
    SalesProcessEvent,
    SalesProcessVersionDrafted,
    SalesProcessVersionPublished,
)
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE processes (
    id uuid PRIMARY KEY, version bigint NOT NULL, name text NOT NULL, versions jsonb NOT NULL, latest integer
);
CREATE INDEX processes_by_name ON processes (name, id);
"""

LOAD = "SELECT id, version, name, versions, latest FROM processes WHERE id = ANY($1)"
SAVE = """
INSERT INTO processes SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::jsonb[], $5::integer[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, versions = excluded.versions,
    latest = excluded.latest
"""
BY_ID = "SELECT id, version, name, versions, latest FROM read.processes WHERE id = ANY($1)"
LATEST = "SELECT id, latest FROM read.processes WHERE id = ANY($1)"
LIST = """
SELECT id, version, name, versions, latest FROM read.processes
WHERE $1::text IS NULL OR (name, id) > ($1, $2::uuid)
ORDER BY name, id LIMIT $3
"""

DECODERS: Mapping[str, msgspec.json.Decoder[SalesProcessEvent]] = MappingProxyType(
    {event.__name__: msgspec.json.Decoder(event) for event in SALES_PROCESS.events}
)


class Drawn(msgspec.Struct, frozen=True):
    """One version of a process, as kept in the row."""

    number: int
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    drafted_at: datetime
    published_at: datetime | None = None

    def definition(self, process_id: UUID) -> Definition:
        """The version as a deal sees it."""
        return Definition(process_id, self.number, self.published_at is not None, self.stages, self.moves)


DRAWN = msgspec.json.Decoder(tuple[Drawn, ...])


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A process; `versions` is JSON of `Drawn`s in order, `latest` the highest published number."""

    id: UUID
    version: int
    name: str
    versions: str
    latest: int | None

    @property
    def drawn(self) -> tuple[Drawn, ...]:
        """Its versions, first one first."""
        return DRAWN.decode(self.versions)


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold the processes among the events."""
    ours = [event for event in events if event.type in DECODERS]
    if ours:
        await fold_rows(connection, ours, load=LOAD, save=SAVE, row=ProcessRow, key=_stream, evolve=evolve)


def evolve(row: ProcessRow | None, recorded: Recorded) -> ProcessRow | None:
    """What an event makes of a process's row."""
    event = DECODERS[recorded.type].decode(recorded.data)
    if isinstance(event, SalesProcessCreated):
        return ProcessRow(recorded.stream_id, recorded.version, event.name, "[]", None)
    if row is None:
        return None
    match event:
        case SalesProcessVersionDrafted():
            added = Drawn(event.number, event.stages, event.moves, recorded.occurred_at)
            return replace(row, version=recorded.version, versions=_json((*row.drawn, added)))
        case SalesProcessVersionPublished():
            latest = max(row.latest or 0, event.number)
            return replace(
                row, version=recorded.version, versions=_json(_published(row, recorded, event)), latest=latest
            )
        case _:
            assert_never(event)


def _published(row: ProcessRow, recorded: Recorded, event: SalesProcessVersionPublished) -> tuple[Drawn, ...]:
    return tuple(
        msgspec.structs.replace(drawn, published_at=recorded.occurred_at) if drawn.number == event.number else drawn
        for drawn in row.drawn
    )


def _json(drawn: tuple[Drawn, ...]) -> str:
    return msgspec.json.encode(drawn).decode()


def _stream(recorded: Recorded) -> UUID:
    return recorded.stream_id


PROCESSES = ReadModel(name="processes", tables=TABLES, apply=apply)


class Processes:
    """Questions about sales processes; published versions are remembered, because they never change."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool
        self._published: dict[tuple[UUID, int], Definition] = {}

    async def by_id(self, ids: Collection[UUID]) -> dict[UUID, ProcessRow]:
        """Those of the ids that are processes."""
        return {row["id"]: ProcessRow(**row) for row in await self._pool.fetch(BY_ID, ids)} if ids else {}

    async def list(self, after: Sequence[object] | None, limit: int) -> Sequence[ProcessRow]:
        """Up to `limit` processes in order of name, after the given (name, id)."""
        name, id_ = after or (None, None)
        return [ProcessRow(**row) for row in await self._pool.fetch(LIST, name, id_, limit)]

    async def latest(self, ids: Collection[UUID]) -> dict[UUID, int | None]:
        """The highest published version of each process that there is; None: it has none yet."""
        return {row["id"]: row["latest"] for row in await self._pool.fetch(LATEST, ids)} if ids else {}

    async def definitions(self, asked: Iterable[tuple[UUID, int]]) -> dict[tuple[UUID, int], Definition]:
        """The versions among those asked for that exist, drafts too."""
        wanted = set(asked)
        missing = {process_id for process_id, number in wanted if (process_id, number) not in self._published}
        fresh = {
            (row.id, drawn.number): drawn.definition(row.id)
            for row in (await self.by_id(missing)).values()
            for drawn in row.drawn
        }
        self._published |= {key: definition for key, definition in fresh.items() if definition.published}
        return {key: found for key in wanted if (found := self._published.get(key) or fresh.get(key))}
