"""A log restored to an earlier moment: what was lost is kept in a file, and readers end where the log ends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from uuid_utils.compat import uuid7

from shared.eventstore.append import Append, NewEvent, StreamWrite
from shared.eventstore.head import EpochBumpNeeded
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.recorded import Metadata
from shared.messaging.epochs import cuts_in, is_lost
from shared.messaging.relay import Relay
from shared.messaging.restoring import Begun, EventsWouldBeLost, NothingToBegin, begin_epoch
from shared.messaging.topics import events_topic
from shared.observability.metrics import Metrics
from shared.projections.live import connected
from shared.projections.parking import Raw
from shared.projections.projection import Projection, ProjectionSettings
from shared.projections.runner import ProjectionRunner
from shared.testing.databases import Databases
from shared.tests.counting import COUNTED, folded
from shared.tests.made_events import stream
from shared.tests.migrations import MIGRATIONS
from shared.tests.relay_process import settings as relay_settings
from shared.tests.running import delete_topic, running, until

TOPIC = events_topic("shop")
FOLLOWED = Projection(COUNTED, (TOPIC,))
KEPT_ONES = Projection(COUNTED, (TOPIC,), rebuildable=False, forgets="DELETE FROM counted")
ROWS = 'SELECT id, version, total FROM "read".counted'
# What a restore to an earlier moment leaves: everything above the position is gone, and the Postgres is another one.
RESTORE = """
WITH lost AS (DELETE FROM ev.events WHERE position > $1)
UPDATE ev.head SET position = $1, timeline = timeline - 1"""
STREAMS = """
WITH left_over AS (SELECT stream_id, max(version) AS version FROM ev.events GROUP BY stream_id),
     gone AS (DELETE FROM ev.streams s WHERE NOT EXISTS (SELECT FROM left_over l WHERE l.stream_id = s.stream_id))
UPDATE ev.streams s SET version = l.version FROM left_over l WHERE l.stream_id = s.stream_id"""
CURSOR = "UPDATE pj.relay SET position = least(position, $1)"


@pytest.fixture
async def dsn(fresh_database: Databases) -> str:
    return await fresh_database(MIGRATIONS)


@pytest.fixture
async def reader_dsn(fresh_database: Databases) -> str:
    """The database of the service that reads; it is never restored."""
    return await fresh_database(MIGRATIONS)


@asynccontextmanager
async def writing(dsn: str) -> AsyncIterator[PostgresEventStore]:
    store = PostgresEventStore(dsn, "shop")
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


async def count(store: PostgresEventStore, *streams: int) -> None:
    """One event on each of the streams, the same number as often as it is named."""
    for number in streams:
        version = (await store.versions([stream(number)])).get(stream(number), 0)
        metadata = Metadata(actor="ada", correlation_id="test")
        event = NewEvent(uuid7(), "AmountCounted", 1, b'{"amount": 1}', metadata, datetime.now(UTC))
        await store.append(Append((StreamWrite(stream(number), version, (event,)),)))


async def restore(dsn: str, position: int) -> None:
    async with connected(dsn) as connection:
        await connection.execute(RESTORE, position)
        await connection.execute(STREAMS)
        await connection.execute(CURSOR, position)


@asynccontextmanager
async def everything_runs(
    store: PostgresEventStore, dsn: str, reader_dsn: str, kafka: str, projection: Projection = FOLLOWED
) -> AsyncIterator[ProjectionRunner]:
    settings = ProjectionSettings(reader_dsn, kafka, "reader", inspection=0.3, patience=8.0, max_pause=0.5, poll=0.1)
    runner = ProjectionRunner(settings, projection, Metrics("reader"))
    async with running(Relay(store, relay_settings(dsn, kafka))), running(runner):
        yield runner


async def agree(store: PostgresEventStore, reader_dsn: str) -> None:
    """The reader shows what a fold of the log says, no more and no less."""

    async def equal() -> bool:
        async with connected(reader_dsn) as connection:
            if not await connection.fetchval("SELECT to_regclass('\"read\".counted')"):
                return False
            found = {row["id"]: (row["version"], row["total"]) for row in await connection.fetch(ROWS)}
        return found == folded(await store.read_after(1, 0, 10_000))

    await until(equal, 60)


@pytest.mark.parametrize("projection", [FOLLOWED, KEPT_ONES], ids=["built anew", "read again in place"])
async def test_a_reader_that_has_applied_what_a_restore_lost_ends_where_the_log_ends(
    dsn: str, reader_dsn: str, kafka: str, tmp_path: Path, projection: Projection
) -> None:
    async with writing(dsn) as store, everything_runs(store, dsn, reader_dsn, kafka, projection):
        await count(store, 1, 2, 3, 1, 2, 1, 4, 5)  # 4 and 5 exist only in what will be lost
        await agree(store, reader_dsn)
    await restore(dsn, 5)
    begun = await begin_epoch(dsn, kafka, "shop", tmp_path / "lost.jsonl")
    assert begun == Begun(epoch=2, after=5, lost=3)
    lost = [json.loads(line) for line in (tmp_path / "lost.jsonl").read_text().splitlines()]
    assert [event["position"] for event in lost] == ["6", "7", "8"]
    async with writing(dsn) as store, everything_runs(store, dsn, reader_dsn, kafka, projection):
        await agree(store, reader_dsn)  # noticed although nothing new has been written
        await count(store, 1, 4, 4)
        await agree(store, reader_dsn)
        async with connected(reader_dsn) as connection:
            assert await connection.fetchval("SELECT count(*) FROM pj.parked_streams") == 0


async def test_a_promoted_copy_that_has_everything_keeps_its_topic_and_nobody_reads_again(
    dsn: str, reader_dsn: str, kafka: str
) -> None:
    async with writing(dsn) as store, everything_runs(store, dsn, reader_dsn, kafka):
        await count(store, 1, 2, 3)
        await agree(store, reader_dsn)
    await restore(dsn, 3)
    assert await begin_epoch(dsn, kafka, "shop", None) == Begun(epoch=2, after=3, lost=0)
    async with writing(dsn) as store, everything_runs(store, dsn, reader_dsn, kafka) as runner:
        await count(store, 1, 9)
        await agree(store, reader_dsn)
        assert runner.progress.instance == 1


async def test_what_would_be_lost_is_never_removed_without_a_file_to_keep_it_in(dsn: str, kafka: str) -> None:
    async with writing(dsn) as store, running(Relay(store, relay_settings(dsn, kafka))) as relay:
        await count(store, 1, 1, 1)
        await until(lambda: relay.progress.position == 3)
    await restore(dsn, 1)
    with pytest.raises(EventsWouldBeLost, match="2 events, positions 2 to 3"):
        await begin_epoch(dsn, kafka, "shop", None)
    async with connected(dsn) as connection:
        assert await connection.fetchval("SELECT epoch FROM ev.head") == 1
    await delete_topic(kafka, TOPIC)


async def test_a_postgres_that_wrote_the_log_itself_needs_no_new_epoch(dsn: str, kafka: str) -> None:
    async with writing(dsn) as store:
        await count(store, 1)
        with pytest.raises(NothingToBegin):
            await begin_epoch(dsn, kafka, "shop", None)


async def test_a_restored_copy_takes_no_writes_before(dsn: str) -> None:
    async with writing(dsn) as store:
        await count(store, 1)
    await restore(dsn, 1)
    async with writing(dsn) as store:
        with pytest.raises(EpochBumpNeeded):
            await count(store, 1)


def test_every_later_epoch_counts_not_only_the_last_one() -> None:
    headers = (("ce_type", b"x"), ("ce_epochs", b"2:1200,3:1310"))
    cuts = cuts_in(Raw(0, None, b"{}", headers))
    assert cuts == ((2, 1200), (3, 1310))
    assert is_lost(1, 1201, cuts)
    assert is_lost(2, 1311, cuts)
    assert not is_lost(1, 1200, cuts)
    assert not is_lost(2, 1310, cuts)
    assert not is_lost(3, 5000, cuts)
    assert cuts_in(Raw(0, None, b"{}", ())) == ()
