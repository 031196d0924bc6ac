"""Which teams there are, and how they stand to each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.customer.domain.team.decider import TEAM, TeamNotFound
from services.customer.domain.team.events import TeamCreated, TeamRenamed
from services.customer.projections.facts import reading, rows_of, streams_of
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, Pool, ReadModel
from shared.eventstore.recorded import Recorded


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team; times are business times."""

    id: UUID
    version: int
    name: str
    parent_id: UUID | None
    created_at: datetime
    updated_at: datetime


TABLES = """
CREATE TABLE teams (
    id uuid PRIMARY KEY,
    version integer NOT NULL,
    name text NOT NULL,
    parent_id uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX ON teams (parent_id);
"""

LOAD = "SELECT id, version, name, parent_id, created_at, updated_at FROM teams WHERE id = ANY($1)"

SAVE = """
INSERT INTO teams
SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
ON CONFLICT (id) DO UPDATE SET (version, name, updated_at) = (EXCLUDED.version, EXCLUDED.name, EXCLUDED.updated_at)
"""

read, key = reading(*TEAM.events), streams_of(*TEAM.events)


def evolve(row: TeamRow | None, recorded: Recorded) -> TeamRow | None:
    """The team after an event."""
    event, at = read(recorded), recorded.occurred_at
    if isinstance(event, TeamCreated):
        return TeamRow(recorded.stream_id, recorded.version, event.name, event.parent_id, at, at)
    if row is None or event is None:
        return row
    match event:
        case TeamRenamed():
            return replace(row, name=event.after, updated_at=at)
        case _:
            assert_never(event)


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold the teams' events."""
    await fold_rows(connection, events, load=LOAD, save=SAVE, row=TeamRow, key=key, evolve=evolve)


TEAMS = ReadModel(name="teams", tables=TABLES, apply=apply)

ALL = """
SELECT id, version, name, parent_id, created_at, updated_at FROM read.teams
WHERE ($1::text IS NULL OR (name, id) > ($1, $2)) ORDER BY name, id LIMIT $3
"""
ONE = "SELECT id, version, name, parent_id, created_at, updated_at FROM read.teams WHERE id = $1"
KNOWN = "SELECT id FROM read.teams WHERE id = ANY($1)"


class Teams:
    """The teams as they are now."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def page(self, *, after: Sequence[object] | None, limit: int) -> list[TeamRow]:
        """By name; `after` is the (name, id) of the last row seen."""
        return rows_of(TeamRow, await self._pool.fetch(ALL, *(after or (None, None)), limit))

    async def one(self, team_id: UUID) -> TeamRow:
        """Raises TeamNotFound."""
        row = await self._pool.fetchrow(ONE, team_id)
        if row is None:
            raise TeamNotFound
        return rows_of(TeamRow, [row])[0]

    async def known(self, ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of the ids that are teams."""
        return frozenset(row["id"] for row in await self._pool.fetch(KNOWN, ids))
