"""The databases of a benchmark's histories: made and filled once, under a name that says what is in them."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

import asyncpg

from bench.analytics import plain
from bench.analytics.filling import MODELS, Filled, filled, filled_peer
from bench.analytics.work import put_work
from bench.server import database_on
from deploy.local.postgres import Postgres
from flowline.generation.parameters import Parameters
from services.analytics.tests.tables import MIGRATIONS

BEGUN = ("ours_begun", "peer_begun")


@dataclass(frozen=True, slots=True)
class Sides:
    """Where the read models and the peer's tables of one history are."""

    ours: str
    peer: str


async def prepared(
    server: Postgres, parameters: Parameters, processes: int
) -> tuple[Sides, tuple[Filled, float] | None]:
    """A history's databases, and what it took to fill them; None where they were filled before.

    Other tables or another history have other names; half a filling has the name of none and is begun anew.
    """
    tables = "".join(model.tables for model in MODELS) + plain.TABLES + plain.INDEXES
    name = f"{parameters.run}_{hashlib.sha256(tables.encode()).hexdigest()[:8]}"
    ours, peer = f"ours_{name}", f"peer_{name}"
    found = None
    if not await _is_there(server, peer):
        for database in (*BEGUN, ours):
            await _do(server, f'DROP DATABASE IF EXISTS "{database}"')
        begun = [await asyncio.to_thread(database_on, server, database, MIGRATIONS) for database in BEGUN]
        found = await filled(parameters, begun[0], begun[1], processes)
        for database, called in zip(BEGUN, (ours, peer), strict=True):
            await _do(server, f'ALTER DATABASE "{database}" RENAME TO "{called}"')
    await put_work(server.url(ours), server.url(peer), parameters)
    return Sides(server.url(ours), server.url(peer)), found


async def prepared_peer(server: Postgres, parameters: Parameters, processes: int) -> tuple[str, float | None]:
    """The peer of a history alone, and the seconds that it took to fill; None where it was filled before."""
    tables = plain.TABLES + plain.INDEXES
    name = f"plain_{parameters.run}_{hashlib.sha256(tables.encode()).hexdigest()[:8]}"
    took = None
    if not await _is_there(server, name):
        await _do(server, f'DROP DATABASE IF EXISTS "{BEGUN[1]}"')
        await _do(server, f'CREATE DATABASE "{BEGUN[1]}"')
        took = await filled_peer(parameters, server.url(BEGUN[1]), processes)
        await _do(server, f'ALTER DATABASE "{BEGUN[1]}" RENAME TO "{name}"')
    await put_work(None, server.url(name), parameters)
    return server.url(name), took


async def _is_there(server: Postgres, name: str) -> bool:
    connection = await asyncpg.connect(server.url())
    try:
        return bool(await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name))
    finally:
        await connection.close()


async def _do(server: Postgres, statement: str) -> None:
    connection = await asyncpg.connect(server.url())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
