"""Appends for tests, an inline read model that counts them, and the checks that any log must pass.

`python -m shared.tests.appending DSN` appends for ever and prints the id of each acknowledged event: to be killed.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from shared.eventstore.append import Append, CommandKey, Guard, NewEvent, StreamWrite
from shared.eventstore.partitions import partition_of
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Metadata, Recorded

MIGRATIONS = [Path("shared/eventstore/migrations")]
SOMEBODY = Metadata(actor="somebody", correlation_id="test")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

COUNT_EVENTS = """
INSERT INTO stream_counts AS t (stream_id, events, last_position)
SELECT stream_id, count(*), max(position)
FROM unnest($1::uuid[], $2::bigint[]) e(stream_id, position) GROUP BY stream_id
ON CONFLICT (stream_id) DO UPDATE
SET events = t.events + excluded.events, last_position = excluded.last_position
"""


def event(data: bytes = b"{}", *, name: str = "ThingHappened", event_id: UUID | None = None) -> NewEvent:
    return NewEvent(event_id or uuid7(), name, 1, data, SOMEBODY, NOON)


def append_to(
    stream_id: UUID, expected: int, *events: NewEvent, key: CommandKey | None = None, guards: Sequence[Guard] = ()
) -> Append:
    return Append((StreamWrite(stream_id, expected, events or (event(),)),), tuple(guards), key)


def event_ids(append: Append) -> list[UUID]:
    return [event.event_id for write in append.writes for event in write.events]


async def _count(connection: Connection, events: Sequence[Recorded]) -> None:
    if any(event.type == "Indigestible" for event in events):
        raise KeyError("Indigestible")
    await connection.execute(COUNT_EVENTS, [e.stream_id for e in events], [e.position for e in events])


STREAM_COUNTS = ReadModel(
    name="counts",
    tables="CREATE TABLE stream_counts (stream_id uuid PRIMARY KEY, events bigint, last_position bigint)",
    apply=_count,
)


async def check_log(store: PostgresEventStore) -> list[Recorded]:
    """Every promise about the log as a whole; returns its events."""
    log = await store.read_after(1, 0, 10**6)
    _, position = await store.head()
    assert [event.position for event in log] == list(range(1, position + 1))
    assert all(before.recorded_at <= after.recorded_at for before, after in itertools.pairwise(log))
    by_stream: dict[UUID, list[int]] = defaultdict(list)
    for recorded in log:
        by_stream[recorded.stream_id].append(recorded.version)
    assert all(versions == list(range(1, len(versions) + 1)) for versions in by_stream.values())
    streams = {row[0]: row[1] for row in await store.pool.fetch("SELECT stream_id, version FROM ev.streams")}
    assert streams == {stream_id: len(versions) for stream_id, versions in by_stream.items()}
    return log


async def check_counts(store: PostgresEventStore) -> None:
    """The inline read model equals a fold of the log."""
    wanted: dict[UUID, tuple[int, int]] = {}
    for recorded in await store.read_after(1, 0, 10**6):
        wanted[recorded.stream_id] = (recorded.version, recorded.position)
    rows = await store.pool.fetch("SELECT stream_id, events, last_position FROM read.stream_counts")
    assert {row[0]: (row[1], row[2]) for row in rows} == wanted


def positions_of(log: Sequence[Recorded], ids: Sequence[UUID], partitions: int) -> dict[int, int]:
    """What an answer's positions must be for these events."""
    return {partition_of(e.stream_id, partitions): e.position for e in log if e.event_id in set(ids)}


async def kill_appenders(dsn: str) -> None:
    """Cut the connections of all appenders to this database."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'flowline-appender'"
        )
    finally:
        await connection.close()


async def _append_for_ever(dsn: str) -> None:
    store = PostgresEventStore(dsn, "test", [STREAM_COUNTS])
    await store.start()

    async def writer() -> None:
        while True:
            stream_id = uuid7()
            for version in range(3):
                append = append_to(stream_id, version)
                await store.append(append)
                sys.stdout.write(f"{event_ids(append)[0]}\n")
                sys.stdout.flush()

    await asyncio.gather(*(writer() for _ in range(8)))


if __name__ == "__main__":
    asyncio.run(_append_for_ever(sys.argv[1]))
