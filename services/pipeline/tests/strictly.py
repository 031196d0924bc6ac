"""The pipeline service over HTTP with the strict process, its next version, and a draft."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.pipeline.bootstrap import assemble
from services.pipeline.domain.sales_process.decider import SALES_PROCESS
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.events import (
    SalesProcessCreated,
    SalesProcessVersionDrafted,
    SalesProcessVersionPublished,
)
from services.pipeline.settings import Settings
from services.pipeline.tests.calling import Caller, introduce
from services.pipeline.tests.examples import PROCESS_ID
from services.pipeline.tests.selling import MIGRATIONS
from services.pipeline.tests.strict import NEXT, STRICT
from shared.domain import Command, Decider, Event
from shared.eventstore.intent import Intent, Request
from shared.http.context import Handler
from shared.http.service import serving
from shared.projections.live import connected
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer


class Tell(Command, frozen=True, kw_only=True):
    """Let this have happened."""

    facts: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Strictly:
    """The service, and a way to let things have happened that nobody asked for."""

    admin: Caller
    handler: Handler

    async def tell(self, decider: Decider[Any, Any, Any], stream_id: UUID, *facts: Event) -> None:
        """Append facts to a stream without asking its rules."""
        telling = Decider(decider.category, decider.initial, _told, decider.evolve, decider.events)
        intent = Intent(actor="ada", correlation_id="test", occurred_at=datetime.now(UTC))
        await self.handler.handle(Request(telling, stream_id, Tell(facts=facts), intent))


@asynccontextmanager
async def strictly(databases: Databases, issuer: TokenIssuer) -> AsyncIterator[Strictly]:
    """The service on a database of its own; version 3 of the process is a draft of version 2."""
    settings = Settings(
        database_url=await databases(MIGRATIONS), kafka="127.0.0.1:1", issuer=issuer.issuer, jwks_url=issuer.jwks_url
    )
    async with assemble(settings) as assembly, serving(assembly, "api") as client:
        async with connected(settings.database_url) as connection:
            await introduce(connection)
        running = Strictly(Caller(client, issuer), assembly.context.handler)
        await running.tell(SALES_PROCESS, PROCESS_ID, SalesProcessCreated(name="Strict"))
        for number, definition in ((1, STRICT), (2, NEXT), (3, NEXT)):
            await running.tell(SALES_PROCESS, PROCESS_ID, _drafted(number, definition))
        for number in (1, 2):
            await running.tell(SALES_PROCESS, PROCESS_ID, SalesProcessVersionPublished(number=number))
        yield running


def _told(state: object, command: Tell) -> Sequence[Event]:
    del state
    return command.facts


def _drafted(number: int, drawn: Definition) -> SalesProcessVersionDrafted:
    return SalesProcessVersionDrafted(number=number, stages=drawn.stages, moves=drawn.moves, decisions=drawn.decisions)
