"""Who works in the sales organisation, and who they are in access tokens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from services.customer.domain.correction import values_after
from services.customer.domain.person.decider import PERSON, PersonNotFound
from services.customer.domain.person.events import (
    PersonAdded,
    PersonCorrected,
    PersonDeactivated,
    PersonEvent,
    PersonMovedToTeam,
    PersonReactivated,
)
from services.customer.projections.facts import reading, rows_of, streams_of
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, Pool, ReadModel
from shared.eventstore.recorded import Recorded


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One colleague; times are business times."""

    id: UUID
    version: int
    name: str
    email: str | None
    subject: str | None
    team_id: UUID | None
    active: bool
    created_at: datetime
    updated_at: datetime


TABLES = """
CREATE TABLE people (
    id uuid PRIMARY KEY,
    version integer NOT NULL,
    name text NOT NULL,
    email text,
    subject text,
    team_id uuid,
    active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX ON people (subject);
CREATE INDEX ON people (team_id);
CREATE INDEX ON people (name, id);
"""

LOAD = """
SELECT id, version, name, email, subject, team_id, active, created_at, updated_at FROM people WHERE id = ANY($1)
"""

SAVE = """
INSERT INTO people
SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::boolean[],
                     $8::timestamptz[], $9::timestamptz[])
ON CONFLICT (id) DO UPDATE SET (version, name, email, subject, team_id, active, updated_at) =
    (EXCLUDED.version, EXCLUDED.name, EXCLUDED.email, EXCLUDED.subject, EXCLUDED.team_id, EXCLUDED.active,
     EXCLUDED.updated_at)
"""

read, key = reading(*PERSON.events), streams_of(*PERSON.events)


def evolve(row: PersonRow | None, recorded: Recorded) -> PersonRow | None:
    """The person after an event."""
    event = read(recorded)
    if isinstance(event, PersonAdded):
        return added(recorded, event)
    if row is None or event is None:
        return row
    return replace(row, updated_at=recorded.occurred_at, **differences(event))


def added(recorded: Recorded, event: PersonAdded) -> PersonRow:
    """The first row of a person."""
    return PersonRow(
        id=recorded.stream_id,
        version=recorded.version,
        name=event.name,
        email=event.email,
        subject=event.subject,
        team_id=event.team_id,
        active=True,
        created_at=recorded.occurred_at,
        updated_at=recorded.occurred_at,
    )


def differences(event: PersonEvent) -> dict[str, Any]:
    """The columns that an event changes."""
    match event:
        case PersonAdded():
            return {}
        case PersonCorrected():
            return values_after(event.changes)
        case PersonMovedToTeam():
            return {"team_id": event.team_id}
        case PersonDeactivated():
            return {"active": False}
        case PersonReactivated():
            return {"active": True}
        case _:
            assert_never(event)


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold the people's events."""
    await fold_rows(connection, events, load=LOAD, save=SAVE, row=PersonRow, key=key, evolve=evolve)


PEOPLE = ReadModel(name="people", tables=TABLES, apply=apply)

LIST = """
SELECT id, version, name, email, subject, team_id, active, created_at, updated_at FROM read.people
WHERE ($1::uuid IS NULL OR team_id = $1) AND ($2::boolean IS NULL OR active = $2)
  AND ($3::text IS NULL OR (name, id) > ($3, $4))
ORDER BY name, id LIMIT $5
"""
ONE = "SELECT id, version, name, email, subject, team_id, active, created_at, updated_at FROM read.people WHERE id = $1"
BY_SUBJECT = """
SELECT id, version, name, email, subject, team_id, active, created_at, updated_at FROM read.people WHERE subject = $1
"""
OF_TEAM = """
WITH RECURSIVE below AS (
    SELECT $1::uuid AS id
    UNION
    SELECT teams.id FROM read.teams AS teams JOIN below ON teams.parent_id = below.id
)
SELECT people.id FROM read.people AS people JOIN below ON people.team_id = below.id
"""
ACTIVE = "SELECT id FROM read.people WHERE active AND id = ANY($1)"


class People:
    """The colleagues as they are now."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def page(
        self, *, team_id: UUID | None, active: bool | None, after: Sequence[object] | None, limit: int
    ) -> list[PersonRow]:
        """By name; `after` is the (name, id) of the last row seen."""
        rows = await self._pool.fetch(LIST, team_id, active, *(after or (None, None)), limit)
        return rows_of(PersonRow, rows)

    async def one(self, person_id: UUID) -> PersonRow:
        """Raises PersonNotFound."""
        row = await self._pool.fetchrow(ONE, person_id)
        if row is None:
            raise PersonNotFound
        return rows_of(PersonRow, [row])[0]

    async def of_subject(self, subject: str) -> PersonRow | None:
        """The person that a token speaks for, if they are in the directory."""
        row = await self._pool.fetchrow(BY_SUBJECT, subject)
        return rows_of(PersonRow, [row])[0] if row else None

    async def of_team(self, team_id: UUID) -> list[UUID]:
        """The people of a team and of all teams below it, also those who have left."""
        return [row["id"] for row in await self._pool.fetch(OF_TEAM, team_id)]

    async def active(self, ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of the ids that are colleagues who still work here."""
        return frozenset(row["id"] for row in await self._pool.fetch(ACTIVE, ids))
