"""A build is shown in the middle of people's questions, and costs none of them the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

import asyncpg
import pytest

from shared.eventstore import instances
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded
from shared.testing.databases import Databases
from shared.tests.appending import MIGRATIONS
from shared.tests.running import until


async def _nothing(_: Connection, __: Sequence[Recorded]) -> None:
    """No event changes anything here."""


PAIR = ReadModel("pair", "CREATE TABLE first (n int); CREATE TABLE second (n int)", _nothing)
BLOCKED = """
SELECT count(*) > 0 FROM pg_locks
WHERE NOT granted AND relation IN ('read.first'::regclass, 'read.second'::regclass)
"""


@pytest.fixture
async def connections(fresh_database: Databases) -> AsyncIterator[list[asyncpg.Connection]]:
    """A swap's, a reader's and one that looks on; build 1 of PAIR is shown and build 2 is there."""
    dsn = await fresh_database(MIGRATIONS)
    async with AsyncExitStack() as stack:
        found = [await asyncpg.connect(dsn) for _ in range(3)]
        for one in found:
            stack.push_async_callback(one.close)
        async with found[0].transaction():
            for instance in (1, 2):
                await instances.create(found[0], PAIR, instance)
                await found[0].execute(f"INSERT INTO rm_pair_{instance}.second VALUES ({instance})")  # noqa: S608
            await instances.show(found[0], PAIR.name, 1)
        yield found


async def _shown(connection: asyncpg.Connection) -> None:
    async with connection.transaction():
        await instances.show(connection, PAIR.name, 2)


async def test_a_reader_who_takes_the_views_in_another_order_gets_an_answer_and_the_swap_goes_on(
    connections: list[asyncpg.Connection],
) -> None:
    swap, reader, onlooker = connections
    async with reader.transaction():
        assert await reader.fetchval("SELECT n FROM read.second") == 1
        showing = asyncio.create_task(_shown(swap))
        await until(lambda: onlooker.fetchval(BLOCKED))
        assert await reader.fetchval("SELECT count(*) FROM read.first") == 0
        assert await reader.fetchval("SELECT n FROM read.second") == 1
    await showing
    assert await reader.fetchval("SELECT n FROM read.second") == 2


async def test_the_patience_of_the_connection_is_what_it_was(connections: list[asyncpg.Connection]) -> None:
    swap = connections[0]
    async with swap.transaction():
        await swap.execute("SET LOCAL lock_timeout = '7s'")
        await instances.show(swap, PAIR.name, 2)
        assert await swap.fetchval("SHOW lock_timeout") == "7s"
