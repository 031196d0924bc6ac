"""When Postgres is away, a request is told to come again; nothing half done is left and nothing must be restarted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from shared.errors import Invalid
from shared.http import schema
from shared.http.failures import DatabaseUnavailable, refusal_of
from shared.http.refusals import InternalError
from shared.http.service import ServiceSettings, serving
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer
from shared.tests.conftest import Notes
from shared.tests.note_service import assemble


class Link:
    """A connection between the service and Postgres that can be cut and joined again."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def join(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._target)
        task = asyncio.create_task(self._carry(reader, back, there, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, *ends: asyncio.StreamReader | asyncio.StreamWriter) -> None:
        reader, back, there, writer = ends
        try:
            await asyncio.gather(_pump(reader, back), _pump(there, writer))  # type: ignore[arg-type]
        finally:
            for end in (back, writer):
                end.close()  # type: ignore[union-attr]


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


@pytest.fixture
async def cuttable(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[tuple[Notes, Link]]:
    url = await fresh_database(schema.directories(Path("none"))[:2])
    parts = urlsplit(url)
    link = Link(parts.hostname or "", parts.port or 5432)
    await link.join()
    through = parts._replace(netloc=parts.netloc.rsplit("@", 1)[0] + f"@127.0.0.1:{link.port}").geturl()
    settings = ServiceSettings(
        database_url=through, kafka="127.0.0.1:1", issuer=token_issuer.issuer, jwks_url=token_issuer.jwks_url
    )
    async with assemble(settings) as assembly, serving(assembly, "api") as client:
        yield Notes(assembly, client, token_issuer, StringIO()), link
        await link.cut()


async def test_without_postgres_a_request_is_told_to_come_again_and_then_served(
    cuttable: tuple[Notes, Link],
) -> None:
    notes, link = cuttable
    note = (await notes.write()).json()["id"]
    address, admin = f"/api/v1/notes/{note}", notes.issuer.headers("admin")
    await link.cut()
    for answer in (await notes.client.get(address, headers=admin), await notes.write(idempotency_key="in-the-dark")):
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["content-type"] == "application/problem+json"
    await link.join()
    assert (await notes.client.get(address, headers=admin)).status_code == 200
    assert (await notes.write(idempotency_key="in-the-dark")).status_code == 201
    assert await notes.events() == 2


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ConnectionDoesNotExistError("gone"),
        asyncpg.CannotConnectNowError("starting up"),
        asyncpg.AdminShutdownError("fast shutdown"),
        asyncpg.TooManyConnectionsError("full"),
        asyncpg.InterfaceError("connection is closed"),
        ConnectionRefusedError(),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_database_that_is_away_is_no_fault_of_ours(error: Exception) -> None:
    assert isinstance(refusal_of(error), DatabaseUnavailable)


def test_a_value_that_cannot_be_stored_is_the_senders() -> None:
    assert isinstance(refusal_of(asyncpg.DataError("out of range")), Invalid)


def test_anything_else_is_our_fault() -> None:
    assert isinstance(refusal_of(asyncpg.UndefinedTableError("notes")), InternalError)
    assert isinstance(refusal_of(KeyError("x")), InternalError)
