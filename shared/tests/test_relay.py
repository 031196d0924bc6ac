from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from subprocess import PIPE, Popen

import asyncpg
import pytest

from shared.eventstore.head import fix_partitions
from shared.eventstore.partitions import partition_of
from shared.eventstore.personal import KeyRow
from shared.messaging.cloudevents import from_message
from shared.messaging.kafka import NewTopic, TopicPartition, administration, partition_reader
from shared.messaging.leadership import Leadership
from shared.messaging.relay import Relay, RelaySettings
from shared.messaging.topics import PartitionsDiffer, ensure_events_topic, keys_topic
from shared.testing.databases import Databases
from shared.tests.made_events import MemoryLog, stream
from shared.tests.migrations import MIGRATIONS
from shared.tests.relay_process import settings
from shared.tests.running import delete_topic, foreign_records, running, until

TOPIC = "flowline.shop.events"


@pytest.fixture
async def dsn(fresh_database: Databases) -> str:
    url = await fresh_database(MIGRATIONS)
    connection = await asyncpg.connect(url)
    await fix_partitions(connection, 3)
    await connection.close()
    return url


async def everything_on(
    kafka: str, topic: str = TOPIC, partitions: int = 3
) -> list[tuple[int, bytes | None, dict[str, bytes]]]:
    """(partition, value, headers) of every committed record."""
    places = [TopicPartition(topic, number) for number in range(partitions)]
    found = []
    async with partition_reader(kafka, places) as reader:
        ends = await reader.end_offsets(places)
        for place in places:
            reader.seek(place, 0)
        while [place for place in places if await reader.position(place) < ends[place]]:
            for place, messages in (await reader.getmany(timeout_ms=100)).items():
                found += [(place.partition, message.value, dict(message.headers)) for message in messages]
    return found


async def expect_positions(kafka: str, expected: list[int]) -> None:
    """What is committed becomes visible a moment later."""

    async def visible() -> bool:
        return merged(await positions_on(kafka)) == expected

    with suppress(AssertionError):
        await until(visible, 5)
    assert merged(await positions_on(kafka)) == expected


async def everything_is_on(kafka: str, count: int) -> bool:
    return set(merged(await positions_on(kafka))) == set(range(1, count + 1))


async def positions_on(kafka: str) -> dict[int, list[int]]:
    positions: dict[int, list[int]] = {0: [], 1: [], 2: []}
    for partition, _, headers in await everything_on(kafka):
        if "ce_position" not in headers:
            continue
        positions[partition].append(int(headers["ce_position"]))
    return positions


def merged(positions: dict[int, list[int]]) -> list[int]:
    return sorted(position for found in positions.values() for position in found)


async def test_every_event_is_published_in_order_to_the_partition_of_its_stream(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    for number in range(2500):
        log.count(number % 40)
    async with running(Relay(log, settings(dsn, kafka))) as relay:
        await until(lambda: relay.progress.position == 2500)
        log.count(3)
        await until(lambda: relay.progress.position == 2501)
    await expect_positions(kafka, list(range(1, 2502)))
    found = await everything_on(kafka)
    for partition, _, headers in found:
        assert partition == partition_of(stream(0).__class__(headers["ce_subject"].decode()), 3)
    for positions in (await positions_on(kafka)).values():
        assert positions == sorted(positions)


async def test_a_relay_that_is_to_finish_publishes_what_is_left_and_ends(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    relay = Relay(log, settings(dsn, kafka))
    ended = asyncio.create_task(relay.run())
    await until(lambda: relay.progress.leading)
    for number in range(2500):
        log.count(number % 40)
    relay.finish()
    await asyncio.wait_for(ended, 120)
    assert relay.progress.position == 2500
    await expect_positions(kafka, list(range(1, 2501)))


async def test_a_crash_between_kafka_and_the_cursor_repeats_one_batch_and_loses_nothing(
    dsn: str, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance, crashes = Leadership.advance, iter([True])

    async def crash_once(self: Leadership, *rest: object) -> None:
        if next(crashes, False):
            raise ConnectionResetError
        await advance(self, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Leadership, "advance", crash_once)
    log = MemoryLog()
    for number in range(30):
        log.count(number % 5)
    async with running(Relay(log, replace(settings(dsn, kafka), batch=10))) as relay:
        await until(lambda: relay.progress.position == 30)
    await expect_positions(kafka, sorted([*range(1, 11), *range(1, 31)]))


async def test_a_frozen_leader_is_superseded_and_what_it_sends_afterwards_is_never_seen(dsn: str, kafka: str) -> None:
    with relay_process(dsn, kafka) as frozen:
        while not line(frozen).startswith("True"):
            pass
        await asyncio.sleep(0.2)
        frozen.send_signal(signal.SIGSTOP)
        log = MemoryLog()
        async with running(Relay(log, settings(dsn, kafka))) as relay:
            await until(lambda: relay.progress.leading)
            for number in range(200):
                log.count(number % 5)
            await until(lambda: relay.progress.position == 200)
            await until(lambda: everything_is_on(kafka, 200))
            before = await positions_on(kafka)  # the batch in which it froze may be there twice
            frozen.send_signal(signal.SIGCONT)
            while not line(frozen).startswith("False"):
                pass
            await asyncio.sleep(0.5)
            assert relay.progress.leading
            assert await positions_on(kafka) == before


@contextmanager
def relay_process(dsn: str, kafka: str) -> Iterator[Popen[str]]:
    process = Popen([sys.executable, "-m", "shared.tests.relay_process", dsn, kafka], stdout=PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line(process: Popen[str]) -> str:
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said, "the relay process ended"
    return said


@pytest.mark.parametrize("grown", [0, 40], ids=["empty", "grown past the old offsets by somebody else"])
async def test_a_topic_made_anew_gets_everything_again_in_a_new_incarnation(dsn: str, kafka: str, grown: int) -> None:
    log = MemoryLog()
    for number in range(20):
        log.count(number % 5)
    async with running(Relay(log, settings(dsn, kafka))) as relay:
        await until(lambda: relay.progress.position == 20)
    first_life = relay.progress.incarnation
    await delete_topic(kafka, TOPIC)
    if grown:
        await ensure_events_topic(kafka, "shop", 3, 1)
        await foreign_records(kafka, TOPIC, grown)
    log.count(1)
    async with running(Relay(log, settings(dsn, kafka))) as relay:
        await until(lambda: relay.progress.position == 21)
    await expect_positions(kafka, list(range(1, 22)))
    assert relay.progress.incarnation > first_life


async def test_a_topic_made_anew_under_a_running_leader_is_noticed_with_the_next_batch(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    for number in range(20):
        log.count(number % 5)
    async with running(Relay(log, settings(dsn, kafka))) as relay:
        await until(lambda: relay.progress.position == 20)
        await delete_topic(kafka, TOPIC)
        await ensure_events_topic(kafka, "shop", 3, 1)
        await foreign_records(kafka, TOPIC, 40)
        log.count(1)
        await until(lambda: relay.progress.position == 21)
    await expect_positions(kafka, list(range(1, 22)))


async def test_a_topic_with_another_number_of_partitions_is_refused_by_name(dsn: str, kafka: str) -> None:
    async with administration(kafka) as client:
        await client.create_topics([NewTopic(TOPIC, 2, 1)])
    log = MemoryLog()
    log.count(1)
    async with running(Relay(log, settings(dsn, kafka))) as relay:
        await until(lambda: relay.progress.error is not None)
    assert PartitionsDiffer.__name__ in str(relay.progress.error)
    assert relay.progress.position == 0


async def test_a_leader_whose_lock_connection_is_cut_starts_again_and_loses_nothing(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    async with running(Relay(log, settings(dsn, kafka))) as relay:
        for number in range(60):
            log.count(number % 5)
            if number == 30:
                await cut_relay_connections(dsn)
            await asyncio.sleep(0.01)
        await until(lambda: relay.progress.position == 60)
    await until(lambda: everything_is_there(kafka, 60))  # a commit is answered a moment before readers see it


async def everything_is_there(kafka: str, count: int) -> bool:
    return sorted(set(merged(await positions_on(kafka)))) == list(range(1, count + 1))


async def cut_relay_connections(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'flowline-relay' AND datname = current_database()"
    )
    await connection.close()


class Keys:
    def __init__(self, *keys: KeyRow) -> None:
        self.keys = list(keys)

    async def keys_after(self, sequence: int, limit: int) -> list[KeyRow]:
        return [key for key in self.keys if key.sequence > sequence][:limit]


async def test_keys_are_published_before_events_and_a_destroyed_one_as_a_tombstone(dsn: str, kafka: str) -> None:
    log, keys = (
        MemoryLog(),
        Keys(KeyRow(stream(1), stream(11), b"wrapped", 1), KeyRow(stream(2), stream(12), b"other", 2)),
    )
    log.count(1)
    async with running(Relay(log, settings(dsn, kafka), keys)) as relay:
        await until(lambda: relay.progress.position == 1)
        keys.keys.append(KeyRow(stream(1), stream(11), None, 3))
        log.count(1)
        await until(lambda: relay.progress.position == 2)
    found = await everything_on(kafka, keys_topic("shop"), 1)
    assert [value for _, value, _ in found] == [b"wrapped", b"other", None]


def test_the_deadline_of_a_batch_lies_below_the_transaction_timeout() -> None:
    usual = RelaySettings("", "", "shop")
    assert usual.deadline < usual.transaction_timeout
    assert usual.deadline < usual.lock_idle


async def test_what_was_published_reads_back_as_what_was_recorded(dsn: str, kafka: str) -> None:
    log = MemoryLog()
    event = log.count(1, amount={"zh": "数量"})
    async with running(Relay(log, settings(dsn, kafka))) as relay:
        await until(lambda: relay.progress.position == 1)
    place = TopicPartition(TOPIC, partition_of(event.stream_id, 3))
    async with partition_reader(kafka, [place]) as reader:
        reader.seek(place, 0)
        message = (await reader.getmany(timeout_ms=2000))[place][0]
    assert from_message(message) == (event, relay.progress.incarnation)
