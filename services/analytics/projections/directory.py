"""Our own people and teams, the customers by name and with their events, and activities: all from customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.analytics.projections.activities import ACTIVITIES, apply_activities
from services.analytics.projections.customer_events import CUSTOMER_EVENTS, apply_customer_events
from services.analytics.projections.first_event import no_row
from services.analytics.upstream import (
    CustomerCorrected,
    CustomerCreated,
    PersonAdded,
    PersonCorrected,
    PersonDeactivated,
    PersonMovedToTeam,
    PersonReactivated,
    TeamCreated,
    TeamRenamed,
    understand,
)
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TOPIC = "flowline.customer.events"

TABLES = """
CREATE TABLE team (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  name text NOT NULL,
  parent_id uuid
);
CREATE TABLE person (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  name text NOT NULL,
  subject text,
  team_id uuid,
  active boolean NOT NULL
);
CREATE INDEX ON person (subject);
CREATE INDEX ON person (team_id);
CREATE TABLE customer (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  name text NOT NULL,
  region text
);
"""

LOAD_TEAMS = "SELECT id, version, name, parent_id FROM team WHERE id = ANY($1)"
SAVE_TEAMS = """
INSERT INTO team SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, parent_id = excluded.parent_id
"""
LOAD_PEOPLE = "SELECT id, version, name, subject, team_id, active FROM person WHERE id = ANY($1)"
SAVE_PEOPLE = """
INSERT INTO person SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::uuid[], $6::boolean[])
ON CONFLICT (id) DO UPDATE SET
  version = excluded.version, name = excluded.name, subject = excluded.subject, team_id = excluded.team_id,
  active = excluded.active
"""
LOAD_CUSTOMERS = "SELECT id, version, name, region FROM customer WHERE id = ANY($1)"
SAVE_CUSTOMERS = """
INSERT INTO customer SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, region = excluded.region
"""


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team and the team above it."""

    id: UUID
    version: int
    name: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A colleague, who they are in access tokens and where they work; one who has left is not `active`."""

    id: UUID
    version: int
    name: str
    subject: str | None
    team_id: UUID | None
    active: bool


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer's name and region."""

    id: UUID
    version: int
    name: str
    region: str | None


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring the tables forward by a batch of customer's events; each depends on its own streams only."""
    await fold_rows(connection, events, load=LOAD_TEAMS, save=SAVE_TEAMS, row=TeamRow, key=team_of, evolve=team)
    await fold_rows(connection, events, load=LOAD_PEOPLE, save=SAVE_PEOPLE, row=PersonRow, key=person_of, evolve=person)
    await fold_rows(
        connection, events, load=LOAD_CUSTOMERS, save=SAVE_CUSTOMERS, row=CustomerRow, key=customer_of, evolve=customer
    )
    await apply_activities(connection, events)
    await apply_customer_events(connection, events)


def team_of(recorded: Recorded) -> UUID | None:
    """The team whose stream this is."""
    return recorded.stream_id if recorded.type.startswith("Team") else None


def person_of(recorded: Recorded) -> UUID | None:
    """The colleague whose stream this is."""
    return recorded.stream_id if recorded.type.startswith("Person") else None


def customer_of(recorded: Recorded) -> UUID | None:
    """The customer whose stream this is."""
    return recorded.stream_id if recorded.type.startswith("Customer") else None


def team(row: TeamRow | None, recorded: Recorded) -> TeamRow | None:
    """A team's row after one more event."""
    event = understand(recorded.type, recorded.data)
    if row is None:
        if not isinstance(event, TeamCreated):
            no_row(event, recorded)
            return None
        return TeamRow(recorded.stream_id, recorded.version, event.name, event.parent_id)
    name = event.after if isinstance(event, TeamRenamed) else row.name
    return replace(row, version=recorded.version, name=name)


def person(row: PersonRow | None, recorded: Recorded) -> PersonRow | None:
    """A colleague's row after one more event."""
    event = understand(recorded.type, recorded.data)
    if row is None:
        if not isinstance(event, PersonAdded):
            no_row(event, recorded)
            return None
        return PersonRow(recorded.stream_id, recorded.version, event.name, event.subject, event.team_id, active=True)
    row = replace(row, version=recorded.version)
    match event:
        case PersonMovedToTeam():
            return replace(row, team_id=event.team_id)
        case PersonDeactivated() | PersonReactivated():
            return replace(row, active=isinstance(event, PersonReactivated))
        case PersonCorrected():
            told = {name: change.after for name, change in event.changes.items() if name in ("name", "subject")}
            return replace(row, **told)
        case _:
            return row


def customer(row: CustomerRow | None, recorded: Recorded) -> CustomerRow | None:
    """A customer's row after one more event."""
    event = understand(recorded.type, recorded.data)
    if row is None:
        if not isinstance(event, CustomerCreated):
            no_row(event, recorded)
            return None
        return CustomerRow(recorded.stream_id, recorded.version, event.name, event.region)
    row = replace(row, version=recorded.version)
    if isinstance(event, CustomerCorrected):
        told = {name: change.after for name, change in event.changes.items() if name in ("name", "region")}
        return replace(row, **told)
    return row


DIRECTORY = ReadModel(name="directory", tables=TABLES + ACTIVITIES + CUSTOMER_EVENTS, apply=apply)
