"""Inline read models: filled at start, kept inside the append, built anew beside the live one, never with a hole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import asyncpg
import pytest
from uuid_utils.compat import uuid7

from shared.errors import Conflict, NotFound
from shared.eventstore.appender import IDLE_SECONDS
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded
from shared.testing.databases import Databases
from shared.tests.appending import MIGRATIONS, STREAM_COUNTS, append_to, check_counts, check_log, event


@asynccontextmanager
async def running(dsn: str, *models: ReadModel) -> AsyncIterator[PostgresEventStore]:
    store = PostgresEventStore(dsn, "test", models)
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


async def _list(connection: Connection, events: Sequence[Recorded]) -> None:
    await connection.executemany("INSERT INTO listed VALUES ($1, $2)", [(e.position, e.type) for e in events])


LISTED = ReadModel("listed", "CREATE TABLE listed (position bigint PRIMARY KEY, type text NOT NULL)", _list)
# The same question with a further column: another version of the code.
LISTED_NEXT = replace(LISTED, tables="CREATE TABLE listed (position bigint, type text, note text DEFAULT 'new')")


async def test_a_model_that_is_new_starts_with_the_whole_log(fresh_database: Databases) -> None:
    dsn = await fresh_database(MIGRATIONS)
    async with running(dsn) as store:
        await asyncio.gather(*(store.append(append_to(uuid7(), 0, event(), event())) for _ in range(50)))
    async with running(dsn, STREAM_COUNTS) as store:
        await check_counts(store)
        await store.append(append_to(uuid7(), 0))
        await check_counts(store)


async def test_a_model_whose_code_changed_is_built_anew_and_replaces_the_old(fresh_database: Databases) -> None:
    dsn = await fresh_database(MIGRATIONS)
    async with running(dsn, LISTED) as store:
        await store.append(append_to(uuid7(), 0))
    async with running(dsn, LISTED_NEXT) as store:
        await store.append(append_to(uuid7(), 0))
        rows = await store.pool.fetch("SELECT position, note FROM read.listed ORDER BY position")
        assert [tuple(row) for row in rows] == [(1, "new"), (2, "new")]
        assert [(row["instance"], row["live"]) for row in await store.read_model_status()] == [(2, True)]
        assert await store.pool.fetchval("SELECT to_regnamespace('rm_listed_1')") is None


async def test_unchanged_models_are_not_built_again(fresh_database: Databases) -> None:
    dsn = await fresh_database(MIGRATIONS)
    for _ in range(2):
        async with running(dsn, LISTED, STREAM_COUNTS) as store:
            await store.append(append_to(uuid7(), 0))
            assert [row["instance"] for row in await store.read_model_status()] == [1, 1]
            await check_counts(store)


async def test_an_old_replica_leaves_no_hole_in_a_new_ones_model(fresh_database: Databases) -> None:
    dsn = await fresh_database(MIGRATIONS)
    async with running(dsn, LISTED) as old, running(dsn, LISTED_NEXT) as new:
        await old.append(append_to(uuid7(), 0))
        await new.append(append_to(uuid7(), 0))
        assert await positions(new) == [1, 2]
        await old.append(append_to(uuid7(), 0))
        # Even without a further append through the new one.
        await asyncio.sleep(IDLE_SECONDS)
        await asyncio.wait_for(until(lambda: positions(new), [1, 2, 3]), 10)


async def positions(store: PostgresEventStore) -> list[int]:
    return [row[0] for row in await store.pool.fetch("SELECT position FROM read.listed ORDER BY 1")]


async def until(ask: Callable[[], Awaitable[object]], wanted: object) -> None:
    while await ask() != wanted:  # noqa: ASYNC110 - it waits for another connection
        await asyncio.sleep(0.1)


async def test_replicas_that_start_together_build_once(fresh_database: Databases) -> None:
    dsn = await fresh_database(MIGRATIONS)
    async with running(dsn) as store:
        await store.append(append_to(uuid7(), 0))
    stores = [PostgresEventStore(dsn, "test", [STREAM_COUNTS]) for _ in range(3)]
    await asyncio.gather(*(store.start() for store in stores))
    assert [row["instance"] for row in await stores[0].read_model_status()] == [1]
    await asyncio.gather(*(store.append(append_to(uuid7(), 0)) for store in stores for _ in range(10)))
    await check_counts(stores[0])
    await asyncio.gather(*(store.stop() for store in stores))


@pytest.mark.parametrize("swap", [False, True])
async def test_a_rebuild_beside_running_appends_compares_equal(fresh_database: Databases, swap: bool) -> None:  # noqa: FBT001
    async with running(await fresh_database(MIGRATIONS), STREAM_COUNTS) as store:
        stop = asyncio.Event()

        async def writer() -> None:
            while not stop.is_set():
                await store.append(append_to(uuid7(), 0, event(), event()))

        writers = [asyncio.create_task(writer()) for _ in range(4)]
        comparison = await store.rebuild("counts", swap=swap)
        stop.set()
        await asyncio.gather(*writers)
        assert comparison.equal
        assert comparison.swapped is swap
        assert [(t.table, t.rows == t.rebuilt_rows) for t in comparison.tables] == [("stream_counts", True)]
        assert [row["instance"] for row in await store.read_model_status()] == [2 if swap else 1]
        await check_log(store)
        await check_counts(store)


async def test_a_rebuild_finds_a_row_that_was_changed_by_hand_and_mends_it(fresh_database: Databases) -> None:
    async with running(await fresh_database(MIGRATIONS), STREAM_COUNTS) as store:
        for _ in range(3):
            await store.append(append_to(uuid7(), 0))
        await store.pool.execute("UPDATE rm_counts_1.stream_counts SET events = 7 WHERE last_position = 2")
        found = (await store.rebuild("counts", swap=False)).tables[0]
        assert (found.rows, found.only_live, found.only_rebuilt) == (3, 1, 1)
        assert not (await store.rebuild("counts", swap=True)).equal
        assert (await store.rebuild("counts", swap=False)).equal
        await check_counts(store)


async def test_only_its_own_code_may_rebuild_a_model(fresh_database: Databases) -> None:
    dsn = await fresh_database(MIGRATIONS)
    async with running(dsn, LISTED) as old, running(dsn, LISTED_NEXT):
        with pytest.raises(Conflict):
            await old.rebuild("listed", swap=True)
        with pytest.raises(NotFound):
            await old.rebuild("nothing", swap=True)


async def test_a_model_that_cannot_digest_the_log_is_named_at_start(fresh_database: Databases) -> None:
    dsn = await fresh_database(MIGRATIONS)
    async with running(dsn) as store:
        await store.append(append_to(uuid7(), 0, event(name="Indigestible")))
    with pytest.raises(Exception, match="counts cannot digest"):
        async with running(dsn, STREAM_COUNTS):
            pass
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SELECT count(*) FROM ev.read_models WHERE live") == 0
    await connection.close()


def test_two_models_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="same name"):
        PostgresEventStore("postgres://nowhere", "test", [LISTED, LISTED])
