"""The service under test: one for the whole run, so every test makes and finds customers of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.customer.tests.running import Desk, Running, running
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer


@pytest.fixture(scope="session")
async def service(
    fresh_database: Databases, token_issuer: TokenIssuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer, tmp_path_factory.mktemp("customer")) as service:
        yield service


@pytest.fixture(scope="session")
def admin(service: Running) -> Desk:
    return service.desk("admin", subject="root")
