"""The note service as the tests of shared/http call it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from uuid_utils.compat import uuid7

from shared.http import schema
from shared.http.service import Assembly, ServiceSettings, serving
from shared.observability.logging import configure
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer
from shared.tests.note_service import assemble


@dataclass(frozen=True, slots=True)
class Notes:
    """A running note service, and someone who may do everything there."""

    assembly: Assembly
    client: httpx.AsyncClient
    issuer: TokenIssuer
    log: StringIO

    def headers(self, *roles: str, **more: str) -> dict[str, str]:
        """The headers of a write by someone with these roles (admin unless told) and a key of its own."""
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {**self.issuer.headers(*(roles or ("admin",))), "idempotency-key": str(uuid7()), **named}

    async def write(self, title: str = "first", **more: str) -> httpx.Response:
        """Write a note."""
        return await self.client.post("/api/v1/notes", json={"title": title}, headers=self.headers(**more))

    async def rename(self, note: str, title: str, **more: str) -> httpx.Response:
        """Rename a note; If-Match is among the headers given."""
        address = f"/api/v1/notes/{note}/rename"
        return await self.client.post(address, json={"title": title}, headers=self.headers(**more))

    async def batch(
        self,
        *commands: dict[str, Any],
        roles: tuple[str, ...] = (),
        path: str = "/api/v1/notes:batch",
        **more: str,
    ) -> httpx.Response:
        """Send a batch."""
        return await self.client.post(path, json={"commands": list(commands)}, headers=self.headers(*roles, **more))

    async def events(self) -> int:
        """How many events the log has."""
        return (await self.assembly.context.log.head())[1]


@pytest.fixture(scope="session")
async def note_settings(fresh_database: Databases, token_issuer: TokenIssuer) -> ServiceSettings:
    """Settings of a note service with an empty database."""
    url = await fresh_database(schema.directories(Path("no migrations of its own"))[:2])
    return ServiceSettings(
        database_url=url, kafka="127.0.0.1:1", issuer=token_issuer.issuer, jwks_url=token_issuer.jwks_url
    )


@pytest.fixture(scope="session")
async def notes(note_settings: ServiceSettings, token_issuer: TokenIssuer) -> AsyncIterator[Notes]:
    """The note service; what it logs is kept."""
    log = StringIO()
    configure("note", "INFO", log)
    async with assemble(note_settings) as assembly, serving(assembly, "api") as client:
        yield Notes(assembly, client, token_issuer, log)
