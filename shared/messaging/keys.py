"""Follows the keys of personal data that another service publishes, and hands them to whoever may keep them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from aiokafka import ConsumerRecord
from aiokafka.errors import UnknownTopicOrPartitionError

from shared.eventstore.personal import KeyRow
from shared.messaging.kafka import AIOKafkaConsumer, TopicPartition, partition_counts, partition_reader
from shared.messaging.topics import keys_topic

Keep = Callable[[Sequence[KeyRow]], Awaitable[None]]

AT_ONCE = 1000
POLL_MS = 500
ABSENT_SECONDS = 1.0


class KeyFollower:
    """Reads the compacted topic of `service` from its beginning at every start: keys are few and kept idempotently.

    It stores no offsets, so nothing can be missed. Its tombstones vanish after a day: who was away longer learns of an
    erasure from the event that records it.
    """

    def __init__(self, kafka: str, service: str, keep: Keep) -> None:
        self._kafka = kafka
        self._partition = TopicPartition(keys_topic(service), 0)
        self._keep = keep
        self.last_progress = time.monotonic()

    async def run(self) -> None:
        """Follow until cancelled; raises what Kafka and `keep` raise, to be started again."""
        while not await self._published():
            self.last_progress = time.monotonic()
            await asyncio.sleep(ABSENT_SECONDS)
        async with partition_reader(self._kafka, [self._partition]) as reader:
            await reader.seek_to_beginning(self._partition)
            while True:
                await self._take(reader)

    async def _published(self) -> bool:
        """Whether the service has made its topic yet."""
        try:
            await partition_counts(self._kafka, [self._partition.topic])
        except UnknownTopicOrPartitionError:
            return False
        return True

    async def _take(self, reader: AIOKafkaConsumer) -> None:
        batches = await reader.getmany(self._partition, timeout_ms=POLL_MS, max_records=AT_ONCE)
        if rows := [_row(message) for messages in batches.values() for message in messages]:
            await self._keep(rows)
        self.last_progress = time.monotonic()


def _row(message: ConsumerRecord) -> KeyRow:
    headers = dict(message.headers)
    key_id, sequence = UUID(headers["key_id"].decode()), int(headers["sequence"])
    return KeyRow(UUID(message.key.decode()), key_id, message.value, sequence)
