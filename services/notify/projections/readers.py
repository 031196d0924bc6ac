"""Who is reading, what reaches them, and whose rules they may see: answered from the directory as it is now."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.eventstore.read_model import Pool

READER = """
SELECT p.id, 'team:' || m.team_id AS team, m.since, m.until
FROM read.person p
LEFT JOIN LATERAL (
  SELECT team_id, since, lead(since) OVER (ORDER BY version) AS until FROM read.membership WHERE person_id = p.id
) m ON m.team_id IS NOT NULL
WHERE p.subject = $1
"""
# Whoever was in a team with the reader, and when both were in it; least() takes an end over none.
COLLEAGUES = """
WITH teams AS (SELECT DISTINCT team_id FROM read.membership WHERE person_id = ANY($1) AND team_id IS NOT NULL),
spans AS (
  SELECT person_id, team_id, since, lead(since) OVER (PARTITION BY person_id ORDER BY version) AS until
  FROM read.membership
  WHERE person_id IN (SELECT person_id FROM read.membership JOIN teams USING (team_id)))
SELECT 'colleagues:' || other.person_id AS team, greatest(me.since, other.since) AS since,
       least(me.until, other.until) AS until
FROM spans me JOIN spans other USING (team_id)
WHERE me.person_id = ANY($1)
  AND me.since < coalesce(other.until, 'infinity') AND other.since < coalesce(me.until, 'infinity')
"""
COLLEAGUES_BELOW = """
WITH RECURSIVE below AS (
  SELECT team_id AS id FROM read.person WHERE subject = $1 AND team_id IS NOT NULL
  UNION SELECT t.id FROM read.team t JOIN below b ON t.parent_id = b.id)
SELECT p.subject FROM read.person p JOIN below b ON p.team_id = b.id WHERE p.subject IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Membership:
    """A team's address and the recorded times between which the reader was in it (`until` None = still).

    `colleagues:<person id>` is the team of a person, whichever it was; the reader themself is one of their colleagues.
    """

    team: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Reader:
    """One subject and everything that is addressed to them; `people` are their entries in the directory."""

    subject: str
    people: tuple[UUID, ...]
    memberships: tuple[Membership, ...]

    @property
    def own(self) -> frozenset[str]:
        """The addresses that mean this reader alone."""
        return frozenset({f"subject:{self.subject}", *(f"person:{person}" for person in self.people)})

    @property
    def addresses(self) -> frozenset[str]:
        """All addresses under which something may come, those of teams included."""
        return self.own | {membership.team for membership in self.memberships}


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers by the directory."""

    pool: Pool

    async def of(self, subject: str) -> Reader:
        """The reader that a token speaks for, with or without an entry in the directory."""
        rows = await self.pool.fetch(READER, subject)
        memberships = (Membership(row["team"], row["since"], row["until"]) for row in rows if row["team"] is not None)
        people = tuple(dict.fromkeys(row["id"] for row in rows))
        beside = [Membership(**row) for row in await self.pool.fetch(COLLEAGUES, people)] if people else []
        return Reader(subject, people, (*memberships, *beside))

    async def authors_seen_by(self, subject: str, roles: AbstractSet[str]) -> list[str] | None:
        """Whose rules may be seen: everybody's (None) by admin and service, a manager's teams', else one's own."""
        if roles & {"admin", "service"}:
            return None
        below = await self.pool.fetch(COLLEAGUES_BELOW, subject) if "manager" in roles else []
        return [subject, *(row["subject"] for row in below)]
