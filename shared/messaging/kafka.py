"""How this system speaks to Kafka: every client with safe settings in one place (the defaults are not safe)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, OffsetOutOfRangeError, for_code

__all__ = ["AIOKafkaConsumer", "AIOKafkaProducer", "KafkaError", "NewTopic", "OffsetOutOfRangeError", "TopicPartition"]

REQUEST_TIMEOUT_MS = 5_000
METADATA_AGE_MS = 3_000  # a topic that came (back) is noticed after this long


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
    with suppress(KafkaError, OSError, TimeoutError, AssertionError):
        await asyncio.wait_for(producer.stop(), 2)
        return
    with suppress(KafkaError, OSError, TimeoutError):  # its sender would go on trying for ever
        await asyncio.wait_for(producer._sender.close(), REQUEST_TIMEOUT_MS / 1000)  # noqa: SLF001
    await producer.client.close()


def group_consumer(servers: str, group: str, member: str) -> AIOKafkaConsumer:
    """A consumer that keeps no offsets in Kafka; `member` lets a restarted process take its partitions up again."""
    return AIOKafkaConsumer(
        bootstrap_servers=servers,
        group_id=group,
        group_instance_id=member,
        session_timeout_ms=15_000,
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
        await consumer.stop()


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


def error_of(code: int, message: str | None) -> KafkaError:
    """The exception for an error code that a broker answered."""
    error: KafkaError = for_code(code)(message)
    return error
