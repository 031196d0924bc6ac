"""The service under test: one for a module, so tests there use people and deals of their own."""

from collections.abc import AsyncIterator

import pytest

from services.notify.tests.running import Running, running
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer


@pytest.fixture(scope="module")
async def service(
    fresh_database: Databases, token_issuer: TokenIssuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer, tmp_path_factory.mktemp("notify")) as service:
        yield service
