"""Which sales processes there are, and what each of their versions looks like."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from uuid import UUID

import asyncpg
import msgspec

from services.pipeline.domain.sales_process.decider import SALES_PROCESS
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.events import (
    SalesProcessCreated,
    SalesProcessEvent,
    SalesProcessVersionDrafted,
)
from services.pipeline.projections.process_versions import Drawn, changed, drafted
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE processes (
    id uuid PRIMARY KEY, version bigint NOT NULL, name text NOT NULL, versions jsonb NOT NULL, latest integer,
    retired jsonb NOT NULL
);
CREATE INDEX processes_by_name ON processes (name, id);
"""

LOAD = "SELECT id, version, name, versions, latest, retired FROM processes WHERE id = ANY($1)"
SAVE = """
INSERT INTO processes
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::jsonb[], $5::integer[], $6::jsonb[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, versions = excluded.versions,
    latest = excluded.latest, retired = excluded.retired
"""
BY_ID = "SELECT id, version, name, versions, latest, retired FROM read.processes WHERE id = ANY($1)"
LATEST = "SELECT id, latest FROM read.processes WHERE id = ANY($1)"
RETIRED = "SELECT id, retired FROM read.processes WHERE id = ANY($1) AND retired <> '[]'"
LIST = """
SELECT id, version, name, versions, latest, retired FROM read.processes
WHERE $1::text IS NULL OR (name, id) > ($1, $2::uuid)
ORDER BY name, id LIMIT $3
"""

DECODERS: Mapping[str, msgspec.json.Decoder[SalesProcessEvent]] = MappingProxyType(
    {event.__name__: msgspec.json.Decoder(event) for event in SALES_PROCESS.events}
)
DRAWN = msgspec.json.Decoder(tuple[Drawn, ...])
NUMBERS = msgspec.json.Decoder(tuple[int, ...])


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A process; `versions` is JSON of `Drawn`s in order, `latest` the highest published number that is not retired.

    `retired`: JSON of the numbers of its retired versions.
    """

    id: UUID
    version: int
    name: str
    versions: str
    latest: int | None
    retired: str

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
        return ProcessRow(recorded.stream_id, recorded.version, event.name, "[]", None, "[]")
    if row is None:
        return None
    actor, at = recorded.metadata.actor, recorded.occurred_at
    if isinstance(event, SalesProcessVersionDrafted):
        return _with(row, recorded.version, (*row.drawn, drafted(event, actor, at)))
    versions = (changed(d, event, actor, at) if d.number == event.number else d for d in row.drawn)
    return _with(row, recorded.version, tuple(versions))


def _with(row: ProcessRow, version: int, versions: tuple[Drawn, ...]) -> ProcessRow:
    return replace(
        row,
        version=version,
        versions=msgspec.json.encode(versions).decode(),
        latest=max((drawn.number for drawn in versions if drawn.status == "published"), default=None),
        retired=msgspec.json.encode([drawn.number for drawn in versions if drawn.status == "retired"]).decode(),
    )


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
        """The highest published version of each process that there is; None: it has none, or all are retired."""
        return {row["id"]: row["latest"] for row in await self._pool.fetch(LATEST, ids)} if ids else {}

    async def retired(self, ids: Collection[UUID]) -> frozenset[tuple[UUID, int]]:
        """The retired versions of these processes."""
        rows = await self._pool.fetch(RETIRED, ids) if ids else []
        return frozenset((row["id"], number) for row in rows for number in NUMBERS.decode(row["retired"]))

    async def definitions(self, asked: Iterable[tuple[UUID, int]]) -> dict[tuple[UUID, int], Definition]:
        """The versions among those asked for that exist, drafts too; `retired` may be as it was when first asked."""
        wanted = set(asked)
        missing = {process_id for process_id, number in wanted if (process_id, number) not in self._published}
        fresh = {
            (row.id, drawn.number): drawn.definition(row.id)
            for row in (await self.by_id(missing)).values()
            for drawn in row.drawn
        }
        self._published |= {key: definition for key, definition in fresh.items() if definition.published}
        return {key: found for key in wanted if (found := self._published.get(key) or fresh.get(key))}
