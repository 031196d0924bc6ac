"""The topics of a service: their names, and making them as they must be (the broker never makes one by itself)."""

from __future__ import annotations

import asyncio
from typing import Any

from shared.messaging.kafka import AIOKafkaAdminClient, NewTopic, administration, error_of

EXISTS = 36


class PartitionsDiffer(Exception):
    """The topic has another number of partitions than this service's database says."""


def events_topic(service: str) -> str:
    """The topic of a service's events."""
    return f"flowline.{service}.events"


def keys_topic(service: str) -> str:
    """The compacted topic of a service's keys of personal data."""
    return f"flowline.{service}.keys"


async def ensure_events_topic(servers: str, service: str, partitions: int, replicas: int) -> bool:
    """Whether the event topic had to be created; events are kept for ever and never compacted."""
    settings = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
    return await _ensure(servers, NewTopic(events_topic(service), partitions, replicas, topic_configs=settings))


async def ensure_keys_topic(servers: str, service: str, replicas: int) -> bool:
    """Whether the key topic had to be created; it is compacted, so a destroyed key leaves in the end."""
    settings = {"cleanup.policy": "compact", "delete.retention.ms": str(90 * 86_400_000)}
    return await _ensure(servers, NewTopic(keys_topic(service), 1, replicas, topic_configs=settings))


async def _partitions(client: AIOKafkaAdminClient, topic: str) -> int:
    """How many partitions a topic has that was made a moment ago: the broker tells everybody with some delay."""
    described: dict[str, Any] = {}
    for _ in range(100):
        described = (await client.describe_topics([topic]))[0]
        if not described["error_code"]:
            return len(described["partitions"])
        await asyncio.sleep(0.05)
    raise error_of(described["error_code"], topic)


async def _ensure(servers: str, topic: NewTopic) -> bool:
    async with administration(servers) as client:
        _, code, message = (await client.create_topics([topic])).topic_errors[0]
        if code not in (0, EXISTS):
            raise error_of(code, message)
        found = await _partitions(client, topic.name)
    if found != topic.num_partitions:
        raise PartitionsDiffer(f"{topic.name} has {found} partitions, the database says {topic.num_partitions}")
    return bool(code == 0)
