"""Which failures pass by themselves, which blame the data, and which leave the outcome open."""

from __future__ import annotations

import asyncpg

from shared.errors import Rejected

PASSING_CLASSES = frozenset({"08", "25", "40", "53", "55", "57", "58", "XX"})
DATA_CLASSES = frozenset({"22", "23"})
STALE_PLAN = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)
LOST = (OSError, TimeoutError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError)


class Undigested(Rejected):
    """A read model cannot digest this change; it was not written."""

    code = "read-model-failed"


def sqlstate_class(error: BaseException) -> str:
    """The first two characters of a Postgres error's SQLSTATE, else nothing."""
    state = getattr(error, "sqlstate", None)
    return state[:2] if isinstance(state, str) else ""


def is_passing(error: BaseException) -> bool:
    """True for failures of the surroundings: the same statement may succeed later."""
    return isinstance(error, (*LOST, *STALE_PLAN)) or sqlstate_class(error) in PASSING_CLASSES


def blames_data(error: BaseException) -> bool:
    """True when one of the values is at fault, found by the server (22, 23) or while encoding them."""
    return sqlstate_class(error) in DATA_CLASSES or isinstance(error, (asyncpg.DataError, asyncpg.InterfaceError))


def rolled_back(error: BaseException) -> bool:
    """True when the server itself said that the transaction failed: nothing of it was written, no need to ask.

    A FATAL error ends the connection instead, perhaps after the commit; then only the log knows.
    """
    return isinstance(error, asyncpg.PostgresError) and getattr(error, "severity_en", None) == "ERROR"
