"""How this system speaks to Kafka: every client with safe settings in one place (the defaults are not safe)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, OffsetOutOfRangeError, for_code

from shared.errors import Unavailable
from shared.eventstore.faults import is_passing

__all__ = [
    "AIOKafkaAdminClient",
    "AIOKafkaConsumer",
    "AIOKafkaProducer",
    "KafkaError",
    "NewTopic",
    "OffsetOutOfRangeError",
    "TopicPartition",
]

REQUEST_TIMEOUT_MS = 5_000
METADATA_AGE_MS = 3_000  # a topic that came (back) is noticed after this long
FETCH_BYTES = 4 << 20  # of a partition: some thousand events, so that who is behind gets them in few batches


def transactional_producer(servers: str, transactional_id: str, timeout_ms: int) -> AIOKafkaProducer:
    """A producer whose start fences every older one of the same id; it sends at once what it is given."""
    return AIOKafkaProducer(
        bootstrap_servers=servers,
        transactional_id=transactional_id,
        transaction_timeout_ms=timeout_ms,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=1 << 19,
        max_request_size=4 << 20,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        metadata_max_age_ms=METADATA_AGE_MS,
    )


async def discard(producer: AIOKafkaProducer) -> None:
    """Stop a producer that may be broken; what it still held is aborted by the next one of its id."""
    if not await _ended(producer.stop(), 2):
        await _ended(producer._sender.close(), REQUEST_TIMEOUT_MS / 1000)  # noqa: SLF001 - it would go on trying
        await _ended(producer.client.close(), 1)


async def leave(consumer: AIOKafkaConsumer) -> None:
    """Stop a consumer that may be broken: `stop` lets out what its own tasks met and then leaves the rest running."""
    if not await _ended(consumer.stop(), 5):
        if consumer._coordinator is not None:  # noqa: SLF001
            await _ended(consumer._coordinator.close(), 1)  # noqa: SLF001
        await _ended(consumer._client.close(), 1)  # noqa: SLF001


async def _ended(stopping: Coroutine[object, object, object], seconds: float) -> bool:
    """Whether it came to its end without an error; errors and cancellations inside it stay inside it."""
    task = asyncio.ensure_future(stopping)
    await asyncio.wait({task}, timeout=seconds)
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1)
    return task.done() and not task.cancelled() and task.exception() is None


def group_consumer(servers: str, group: str, member: str | None) -> AIOKafkaConsumer:
    """A consumer that keeps no offsets in Kafka; `member` lets a restarted process take its partitions up again."""
    return AIOKafkaConsumer(
        bootstrap_servers=servers,
        group_id=group,
        group_instance_id=member,
        session_timeout_ms=15_000,
        max_partition_fetch_bytes=FETCH_BYTES,
        **_reading(),
    )


@asynccontextmanager
async def partition_reader(
    servers: str, partitions: Sequence[TopicPartition], *, isolation: str = "read_committed", fetch_bytes: int = 1 << 20
) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer without a group for partitions that the caller names and seeks."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, **_reading(isolation), max_partition_fetch_bytes=fetch_bytes)
    try:
        await consumer.start()
        consumer.assign(list(partitions))
        yield consumer
    finally:
        await leave(consumer)


def _reading(isolation: str = "read_committed") -> dict[str, object]:
    return {
        "isolation_level": isolation,
        "enable_auto_commit": False,
        "auto_offset_reset": "none",
        "metadata_max_age_ms": METADATA_AGE_MS,
        "request_timeout_ms": 2 * REQUEST_TIMEOUT_MS,
        "fetch_max_wait_ms": 500,
        "retry_backoff_ms": 50,
    }


@asynccontextmanager
async def administration(servers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client that creates and describes topics."""
    client = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=REQUEST_TIMEOUT_MS)
    try:
        await client.start()
        yield client
    finally:
        await client.close()


async def partition_counts(servers: str, topics: Sequence[str]) -> dict[str, int]:
    """How many partitions each topic has; raises Kafka's error for one that is not there."""
    async with administration(servers) as client:
        described = await client.describe_topics(list(topics))
    for topic in described:
        if topic["error_code"]:
            raise error_of(topic["error_code"], topic["topic"])
    return {topic["topic"]: len(topic["partitions"]) for topic in described}


async def end_offsets(servers: str, topics: Sequence[str]) -> dict[TopicPartition, int]:
    """The end of every partition of these topics; raises Kafka's error for one that is not there."""
    counts = await partition_counts(servers, topics)
    places = [TopicPartition(topic, number) for topic, count in counts.items() for number in range(count)]
    async with partition_reader(servers, places) as reader:
        ends: dict[TopicPartition, int] = await reader.end_offsets(places)
    return ends


def foreseen(error: Exception) -> bool:
    """Whether this happens when Kafka or Postgres is away for a while: no fault of the code."""
    return isinstance(error, KafkaError | asyncpg.InterfaceError | Unavailable) or is_passing(error)


def error_of(code: int, message: str | None) -> KafkaError:
    """The exception for an error code that a broker answered."""
    error: KafkaError = for_code(code)(message)
    return error
