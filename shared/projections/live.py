"""Which instance of a projection is the live one, and the making and removing of instances."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

import asyncpg

from shared.eventstore import instances
from shared.eventstore.read_model import Connection
from shared.projections.projection import Projection

if TYPE_CHECKING:
    Own = asyncpg.Connection[asyncpg.Record]

SETTINGS = {
    "application_name": "flowline-projection",
    "lock_timeout": "20s",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}
LOCK_FIRST = "SELECT pg_advisory_xact_lock(hashtextextended('flowline-projection/' || $1, 0))"
READ_LIVE = "SELECT live AS instance, fingerprint FROM pj.projections WHERE name = $1"
INSERT_LIVE = "INSERT INTO pj.projections(name, live, fingerprint) VALUES ($1, $2, $3)"
MOVE_LIVE = "UPDATE pj.projections SET live = $2, fingerprint = $3, built_at = now() WHERE name = $1"
READ_BUILDS = r"""
SELECT substring(nspname FROM '\d+$')::int FROM pg_namespace WHERE nspname ~ ('^rm_' || $1 || '_\d+$') ORDER BY 1"""
START_OVER = """
UPDATE pj.offsets SET incarnation = 0, next_offset = 0, epoch = 0, position = 0, moved_at = now()
WHERE projection = $1 AND instance = $2"""
FORGET_PARKED = "DELETE FROM pj.parked_streams WHERE projection = $1 AND instance = $2"
FORGET = (
    FORGET_PARKED,
    "DELETE FROM pj.offsets WHERE projection = $1 AND instance = $2",
)


class Live(NamedTuple):
    """The instance that queries see, and the fingerprint of the code that keeps it."""

    instance: int
    fingerprint: str


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Own]:
    """A connection of one's own, cut off by the server when it stalls inside a transaction."""
    connection = await asyncpg.connect(dsn, timeout=5, command_timeout=120, server_settings=SETTINGS)
    try:
        yield connection
    finally:
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            await connection.close(timeout=2)


async def read_live(connection: Connection, name: str) -> Live | None:
    """The live instance; None before the projection's first start."""
    row = await connection.fetchrow(READ_LIVE, name)
    return None if row is None else Live(*row)


async def ensure_live(connection: Connection, projection: Projection) -> Live:
    """The live instance; the first one is made here, empty."""
    async with connection.transaction():
        await connection.execute(LOCK_FIRST, projection.name)
        live = await read_live(connection, projection.name)
        if live is not None:
            return live
        made = Live(1, instances.fingerprint(projection.model))
        await connection.execute(INSERT_LIVE, projection.name, *made)
        await instances.create(connection, projection.model, made.instance)
        await instances.show(connection, projection.name, made.instance)
    return made


async def adopt(connection: Connection, projection: Projection, live: Live) -> Live:
    """Go on with an instance that cannot be built anew, though the code has changed."""
    fingerprint = instances.fingerprint(projection.model)
    await connection.execute(MOVE_LIVE, projection.name, live.instance, fingerprint)
    return Live(live.instance, fingerprint)


async def make_next(connection: Connection, projection: Projection, live: int) -> int:
    """An empty instance beside the live one; what an interrupted rebuild left is removed first."""
    for (instance,) in await connection.fetch(READ_BUILDS, projection.name):
        if instance != live:
            await remove(connection, projection.name, instance)
    async with connection.transaction():
        await instances.create(connection, projection.model, live + 1)
    return live + 1


async def begin_again(connection: Connection, projection: Projection, instance: int) -> None:
    """Let an instance forget what its projection says, and all its places; other members notice by these."""
    async with connection.transaction():
        await instances.enter(connection, projection.name, instance)
        await connection.execute(START_OVER, projection.name, instance)
        await connection.execute(FORGET_PARKED, projection.name, instance)
        if projection.forgets:
            await connection.execute(projection.forgets)


async def exchange(connection: Connection, projection: Projection, old: int, new: int) -> None:
    """Let queries see the new instance, in the caller's transaction that holds the old one's places."""
    await connection.execute(MOVE_LIVE, projection.name, new, instances.fingerprint(projection.model))
    await instances.show(connection, projection.name, new)
    for statement in FORGET:
        await connection.execute(statement, projection.name, old)


async def remove(connection: Connection, name: str, instance: int) -> None:
    """Drop an instance that queries do not see."""
    async with connection.transaction():
        for statement in FORGET:
            await connection.execute(statement, name, instance)
        await instances.drop(connection, name, instance)
