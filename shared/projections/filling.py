"""Filling an instance that nobody sees yet, all partitions at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from shared.messaging.cloudevents import Message
from shared.messaging.kafka import AIOKafkaConsumer, TopicPartition, partition_reader
from shared.projections.batch import Batches
from shared.projections.live import connected
from shared.projections.places import Place, read_slice
from shared.projections.projection import Projection, ProjectionSettings, RebuildStalled

BATCH = 5_000
FETCH_BYTES = 4 << 20


class PartitionFilling:
    """One partition: its own Kafka reader, its own connection, its own place."""

    def __init__(self, partition: TopicPartition, reader: AIOKafkaConsumer, batches: Batches, patience: float) -> None:
        self._partition = partition
        self._reader = reader
        self._batches = batches
        self._patience = patience
        self._place = Place(0, 0, 0, 0)
        reader.seek(partition, 0)

    async def up_to(self, applied: tuple[int, int] | None, told: Callable[[int], None]) -> int:
        """Apply everything up to this (epoch, position), or up to the end of the partition now; returns how many."""
        end = 0 if applied else (await self._reader.end_offsets([self._partition]))[self._partition]
        count, moved_at = 0, time.monotonic()
        while not await self._reached(applied, end):
            messages = (await self._reader.getmany(timeout_ms=200, max_records=BATCH)).get(self._partition, [])
            if messages:
                before = self._place.next_offset
                count += await self._store(messages, applied)
                told(self._place.next_offset - before)
                moved_at = time.monotonic()
            elif time.monotonic() - moved_at > self._patience:
                raise RebuildStalled(
                    f"{self._partition.topic}/{self._partition.partition} ends before {applied or end}"
                )
        return count

    async def _reached(self, applied: tuple[int, int] | None, end: int) -> bool:
        if applied is not None:
            return self._place.applied >= applied
        return bool(await self._reader.position(self._partition) >= end)

    async def _store(self, messages: Sequence[Message], applied: tuple[int, int] | None) -> int:
        slice_ = read_slice(self._partition, self._place, messages, applied)
        events = await self._batches.store({self._partition: slice_})
        self._place = slice_.after
        if slice_.rewound:
            self._reader.seek(self._partition, self._place.next_offset)
        return len(events)


class Filling:
    """All partitions of one instance."""

    def __init__(
        self, partitions: Mapping[TopicPartition, PartitionFilling], ends: Mapping[TopicPartition, int]
    ) -> None:
        self._partitions = partitions
        self.ends = ends

    async def up_to(self, targets: Mapping[TopicPartition, tuple[int, int]] | None, told: Callable[[int], None]) -> int:
        """Fill each partition up to its target, or to its end without targets; returns how many events."""
        tasks = [
            asyncio.create_task(one.up_to(targets[place] if targets else None, told))
            for place, one in self._partitions.items()
        ]
        try:
            return sum(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def filling(
    settings: ProjectionSettings, projection: Projection, instance: int, partitions: Sequence[TopicPartition]
) -> AsyncIterator[Filling]:
    """Readers and connections for all partitions, open until the instance is complete."""
    async with AsyncExitStack() as stack:
        made = {}
        for place in partitions:
            reader = await stack.enter_async_context(partition_reader(settings.kafka, [place], fetch_bytes=FETCH_BYTES))
            connection = await stack.enter_async_context(connected(settings.dsn))
            batches = Batches(connection, projection, instance, settings.max_parked)
            made[place] = (reader, PartitionFilling(place, reader, batches, settings.patience))
        ends = {place: (await reader.end_offsets([place]))[place] for place, (reader, _) in made.items()}
        yield Filling({place: one for place, (_, one) in made.items()}, ends)
