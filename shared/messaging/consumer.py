"""A member of a consumer group whose offsets are kept by its owner: it must be told where each partition goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka import ConsumerRebalanceListener, ConsumerRecord
from aiokafka.errors import NoOffsetForPartitionError

from shared.messaging.kafka import AIOKafkaConsumer, OffsetOutOfRangeError, TopicPartition, group_consumer, leave


class OutOfRange(Exception):
    """The next offsets of these partitions do not exist: their topic is another one."""

    def __init__(self, partitions: Sequence[TopicPartition]) -> None:
        super().__init__(", ".join(f"{place.topic}/{place.partition}" for place in partitions))
        self.partitions = tuple(partitions)


class ConsumerHangs(Exception):
    """Messages are waiting, but the client has not moved for too long."""


@dataclass(frozen=True, slots=True)
class Membership:
    """`member` names this process among those of the group, the same after a restart; `patience` is in seconds.

    Two processes with one name put each other out; without a name a process leaves the group when it ends.
    """

    kafka: str
    group: str
    member: str | None
    topics: tuple[str, ...]
    patience: float = 30.0


class GroupReader:
    """Reads what its partitions' owner has sought; everything else it drops."""

    def __init__(self, consumer: AIOKafkaConsumer, membership: Membership) -> None:
        self._consumer = consumer
        self._membership = membership
        self._sought: set[TopicPartition] = set()
        self._moved: dict[TopicPartition, tuple[int, float]] = {}
        self.assignments = 0

    def unsought(self) -> list[TopicPartition]:
        """Assigned partitions that wait for `seek`."""
        return sorted(self._consumer.assignment() - self._sought)

    def seek(self, place: TopicPartition, offset: int) -> None:
        """Go on with `offset`; forgotten with the next assignment."""
        self._consumer.seek(place, offset)
        self._sought.add(place)

    def forget(self, places: Sequence[TopicPartition]) -> None:
        """Have these sought again: the client's own position has moved on past what was not stored."""
        self._sought.difference_update(places)

    def revoked(self) -> None:
        """Every partition may come back at another place."""
        self._sought.clear()

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has; 0 = it is not there (yet)."""
        return len(self._consumer.partitions_for_topic(topic) or ())

    async def poll(self, limit: int, seconds: float) -> dict[TopicPartition, list[ConsumerRecord]]:
        """What has come, at most `limit` messages, waiting up to `seconds`; raises OutOfRange."""
        try:
            batches = await self._consumer.getmany(timeout_ms=int(seconds * 1000), max_records=limit)
        except OffsetOutOfRangeError as error:
            raise OutOfRange(list(error.args[0])) from error
        except NoOffsetForPartitionError:  # it was asked for before it was sought
            return {}
        return {place: messages for place, messages in batches.items() if place in self._sought}

    async def waiting(self) -> dict[TopicPartition, int]:
        """How many offsets lie before the end of each sought partition; ConsumerHangs if one has not moved too long."""
        places = [place for place in self._consumer.assignment() if place in self._sought]
        if not places:
            return {}
        try:
            async with asyncio.timeout(self._membership.patience):
                ends = await self._consumer.end_offsets(places)
                at = {place: await self._consumer.position(place) for place in places}
        except TimeoutError as late:
            raise ConsumerHangs(f"no word about the end of {places[0].topic}") from late
        self._watch(at, ends)
        return {place: max(0, ends[place] - at[place]) for place in places}

    def _watch(self, at: dict[TopicPartition, int], ends: dict[TopicPartition, int]) -> None:
        now = time.monotonic()
        for place, offset in at.items():
            before, since = self._moved.get(place, (-1, now))
            if offset != before or offset >= ends[place]:
                self._moved[place] = (offset, now)
            elif now - since > self._membership.patience:
                raise ConsumerHangs(f"{place.topic}/{place.partition} stands at {offset}, its end is {ends[place]}")


class _Revocations(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, reader: GroupReader) -> None:
        self._reader = reader

    def on_partitions_revoked(self, revoked: object) -> None:
        del revoked
        self._reader.revoked()

    def on_partitions_assigned(self, assigned: object) -> None:
        del assigned
        self._reader.assignments += 1


@asynccontextmanager
async def group_reader(membership: Membership) -> AsyncIterator[GroupReader]:
    """A running member of the group; it leaves no trace in Kafka but its membership."""
    consumer = group_consumer(membership.kafka, membership.group, membership.member)
    reader = GroupReader(consumer, membership)
    consumer.subscribe(list(membership.topics), listener=_Revocations(reader))
    try:
        try:
            await asyncio.wait_for(consumer.start(), membership.patience)
        except TimeoutError as late:
            raise ConsumerHangs(f"not a member of {membership.group} after {membership.patience:.0f} s") from late
        yield reader
    finally:
        await leave(consumer)
