from __future__ import annotations

import asyncio
import json
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from deploy.local.kafka import start_kafka
from deploy.local.processes import free_port
from shared.eventstore.folding import fold_rows
from shared.eventstore.head import fix_partitions
from shared.eventstore.partitions import partition_of
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded
from shared.messaging.relay import Relay
from shared.messaging.topics import ensure_events_topic, events_topic
from shared.observability.metrics import Metrics
from shared.projections.consistency import ProjectionBehind, ProjectionParked, Reached, wait_for
from shared.projections.live import connected, read_live
from shared.projections.projection import (
    NotRebuildable,
    Projection,
    ProjectionSettings,
    RebuildRunning,
    TooManyParked,
)
from shared.projections.runner import ProjectionRunner
from shared.testing.databases import Databases
from shared.tests.counting import COUNTED, LOAD, SAVE, Counted, evolve, folded
from shared.tests.made_events import MemoryLog, stream
from shared.tests.migrations import MIGRATIONS
from shared.tests.relay_process import settings as relay_settings
from shared.tests.running import delete_topic, foreign_records, running, until

TOPIC = events_topic("shop")
PROJECTION = Projection(COUNTED, (TOPIC,))


@pytest.fixture
async def dsn(fresh_database: Databases) -> str:
    url = await fresh_database(MIGRATIONS)
    async with connected(url) as connection:
        await fix_partitions(connection, 3)
    return url


def settings_of(dsn: str, kafka: str) -> ProjectionSettings:
    return ProjectionSettings(dsn, kafka, "shop", inspection=0.3, patience=8.0, max_pause=0.5, poll=0.1)


@asynccontextmanager
async def shop(
    dsn: str, kafka: str, log: MemoryLog, projection: Projection = PROJECTION
) -> AsyncIterator[ProjectionRunner]:
    """A relay and a projection, running."""
    runner = ProjectionRunner(settings_of(dsn, kafka), projection, Metrics("shop"))
    async with running(Relay(log, relay_settings(dsn, kafka))), running(runner):
        yield runner


async def rows(dsn: str) -> dict[UUID, tuple[int, int]]:
    async with connected(dsn) as connection:
        if not await connection.fetchval("SELECT to_regclass('\"read\".counted')"):
            return {}
        found = await connection.fetch('SELECT id, version, total FROM "read".counted')
    return {row["id"]: (row["version"], row["total"]) for row in found}


async def current(dsn: str, log: MemoryLog) -> None:
    """The projection says what a fold of the log says."""

    async def equal() -> bool:
        return await rows(dsn) == folded(log.events)

    await until(equal)


def count_some(log: MemoryLog, events: int) -> None:
    for number in range(events):
        log.count(number % 7, number)


async def test_a_rebuild_beside_flowing_events_swaps_in_what_equals_the_old_one(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    count_some(log, 3000)
    async with shop(dsn, kafka, log) as runner:
        await current(dsn, log)
        flowing = asyncio.create_task(flow(log))
        comparison = await runner.rebuild()
        assert not flowing.done()
        flowing.cancel()
        assert comparison.equal
        assert comparison.swapped
        assert sum(table.rebuilt_rows for table in comparison.tables) == 7
        log.count(1)
        await current(dsn, log)
        await until(lambda: runner.progress.instance == 2)
    async with connected(dsn) as connection:
        assert await connection.fetchval("SELECT to_regnamespace('rm_counted_1')") is None


async def flow(log: MemoryLog) -> None:
    while True:
        log.count(len(log.events) % 7)
        await asyncio.sleep(0.005)


async def test_a_verification_finds_a_row_that_was_changed_by_hand_and_a_rebuild_repairs_it(
    dsn: str, kafka: str
) -> None:
    log = MemoryLog()
    count_some(log, 50)
    async with shop(dsn, kafka, log) as runner:
        await current(dsn, log)
        async with connected(dsn) as connection:
            await connection.execute("UPDATE rm_counted_1.counted SET total = total + 1 WHERE id = $1", stream(3))
        verified = await runner.rebuild(swap=False)
        assert (verified.equal, verified.swapped) == (False, False)
        assert verified.tables[0].only_live == verified.tables[0].only_rebuilt == 1
        assert runner.progress.instance == 1
        await runner.rebuild()
        await current(dsn, log)


async def test_new_code_builds_its_own_instance_at_start(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    count_some(log, 20)
    async with shop(dsn, kafka, log):
        await current(dsn, log)
    wider = replace(COUNTED, tables=COUNTED.tables[:-1] + ", note text)", apply=apply_with_more_columns)
    async with shop(dsn, kafka, log, Projection(wider, (TOPIC,))) as runner:
        await until(lambda: runner.progress.instance == 2)
        log.count(1)
        await current(dsn, log)


async def apply_with_more_columns(connection: Connection, events: Sequence[Recorded]) -> None:
    save = SAVE.replace("counted SELECT", "counted(id, version, total, last_event) SELECT")
    await fold_rows(connection, events, load=LOAD, save=save, row=Counted, key=lambda e: e.stream_id, evolve=evolve)


WITH_NOTES = replace(COUNTED, tables=COUNTED.tables + "; CREATE TABLE noted(id uuid PRIMARY KEY, note text)")
IN_HUNDREDS = replace(
    COUNTED,
    tables=COUNTED.tables[:-1] + ", hundreds bigint GENERATED ALWAYS AS (total / 100) STORED)",
    apply=apply_with_more_columns,
    nothing=(("counted", "t.hundreds = 0"),),
)


@pytest.mark.parametrize(
    ("before", "after"),
    [(COUNTED, WITH_NOTES), (WITH_NOTES, COUNTED), (COUNTED, IN_HUNDREDS)],
    ids=["one more table", "one less", "rows that are nothing by a new column"],
)
async def test_new_code_with_other_tables_takes_over(dsn: str, kafka: str, before: ReadModel, after: ReadModel) -> None:
    log = MemoryLog()
    count_some(log, 20)
    async with shop(dsn, kafka, log, Projection(before, (TOPIC,))):
        await current(dsn, log)
    async with shop(dsn, kafka, log, Projection(after, (TOPIC,))) as runner:
        await until(lambda: runner.progress.instance == 2, 60)
        log.count(1)
        await current(dsn, log)


async def test_a_large_rebuild_is_done_by_several_processes(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    count_some(log, 300)
    async with shop(dsn, kafka, log):
        await current(dsn, log)
    runner = ProjectionRunner(replace(settings_of(dsn, kafka), worth_processes=1), PROJECTION)
    comparison = await runner.rebuild()
    assert (comparison.equal, comparison.swapped) == (True, True)
    await current(dsn, log)


async def test_what_stops_a_process_of_a_rebuild_stops_the_rebuild_by_name_and_the_live_one_stays(
    dsn: str, kafka: str
) -> None:
    log = MemoryLog()
    count_some(log, 30)
    async with shop(dsn, kafka, log):
        await current(dsn, log)
    broken = Projection(replace(COUNTED, apply=refuse), (TOPIC,))
    runner = ProjectionRunner(replace(settings_of(dsn, kafka), worth_processes=1, max_parked=1), broken)
    with pytest.raises(TooManyParked):
        await runner.rebuild()
    await current(dsn, log)


async def refuse(connection: Connection, events: Sequence[Recorded]) -> None:
    raise ValueError(f"{connection} is not for {events}")


async def test_one_rebuild_at_a_time_and_never_of_what_cannot_be_rebuilt(dsn: str, kafka: str) -> None:
    await ensure_events_topic(kafka, "shop", 3, 1)
    fixed = ProjectionRunner(settings_of(dsn, kafka), replace(PROJECTION, rebuildable=False))
    with pytest.raises(NotRebuildable):
        await fixed.rebuild()
    runners = [ProjectionRunner(settings_of(dsn, kafka), PROJECTION) for _ in range(2)]
    outcomes = await asyncio.gather(*(runner.rebuild() for runner in runners), return_exceptions=True)
    assert sorted(isinstance(outcome, RebuildRunning) for outcome in outcomes) == [False, True]


@pytest.mark.parametrize("grown", [0, 60], ids=["empty", "grown past the old offsets"])
async def test_a_topic_made_anew_under_a_running_projection_changes_nothing_in_it(
    dsn: str, kafka: str, grown: int
) -> None:
    log = MemoryLog()
    count_some(log, 30)
    async with shop(dsn, kafka, log):
        await current(dsn, log)
        await delete_topic(kafka, TOPIC)
        await ensure_events_topic(kafka, "shop", 3, 1)
        await foreign_records(kafka, TOPIC, grown)
        count_some(log, 30)
        await current(dsn, log)


async def test_a_topic_that_was_published_again_and_grew_while_the_projection_was_down(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    count_some(log, 30)
    async with shop(dsn, kafka, log):
        await current(dsn, log)
    await delete_topic(kafka, TOPIC)
    count_some(log, 300)
    async with running(Relay(log, relay_settings(dsn, kafka))) as relay:
        await until(lambda: relay.progress.position == 330)
    async with shop(dsn, kafka, log):
        log.count(2)
        await current(dsn, log)


async def test_a_topic_with_more_partitions_is_built_anew(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    count_some(log, 30)
    async with shop(dsn, kafka, log):
        await current(dsn, log)
    await delete_topic(kafka, TOPIC)
    async with connected(dsn) as connection:
        await connection.execute("UPDATE ev.head SET partitions = 5")
    count_some(log, 30)
    async with shop(dsn, kafka, log) as runner:
        await until(lambda: runner.progress.instance == 2)
        await current(dsn, log)


async def test_a_poison_event_stops_its_stream_only_is_alarmed_and_is_healed_by_retry(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    async with shop(dsn, kafka, log) as runner:
        log.count(1)
        poison = log.count(2, {"not": "a number"})
        log.count(2)
        log.count(1)
        await until(lambda: runner.progress.parked == 1)
        assert await rows(dsn) == {stream(1): (2, 2)}
        pool = await asyncpg.create_pool(dsn, min_size=1, max_size=1)
        token = {"shop": Reached(1, {place(2): poison.position})}
        with pytest.raises(ProjectionParked):
            await wait_for(pool, "counted", (TOPIC,), token, 5)
        await pool.close()
        log.events[1] = msgspec.structs.replace(poison, data=json.dumps({"amount": 1}).encode())
        mended = ProjectionRunner(settings_of(dsn, kafka), Projection(replace(COUNTED, apply=mend), (TOPIC,)))
        assert (await mended.retry()).still_parked == 0
        log.count(2)
        await current(dsn, log)


def place(number: int) -> int:
    return partition_of(stream(number), 3)


async def mend(connection: Connection, events: Sequence[Recorded]) -> None:
    await COUNTED.apply(
        connection, [msgspec.structs.replace(e, data=e.data.replace(b'{"not": "a number"}', b"1")) for e in events]
    )


async def test_a_query_with_a_token_waits_until_its_write_is_there_but_never_for_ever(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    pool = await asyncpg.create_pool(dsn, min_size=1, max_size=1)
    async with shop(dsn, kafka, log):
        event = log.count(1)
        await wait_for(pool, "counted", (TOPIC,), {"shop": Reached(1, {place(1): event.position})}, 10)
        assert await rows(dsn) == {stream(1): (1, 1)}
        with pytest.raises(ProjectionBehind):
            await wait_for(pool, "counted", (TOPIC,), {"shop": Reached(1, {place(1): 10_000})}, 0.1)
        await wait_for(pool, "counted", (TOPIC,), {"elsewhere": Reached(1, {0: 10_000})}, 0.1)
    await pool.close()


async def test_events_that_come_while_the_broker_is_down_flow_when_it_is_back(dsn: str) -> None:
    log, port = MemoryLog(), free_port()
    with tempfile.TemporaryDirectory() as directory:
        where = Path(directory)
        broker = start_kafka(where / "data", port, log=where / "log")
        try:
            async with shop(dsn, broker.bootstrap, log):
                count_some(log, 20)
                await current(dsn, log)
                broker.process.send_signal(signal.SIGKILL)
                broker.process.wait()
                count_some(log, 20)
                await asyncio.sleep(1)
                broker = await asyncio.to_thread(start_kafka, where / "data", port, log=where / "log")
                await current(dsn, log)
        finally:
            broker.stop()


async def test_a_database_that_cuts_every_connection_is_followed_again(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    async with shop(dsn, kafka, log):
        for number in range(60):
            log.count(number % 7)
            if number % 20 == 10:
                await cut_connections(dsn)
            await asyncio.sleep(0.01)
        await current(dsn, log)


async def cut_connections(dsn: str) -> None:
    async with connected(dsn) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'flowline-%' AND datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_two_replicas_share_the_partitions_and_take_over_from_each_other(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    second = ProjectionRunner(replace(settings_of(dsn, kafka), member="2"), PROJECTION)
    async with shop(dsn, kafka, log) as first:
        count_some(log, 50)
        await current(dsn, log)
        async with running(second):
            await until(lambda: second.progress.state == "following")
            count_some(log, 50)
            await current(dsn, log)
        assert first.progress.instance == second.progress.instance == 1
        async with connected(dsn) as connection:
            live = await read_live(connection, "counted")
        assert live is not None
        assert live.instance == 1
