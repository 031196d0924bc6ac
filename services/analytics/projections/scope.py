"""Who sees which deals: everything, one's own team and those below, or one's own; deals of nobody are everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.analytics.projections.selection import Scope
from shared.eventstore.read_model import Connection

EVERYTHING = frozenset({"admin", "service"})

MEMBERS = """
WITH RECURSIVE below AS (
  SELECT id FROM unnest($1::uuid[]) AS asked(id)
  UNION
  SELECT t.id FROM read.team t JOIN below ON t.parent_id = below.id
)
SELECT p.id FROM read.person p JOIN below ON p.team_id = below.id
"""
PEOPLE = "SELECT id, team_id FROM read.person WHERE subject = $1 AND active"


async def scope_of(connection: Connection, subject: str, roles: frozenset[str]) -> Scope:
    """What the bearer of a token sees; who is not, or not any more, in the directory sees deals of nobody only."""
    if roles & EVERYTHING:
        return Scope(everything=True)
    people = await connection.fetch(PEOPLE, subject)
    owners = {person["id"] for person in people}
    if "manager" in roles:
        owners.update(await members(connection, [person["team_id"] for person in people if person["team_id"]]))
    return Scope(everything=False, owners=tuple(sorted(owners)))


async def members(connection: Connection, teams: Sequence[UUID]) -> tuple[UUID, ...]:
    """The people of these teams and of all teams below them, as they stand today."""
    return tuple(sorted(row["id"] for row in await connection.fetch(MEMBERS, teams)))


async def person_of(connection: Connection, subject: str) -> UUID | None:
    """The colleague that a token speaks of."""
    found: UUID | None = await connection.fetchval("SELECT id FROM read.person WHERE subject = $1 AND active", subject)
    return found
