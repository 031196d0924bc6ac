"""Folding a batch into a table is the same as folding its events one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from shared.eventstore.folding import Gap, fold_rows
from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded
from shared.testing.databases import Databases
from shared.tests.appending import NOON, SOMEBODY

TABLE = "CREATE TABLE tally (id uuid PRIMARY KEY, version int NOT NULL, total int NOT NULL, label text)"
LOAD = "SELECT id, version, total, label FROM tally WHERE id = ANY($1)"
SAVE = """
INSERT INTO tally SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, total = excluded.total, label = excluded.label
"""


@dataclass(frozen=True, slots=True)
class Tally:
    id: UUID
    version: int
    total: int
    label: str | None


def happened(stream_id: UUID, version: int, name: str = "Added", data: bytes = b"1") -> Recorded:
    return Recorded("test", version, 1, stream_id, version, uuid7(), name, 1, data, SOMEBODY, NOON, NOON)


def add(row: Tally | None, event: Recorded) -> Tally | None:
    if event.type == "Ignored":
        return row
    row = row or Tally(event.stream_id, 0, 0, None)
    return replace(row, total=row.total + int(event.data), label=event.type)


async def fold(connection: Connection, *events: Recorded) -> None:
    await fold_rows(
        connection,
        events,
        load=LOAD,
        save=SAVE,
        row=Tally,
        key=lambda event: None if event.type == "Elsewhere" else event.stream_id,
        evolve=add,
    )


@pytest.fixture
async def connection(fresh_database: Databases) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(await fresh_database())
    await connection.execute(TABLE)
    yield connection
    await connection.close()


async def rows(connection: Connection) -> dict[UUID, Tally]:
    return {row["id"]: Tally(*row) for row in await connection.fetch("SELECT id, version, total, label FROM tally")}


async def test_new_and_known_rows_are_saved_together(connection: Connection) -> None:
    one, two = uuid7(), uuid7()
    await fold(connection, happened(one, 1), happened(two, 1, data=b"5"), happened(one, 2))
    await fold(connection, happened(two, 2, name="Ignored"), happened(two, 3), happened(one, 3, name="Elsewhere"))
    assert await rows(connection) == {one: Tally(one, 2, 2, "Added"), two: Tally(two, 3, 6, "Added")}


async def test_no_row_comes_of_none(connection: Connection) -> None:
    await fold(connection, happened(uuid7(), 1, name="Ignored"), happened(uuid7(), 1, name="Elsewhere"))
    await fold(connection)
    assert await rows(connection) == {}


@pytest.mark.parametrize("versions", [[2], [1, 3], [1, 1], [1, 2, 2]])
async def test_a_version_that_does_not_follow_is_a_gap(connection: Connection, versions: list[int]) -> None:
    stream_id = uuid7()
    with pytest.raises(Gap, match=str(stream_id)):
        await fold(connection, *(happened(stream_id, version) for version in versions))
    assert await rows(connection) == {}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(-9, 9)), max_size=30), cuts=st.sets(st.integers(0, 30)))
async def test_however_the_events_are_cut_into_batches_the_rows_are_the_same(
    connection: Connection, steps: list[tuple[int, int]], cuts: set[int]
) -> None:
    streams = [uuid7() for _ in range(4)]
    totals = dict.fromkeys(streams, 0)
    versions = dict.fromkeys(streams, 0)
    batch: list[Recorded] = []
    for number, (stream, amount) in enumerate(steps):
        stream_id = streams[stream]
        versions[stream_id] += 1
        totals[stream_id] += amount
        batch.append(happened(stream_id, versions[stream_id], data=str(amount).encode()))
        if number in cuts:
            await fold(connection, *batch)
            batch = []
    await fold(connection, *batch)
    found = await rows(connection)
    assert {s: (found[s].version, found[s].total) for s in streams if versions[s]} == {
        s: (versions[s], totals[s]) for s in streams if versions[s]
    }
