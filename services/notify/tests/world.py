"""Notify without Kafka: its database, its rules, and upstream events delivered the way the runner delivers them."""

import base64
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from services.notify import bootstrap
from services.notify.api.arrivals import Arrivals
from services.notify.settings import Settings
from shared.domain import Command, Decider
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.handling import CommandHandler
from shared.eventstore.intent import Intent, Request
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.recorded import Metadata, Recorded
from shared.http import schema
from shared.messaging.cloudevents import to_headers
from shared.messaging.kafka import TopicPartition
from shared.messaging.topics import events_topic
from shared.projections.batch import Batches
from shared.projections.live import connected, ensure_live
from shared.projections.places import read_slice
from shared.testing.tokens import TokenIssuer

MIGRATIONS = schema.directories(Path(bootstrap.__file__).parent / "migrations")
PARTITIONS = 2


class Sent(NamedTuple):
    """A Kafka record as the runner reads it."""

    offset: int
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]


def kek_file(directory: Path) -> Path:
    """A key-encryption key of one's own."""
    file = directory / "kek"
    file.write_bytes(base64.b64encode(os.urandom(32)))
    return file


def kek_in(file: Path) -> bytes:
    """The key-encryption key in a file."""
    return base64.b64decode(file.read_bytes())


def settings_for(database_url: str, issuer: TokenIssuer, kek: Path, kafka: str = "127.0.0.1:1") -> Settings:
    """Settings of a service whose broker may not be there."""
    return Settings(
        database_url=database_url, kafka=kafka, issuer=issuer.issuer, jwks_url=issuer.jwks_url, kek_file=kek
    )


def event(service: str, stream_id: UUID, type_name: str, *, at: datetime | None = None, **data: Any) -> Recorded:
    """An event of another service, recorded now or `at`; it gets its place in the log when it is first delivered."""
    moment = at or datetime.now(UTC)
    return Recorded(
        service=service,
        position=0,
        epoch=1,
        stream_id=stream_id,
        version=0,
        event_id=uuid7(),
        type=type_name,
        schema_version=1,
        data=msgspec.json.encode(data),
        metadata=Metadata(actor="somebody", correlation_id="c"),
        occurred_at=moment,
        recorded_at=moment,
    )


@dataclass(slots=True)
class Log:
    """What the other services have recorded: each event keeps the version and position that it got first."""

    positions: Iterator[int] = field(default_factory=lambda: count(1))
    versions: dict[UUID, int] = field(default_factory=dict)
    events: dict[UUID, Recorded] = field(default_factory=dict)

    def placed(self, new: Recorded) -> Recorded:
        """The event at its place."""
        if new.event_id not in self.events:
            version = self.versions[new.stream_id] = self.versions.get(new.stream_id, 0) + 1
            self.events[new.event_id] = msgspec.structs.replace(new, version=version, position=next(self.positions))
        return self.events[new.event_id]


def sent(recorded: Recorded, offset: int) -> Sent:
    """The event as it stands in its topic."""
    return Sent(offset, str(recorded.stream_id).encode(), recorded.data, to_headers(recorded, 1))


def partition_of(recorded: Recorded) -> TopicPartition:
    """Where an event goes; any fixed choice by stream will do here."""
    return TopicPartition(events_topic(recorded.service), recorded.stream_id.int % PARTITIONS)


@dataclass(slots=True)
class Feed:
    """One projection fed by hand, batch by batch, as the runner does it."""

    batches: Batches
    offsets: dict[TopicPartition, int] = field(default_factory=dict)

    async def deliver(self, *events: Recorded) -> list[Recorded]:
        """The next messages of their partitions; answers the events that changed rows."""
        messages: dict[TopicPartition, list[Sent]] = {}
        for event in events:
            place = partition_of(event)
            offset = self.offsets[place] = self.offsets.get(place, -1) + 1
            messages.setdefault(place, []).append(sent(event, offset))
        places = await self.batches.places.read()
        return await self.batches.store(
            {place: read_slice(place, places[place], messages[place]) for place in messages}
        )


@dataclass(slots=True)
class World:
    """A running store of notify with its projections fed by hand."""

    store: PostgresEventStore
    handler: CommandHandler
    feeds: dict[str, Feed]
    arrivals: Arrivals
    log: Log = field(default_factory=Log)

    async def do(self, decider: Decider[Any, Any, Any], stream_id: UUID, command: Command, actor: str = "ada") -> None:
        """Run one command."""
        intent = Intent(actor=actor, correlation_id="c", occurred_at=datetime.now(UTC))
        await self.handler.handle(Request(decider, stream_id, command, intent))

    async def happen(self, *events: Recorded) -> None:
        """Deliver to both projections, and tell who waits."""
        placed = [self.log.placed(event) for event in events]
        people = [event for event in placed if event.service == "customer"]
        if people:
            await self.arrivals.directory_changed(await self.feeds["directory"].deliver(*people))
        await self.arrivals.committed(await self.feeds["inbox"].deliver(*placed))

    async def told(self) -> list[tuple[UUID, UUID, str]]:
        """Everything that was ever sent: event, rule, recipient."""
        rows = await self.store.pool.fetch("SELECT event_id, rule_id, recipient FROM read.notification")
        return [(row["event_id"], row["rule_id"], row["recipient"]) for row in rows]


@asynccontextmanager
async def feeding(database_url: str, arrivals: Arrivals) -> AsyncIterator[dict[str, Feed]]:
    """The projections of notify by name, each over a connection of its own."""
    directory, inbox = bootstrap.projections(arrivals)
    async with connected(database_url) as first, connected(database_url) as second:
        feeds = {}
        for connection, projection in ((first, directory), (second, inbox)):
            live = await ensure_live(connection, projection)
            batches = Batches(connection, projection, live.instance, max_parked=100)
            for topic in projection.topics:
                await batches.places.begin(topic, PARTITIONS)
            feeds[projection.name] = Feed(batches)
        yield feeds


@asynccontextmanager
async def world(database_url: str) -> AsyncIterator[World]:
    """Notify as long as the context lasts."""
    arrivals = Arrivals()
    store = PostgresEventStore(database_url, bootstrap.SERVICE, bootstrap.READ_MODELS)
    async with feeding(database_url, arrivals) as feeds:
        await store.start()
        try:
            handler = CommandHandler(store, Catalogue(bootstrap.SERVICE, bootstrap.DECIDERS))
            yield World(store, handler, feeds, arrivals)
        finally:
            await store.stop()


def soon(seconds: float = 1.0) -> datetime:
    """A recorded time after everything so far."""
    return datetime.now(UTC) + timedelta(seconds=seconds)
