"""A read model: its tables and how a batch of events changes them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from shared.eventstore.recorded import Recorded

if TYPE_CHECKING:  # asyncpg's classes are generic for the type checker only
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:
    Connection: TypeAlias = asyncpg.Connection | PoolConnectionProxy
    Pool: TypeAlias = asyncpg.Pool

Apply = Callable[[Connection, Sequence[Recorded]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ReadModel:
    """One question's tables, kept by folding events.

    `tables`: DDL with unqualified names, run in a schema of this instance's own; every build gets a new schema and
    queries reach the live one through views of the same names in schema `read`.
    `apply`: takes events in order, set-based, unqualified names; it is run inside a transaction that it does not end.
    It may depend on nothing but its events and its own tables.
    `nothing`: (table, SQL condition on its row) pairs: rows that mean the same as no row, such as a sum that came to
    zero; which of them are there depends on how events were cut into batches, so a comparison leaves them out.
    """

    name: str
    tables: str
    apply: Apply
    nothing: tuple[tuple[str, str], ...] = ()
