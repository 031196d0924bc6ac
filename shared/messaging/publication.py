"""One batch of events as one Kafka transaction, and how a topic that is not ours any more is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from shared.eventstore.partitions import partition_of
from shared.eventstore.personal import KeyRow
from shared.eventstore.recorded import Recorded
from shared.messaging.cloudevents import to_headers
from shared.messaging.kafka import AIOKafkaConsumer, AIOKafkaProducer, KafkaError, TopicPartition, partition_reader
from shared.messaging.leadership import Sent, Term
from shared.messaging.topics import events_topic, keys_topic

CONTROL_RECORD = 1  # the commit marker that stands between two transactions of ours


class TopicReplaced(Exception):
    """The topic does not hold what we wrote there: somebody deleted it and made it anew."""


class Publication:
    """The producer of one term and what it has written."""

    def __init__(self, producer: AIOKafkaProducer, kafka: str, service: str, term: Term, partitions: int) -> None:
        self._producer = producer
        self._kafka = kafka
        self._service = service
        self._topic = events_topic(service)
        self.term = term
        self.partitions = partitions

    async def send(self, events: Sequence[Recorded]) -> dict[int, Sent]:
        """Publish events, in order, all or none; the last record per partition.

        Raises TopicReplaced (nothing is committed then) and Kafka's errors (the outcome is then unknown).
        """
        producer, incarnation = self._producer, self.term.incarnation
        await producer.begin_transaction()
        placed = [partition_of(event.stream_id, self.partitions) for event in events]
        waiting = [
            await producer.send(
                self._topic,
                key=str(event.stream_id).encode(),
                value=event.data or b"{}",
                partition=partition,
                headers=to_headers(event, incarnation, self.term.epochs),
            )
            for event, partition in zip(events, placed, strict=True)
        ]
        records = await asyncio.gather(*waiting)
        sent = await self._checked([record.offset for record in records], placed, events)
        await producer.commit_transaction()
        return sent

    async def _checked(
        self, offsets: Sequence[int], placed: Sequence[int], events: Sequence[Recorded]
    ) -> dict[int, Sent]:
        """The last record per partition, if the acknowledged offsets go on where we stopped."""
        first: dict[int, int] = {}
        sent: dict[int, Sent] = {}
        for offset, partition, event in zip(offsets, placed, events, strict=True):
            first.setdefault(partition, offset)
            sent[partition] = Sent(offset, event.event_id)
        doubtful = [partition for partition, offset in first.items() if self._doubtful(partition, offset)]
        if doubtful:
            await self.inspect(doubtful)
        return sent

    def _doubtful(self, partition: int, offset: int) -> bool:
        """Whether a batch that begins here does not follow directly on our last one."""
        if offset < 0:
            raise KafkaError("an acknowledgement without an offset")
        known = self.term.last.get(partition)
        if known is not None and offset <= known.offset:
            raise TopicReplaced(f"partition {partition}: offset {offset} came after {known.offset}")
        return known is not None and offset != known.offset + CONTROL_RECORD + 1

    async def inspect(self, partitions: Sequence[int] | None = None) -> None:
        """Read our last record in each of these (default: all) partitions; TopicReplaced unless it is ours."""
        last = self.term.last
        chosen = {TopicPartition(self._topic, p): last[p] for p in (last if partitions is None else partitions)}
        if not chosen:
            return
        async with partition_reader(self._kafka, list(chosen), isolation="read_uncommitted") as reader:
            await self._reached(reader, chosen)
            for place, record in chosen.items():
                reader.seek(place, record.offset)
            await self._compare(reader, chosen)

    async def _reached(self, reader: AIOKafkaConsumer, chosen: dict[TopicPartition, Sent]) -> None:
        """Every partition reaches beyond our last record; asked twice: a new partition leader may lag."""
        short: dict[int, int] = {}
        for pause in (1.0, 0.0):
            ends = await reader.end_offsets(list(chosen))
            short = {place.partition: ends[place] for place, record in chosen.items() if ends[place] <= record.offset}
            if not short:
                return
            await asyncio.sleep(pause)
        raise TopicReplaced(f"partitions end before our last record: {short}")

    async def _compare(self, reader: AIOKafkaConsumer, chosen: dict[TopicPartition, Sent]) -> None:
        remaining = dict(chosen)
        while remaining:
            batches = await reader.getmany(*remaining, timeout_ms=500, max_records=len(remaining))
            for place, messages in batches.items():
                record, headers = remaining.pop(place), dict(messages[0].headers)
                ours = (record.offset, str(record.event_id).encode(), str(self.term.incarnation).encode())
                if (messages[0].offset, headers.get("ce_id"), headers.get("ce_incarnation")) != ours:
                    raise TopicReplaced(f"partition {place.partition} holds a foreign record at {record.offset}")

    async def send_keys(self, keys: Sequence[KeyRow]) -> None:
        """Publish wrapped keys of persons, a destroyed one as a tombstone, all or none."""
        producer, topic = self._producer, keys_topic(self._service)
        await producer.begin_transaction()
        waiting = [
            await producer.send(
                topic,
                key=str(row.stream_id).encode(),
                value=row.wrapped,
                partition=0,
                headers=[("key_id", str(row.key_id).encode()), ("sequence", str(row.sequence).encode())],
            )
            for row in keys
        ]
        await asyncio.gather(*waiting)
        await producer.commit_transaction()
