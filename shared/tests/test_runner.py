from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from random import Random
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.eventstore import instances
from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded
from shared.messaging.cloudevents import to_headers
from shared.messaging.kafka import TopicPartition
from shared.projections.batch import Batches
from shared.projections.live import connected, ensure_live
from shared.projections.parking import Raw, parked_streams
from shared.projections.places import read_slice
from shared.projections.projection import Projection, ProjectionSettings, Superseded, TooManyParked
from shared.projections.retry import retry_parked
from shared.testing.databases import Databases
from shared.tests.counting import COUNTED, folded
from shared.tests.made_events import made, stream
from shared.tests.migrations import MIGRATIONS

TOPIC = "flowline.shop.events"
PROJECTION = Projection(COUNTED, (TOPIC,))
PARTITIONS = 3


@pytest.fixture
async def dsn(fresh_database: Databases) -> str:
    return await fresh_database(MIGRATIONS)


class Bench:
    """One instance fed by hand, as the consumer would."""

    def __init__(self, connection: Connection, batches: Batches) -> None:
        self.connection = connection
        self.batches = batches

    async def feed(self, runs: dict[int, Sequence[Raw]]) -> list[Recorded]:
        """What a poll that returned these messages would do."""
        places = await self.batches.places.read()
        slices = {}
        for number, messages in runs.items():
            partition = TopicPartition(TOPIC, number)
            slices[partition] = read_slice(partition, places[partition], messages)
        return await self.batches.store(slices)

    async def rows(self) -> dict[UUID, tuple[int, int]]:
        rows = await self.connection.fetch('SELECT id, version, total FROM "read".counted')
        return {row["id"]: (row["version"], row["total"]) for row in rows}

    async def clear(self) -> None:
        await self.connection.execute("TRUNCATE rm_counted_1.counted, pj.parked_streams, pj.parked_events")
        await self.connection.execute("UPDATE pj.offsets SET incarnation = 0, next_offset = 0, epoch = 0, position = 0")


@asynccontextmanager
async def bench(dsn: str, max_parked: int = 10, projection: Projection = PROJECTION) -> AsyncIterator[Bench]:
    async with connected(dsn) as connection:
        live = await ensure_live(connection, projection)
        batches = Batches(connection, projection, live.instance, max_parked)
        await batches.places.begin(TOPIC, PARTITIONS)
        yield Bench(connection, batches)


def message(offset: int, event: Recorded, incarnation: int = 1) -> Raw:
    return Raw(offset, str(event.stream_id).encode(), event.data, tuple(to_headers(event, incarnation)))


def logged(amounts: Sequence[tuple[int, object]]) -> list[Recorded]:
    """A log of (stream number, amount)."""
    versions: dict[int, int] = {}
    events = []
    for position, (number, amount) in enumerate(amounts, 1):
        versions[number] = versions.get(number, 0) + 1
        events.append(made(position, number, versions[number], amount))
    return events


def by_partition(events: Sequence[Recorded]) -> dict[int, list[Recorded]]:
    runs: dict[int, list[Recorded]] = {number: [] for number in range(PARTITIONS)}
    for event in events:
        runs[(event.stream_id.int & 0xFFFF) % PARTITIONS].append(event)
    return runs


async def test_events_become_rows_and_the_place_moves_with_them(dsn: str) -> None:
    events = logged([(1, 5), (1, 6), (4, 7)])
    async with bench(dsn) as one:
        run = [message(10 + index, event) for index, event in enumerate(by_partition(events)[1])]
        assert await one.feed({1: run}) == by_partition(events)[1]
        assert await one.rows() == folded(by_partition(events)[1])
        place = (await one.batches.places.read())[TopicPartition(TOPIC, 1)]
        assert place == (1, 10 + len(run), 1, by_partition(events)[1][-1].position)


async def test_a_batch_from_an_old_place_changes_nothing(dsn: str) -> None:
    partition = TopicPartition(TOPIC, 0)
    events = [made(1, 3, 1), made(2, 3, 2)]
    async with bench(dsn) as one:
        start = (await one.batches.places.read())[partition]
        await one.feed({0: [message(0, events[0])]})
        with pytest.raises(Superseded):
            await one.batches.store(
                {partition: read_slice(partition, start, [message(0, events[0]), message(1, events[1])])}
            )
        assert await one.rows() == folded(events[:1])


async def test_a_gap_in_a_stream_is_parked_and_never_guessed(dsn: str) -> None:
    async with bench(dsn) as one:
        await one.feed({0: [message(0, made(1, 3, 1)), message(1, made(3, 3, 3)), message(2, made(4, 6, 1))]})
        assert await one.rows() == {stream(3): (1, 1), stream(6): (1, 1)}
        (parked,) = await parked_streams(one.connection)
    assert parked.error.startswith("Gap")
    assert parked.events == 1


async def test_a_poison_event_parks_its_stream_only_and_later_events_queue_behind_it(dsn: str) -> None:
    amounts = [(3, 1), (6, 1), (3, "poison"), (6, 2), (3, 4), (9, 1)]
    events = logged(amounts)
    async with bench(dsn) as one:
        await one.feed({0: [message(index, event) for index, event in enumerate(events[:4])]})
        await one.feed({0: [message(4 + index, event) for index, event in enumerate(events[4:])]})
        assert await one.rows() == {stream(3): (1, 1), stream(6): (2, 3), stream(9): (1, 1)}
        (parked,) = await parked_streams(one.connection)
    assert (parked.stream_id, parked.events, parked.position) == (stream(3), 2, 3)


async def test_retry_heals_a_parked_stream_in_order_and_then_it_goes_on(dsn: str) -> None:
    events = logged([(3, 1), (3, "2"), (3, 3), (3, 4)])
    mended = replace(PROJECTION, model=replace(COUNTED, apply=apply_numbers_in_quotes))
    async with bench(dsn) as one:
        await one.feed({0: [message(index, event) for index, event in enumerate(events[:3])]})
        again = await retry_parked(dsn, PROJECTION)
        assert (again.streams, again.still_parked) == (0, 1)
        healed = await retry_parked(dsn, mended, stream(3))
        assert (healed.streams, healed.events, healed.still_parked) == (1, 2, 0)
        await one.feed({0: [message(3, events[3])]})
        assert await one.rows() == {stream(3): (4, 10)}


async def apply_numbers_in_quotes(connection: Connection, events: Sequence[Recorded]) -> None:
    await COUNTED.apply(
        connection, [msgspec.structs.replace(event, data=event.data.replace(b'"2"', b"2")) for event in events]
    )


async def test_a_message_that_is_no_event_of_ours_is_parked_too_and_blocks_nothing(dsn: str) -> None:
    foreign = Raw(0, b"whoever", b"\xff\x00", (("x", b"y"),))
    async with bench(dsn) as one:
        await one.feed({0: [foreign, message(1, made(1, 3, 1))]})
        assert await one.rows() == {stream(3): (1, 1)}
        (parked,) = await parked_streams(one.connection)
    assert parked.stream_id == UUID(int=0)
    assert "Unparsable" in parked.error


async def test_too_many_parked_streams_stop_the_projection_and_store_nothing(dsn: str) -> None:
    events = logged([(3 * number, "poison") for number in range(4)])
    async with bench(dsn, max_parked=3) as one:
        with pytest.raises(TooManyParked):
            await one.feed({0: [message(index, event) for index, event in enumerate(events)]})
        assert await parked_streams(one.connection) == []
        assert (await one.batches.places.read())[TopicPartition(TOPIC, 0)].next_offset == 0


async def test_another_life_of_the_topic_is_read_from_its_start_and_nothing_is_applied_twice(dsn: str) -> None:
    events = logged([(3, 1), (3, 2), (6, 3), (3, 4)])
    async with bench(dsn) as one:
        await one.feed({0: [message(index, event) for index, event in enumerate(events[:3])]})
        assert await one.feed({0: [message(3, events[0], incarnation=2)]}) == []
        assert (await one.batches.places.read())[TopicPartition(TOPIC, 0)][:2] == (2, 0)
        assert await one.feed({0: [message(index, event, 2) for index, event in enumerate(events)]}) == events[3:]
        assert await one.rows() == folded(events)


async def test_the_code_of_an_instance_is_remembered(dsn: str) -> None:
    async with bench(dsn) as one:
        assert (await ensure_live(one.connection, PROJECTION)).fingerprint == instances.fingerprint(COUNTED)


amounts = st.lists(st.tuples(st.integers(0, 8), st.integers(-50, 50)), max_size=40)
sizes = st.lists(st.integers(1, 7), min_size=1, max_size=5)


async def test_the_projection_is_the_fold_of_the_log_however_it_is_delivered(dsn: str) -> None:
    """Partitions interleave at random, batches are cut anywhere, tails are re-sent by the relay, polls are repeated."""
    async with bench(dsn) as one:
        loop = asyncio.get_running_loop()

        @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
        @given(amounts, st.randoms(use_true_random=False), sizes)
        def check(counted: list[tuple[int, int]], random: Random, sizes: list[int]) -> None:
            asyncio.run_coroutine_threadsafe(deliver(one, logged(counted), random, sizes), loop).result()

        await asyncio.to_thread(check)


async def deliver(one: Bench, events: Sequence[Recorded], random: Random, sizes: Sequence[int]) -> None:
    await one.clear()
    logs = {number: resent(run, random) for number, run in by_partition(events).items()}
    read = dict.fromkeys(logs, 0)
    while left := [number for number, log in logs.items() if read[number] < len(log)]:
        chosen = random.sample(left, random.randint(1, len(left)))
        runs: dict[int, Sequence[Raw]] = {n: logs[n][read[n] : read[n] + random.choice(sizes)] for n in chosen}
        stale = await one.batches.places.read()
        await one.feed(runs)
        for number, run in runs.items():
            read[number] += len(run)
        with suppress(Superseded):  # another replica stores the same poll late
            late = {p: read_slice(p, stale[p], runs[p.partition]) for p in stale if runs.get(p.partition)}
            await one.batches.store(late)
    assert await one.rows() == folded(events)


def resent(run: Sequence[Recorded], random: Random) -> list[Raw]:
    """A partition's messages with holes between offsets, where relays crashed before they stored their cursor."""
    sent: list[Recorded] = []
    for event in run:
        sent.append(event)
        if random.random() < 0.2:
            sent += sent[-random.randint(1, 4) :]
    return [message(2 * offset, event) for offset, event in enumerate(sent)]


def test_a_poll_is_stored_in_one_transaction_of_a_bounded_size() -> None:
    assert ProjectionSettings("", "", "shop").batch <= 5000
