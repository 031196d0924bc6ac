"""Faults: whatever dies or stalls, what was acknowledged is in the log and what was refused is not."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
from uuid_utils.compat import uuid7

from shared.errors import Unavailable
from shared.eventstore import head
from shared.eventstore.answers import OutcomeUnknown
from shared.eventstore.append import CommandKey
from shared.eventstore.appender import Appender
from shared.eventstore.head import EpochBumpNeeded
from shared.eventstore.link import Link
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.read_model import ReadModel
from shared.testing.databases import Databases
from shared.tests.appending import (
    MIGRATIONS,
    STREAM_COUNTS,
    append_to,
    check_counts,
    check_log,
    event,
    event_ids,
    kill_appenders,
    positions_of,
)
from shared.tests.flaky_proxy import FlakyProxy, proxied


@contextlib.asynccontextmanager
async def running(dsn: str, *models: ReadModel) -> AsyncIterator[PostgresEventStore]:
    store = PostgresEventStore(dsn, "test", models)
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


@contextlib.asynccontextmanager
async def behind_proxy(dsn: str, *models: ReadModel) -> AsyncIterator[tuple[FlakyProxy, PostgresEventStore]]:
    async with proxied(dsn) as (proxy, through), running(through, *models) as store:
        yield proxy, store


async def test_an_answer_lost_after_the_commit_is_found_in_the_log(fresh_database: Databases) -> None:
    async with behind_proxy(await fresh_database(MIGRATIONS), STREAM_COUNTS) as (proxy, store):
        appends = [append_to(uuid7(), 0, event(), event(), key=CommandKey("k", b"h")), append_to(uuid7(), 0)]
        proxy.lose_answer(b"COMMIT;")
        answers = await asyncio.gather(*(store.append(append) for append in appends))
        log = await check_log(store)
        assert [answer.positions for answer in answers] == [positions_of(log, event_ids(a), 3) for a in appends]
        assert [answer.version for answer in answers] == [2, 1]
        assert not any(answer.replayed for answer in answers)
        await check_counts(store)


@pytest.mark.parametrize("marker", [b"BEGIN;", b"COMMIT;"])
async def test_what_was_lost_before_the_commit_is_refused_and_leaves_nothing(
    fresh_database: Databases, marker: bytes
) -> None:
    async with behind_proxy(await fresh_database(MIGRATIONS), STREAM_COUNTS) as (proxy, store):
        key = CommandKey("k", b"h")
        proxy.lose_question(marker)
        with pytest.raises(Unavailable) as refused:
            await store.append(append_to(uuid7(), 0, key=key))
        assert not isinstance(refused.value, OutcomeUnknown)
        assert await check_log(store) == []
        assert await store.answered(key) is None
        await store.append(append_to(uuid7(), 0, key=key))
        await check_counts(store)


async def test_a_repetition_whose_answer_is_lost_is_still_a_replay(fresh_database: Databases) -> None:
    async with behind_proxy(await fresh_database(MIGRATIONS), STREAM_COUNTS) as (proxy, store):
        key = CommandKey("k", b"h")
        await store.append(append_to(uuid7(), 0, key=key))
        proxy.lose_answer(b"COMMIT;")
        assert (await store.append(append_to(uuid7(), 0, key=key))).replayed
        assert len(await check_log(store)) == 1


async def test_while_postgres_is_away_appends_are_refused_and_afterwards_taken(fresh_database: Databases) -> None:
    async with behind_proxy(await fresh_database(MIGRATIONS)) as (proxy, store):
        proxy.refusing = True
        proxy.cut()
        with pytest.raises(Unavailable):
            await store.append(append_to(uuid7(), 0))
        proxy.refusing = False
        await store.append(append_to(uuid7(), 0))
        assert len(await check_log(store)) == 1


async def test_killed_connections_lose_nothing(fresh_database: Databases) -> None:
    dsn = await fresh_database(MIGRATIONS)
    kept: list[UUID] = []
    gone: list[UUID] = []

    async def writer(store: PostgresEventStore) -> None:
        for _ in range(60):
            append = append_to(uuid7(), 0)
            try:
                await store.append(append)
            except Unavailable:
                gone.extend(event_ids(append))
            else:
                kept.extend(event_ids(append))

    async with running(dsn, STREAM_COUNTS) as store:
        writers = asyncio.gather(*(writer(store) for _ in range(16)))
        for _ in range(6):
            await asyncio.sleep(0.1)
            await kill_appenders(dsn)
        await writers
        ids = {recorded.event_id for recorded in await check_log(store)}
        assert ids == set(kept)
        assert ids.isdisjoint(gone)
        await check_counts(store)


async def test_a_stalled_holder_of_the_lock_costs_seconds_not_the_service(fresh_database: Databases) -> None:
    dsn = await fresh_database(MIGRATIONS)
    async with running(dsn) as store:
        # As another process's appender that was frozen in the middle of its transaction.
        frozen = await Link(dsn).another()
        await frozen.execute("BEGIN")
        await frozen.execute(head.LOCK)
        began = time.monotonic()
        with pytest.raises(Unavailable):
            await store.append(append_to(uuid7(), 0))
        assert time.monotonic() - began < 6
        # Its own server cuts it off; nobody has to release anything.
        await store.append(append_to(uuid7(), 0))
        assert time.monotonic() - began < 8
        assert len(await check_log(store)) == 1
        frozen.terminate()


async def test_another_postgres_may_not_go_on_until_the_epoch_is_bumped(fresh_database: Databases) -> None:
    dsn = await fresh_database(MIGRATIONS)
    async with running(dsn) as store:
        await store.append(append_to(uuid7(), 0, event(), event()))
    connection = await asyncpg.connect(dsn)
    await connection.execute("UPDATE ev.head SET timeline = timeline + 1")
    await connection.close()
    async with running(dsn) as store:
        with pytest.raises(EpochBumpNeeded):
            await store.append(append_to(uuid7(), 0))
        assert await store.bump_epoch() == (2, 2)
        answer = await store.append(append_to(uuid7(), 0))
        assert (answer.epoch, await store.head()) == (2, (2, 3))
        # A reader that was ahead in the old epoch, on events that the restore lost, misses none of the new ones.
        assert [(e.epoch, e.position) for e in await store.read_after(1, 50, 10)] == [(2, 3)]
        assert [(e.epoch, e.position) for e in await store.read_after(1, 1, 10)] == [(1, 2), (2, 3)]
        assert await store.read_after(2, 3, 10) == []


async def test_a_dead_appender_is_seen_and_takes_nothing_more(
    fresh_database: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    async with running(await fresh_database(MIGRATIONS)) as store:
        monkeypatch.setattr(Appender, "_tell", broken)
        with pytest.raises(OutcomeUnknown):
            await store.append(append_to(uuid7(), 0))
        with pytest.raises(RuntimeError, match="fault of ours"):
            await store.watch()
        with pytest.raises(Unavailable, match="died"):
            await store.append(append_to(uuid7(), 0))


async def test_stopping_writes_what_waits(fresh_database: Databases) -> None:
    dsn = await fresh_database(MIGRATIONS)
    async with running(dsn) as store:
        waiting = [asyncio.create_task(store.append(append_to(uuid7(), 0))) for _ in range(20)]
        await asyncio.sleep(0)
    assert len({str((await answer).positions) for answer in waiting}) == 20
    async with running(dsn) as store:
        assert len(await check_log(store)) == 20


async def acknowledged_until_killed(dsn: str, seconds: float) -> list[UUID]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shared.tests.appending", dsn, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    lines = [await process.stdout.readline()]
    await asyncio.sleep(seconds)
    assert process.returncode is None
    process.kill()
    lines += (await process.stdout.read()).splitlines()
    await process.wait()
    return [UUID(line.decode().strip()) for line in lines if len(line.strip()) == 36]


async def positions_as_they_appear(dsn: str, seen: list[int], stop: asyncio.Event) -> None:
    connection = await asyncpg.connect(dsn)
    while not stop.is_set():
        after = seen[-1] if seen else 0
        rows = await connection.fetch("SELECT position FROM ev.events WHERE position > $1 ORDER BY position", after)
        seen.extend(row[0] for row in rows)
    await connection.close()


async def test_two_killed_processes_lose_nothing_and_commit_in_the_order_of_positions(
    fresh_database: Databases,
) -> None:
    dsn = await fresh_database(MIGRATIONS)
    seen: list[int] = []
    stop = asyncio.Event()
    tail = asyncio.create_task(positions_as_they_appear(dsn, seen, stop))
    first, second = await asyncio.gather(acknowledged_until_killed(dsn, 1.5), acknowledged_until_killed(dsn, 1.5))
    async with running(dsn, STREAM_COUNTS) as store:
        log = await check_log(store)
        assert first
        assert second
        assert {*first, *second} <= {recorded.event_id for recorded in log}
        await check_counts(store)
    stop.set()
    await tail
    # A tail that only ever asks for what is above the last position it saw has missed nothing.
    assert seen == [recorded.position for recorded in log]
