"""Building inline read models from the log beside the live ones: at start when code is new, and to verify or repair."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import asyncpg

from shared.errors import Conflict, NotFound
from shared.eventstore import head, instances, log
from shared.eventstore.comparison import Comparison, compare
from shared.eventstore.inline import CHUNK, MOVE, InlineModels, digest
from shared.eventstore.read_model import Connection, ReadModel

if TYPE_CHECKING:
    Own = asyncpg.Connection[asyncpg.Record]

SETTINGS = {
    "application_name": "flowline-rebuild",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
}
# One build at a time: a second replica that starts waits, and then finds the first one's build live.
BUILD_LOCK = "SELECT pg_advisory_lock(7310868735400003)"
BUILD_LOCK_TIMEOUT = "SET lock_timeout = '15min'"
READ_LIVE = "SELECT instance, fingerprint FROM ev.read_models WHERE name = $1 AND live"
READ_OTHERS = "SELECT instance FROM ev.read_models WHERE name = $1 AND instance <> $2"
BEGIN = """
INSERT INTO ev.read_models (name, instance, fingerprint)
SELECT $1, coalesce(max(instance), 0) + 1, $2 FROM ev.read_models WHERE name = $1 RETURNING instance
"""
READ_POSITION = "SELECT position FROM ev.read_models WHERE name = $1 AND instance = $2"
RETIRE = "UPDATE ev.read_models SET live = false WHERE name = $1 AND live"
PROMOTE = "UPDATE ev.read_models SET live = true, ready = true WHERE name = $1 AND instance = $2"
FORGET = "DELETE FROM ev.read_models WHERE name = $1 AND instance = $2"
STATUS = """
SELECT r.name, r.instance, r.position, r.live, r.ready, h.position AS head, r.fingerprint, r.created_at
FROM ev.read_models r, ev.head h ORDER BY r.name, r.instance
"""
SNAPSHOT = "SELECT 1 FROM ev.head"
HOLD_BRIEFLY = "SET idle_session_timeout = '5s'"
HOLD_ANY_TIME = "RESET idle_session_timeout"


class Rebuilder:
    """Builds, compares and exchanges the instances of a service's inline read models."""

    def __init__(self, dsn: str, inline: InlineModels) -> None:
        self._dsn = dsn
        self._inline = inline
        self._fingerprints = dict(zip(inline.names, inline.fingerprints, strict=True))

    async def prepare_all(self) -> None:
        """Before the first append: every model has a live build by this code that has seen the whole log."""
        if not self._inline.models:
            return
        async with self._building() as connection:
            for model in self._inline.models.values():
                await self._prepare(connection, model)

    async def _prepare(self, connection: Own, model: ReadModel) -> None:
        live = await connection.fetchrow(READ_LIVE, model.name)
        if live is not None and live["fingerprint"] == self._fingerprints[model.name]:
            # Not `_fill`: a build that appends may be writing to is only ever touched under their lock.
            instance = live["instance"]
            await self._finish(connection, model, instance)
        else:
            instance = await self._build(connection, model)
            await self._swap(connection, model, instance)
        await self._drop_others(connection, model.name, instance)

    async def rebuild(self, name: str, *, swap: bool) -> Comparison:
        """Build beside the live one, compare at the same position, then swap or drop; raises NotFound, Conflict."""
        model = self._inline.models.get(name)
        if model is None:
            raise NotFound(f"There is no inline read model called {name}.")
        async with self._building() as connection:
            live = await connection.fetchrow(READ_LIVE, name)
            if live is None or live["fingerprint"] != self._fingerprints[name]:
                raise Conflict(f"Another version of the code keeps {name}; ask a process of that version.")
            return await self._rebuild(connection, model, live["instance"], swap=swap)

    async def _rebuild(self, connection: Own, model: ReadModel, live: int, *, swap: bool) -> Comparison:
        instance = await self._build(connection, model)
        comparison = await self._compare(connection, model, live, instance)
        if swap:
            await self._swap(connection, model, instance)
        await self._drop_others(connection, model.name, instance if swap else live)
        return dataclasses.replace(comparison, swapped=swap)

    async def status(self) -> list[dict[str, Any]]:
        """Every build: name, instance, position, head, live, ready, fingerprint, created_at."""
        async with self._connected() as connection:
            return [dict(row) for row in await connection.fetch(STATUS)]

    async def _build(self, connection: Own, model: ReadModel) -> int:
        async with connection.transaction():
            instance: int = await connection.fetchval(BEGIN, model.name, self._fingerprints[model.name])
            await instances.create(connection, model, instance)
        await self._fill(connection, model, instance)
        return instance

    async def _fill(self, connection: Own, model: ReadModel, instance: int) -> None:
        """Apply the log in chunks beside the running appends, until less than a chunk is left."""
        while await self._chunk(connection, model, instance) == CHUNK:
            pass

    async def _chunk(self, connection: Own, model: ReadModel, instance: int) -> int:
        async with connection.transaction():
            position = await connection.fetchval(READ_POSITION + " FOR UPDATE", model.name, instance)
            events = await log.after_position(connection, self._inline.service, position, CHUNK)
            if events:
                await digest(connection, model, instance, events)
                await connection.execute(MOVE, model.name, instance, events[-1].position)
        return len(events)

    async def _finish(self, connection: Own, model: ReadModel, instance: int) -> int:
        """Apply the rest under the append lock; returns the position that is equal to the head."""
        async with connection.transaction():
            await connection.execute(head.LOCK)
            return await self._to_head(connection, model, instance)

    async def _to_head(self, connection: Own, model: ReadModel, instance: int) -> int:
        now = await head.read_head(connection)
        position = await connection.fetchval(READ_POSITION, model.name, instance)
        await self._inline.catch_up(connection, model, instance, position, now.position)
        await connection.execute(MOVE, model.name, instance, now.position)
        return now.position

    async def _compare(self, connection: Own, model: ReadModel, live: int, built: int) -> Comparison:
        async with self._connected() as reader, reader.transaction(isolation="repeatable_read", readonly=True):
            async with appends_held(connection):
                async with connection.transaction():
                    await self._to_head(connection, model, live)
                    position = await self._to_head(connection, model, built)
                # The reader's snapshot is taken while both are committed here and no append can move the live one on.
                await reader.execute(SNAPSHOT)
            tables = await compare(reader, model, live=live, built=built)
        return Comparison(model.name, position, tables)

    async def _swap(self, connection: Own, model: ReadModel, instance: int) -> None:
        async with connection.transaction():
            await connection.execute(head.LOCK)
            await self._to_head(connection, model, instance)
            await connection.execute(RETIRE, model.name)
            await connection.execute(PROMOTE, model.name, instance)
            await instances.show(connection, model.name, instance)

    async def _drop_others(self, connection: Own, name: str, kept: int) -> None:
        for (instance,) in await connection.fetch(READ_OTHERS, name, kept):
            # A reader may hold it still: the next start or rebuild tries again.
            with suppress(asyncpg.LockNotAvailableError):
                await _drop(connection, name, instance)

    @asynccontextmanager
    async def _building(self) -> AsyncIterator[Own]:
        async with self._connected() as connection:
            await connection.execute(BUILD_LOCK_TIMEOUT)
            await connection.execute(BUILD_LOCK)
            await connection.execute("RESET lock_timeout")
            yield connection

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Own]:
        connection = await asyncpg.connect(self._dsn, timeout=5, server_settings=SETTINGS)
        try:
            yield connection
        finally:
            await connection.close()


@asynccontextmanager
async def appends_held(connection: Own) -> AsyncIterator[None]:
    """Hold back all appends, over several transactions, for moments only: a frozen holder is cut off after 5 s."""
    await connection.execute(HOLD_BRIEFLY)
    await connection.execute(head.SESSION_LOCK)
    try:
        yield
    finally:
        await connection.execute(head.SESSION_UNLOCK)
        await connection.execute(HOLD_ANY_TIME)


async def _drop(connection: Connection, name: str, instance: int) -> None:
    async with connection.transaction():
        await connection.execute(FORGET, name, instance)
        await instances.drop(connection, name, instance)
