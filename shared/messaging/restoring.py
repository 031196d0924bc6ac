"""After a restore: the log goes on in a new epoch; what Kafka has of the lost end goes into a file and out of Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from shared.errors import Unavailable
from shared.eventstore.head import EpochBumpNeeded, Head, bump_epoch, confirm_identity, read_head
from shared.eventstore.recorded import Recorded
from shared.messaging.cloudevents import Unparsable, from_message, to_json
from shared.messaging.kafka import AIOKafkaConsumer, KafkaError, TopicPartition, administration, partition_reader
from shared.messaging.topics import events_topic

STEPS = (1_000, 30_000, 1_000_000)  # offsets before the end at which the lost end is looked for, then everything
BATCH = 2_000


class NothingToBegin(Exception):
    """This Postgres wrote the log itself: it is neither restored nor promoted, so no new epoch is needed."""


class EventsWouldBeLost(Exception):
    """Kafka has events that the restored log has not; name a file for them: --lost FILE."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The new epoch and the position after which it begins; `lost` events were removed from Kafka."""

    epoch: int
    after: int
    lost: int


async def begin_epoch(dsn: str, kafka: str, service: str, lost_file: Path | None) -> Begun:
    """Accept this Postgres as the log's home; raises NothingToBegin, EventsWouldBeLost, Unavailable.

    The topic goes first, the epoch last: cut short in between, the command can be given again.
    """
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        await _confirm_copied(connection)
        head = await read_head(connection)
        lost = await _taken_out(kafka, service, head, lost_file)
        epoch, after = await bump_epoch(connection)
    finally:
        await connection.close()
    return Begun(epoch, after, lost)


async def _taken_out(kafka: str, service: str, head: Head, lost_file: Path | None) -> int:
    try:
        lost = await lost_events(kafka, service, head)
        if lost:
            _keep(lost, lost_file)
            await _remove(kafka, events_topic(service))
    except KafkaError as reason:
        raise Unavailable(f"Kafka does not answer: {reason}") from reason
    return len(lost)


async def _confirm_copied(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    try:
        await confirm_identity(connection)
    except EpochBumpNeeded:
        return
    raise NothingToBegin(NothingToBegin.__doc__)


async def lost_events(kafka: str, service: str, head: Head) -> list[Recorded]:
    """What the topic has above the head of the log, in order of position."""
    places = [TopicPartition(events_topic(service), number) for number in range(head.partitions)]
    async with administration(kafka) as client:
        if events_topic(service) not in await client.list_topics():
            return []
    async with partition_reader(kafka, places) as reader:
        found = [event for place in places for event in await _end_of(reader, place, head)]
    return sorted({event.event_id: event for event in found}.values(), key=lambda event: event.position)


async def _end_of(reader: AIOKafkaConsumer, place: TopicPartition, head: Head) -> list[Recorded]:
    """Positions rise within a partition, so its lost end is what follows the last event that the log has."""
    end = (await reader.end_offsets([place]))[place]
    for before in (*STEPS, end):
        start = max(0, end - before)
        events = await _read(reader, place, start, end)
        if start == 0 or (events and events[0].position <= head.position):
            return [event for event in events if event.position > head.position and event.epoch <= head.epoch]
    return []


async def _read(reader: AIOKafkaConsumer, place: TopicPartition, start: int, end: int) -> list[Recorded]:
    events: list[Recorded] = []
    reader.seek(place, start)
    while await reader.position(place) < end:
        for message in (await reader.getmany(place, timeout_ms=500, max_records=BATCH)).get(place, []):
            try:
                events.append(from_message(message)[0])
            except Unparsable:  # none of ours, so not lost either
                continue
    return events


def _keep(lost: Sequence[Recorded], file: Path | None) -> None:
    if file is None:
        first, last = lost[0].position, lost[-1].position
        raise EventsWouldBeLost(f"{EventsWouldBeLost.__doc__} ({len(lost)} events, positions {first} to {last})")
    file.write_bytes(b"".join(to_json(event) + b"\n" for event in lost))


async def _remove(kafka: str, topic: str) -> None:
    """The relay makes it anew and publishes the true log in it."""
    async with administration(kafka) as client:
        await client.delete_topics([topic])
        for _ in range(200):
            if topic not in await client.list_topics():
                return
            await asyncio.sleep(0.1)
    raise TimeoutError(f"{topic} is still there 20 s after it was deleted")
