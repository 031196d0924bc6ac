"""Instances of read models: each build has a schema of its own, and views in `read` show the live one."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from types import ModuleType

import asyncpg

from shared.eventstore.read_model import Connection, ReadModel

READ_RELATIONS = """
SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v') ORDER BY c.relname
"""
READ_TABLES = """
SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""
WAIT_AT_MOST = "SELECT set_config('lock_timeout', $1, true)"
SOON = "300ms"  # well before Postgres looks for circles (deadlock_timeout, 1 s) and ends somebody's transaction
PAUSES = (0.05, 0.1, 0.2, *(0.5,) * 17)  # seconds
ENTER = "SELECT set_config('search_path', $1, true)"
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


def schema_of(name: str, instance: int) -> str:
    """The schema of one build; raises ValueError for a name that is not a plain lower-case word."""
    if not NAME.fullmatch(name):
        raise ValueError(f"a read model is called by a plain lower-case word, not {name!r}")
    return f"rm_{name}_{instance}"


def fingerprint(model: ReadModel) -> str:
    """What the rows depend on besides the events: the tables and the source of what applies, with all it uses."""
    module = sys.modules.get(getattr(model.apply, "__module__", ""))
    sources = [_source(each) for each in _used_by(module)] if module else []
    return hashlib.sha256("\n".join([model.tables, *sources]).encode()).hexdigest()


def _used_by(module: ModuleType) -> list[ModuleType]:
    """A module and those of the same service that it draws on, also through others, in the order of their names."""
    service = ".".join(module.__name__.split(".")[:2]) + "."
    found, waiting = {module.__name__: module}, [module]
    while waiting:
        for value in list(vars(waiting.pop()).values()):
            name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
            if isinstance(name, str) and name.startswith(service) and name not in found and name in sys.modules:
                found[name] = sys.modules[name]
                waiting.append(found[name])
    return [found[name] for name in sorted(found)]


def _source(module: ModuleType) -> str:
    try:
        return inspect.getsource(module)
    except OSError:
        return ""


async def create(connection: Connection, model: ReadModel, instance: int) -> None:
    """Make the schema of one build and its empty tables, in the caller's transaction."""
    schema = schema_of(model.name, instance)
    await connection.execute(f"CREATE SCHEMA {schema}")
    await enter(connection, model.name, instance)
    if model.tables.strip():
        await connection.execute(model.tables)
    await connection.execute("RESET search_path")


async def enter(connection: Connection, name: str, instance: int) -> None:
    """Let unqualified names mean this build's tables until the transaction ends."""
    await enter_all(connection, {name: instance})


async def enter_all(connection: Connection, builds: Mapping[str, int]) -> None:
    """Let unqualified names mean the tables of these builds (name → instance) until the transaction ends."""
    schemas = [schema_of(name, instance) for name, instance in builds.items()]
    await connection.fetchval(ENTER, ", ".join([*schemas, "public"]))


async def show(connection: Connection, name: str, instance: int) -> None:
    """Let the views in `read` show this build, in the caller's transaction; readers see one build or the other.

    A reader takes the views of his question one after another, and so does this: where one cannot be had soon, all are
    let go and taken again, because two who wait for each other would cost one of them his answer. After many attempts
    it waits as long as the connection allows.
    """
    patience = await connection.fetchval("SHOW lock_timeout")
    for pause in PAUSES:
        with suppress(asyncpg.LockNotAvailableError):
            async with connection.transaction():
                await connection.fetchval(WAIT_AT_MOST, SOON)
                await _show(connection, name, instance)
                await connection.fetchval(WAIT_AT_MOST, patience)
            return
        await asyncio.sleep(pause)
    await _show(connection, name, instance)


async def _show(connection: Connection, name: str, instance: int) -> None:
    schema = schema_of(name, instance)
    for (relation,) in await connection.fetch(READ_RELATIONS, schema):
        await connection.execute(f'DROP VIEW IF EXISTS read."{relation}"')
        await connection.execute(f'CREATE VIEW read."{relation}" AS SELECT * FROM {schema}."{relation}"')  # noqa: S608


async def drop(connection: Connection, name: str, instance: int) -> None:
    """Remove one build that no view shows any more (and views that only it still fed)."""
    await connection.execute(f"DROP SCHEMA IF EXISTS {schema_of(name, instance)} CASCADE")


async def tables_of(connection: Connection, name: str, instance: int) -> list[str]:
    """The names of a build's tables, sorted."""
    return [row[0] for row in await connection.fetch(READ_TABLES, schema_of(name, instance))]
