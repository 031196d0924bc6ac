"""The appender's own connection: impatient, durable, and only ever to the Postgres that wrote the log."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import asyncpg

from shared.eventstore.head import confirm_identity

if TYPE_CHECKING:
    Own = asyncpg.Connection[asyncpg.Record]

CONNECT_SECONDS = 3.0
COMMAND_SECONDS = 8.0
# A stalled holder of the append lock is cut off by its own server after these times, so the others go on.
SETTINGS = {
    "application_name": "flowline-appender",
    "default_transaction_isolation": "read committed",
    "synchronous_commit": "on",
    "lock_timeout": "3s",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


class Link:
    """One dedicated connection, opened when needed."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Own | None = None

    async def connection(self) -> Own:
        """The open connection; a new one is refused with `EpochBumpNeeded` when the head is another Postgres's."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await self.another()
        return self._connection

    async def another(self) -> Own:
        """A new connection, checked; the caller closes it."""
        connection = await asyncpg.connect(
            self._dsn, timeout=CONNECT_SECONDS, command_timeout=COMMAND_SECONDS, server_settings=SETTINGS
        )
        try:
            await confirm_identity(connection)
        except BaseException:
            connection.terminate()
            raise
        return connection

    @property
    def is_lost(self) -> bool:
        """True when there is no connection that could be used."""
        return self._connection is None or self._connection.is_closed()

    def drop(self) -> None:
        """Throw the connection away without a farewell: it may not answer."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def close(self) -> None:
        """End the connection properly."""
        if self._connection is not None:
            with suppress(TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self._connection.close(timeout=CONNECT_SECONDS)
            self.drop()
