"""The process map's tables without Kafka: events are handed to the projections as a runner would hand them over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from services.analytics.projections.accepted_deviations import ACCEPTED_DEVIATIONS
from services.analytics.projections.directory import DIRECTORY
from services.analytics.projections.process_map.tables import process_map
from services.analytics.tests.tables import MIGRATIONS
from shared.eventstore import instances
from shared.eventstore.read_model import Connection, Pool, ReadModel
from shared.eventstore.recorded import Recorded
from shared.projections.live import ensure_live
from shared.projections.projection import Projection
from shared.testing.databases import Databases

ZONE = "Asia/Shanghai"
MAP = process_map(ZONE)
MODELS = {"pipeline": MAP, "customer": DIRECTORY}


@asynccontextmanager
async def map_tables(databases: Databases) -> AsyncIterator[Pool]:
    """A database with an empty map and an empty directory."""
    async with asyncpg.create_pool(await databases(MIGRATIONS), min_size=1, max_size=4) as pool:
        async with pool.acquire() as connection:
            for model in (*MODELS.values(), ACCEPTED_DEVIATIONS):
                await ensure_live(connection, Projection(model, ()))
        yield pool


async def forgotten(pool: Pool) -> None:
    """Forget everything."""
    async with pool.acquire() as connection:
        for model in MODELS.values():
            schema = instances.schema_of(model.name, 1)
            for name in await instances.tables_of(connection, model.name, 1):
                await connection.execute(f"DELETE FROM {schema}.{name}")  # noqa: S608


async def told(pool: Pool, events: Sequence[Recorded], batch: int = 10_000, zone: str = ZONE) -> None:
    """Apply events of one service, so many in a transaction."""
    models = MODELS | {"pipeline": process_map(zone)}
    async with pool.acquire() as connection:
        for start in range(0, len(events), batch):
            some = events[start : start + batch]
            async with applied(connection, models[some[0].service], some):
                pass


@asynccontextmanager
async def applied(connection: Connection, model: ReadModel, events: Sequence[Recorded]) -> AsyncIterator[None]:
    """A batch in a transaction that is open for as long as the body runs."""
    async with connection.transaction():
        await instances.enter(connection, model.name, 1)
        await model.apply(connection, events)
        yield


async def rows(pool: Pool) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of the map."""
    async with pool.acquire() as connection:
        schema, found = instances.schema_of(MAP.name, 1), {}
        for name in await instances.tables_of(connection, MAP.name, 1):
            found[name] = sorted(map(dict, await connection.fetch(f"SELECT * FROM {schema}.{name}")), key=str)  # noqa: S608
    return found
