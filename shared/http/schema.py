"""The database schema of a service: brought up to date by dbmate, and looked at before a process serves."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg

SHARED = Path(__file__).resolve().parents[1]
SHARED_MIGRATIONS = (SHARED / "eventstore" / "migrations", SHARED / "projections" / "migrations")
READ_APPLIED = "SELECT version FROM schema_migrations"
VERSION = re.compile(r"^(\d+).*\.sql$")


class SchemaOutdated(RuntimeError):
    """The database lacks migrations that this program needs; run `migrate` first."""


def directories(service_migrations: Path) -> list[Path]:
    """All migrations of a service, the shared ones first."""
    return [*SHARED_MIGRATIONS, service_migrations]


def migrate(database_url: str, places: Sequence[Path]) -> None:
    """Apply what is missing; replicas that start together wait for each other. Raises CalledProcessError."""
    words = [word for place in places for word in ("--migrations-dir", str(place))]
    dbmate = str(Path(sys.executable).with_name("dbmate"))
    command = [dbmate, "--url", database_url, *words, "--no-dump-schema", "--wait", "--migration-lock", "migrate"]
    subprocess.run(command, check=True)


def known_versions(places: Sequence[Path]) -> set[str]:
    """The versions of all migration files, which are the digits in front of their names."""
    names = (file.name for place in places if place.is_dir() for file in place.iterdir())
    return {found[1] for name in names if (found := VERSION.match(name))}


async def require_current(database_url: str, places: Sequence[Path]) -> None:
    """Raise SchemaOutdated while the database lacks a migration we know; a newer database is welcome."""
    connection = await asyncpg.connect(database_url, timeout=10)
    try:
        applied = {row["version"] for row in await connection.fetch(READ_APPLIED)}
    except asyncpg.UndefinedTableError:
        applied = set()
    finally:
        await connection.close()
    if missing := sorted(known_versions(places) - applied):
        raise SchemaOutdated(f"The database lacks the migrations {', '.join(missing)}; run `migrate` first.")
