"""The read side without Kafka: events are handed to the projections as a runner would hand them over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg

import services.analytics
from services.analytics.projections.deals import deals
from services.analytics.projections.directory import DIRECTORY
from shared.eventstore import instances
from shared.eventstore.read_model import Pool, ReadModel
from shared.eventstore.recorded import Recorded
from shared.http.schema import directories
from shared.projections.live import ensure_live
from shared.projections.projection import Projection
from shared.testing.databases import Databases

MIGRATIONS = directories(Path(services.analytics.__file__).parent / "migrations")
ZONE = "Asia/Shanghai"
DEALS = deals(ZONE)
MODELS = {"pipeline": DEALS, "customer": DIRECTORY}


@asynccontextmanager
async def tables(databases: Databases) -> AsyncIterator[Pool]:
    """A database with empty read models."""
    async with asyncpg.create_pool(await databases(MIGRATIONS), min_size=1, max_size=4) as pool:
        async with pool.acquire() as connection:
            for model in MODELS.values():
                await ensure_live(connection, Projection(model, ()))
        yield pool


async def emptied(pool: Pool) -> None:
    """Forget everything."""
    async with pool.acquire() as connection:
        for model in MODELS.values():
            names = await instances.tables_of(connection, model.name, 1)
            schema = instances.schema_of(model.name, 1)
            await connection.execute(";".join(f"DELETE FROM {schema}.{name}" for name in names))  # noqa: S608


async def applied(pool: Pool, events: Sequence[Recorded], batch: int = 7) -> None:
    """Apply events of one service, so many in a transaction."""
    async with pool.acquire() as connection:
        for start in range(0, len(events), batch):
            some = events[start : start + batch]
            model = MODELS[some[0].service]
            async with connection.transaction():
                await instances.enter(connection, model.name, 1)
                await model.apply(connection, some)


async def contents(pool: Pool, model: ReadModel) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in no particular order of writing; a cell of a rollup that came to nothing is none."""
    async with pool.acquire() as connection:
        names, nothing = await instances.tables_of(connection, model.name, 1), dict(model.nothing)
        schema = instances.schema_of(model.name, 1)
        rows = {
            name: await connection.fetch(f"SELECT * FROM {schema}.{name} t WHERE NOT ({nothing.get(name, 'false')})")  # noqa: S608
            for name in names
        }
    return {name: sorted((_plain(dict(row)) for row in found), key=str) for name, found in rows.items()}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers without the zeros at their end, so that equal rows also sort alike."""
    return {name: value.normalize() if isinstance(value, Decimal) else value for name, value in row.items()}
