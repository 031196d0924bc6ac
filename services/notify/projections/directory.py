"""Who is who in the sales organisation, and who was in which team when: from the customer service's events.

Times of membership are recorded times, so that whether a team's notification is for somebody does not depend on which
of the two streams arrived here first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notify.upstream.event import Upstream
from services.notify.upstream.organisation import (
    PersonAdded,
    PersonCorrected,
    PersonMovedToTeam,
    TeamCreated,
    TeamRenamed,
)
from services.notify.upstream.reading import decoded
from shared.eventstore.folding import columns_of, fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE team(id uuid PRIMARY KEY, name text NOT NULL, parent_id uuid);
CREATE TABLE person(
  id uuid PRIMARY KEY, name text NOT NULL, subject text, team_id uuid);
CREATE INDEX person_subject ON person(subject);
CREATE TABLE membership(
  person_id uuid NOT NULL, version int NOT NULL, team_id uuid, since timestamptz NOT NULL,
  PRIMARY KEY (person_id, version));
"""

LOAD_TEAMS = "SELECT id, name, parent_id FROM team WHERE id = ANY($1)"
SAVE_TEAMS = """
INSERT INTO team(id, name, parent_id)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[])
ON CONFLICT (id) DO UPDATE SET name = excluded.name, parent_id = excluded.parent_id
"""
LOAD_PEOPLE = "SELECT id, name, subject, team_id FROM person WHERE id = ANY($1)"
SAVE_PEOPLE = """
INSERT INTO person(id, name, subject, team_id)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[])
ON CONFLICT (id) DO UPDATE SET name = excluded.name, subject = excluded.subject, team_id = excluded.team_id
"""
ADD_MEMBERSHIPS = """
INSERT INTO membership(person_id, version, team_id, since)
SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::timestamptz[])
"""


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team and the team above it."""

    id: UUID
    name: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One colleague as they are now."""

    id: UUID
    name: str
    subject: str | None
    team_id: UUID | None


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """From `since` on a person is in this team, or in none, until their next row."""

    person_id: UUID
    version: int
    team_id: UUID | None
    since: datetime


async def _apply(connection: Connection, batch: Sequence[Recorded]) -> None:
    teams = [(recorded, event) for recorded, event in _read(batch) if event.about == "team"]
    people = [(recorded, event) for recorded, event in _read(batch) if event.about == "person"]
    await fold_rows(
        connection,
        [recorded for recorded, _ in teams],
        load=LOAD_TEAMS,
        save=SAVE_TEAMS,
        row=TeamRow,
        key=lambda recorded: recorded.stream_id,
        evolve=_team_after,
    )
    await fold_rows(
        connection,
        [recorded for recorded, _ in people],
        load=LOAD_PEOPLE,
        save=SAVE_PEOPLE,
        row=PersonRow,
        key=lambda recorded: recorded.stream_id,
        evolve=_person_after,
    )
    await _add_memberships(connection, people)


def _read(batch: Sequence[Recorded]) -> list[tuple[Recorded, Upstream]]:
    read = ((recorded, decoded(recorded.type, recorded.data)) for recorded in batch)
    return [(recorded, event) for recorded, event in read if event is not None]


def _team_after(row: TeamRow | None, recorded: Recorded) -> TeamRow | None:
    match decoded(recorded.type, recorded.data):
        case TeamCreated() as event:
            return TeamRow(recorded.stream_id, event.name, _uuid(event.parent_id))
        case TeamRenamed() as event if row is not None:
            return replace(row, name=event.after)
        case _:
            return row


def _person_after(row: PersonRow | None, recorded: Recorded) -> PersonRow | None:
    match decoded(recorded.type, recorded.data):
        case PersonAdded() as event:
            return PersonRow(recorded.stream_id, event.name, event.subject, _uuid(event.team_id))
        case PersonMovedToTeam() as event if row is not None:
            return replace(row, team_id=_uuid(event.team_id))
        case PersonCorrected() as event if row is not None:
            name, subject = (
                _corrected(event.changes, "name", row.name),
                _corrected(event.changes, "subject", row.subject),
            )
            return replace(row, name=name or row.name, subject=subject)
        case _:
            return row


def _corrected(changes: dict[str, Any], field: str, before: str | None) -> str | None:
    change = changes.get(field)
    if change is None:
        return before
    after = change["after"]
    return None if after is None else str(after)


async def _add_memberships(connection: Connection, people: list[tuple[Recorded, Upstream]]) -> None:
    added = [
        MembershipRow(recorded.stream_id, recorded.version, _uuid(event.team_id), recorded.recorded_at)
        for recorded, event in people
        if isinstance(event, PersonAdded | PersonMovedToTeam)
    ]
    if added:
        await connection.execute(ADD_MEMBERSHIPS, *columns_of(MembershipRow, added))


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


DIRECTORY = ReadModel("directory", TABLES, _apply)
