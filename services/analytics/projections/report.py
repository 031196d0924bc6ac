"""One question put to one instant: all its numbers come from the same snapshot, and the answer says which."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.analytics.projections import scope
from services.analytics.projections.selection import Filters, Scope, Selection, Statement
from services.analytics.projections.snapshot import held, snapshot
from shared.eventstore.read_model import Connection, Pool

HOLD = held("deals", "directory")
AS_OF = "SELECT coalesce(max(recorded_at), transaction_timestamp()) FROM read.newest_deal_event"
POSITIONS = """
SELECT o.topic, max(ARRAY[o.epoch, o.position]) AS place
FROM pj.offsets o JOIN pj.projections p ON p.name = o.projection AND p.live = o.instance
WHERE o.projection = ANY($1) GROUP BY o.topic
"""
READ_FROM = ("deals", "directory")
IN_SUMS = {"owner", "team", "process", "process_version", "currency"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What the numbers are made of.

    `as_of`: the instant asked for, else when the newest event in them was recorded;
    `positions`: service → newest applied `epoch:position`.
    """

    as_of: datetime
    positions: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Report(Stand):
    """What every report says about itself."""

    definition: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Question:
    """An open snapshot and the deals that are asked about."""

    connection: Connection
    selection: Selection
    stand: Stand

    async def rows(self, statement: Statement, *further: Any) -> list[asyncpg.Record]:
        """Run a report's SQL; `further` are its arguments from $17 on."""
        past = self.selection.as_of is not None or self.selection.known_at is not None
        text = statement.then if past else statement.now
        return await self.connection.fetch(text, *self.selection.arguments(), *further)

    def summable(self, *unknown: str) -> bool:
        """Whether kept sums can answer: the asker sees everything, and the filters are among those that sums know.

        `unknown`: further filters that the sums of this question do not know, such as currency.
        """
        selection = self.selection
        set_ = {name for name in selection.filters.query() if name not in ("from", "to")}
        return selection.scope.everything and selection.known_at is None and set_ <= IN_SUMS - set(unknown)

    def about(self, definition: str) -> dict[str, Any]:
        """The fields that every report has."""
        stand = {"as_of": self.stand.as_of, "positions": self.stand.positions}
        return {**stand, "definition": definition, "time_zone": self.selection.time_zone}


@dataclass(frozen=True, slots=True)
class Reports:
    """Where the reports' rows are and by which time zone a day begins."""

    pool: Pool
    time_zone: str

    @asynccontextmanager
    async def ask(
        self,
        subject: str,
        roles: frozenset[str],
        filters: Filters,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
    ) -> AsyncIterator[Question]:
        """Open a snapshot of what the bearer of a token may see; raises NotBuiltYet.

        `as_of`: as it was then (None = now); `known_at`: as far as it was known then.
        """
        async with snapshot(self.pool, HOLD) as connection:
            seen = await scope.scope_of(connection, subject, roles)
            members = await scope.members(connection, filters.team) if filters.team else None
            selection = Selection(filters, seen, self.time_zone, members, as_of, known_at)
            yield Question(connection, selection, await stand(connection, as_of))

    async def scope(self, subject: str, roles: frozenset[str]) -> Scope:
        """Whose records the bearer of a token sees."""
        async with self.pool.acquire() as connection:
            return await scope.scope_of(connection, subject, roles)

    async def person(self, subject: str) -> UUID | None:
        """The colleague that a token speaks of; None for one whom the directory does not know."""
        async with self.pool.acquire() as connection:
            return await scope.person_of(connection, subject)


async def stand(connection: Connection, as_of: datetime | None = None) -> Stand:
    """How far the projections behind the reports have come; `as_of`: the instant asked for."""
    rows = await connection.fetch(POSITIONS, READ_FROM)
    positions = {row["topic"].split(".")[1]: "{}:{}".format(*row["place"]) for row in rows}
    return Stand(as_of=as_of or await connection.fetchval(AS_OF), positions=positions)
