"""The whole service in this process, on a database of its own, spoken to over ASGI."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import asyncpg
import httpx

from services.analytics.bootstrap import assemble
from services.analytics.settings import Settings
from services.analytics.tests.tables import MIGRATIONS
from shared.eventstore.read_model import Pool
from shared.http.service import serving
from shared.http.supervisor import Part
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

NOWHERE = "127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody with a token; every write gets a key of its own."""

    client: httpx.AsyncClient
    token: str
    keys: count[int] = field(default_factory=count)

    async def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Read; a header's name is written with underscores."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith("/api") else f"/api/v1{path}"
        return await self.client.get(address, params=query, headers=self._identity() | said)

    async def send(self, method: str, path: str, body: Any = None, version: int | None = None) -> httpx.Response:
        """Write; `version` is what If-Match says."""
        said = {"idempotency-key": f"{self.token[-8:]}-{next(self.keys)}"}
        if version is not None:
            said["if-match"] = f'"{version}"'
        return await self.client.request(method, f"/api/v1{path}", json=body, headers=self._identity() | said)

    def _identity(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass(frozen=True, slots=True)
class Running:
    """A running service, its tables, and whoever may talk to it."""

    client: httpx.AsyncClient
    issuer: TokenIssuer
    pool: Pool

    def desk(self, *roles: str, subject: str = "root") -> Desk:
        """Somebody with these roles."""
        return Desk(self.client, self.issuer.token(*roles, subject=subject))


@asynccontextmanager
async def running(
    databases: Databases, issuer: TokenIssuer, kafka: str = NOWHERE, parts: Sequence[Part] = ("api",)
) -> AsyncIterator[Running]:
    """The service with an empty log and empty tables; without the part `consumers` no loop of it reads Kafka."""
    database = await databases(MIGRATIONS)
    settings = Settings(database_url=database, kafka=kafka, issuer=issuer.issuer, jwks_url=issuer.jwks_url)
    async with (
        assemble(settings) as assembly,
        serving(assembly, *parts) as client,
        asyncpg.create_pool(database, min_size=1, max_size=2) as pool,
    ):
        yield Running(client, issuer, pool)
