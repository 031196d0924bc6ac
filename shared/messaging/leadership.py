"""The one relay that may publish: a lock, a fence and the cursor, all on a dedicated Postgres connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from shared.eventstore.read_model import Connection, Pool
from shared.messaging.epochs import read_epochs

TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('flowline-relay/' || $1, 0))"
BEGIN_TERM = """
INSERT INTO pj.relay(service, fence, incarnation) VALUES ($1, 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
ON CONFLICT (service) DO UPDATE SET fence = pj.relay.fence + 1
RETURNING fence, incarnation, epoch, position, keys_position"""
LAST_RECORDS = "SELECT partition, last_offset, event_id FROM pj.relay_partitions WHERE service = $1"
ADVANCE = """
WITH moved AS (
  UPDATE pj.relay SET epoch = $4, position = $5, moved_at = now() WHERE service = $1 AND fence = $2 AND position = $3
  RETURNING service)
INSERT INTO pj.relay_partitions(service, partition, last_offset, event_id)
SELECT moved.service, r.* FROM moved, unnest($6::int[], $7::bigint[], $8::uuid[]) r
ON CONFLICT (service, partition) DO UPDATE SET last_offset = excluded.last_offset, event_id = excluded.event_id"""
ADVANCE_KEYS = "UPDATE pj.relay SET keys_position = $4 WHERE service = $1 AND fence = $2 AND keys_position = $3"
PUBLISHED = "SELECT epoch, position FROM pj.relay WHERE service = $1"
NEW_INCARNATION = """
WITH forgotten AS (DELETE FROM pj.relay_partitions WHERE service = $1)
UPDATE pj.relay SET epoch = 0, position = 0, keys_position = 0, moved_at = now(),
  incarnation = greatest(incarnation + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
WHERE service = $1 AND fence = $2"""


class Superseded(Exception):
    """Another relay has become the leader."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The last record of ours in one partition."""

    offset: int
    event_id: UUID


@dataclass(slots=True)
class Term:
    """What a leader knows from its fence on: where it publishes on, and the last record of each partition.

    `epochs`: where the log was cut off by restores, as epochs.py writes it.
    """

    fence: int
    incarnation: int
    epoch: int
    position: int
    keys_position: int
    last: dict[int, Sent]
    epochs: str = ""


@asynccontextmanager
async def dedicated_connection(dsn: str, idle_seconds: float) -> AsyncIterator[Connection]:
    """A connection that the server closes by itself soon after its process froze or its host went away."""
    settings = {
        "idle_session_timeout": f"{int(idle_seconds * 1000)}ms",
        "tcp_keepalives_idle": "2",
        "tcp_keepalives_interval": "1",
        "tcp_keepalives_count": "3",
        "lock_timeout": "5s",
        "statement_timeout": "10s",
        "application_name": "flowline-relay",
    }
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=10, server_settings=settings)
    try:
        yield connection
    finally:
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            await asyncio.wait_for(connection.close(), 2)
        connection.terminate()


async def published(source: Connection | Pool, service: str) -> tuple[int, int]:
    """The (epoch, position) of the last event that the service's relay has published; (0, 0) before its first."""
    row = await source.fetchrow(PUBLISHED, service)
    return (row["epoch"], row["position"]) if row else (0, 0)


class Leadership:
    """The statements of one leader; each says whether it is still the leader."""

    def __init__(self, connection: Connection, service: str) -> None:
        self._connection = connection
        self._service = service

    async def try_lock(self) -> bool:
        """Whether we hold the lock now; it goes when the connection goes."""
        return bool(await self._connection.fetchval(TRY_LOCK, self._service))

    async def begin_term(self) -> Term:
        """Bump the fence and read the cursor; only after the broker has fenced the older leader's producer."""
        row = await self._connection.fetchrow(BEGIN_TERM, self._service)
        assert row is not None
        last = await self._connection.fetch(LAST_RECORDS, self._service)
        records = {entry["partition"]: Sent(entry["last_offset"], entry["event_id"]) for entry in last}
        return Term(**dict(row), last=records, epochs=await read_epochs(self._connection))

    async def heartbeat(self) -> None:
        """Keep the lock's connection alive and learn when it is gone."""
        await self._connection.fetchval("SELECT 1")

    async def advance(self, term: Term, epoch: int, position: int, sent: dict[int, Sent]) -> None:
        """Store the cursor by compare-and-set on fence and old cursor; `Superseded` when either differs."""
        partitions, records = list(sent), list(sent.values())
        offsets, ids = [record.offset for record in records], [record.event_id for record in records]
        arguments: Sequence[object] = (term.fence, term.position, epoch, position, partitions, offsets, ids)
        self._one(await self._connection.execute(ADVANCE, self._service, *arguments))
        term.epoch, term.position = epoch, position
        term.last.update(sent)

    async def advance_keys(self, term: Term, position: int) -> None:
        """The same for the cursor of the key topic."""
        self._one(await self._connection.execute(ADVANCE_KEYS, self._service, term.fence, term.keys_position, position))
        term.keys_position = position

    async def new_incarnation(self, term: Term) -> None:
        """The topic is a new one: publish everything again, in a new incarnation."""
        self._one(await self._connection.execute(NEW_INCARNATION, self._service, term.fence))

    def _one(self, outcome: str) -> None:
        if outcome.endswith(" 0"):
            raise Superseded(self._service)
