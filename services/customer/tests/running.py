"""The whole service in this process, on a database of its own, spoken to over ASGI."""

from __future__ import annotations

import base64
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx

import services.customer
from services.customer.bootstrap import assemble
from services.customer.settings import Settings
from shared.http.schema import directories
from shared.http.service import serving
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

MIGRATIONS = directories(Path(services.customer.__file__).parent / "migrations")
NOWHERE = "127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody with a token who talks to the service; every write gets a key of its own unless one is given."""

    client: httpx.AsyncClient
    token: str
    keys: count[int] = field(default_factory=count)

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """Read."""
        return await self.client.get(f"/api/v1{path}", params=query, headers=self._identity())

    async def post(self, path: str, body: Any = None, *, version: int | None = None, **headers: str) -> httpx.Response:
        """Ask for something; `version` is what If-Match says."""
        return await self.send("POST", path, body, version=version, **headers)

    async def patch(self, path: str, body: Any, *, version: int | None) -> httpx.Response:
        """Correct something."""
        return await self.send("PATCH", path, body, version=version)

    async def delete(self, path: str, *, version: int | None) -> httpx.Response:
        """Hide something."""
        return await self.send("DELETE", path, version=version)

    async def send(
        self, method: str, path: str, body: Any = None, *, version: int | None = None, **headers: str
    ) -> httpx.Response:
        """Any write; a header's name is written with underscores."""
        said = {"idempotency-key": f"{self.token[-8:]}-{next(self.keys)}"}
        if version is not None:
            said["if-match"] = f'"{version}"'
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(method, f"/api/v1{path}", json=body, headers=self._identity() | said)

    async def made(self, path: str, body: dict[str, Any]) -> str:
        """The id of something new."""
        answer = await self.post(path, body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def _identity(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass(frozen=True, slots=True)
class Running:
    """A running service and those who may talk to it."""

    client: httpx.AsyncClient
    issuer: TokenIssuer
    database: str

    def desk(self, *roles: str, subject: str = "ada", **claims: Any) -> Desk:
        """Somebody with these roles."""
        return Desk(self.client, self.issuer.token(*roles, subject=subject, **claims))

    async def count_events(self) -> int:
        """How many events the log has."""
        connection = await asyncpg.connect(self.database)
        try:
            return int(await connection.fetchval("SELECT count(*) FROM ev.events"))
        finally:
            await connection.close()


@asynccontextmanager
async def running(databases: Databases, issuer: TokenIssuer, place: Path) -> AsyncIterator[Running]:
    """The service with an empty log; its relay is not started, so no broker is needed."""
    kek = place / "kek"
    kek.write_bytes(base64.b64encode(secrets.token_bytes(32)))
    database = await databases(MIGRATIONS)
    settings = Settings(
        database_url=database, kafka=NOWHERE, issuer=issuer.issuer, jwks_url=issuer.jwks_url, kek_file=kek
    )
    async with assemble(settings) as assembly, serving(assembly, "api") as client:
        yield Running(client, issuer, database)
