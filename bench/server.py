"""A Postgres of the benchmarks' own, with its durability on, and migrated databases on it."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from deploy.local.postgres import Postgres, start_postgres
from deploy.local.processes import free_port
from shared.testing.databases import migrate


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server on an empty scratch directory, stopped and removed afterwards."""
    place = Path(tempfile.mkdtemp(prefix="flowline-bench-"))
    place.chmod(0o755)
    password = secrets.token_urlsafe(12)
    try:
        server = start_postgres(place / "data", free_port(), password=password, log=place / "postgres.log")
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def database_on(server: Postgres, name: str, migrations: Sequence[Path]) -> str:
    """The URL of a new database with these directories of migrations run."""
    asyncio.run(_create(server.url(), name))
    migrate(server.url(name), migrations)
    return server.url(name)


async def _create(url: str, name: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
