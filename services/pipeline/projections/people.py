"""Who works here, in which team, and who they are in access tokens (from the customer service)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg

from services.pipeline import upstream
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE people (
    id uuid PRIMARY KEY, version bigint NOT NULL, name text NOT NULL, subject text, team_id uuid,
    active boolean NOT NULL
);
CREATE INDEX people_by_subject ON people (subject);
CREATE INDEX people_by_team ON people (team_id);
CREATE TABLE teams (id uuid PRIMARY KEY, version bigint NOT NULL, name text NOT NULL, parent_id uuid);
CREATE INDEX teams_by_parent ON teams (parent_id);
"""

LOAD_PEOPLE = "SELECT id, version, name, subject, team_id, active FROM people WHERE id = ANY($1)"
SAVE_PEOPLE = """
INSERT INTO people SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::uuid[], $6::boolean[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, subject = excluded.subject,
    team_id = excluded.team_id, active = excluded.active
"""
LOAD_TEAMS = "SELECT id, version, name, parent_id FROM teams WHERE id = ANY($1)"
SAVE_TEAMS = """
INSERT INTO teams SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, parent_id = excluded.parent_id
"""

PERSON_OF = "SELECT id FROM read.people WHERE subject = $1 AND active"
ACTIVE = "SELECT id FROM read.people WHERE id = ANY($1) AND active"
TEAM_EXISTS = "SELECT EXISTS (SELECT FROM read.teams WHERE id = $1)"
NAMES = "SELECT subject, name FROM read.people WHERE subject = ANY($1)"
OWNERS_OF_TEAM = """
WITH RECURSIVE below AS (
    SELECT $1::uuid AS id UNION SELECT t.id FROM read.teams t JOIN below b ON t.parent_id = b.id
)
SELECT p.id FROM read.people p JOIN below b ON p.team_id = b.id
"""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the customer service knows them."""

    id: UUID
    version: int
    name: str
    subject: str | None
    team_id: UUID | None
    active: bool


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team and the one above it."""

    id: UUID
    version: int
    name: str
    parent_id: UUID | None


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold people and teams; everything else in the topic is none of our business."""
    people = [event for event in events if event.type.startswith("Person")]
    teams = [event for event in events if event.type.startswith("Team")]
    if people:
        await fold_rows(
            connection, people, load=LOAD_PEOPLE, save=SAVE_PEOPLE, row=PersonRow, key=_stream, evolve=evolve_person
        )
    if teams:
        await fold_rows(
            connection, teams, load=LOAD_TEAMS, save=SAVE_TEAMS, row=TeamRow, key=_stream, evolve=evolve_team
        )


def evolve_person(row: PersonRow | None, recorded: Recorded) -> PersonRow | None:
    """What an event makes of a person; an unknown one only moves the version on."""
    event = upstream.read(recorded)
    if isinstance(event, upstream.PersonAdded):
        return PersonRow(recorded.stream_id, recorded.version, event.name, event.subject, event.team_id, active=True)
    if row is None:
        return None
    known = replace(row, version=recorded.version)
    match event:
        case upstream.PersonCorrected():
            fields = {name: change.after for name, change in event.changes.items() if name in {"name", "subject"}}
            return replace(known, **fields)
        case upstream.PersonMovedToTeam():
            return replace(known, team_id=event.team_id)
        case upstream.PersonDeactivated():
            return replace(known, active=False)
        case upstream.PersonReactivated():
            return replace(known, active=True)
        case _:
            return known


def evolve_team(row: TeamRow | None, recorded: Recorded) -> TeamRow | None:
    """What an event makes of a team."""
    event = upstream.read(recorded)
    if isinstance(event, upstream.TeamCreated):
        return TeamRow(recorded.stream_id, recorded.version, event.name, event.parent_id)
    if row is None:
        return None
    name = event.after if isinstance(event, upstream.TeamRenamed) else row.name
    return replace(row, version=recorded.version, name=name)


def _stream(recorded: Recorded) -> UUID:
    return recorded.stream_id


PEOPLE = ReadModel(name="people", tables=TABLES, apply=apply)


class People:
    """Questions about people and teams."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def person_of(self, subject: str) -> UUID | None:
        """The person behind a token, if they are one."""
        found: UUID | None = await self._pool.fetchval(PERSON_OF, subject)
        return found

    async def active(self, ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of the ids that are people who work here."""
        return frozenset(row["id"] for row in await self._pool.fetch(ACTIVE, ids)) if ids else frozenset()

    async def team_members(self, team_id: UUID | None) -> list[UUID] | None:
        """Everybody in a team and the teams below it; None for no team asked."""
        if team_id is None:
            return None
        return [row["id"] for row in await self._pool.fetch(OWNERS_OF_TEAM, team_id)]

    async def is_team(self, team_id: UUID) -> bool:
        """Whether there is such a team."""
        return bool(await self._pool.fetchval(TEAM_EXISTS, team_id))

    async def names(self, subjects: Collection[str]) -> dict[str, str]:
        """What the people behind these token subjects are called."""
        return {row["subject"]: row["name"] for row in await self._pool.fetch(NAMES, subjects)}
