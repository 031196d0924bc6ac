"""Notify as it runs: events and keys come over Kafka, its own events leave over Kafka."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.notify.bootstrap import assemble
from services.notify.settings import Settings
from services.notify.tests.happenings import opened, sealed_contact, won
from services.notify.tests.running import Desk
from services.notify.tests.world import MIGRATIONS, Log, kek_file, kek_in, partition_of, sent, settings_for
from shared.eventstore.personal import KeyRow
from shared.eventstore.recorded import Recorded
from shared.http.service import serving
from shared.messaging.topics import ensure_events_topic, ensure_keys_topic, keys_topic
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

PATIENCE = 40


@pytest.fixture
async def producer(kafka: str) -> AsyncIterator[AIOKafkaProducer]:
    for service in ("customer", "pipeline"):
        await described(partial(ensure_events_topic, kafka, service, 2, 1))
    await described(partial(ensure_keys_topic, kafka, "customer", 1))
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        yield producer


async def described(make: Callable[[], Awaitable[bool]]) -> None:
    """A broker may need a moment to know the topic that it has made."""
    for _ in range(50):
        with suppress(KafkaError):
            await make()
            return
        await asyncio.sleep(0.2)


async def published(producer: AIOKafkaProducer, log: Log, *events: Recorded) -> None:
    for happened in events:
        placed = log.placed(happened)
        message, place = sent(placed, 0), partition_of(placed)
        await producer.send_and_wait(
            place.topic, message.value, key=message.key, partition=place.partition, headers=message.headers
        )


async def publish_key(producer: AIOKafkaProducer, row: KeyRow) -> None:
    headers = [("key_id", str(row.key_id).encode()), ("sequence", str(row.sequence).encode())]
    key = str(row.stream_id).encode()
    await producer.send_and_wait(keys_topic("customer"), row.wrapped, key=key, partition=0, headers=headers)


async def until(answer: Callable[[], Awaitable[list[str]]], expected: set[str]) -> None:
    """Wait until exactly these texts are answered; fails with what was answered last."""
    last: list[str] = []
    for _ in range(PATIENCE * 5):
        if sorted(last := await answer()) == sorted(expected):
            return
        await asyncio.sleep(0.2)
    assert sorted(last) == sorted(expected)


async def test_events_become_notifications_once_also_after_a_restart_and_when_they_are_sent_again(
    fresh_database: Databases, token_issuer: TokenIssuer, kafka: str, producer: AIOKafkaProducer, tmp_path: Path
) -> None:
    log, deal, kek = Log(), uuid4(), kek_file(tmp_path)
    settings = settings_for(await fresh_database(MIGRATIONS), token_issuer, kek, kafka)
    async with running(settings, token_issuer) as desk:
        for event_type in ("DealWon", "ContactAdded"):
            await desk.made(event_type=event_type, recipients=[{"kind": "subject", "subject": "root"}])
        (contact,), (key,) = await sealed_contact(await fresh_database(MIGRATIONS), kek_in(kek), uuid4(), "李雷")
        events = [opened(deal, "Fir"), won(deal, "7.00"), contact]
        await published(producer, log, *events)
        await publish_key(producer, key)
        await until(desk.texts, {"Deal Fir was won: 7.00 USD", "New contact 李雷"})
    await published(producer, log, *events)
    async with running(settings, token_issuer) as desk:
        last = won(deal, "8.00")
        await published(producer, log, last)
        await until(desk.texts, {"Deal Fir was won: 8.00 USD", "Deal Fir was won: 7.00 USD", "New contact 李雷"})
        assert await desk.unread() == 3
        assert await names_on(kafka, "flowline.notify.events") == ["RuleCreated", "RuleCreated"]
        refused = await desk.send("POST", "/operations/notify/projections/inbox/rebuild")
        assert (refused.status_code, refused.json()["code"]) == (409, "not-rebuildable")


@asynccontextmanager
async def running(settings: Settings, issuer: TokenIssuer) -> AsyncIterator[Desk]:
    """The whole service in this process; yields an admin's desk."""
    async with assemble(settings) as assembly, serving(assembly, "api", "relay", "consumers") as client:
        yield Desk(client, issuer.token("admin", subject="root"))


async def names_on(kafka: str, topic: str) -> list[str]:
    """The events on a topic, by name."""
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=kafka, auto_offset_reset="earliest", isolation_level="read_committed"
    ) as consumer:
        names: list[str] = []
        while batches := await consumer.getmany(timeout_ms=1500):
            names += [
                dict(message.headers)["ce_type"].decode().split(".")[2]
                for messages in batches.values()
                for message in messages
            ]
    return names
