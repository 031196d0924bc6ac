"""A Postgres of the benchmarks' own, with its durability on, and migrated databases on it."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from deploy.local.postgres import SETTINGS, Postgres, start_postgres
from deploy.local.processes import free_port
from shared.testing.databases import migrate


@contextmanager
def running_postgres(settings: Mapping[str, str] = SETTINGS, keep: Path | None = None) -> Iterator[Postgres]:
    """A server on an empty scratch directory that is removed afterwards; or on `keep`, made if need be, which stays."""
    if keep is not None:
        with _running_in(keep, settings) as server:
            yield server
        return
    place = Path(tempfile.mkdtemp(prefix="flowline-bench-"))
    try:
        with _running_in(place, settings) as server:
            yield server
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _running_in(place: Path, settings: Mapping[str, str]) -> Iterator[Postgres]:
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)
    password = _password_in(place / "password")
    server = start_postgres(
        place / "data", free_port(), password=password, log=place / "postgres.log", settings=settings
    )
    try:
        yield server
    finally:
        server.stop()


def _password_in(file: Path) -> str:
    if not file.exists():
        file.touch(0o600)
        file.write_text(secrets.token_urlsafe(12))
    return file.read_text()


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
