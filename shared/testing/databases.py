"""Databases for tests: migrated once per set of migrations, then copied for each test that asks."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import asyncpg


class PostgresServer(Protocol):
    """A running Postgres on which we are superuser."""

    def url(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        """The address of one database."""


@dataclass(frozen=True, slots=True)
class Databases:
    """Makes databases on one server; calling it is all that tests do."""

    server: PostgresServer
    templates: dict[tuple[Path, ...], str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, migrations: Sequence[Path] = ()) -> str:
        """The URL of a new database on which these directories of migrations have run.

        Raises RuntimeError with dbmate's words when a migration fails.
        """
        async with self.lock:
            template = await self._migrated(tuple(migrations))
            return await self._create(f"test_{next(self.numbers)}", template)

    async def _migrated(self, migrations: tuple[Path, ...]) -> str:
        if not migrations:
            return "template1"
        if migrations not in self.templates:
            name = f"migrated_{next(self.numbers)}"
            url = await self._create(name, "template1")
            await asyncio.to_thread(migrate, url, migrations)
            self.templates[migrations] = name
        return self.templates[migrations]

    async def _create(self, name: str, template: str) -> str:
        connection = await asyncpg.connect(self.server.url())
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            await connection.close()
        return self.server.url(name)


def migrate(url: str, migrations: Sequence[Path]) -> None:
    """Run the directories' migrations; raise RuntimeError with dbmate's words when one fails."""
    directories = [word for directory in migrations for word in ("--migrations-dir", str(directory))]
    command = [str(Path(sys.executable).with_name("dbmate")), "--url", url, *directories, "--no-dump-schema", "migrate"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, migrations))}: {done.stdout}{done.stderr}")
