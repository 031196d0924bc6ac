"""A pipeline service without HTTP: its store, handler and queries on a real Postgres."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from services.pipeline.bootstrap import DECIDERS, PROJECTIONS, READ_MODELS
from services.pipeline.domain.sales_process.commands import (
    CreateSalesProcess,
    DraftSalesProcessVersion,
    PublishSalesProcessVersion,
    SubmitSalesProcessVersion,
)
from services.pipeline.domain.sales_process.decider import SALES_PROCESS
from services.pipeline.tests.examples import MOVES, PROCESS_ID, STAGES
from shared.domain import Command, Decider
from shared.errors import DomainError
from shared.eventstore.append import Answer
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.handling import CommandHandler
from shared.eventstore.instances import enter
from shared.eventstore.intent import Intent, Request
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Metadata, Recorded
from shared.http import schema
from shared.projections.live import connected, ensure_live

MIGRATIONS = schema.directories(Path(__file__).parents[1] / "migrations")
START = datetime(2017, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Selling:
    """What a test speaks to; `at` is the business time of the next command."""

    store: PostgresEventStore
    handler: CommandHandler
    catalogue: Catalogue

    async def do(self, decider: Decider[Any, Any, Any], stream_id: UUID, *wishes: Command, day: int = 0) -> Answer:
        """Run commands on one stream; raises the first refusal."""
        answers = await self.try_all([(decider, stream_id, wish) for wish in wishes], day=day)
        refusals = [answer for answer in answers if isinstance(answer, DomainError)]
        if refusals:
            raise refusals[0]
        last = answers[-1]
        assert isinstance(last, Answer)
        return last

    async def try_all(
        self, wishes: Iterable[tuple[Decider[Any, Any, Any], UUID, Command]], day: int = 0
    ) -> list[Answer | DomainError]:
        """Run commands, refused or not, on the given day of 2017."""
        intent = Intent(actor="darcel", correlation_id="test", occurred_at=START + timedelta(days=day))
        return await self.handler.handle_many(
            [Request(decider, stream_id, wish, intent) for decider, stream_id, wish in wishes]
        )

    async def publish_process(self) -> None:
        """The example process, published."""
        draft = DraftSalesProcessVersion(author="ada", stages=STAGES, moves=MOVES)
        submit = SubmitSalesProcessVersion(number=1, author="ada", reason="it is right")
        publish = PublishSalesProcessVersion(number=1, approver="grace", reason="it is")
        await self.do(SALES_PROCESS, PROCESS_ID, CreateSalesProcess(name="B2B"), draft, submit, publish)

    async def log(self) -> list[Recorded]:
        """Every event."""
        return await self.store.read_after(1, 0, 100_000)

    async def hear(self, model: ReadModel, *events: Recorded) -> None:
        """Apply events of another service, as its projection would."""
        async with self.store.pool.acquire() as connection:
            await apply(connection, model, events)


@asynccontextmanager
async def selling(database_url: str) -> AsyncIterator[Selling]:
    """The service as long as the context lasts."""
    store = PostgresEventStore(database_url, "pipeline", READ_MODELS)
    async with connected(database_url) as connection:
        for projection in PROJECTIONS:
            await ensure_live(connection, projection)
    await store.start()
    try:
        catalogue = Catalogue("pipeline", DECIDERS)
        yield Selling(store, CommandHandler(store, catalogue), catalogue)
    finally:
        await store.stop()


async def apply(connection: Connection, model: ReadModel, events: Iterable[Recorded]) -> None:
    """Let the first build of a model take these events."""
    async with connection.transaction():
        await enter(connection, model.name, 1)
        await model.apply(connection, list(events))


def heard(type_: str, stream_id: UUID, version: int = 1, /, **data: Any) -> Recorded:
    """An event of the customer service."""
    return Recorded(
        service="customer",
        position=1,
        epoch=1,
        stream_id=stream_id,
        version=version,
        event_id=uuid7(),
        type=type_,
        schema_version=1,
        data=msgspec.json.encode(data),
        metadata=Metadata(actor="ada", correlation_id="test"),
        occurred_at=START,
        recorded_at=START,
    )


def same_stream(*events: Recorded) -> list[Recorded]:
    """The events as versions 1, 2, 3 … of their streams."""
    seen: dict[UUID, int] = {}
    numbered = []
    for event in events:
        seen[event.stream_id] = seen.get(event.stream_id, 0) + 1
        numbered.append(msgspec.structs.replace(event, version=seen[event.stream_id]))
    return numbered
