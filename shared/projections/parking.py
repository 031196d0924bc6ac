"""Streams set aside: the event that could not be digested and everything of its stream after it, in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from shared.eventstore.read_model import Connection
from shared.projections.places import Item

NO_STREAM = UUID(int=0)

READ_STREAMS = "SELECT topic, partition, stream_id FROM pj.parked_streams WHERE projection = $1 AND instance = $2"
PARK_STREAM = """
INSERT INTO pj.parked_streams(projection, instance, topic, partition, stream_id, error)
VALUES ($1, $2, $3, $4, $5, $6)"""
QUEUE = """
INSERT INTO pj.parked_events(
  projection, instance, topic, partition, stream_id, "offset", epoch, position, type, message)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
READ_QUEUE = """
SELECT "offset", message FROM pj.parked_events
WHERE projection = $1 AND instance = $2 AND topic = $3 AND partition = $4 AND stream_id = $5 ORDER BY place"""
RELEASE = """
DELETE FROM pj.parked_streams
WHERE projection = $1 AND instance = $2 AND topic = $3 AND partition = $4 AND stream_id = $5"""
KEEP = """
UPDATE pj.parked_streams SET error = $6, attempts = attempts + 1
WHERE projection = $1 AND instance = $2 AND topic = $3 AND partition = $4 AND stream_id = $5"""
COUNT = "SELECT count(*) FROM pj.parked_streams WHERE projection = $1 AND instance = $2"
LIST = """
SELECT s.projection, s.topic, s.partition, s.stream_id, s.error, s.attempts, s.parked_at, count(*) AS events,
  (array_agg(e.type ORDER BY e.place))[1] AS type, (array_agg(e.position ORDER BY e.place))[1] AS position
FROM pj.parked_streams s JOIN pj.projections p ON p.name = s.projection AND p.live = s.instance
JOIN pj.parked_events e USING (projection, instance, topic, partition, stream_id)
GROUP BY s.projection, s.instance, s.topic, s.partition, s.stream_id ORDER BY s.parked_at LIMIT $1"""


class Stream(NamedTuple):
    """A stream as it is parked; messages that name none share the id of zeros in their partition."""

    topic: str
    partition: int
    stream_id: UUID


class ParkedStream(msgspec.Struct, frozen=True):
    """What an operator sees: `type` and `position` are of the first event, `events` counts all that wait."""

    projection: str
    topic: str
    partition: int
    stream_id: UUID
    error: str
    attempts: int
    parked_at: datetime
    events: int
    type: str | None
    position: int | None


class Raw(msgspec.Struct, frozen=True, array_like=True):
    """A Kafka message as it came."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


def stream_of(item: Item) -> Stream:
    """The stream that an item belongs to; for a message that is no event of ours its key may still say."""
    topic, partition = item.partition
    if item.recorded is not None:
        return Stream(topic, partition, item.recorded.stream_id)
    try:
        return Stream(topic, partition, UUID((item.message.key or b"").decode()))
    except ValueError:
        return Stream(topic, partition, NO_STREAM)


class Parking:
    """The parked streams of one instance."""

    def __init__(self, connection: Connection, projection: str, instance: int) -> None:
        self._connection = connection
        self._key = (projection, instance)

    async def streams(self) -> set[Stream]:
        """All of them; few, or the projection would have stopped."""
        rows = await self._connection.fetch(READ_STREAMS, *self._key)
        return {Stream(*row) for row in rows}

    async def park(self, item: Item, error: BaseException) -> None:
        """Set a stream aside, beginning with this item."""
        said = f"{type(error).__name__}: {error}".replace("\0", "\N{REPLACEMENT CHARACTER}")[:2000]
        await self._connection.execute(PARK_STREAM, *self._key, *stream_of(item), said)
        await self.queue([item])

    async def queue(self, items: Sequence[Item]) -> None:
        """Put later events of parked streams behind the earlier ones."""
        await self._connection.executemany(QUEUE, [(*self._key, *_row(item)) for item in items])

    async def waiting(self, stream: Stream) -> list[Raw]:
        """The messages of a stream in the order in which they came."""
        rows = await self._connection.fetch(READ_QUEUE, *self._key, *stream)
        return [msgspec.msgpack.decode(row["message"], type=Raw) for row in rows]

    async def release(self, stream: Stream) -> None:
        """The stream's events have been applied."""
        await self._connection.execute(RELEASE, *self._key, *stream)

    async def keep(self, stream: Stream, error: BaseException) -> None:
        """The stream's events still cannot be applied."""
        await self._connection.execute(KEEP, *self._key, *stream, f"{type(error).__name__}: {error}"[:2000])

    async def count(self) -> int:
        """How many streams are parked."""
        return int(await self._connection.fetchval(COUNT, *self._key))


async def parked_streams(connection: Connection, limit: int = 200) -> list[ParkedStream]:
    """The parked streams of all live instances, oldest first."""
    return [ParkedStream(**dict(row)) for row in await connection.fetch(LIST, limit)]


def _row(item: Item) -> tuple[object, ...]:
    message, event = item.message, item.recorded
    raw = msgspec.msgpack.encode(Raw(message.offset, message.key, message.value, tuple(message.headers)))
    place = (None, None, None) if event is None else (event.epoch, event.position, event.type)
    return (*stream_of(item), message.offset, *place, raw)
