"""Checks two promises against what is really there: the log is whole and in commit order, and Kafka equals the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import asyncpg
import orjson

from shared.eventstore.partitions import partition_of
from shared.eventstore.read_model import Connection
from shared.messaging.cloudevents import Message, Unparsable, from_message
from shared.messaging.kafka import TopicPartition, partition_reader
from shared.messaging.topics import events_topic

BATCH = 2_000
SHOWN = 5
SETTLING = 2.0  # seconds

_LOG_CHECKS = {
    "positions without gaps": """
        SELECT h.position::text || ' events expected, ' || count(e.position) || ' found, last position '
               || coalesce(max(e.position), 0)
        FROM ev.head h LEFT JOIN ev.events e ON true GROUP BY h.position
        HAVING count(e.position) <> h.position OR coalesce(max(e.position), 0) <> h.position""",
    "recorded in commit order": """
        SELECT 'position ' || position FROM (
          SELECT position, recorded_at < lag(recorded_at) OVER (ORDER BY position) AS back FROM ev.events) e
        WHERE back LIMIT 5""",
    "versions contiguous": """
        SELECT 'stream ' || stream_id FROM ev.events GROUP BY stream_id
        HAVING min(version) <> 1 OR max(version) <> count(*) OR count(DISTINCT version) <> count(*) LIMIT 5""",
    "versions follow positions": """
        SELECT 'stream ' || stream_id FROM (
          SELECT stream_id, version < lag(version) OVER (PARTITION BY stream_id ORDER BY position) AS back
          FROM ev.events) e WHERE back LIMIT 5""",
    "streams stand at their last version": """
        SELECT 'stream ' || coalesce(s.stream_id, e.stream_id) FROM ev.streams s
        FULL JOIN (SELECT stream_id, max(version) AS version FROM ev.events GROUP BY stream_id) e USING (stream_id)
        WHERE s.version IS DISTINCT FROM e.version LIMIT 5""",
}
_EVENTS = """
    SELECT position, event_id, stream_id, version, type, schema_version, data::text AS data
    FROM ev.events WHERE position = ANY($1)"""
_STREAMS = "SELECT stream_id, count(*) AS events FROM ev.events WHERE position <= $1 GROUP BY stream_id"


async def verify_log(connection: Connection) -> dict[str, list[str]]:
    """Check the event table; every check by name with what breaks it (nothing = it holds)."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return {name: [row[0] for row in await connection.fetch(check)] for name, check in _LOG_CHECKS.items()}


async def verify_topic(connection: Connection, kafka: str, service: str, *, patience: float = 60) -> list[str]:
    """Compare the service's topic with its log; what differs, at most a few sentences (none = equal).

    Waits up to `patience` seconds for the relay to reach today's head first.
    """
    head, partitions = await _published_head(connection, service, patience)
    if head is None:
        return [f"the relay has not reached the head of the log within {patience:.0f} s"]
    expected = [0] * partitions
    for row in await connection.fetch(_STREAMS, head):
        expected[partition_of(row["stream_id"], partitions)] += row["events"]
    findings = await _differences(connection, kafka, service, expected, head)
    if findings:  # a transaction's end is answered a moment before readers see it: what differs must still do so later
        await asyncio.sleep(SETTLING)
        findings = await _differences(connection, kafka, service, expected, head)
    return findings


async def _differences(
    connection: Connection, kafka: str, service: str, expected: Sequence[int], head: int
) -> list[str]:
    findings: list[str] = []
    for partition, count in enumerate(expected):
        found = _Partition(connection, partition, head)
        async for messages in _messages(kafka, TopicPartition(events_topic(service), partition)):
            await found.compare(messages)
        if found.count != count:
            found.findings.append(f"partition {partition} has {found.count} of {count} events")
        findings += found.findings[:SHOWN]
    return findings


async def _published_head(connection: Connection, service: str, patience: float) -> tuple[int | None, int]:
    head = await connection.fetchrow("SELECT position, epoch, coalesce(partitions, 1) AS partitions FROM ev.head")
    assert head is not None, "a migrated event store has its head row"
    deadline = asyncio.get_running_loop().time() + patience
    reached = "SELECT (epoch, position) >= ($2, $3) FROM pj.relay WHERE service = $1"
    while head["position"] and not await connection.fetchval(reached, service, head["epoch"], head["position"]):
        if asyncio.get_running_loop().time() > deadline:
            return None, head["partitions"]
        await asyncio.sleep(0.1)
    return head["position"], head["partitions"]


async def _messages(kafka: str, place: TopicPartition) -> AsyncIterator[Sequence[Message]]:
    """Every message of a partition from its beginning to where it ended when we came."""
    async with partition_reader(kafka, [place]) as reader:
        end = (await reader.end_offsets([place]))[place]
        await reader.seek_to_beginning(place)
        while await reader.position(place) < end:
            for messages in (await reader.getmany(place, timeout_ms=1000, max_records=BATCH)).values():
                yield messages


class _Partition:
    """One partition beside the log; a batch that the relay sent twice after a crash counts once."""

    def __init__(self, connection: Connection, partition: int, head: int) -> None:
        self._connection, self._partition, self._head = connection, partition, head
        self._last = (0, 0)
        self.count = 0
        self.findings: list[str] = []

    async def compare(self, messages: Sequence[Message]) -> None:
        fresh = [message for message in messages if self._is_next(message)]
        parsed = [from_message(message)[0] for message in fresh]
        rows = {row["position"]: row for row in await self._connection.fetch(_EVENTS, [e.position for e in parsed])}
        for event in parsed:
            told = (
                UUID(str(event.event_id)),
                UUID(str(event.stream_id)),
                event.version,
                event.type,
                event.schema_version,
            )
            if not _equal(rows.get(event.position), told, event.data):
                self.findings.append(f"partition {self._partition}: position {event.position} differs from the log")
        self.count += len(parsed)

    def _is_next(self, message: Message) -> bool:
        try:
            event, _ = from_message(message)
        except Unparsable as reason:
            self.findings.append(f"partition {self._partition} offset {message.offset}: {reason}")
            return False
        if (event.epoch, event.position) <= self._last or event.position > self._head:
            return False
        self._last = (event.epoch, event.position)
        return True


def _equal(row: asyncpg.Record | None, told: tuple[object, ...], data: bytes) -> bool:
    if row is None:
        return False
    kept = (row["event_id"], row["stream_id"], row["version"], row["type"], row["schema_version"])
    return kept == told and orjson.loads(row["data"]) == orjson.loads(data)
