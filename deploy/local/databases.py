"""A database and a role for each service on one Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg


def database_url(superuser_url: str, name: str, password: str) -> str:
    """The address of the database `name` for the role of the same name, on the server of the superuser's address."""
    parts = urlsplit(superuser_url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{name}:{quote(password, safe='')}@{place}", path=f"/{name}"))


def ensure_databases(superuser_url: str, passwords: Mapping[str, str]) -> bool:
    """Make the role and database of every service that lacks them; False when the server cannot be asked now."""
    try:
        asyncio.run(_ensure(superuser_url, passwords))
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.CannotConnectNowError):
        return False
    return True


async def has_events(url: str) -> bool:
    """Whether the service whose database this is has recorded anything."""
    connection = await asyncpg.connect(url)
    try:
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM ev.events)"))
    finally:
        await connection.close()


async def _ensure(superuser_url: str, passwords: Mapping[str, str]) -> None:
    connection = await asyncpg.connect(superuser_url, timeout=5)
    try:
        for name, password in passwords.items():
            await _ensure_one(connection, name, password)
    finally:
        await connection.close()


async def _ensure_one(connection: asyncpg.Connection[asyncpg.Record], name: str, password: str) -> None:
    role, secret = await connection.fetchrow("SELECT quote_ident($1), quote_literal($2)", name, password) or ("", "")
    exists = await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", name)
    await connection.execute(f"{'ALTER' if exists else 'CREATE'} ROLE {role} LOGIN PASSWORD {secret}")
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name):
        await connection.execute(f"CREATE DATABASE {role} OWNER {role}")
    await connection.execute(f"REVOKE CONNECT ON DATABASE {role} FROM PUBLIC")
