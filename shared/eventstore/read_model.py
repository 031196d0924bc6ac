"""A read model: its tables and how a batch of events changes them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import asyncpg

from shared.eventstore.recorded import Recorded

Connection = asyncpg.Connection[asyncpg.Record]
Apply = Callable[[Connection, Sequence[Recorded]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ReadModel:
    """One question's tables, kept by folding events.

    `tables`: DDL with unqualified names, run in a schema of this instance's own; every build gets a new schema and
    queries reach the live one through views of the same names in schema `read`.
    `apply`: takes events in order, set-based, unqualified names; it is run inside a transaction that it does not end.
    It may depend on nothing but its events and its own tables.
    """

    name: str
    tables: str
    apply: Apply
