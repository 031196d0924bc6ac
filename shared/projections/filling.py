"""Filling an instance that nobody sees yet, all partitions at the same time."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from shared.messaging.cloudevents import Message
from shared.messaging.kafka import AIOKafkaConsumer, TopicPartition, partition_reader
from shared.projections.batch import Batches
from shared.projections.live import connected
from shared.projections.places import Place, Places, read_slice
from shared.projections.projection import Projection, ProjectionSettings, RebuildStalled

BATCH = 5_000
FETCH_BYTES = 4 << 20


class PartitionFilling:
    """One partition: its own Kafka reader, its own connection, its own place."""

    def __init__(
        self, partition: TopicPartition, reader: AIOKafkaConsumer, batches: Batches, place: Place, patience: float
    ) -> None:
        self._partition = partition
        self._reader = reader
        self._batches = batches
        self._patience = patience
        self._place = place
        reader.seek(partition, place.next_offset)

    async def up_to(self, applied: tuple[int, int] | None, told: Callable[[int], None]) -> int:
        """Apply everything up to this (epoch, position), or up to the end of the partition now; returns how many."""
        end = 0 if applied else (await self._reader.end_offsets([self._partition]))[self._partition]
        count, moved_at = 0, time.monotonic()
        while not await self._reached(applied, end):
            messages = (await self._reader.getmany(timeout_ms=200, max_records=BATCH)).get(self._partition, [])
            if messages:
                before = self._place.next_offset
                count += await self._store(messages, applied)
                told(max(0, self._place.next_offset - before))
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
    """Some partitions of one instance."""

    def __init__(self, partitions: Mapping[TopicPartition, PartitionFilling]) -> None:
        self._partitions = partitions

    async def up_to(self, targets: Mapping[TopicPartition, tuple[int, int] | None], told: Callable[[int], None]) -> int:
        """Fill each partition up to its target, without one to its end; returns how many events."""
        tasks = [asyncio.create_task(one.up_to(targets.get(place), told)) for place, one in self._partitions.items()]
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
    """Readers and connections for these partitions, going on where each stands."""
    async with AsyncExitStack() as stack:
        stack.enter_context(_rare_collections())
        made = {}
        for partition in partitions:
            reader = await stack.enter_async_context(
                partition_reader(settings.kafka, [partition], fetch_bytes=FETCH_BYTES)
            )
            connection = await stack.enter_async_context(connected(settings.dsn))
            place = (await Places(connection, projection.name, instance).read())[partition]
            batches = Batches(connection, projection, instance, settings.max_parked)
            made[partition] = PartitionFilling(partition, reader, batches, place, settings.patience)
        yield Filling(made)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """A batch makes a hundred thousand objects that reference counts free: looking for cycles costs a quarter of it."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
