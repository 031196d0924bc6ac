"""Who looks at what is shared, with whom it is, and what they see; what they may do says `read.access` (migrations)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from services.analytics.domain.sharing.shares import Share, To, With
from services.analytics.projections.scope import EVERYTHING
from shared.errors import NotFound
from shared.eventstore.read_model import Connection, Pool

Thing = TypeVar("Thing")
Access = Literal["own", "edit", "view"]
ACCESSES: dict[int, Access] = {3: "own", 2: "edit", 1: "view"}

PERSON = "SELECT id, team_id FROM read.person WHERE subject = $1 AND active"
UPWARDS = """
WITH RECURSIVE above AS (
  SELECT id, parent_id FROM read.team WHERE id = ANY($1::uuid[])
  UNION
  SELECT t.id, t.parent_id FROM read.team t JOIN above ON t.id = above.parent_id
)
SELECT id FROM above
"""
KNOWN = {
    "person": "SELECT EXISTS (SELECT FROM read.person WHERE id = $1)",
    "team": "SELECT EXISTS (SELECT FROM read.team WHERE id = $1)",
}


# $1 to $3 = a viewer; {hidden} = from which access on a deleted thing is still seen, less one
SEEN = """
SELECT * FROM (
  SELECT {columns}, deleted, read.access(owner_id, shares, $1, $2, $3::uuid[]) AS access FROM read.{table}
) seen WHERE access > CASE WHEN deleted THEN {hidden} ELSE 0 END
"""
LIST = SEEN + "AND deleted = $6 AND ($4::uuid IS NULL OR id > $4) ORDER BY id LIMIT $5"
ONE = SEEN + "AND id = $4"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedWith:
    """A share as it is answered."""

    kind: With
    id: UUID | None
    right: To


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: `person` None = not in the directory; `teams`: their own and those above it."""

    everything: bool
    person: UUID | None
    teams: tuple[UUID, ...]

    def arguments(self) -> tuple[bool, UUID | None, tuple[UUID, ...]]:
        """The last three arguments of `read.access`."""
        return self.everything, self.person, self.teams


@dataclass(frozen=True, slots=True)
class Viewers:
    """Looks people up in the directory."""

    pool: Pool

    async def of(self, subject: str, roles: frozenset[str]) -> Viewer:
        """The bearer of a token."""
        async with self.pool.acquire() as connection:
            person = await connection.fetchrow(PERSON, subject)
            teams = await _upwards(connection, person["team_id"] if person else None)
        return Viewer(bool(roles & EVERYTHING), person["id"] if person else None, teams)

    async def knows(self, share: Share) -> bool:
        """Whether the directory has whom it is shared with."""
        question = KNOWN.get(share.kind)
        return question is None or bool(await self.pool.fetchval(question, share.id))


async def _upwards(connection: Connection, team: UUID | None) -> tuple[UUID, ...]:
    rows = await connection.fetch(UPWARDS, [team]) if team else []
    return tuple(sorted(row["id"] for row in rows))


def shares_after(shares: str, share: Share, *, ended: bool) -> str:
    """The shares of a row, as JSON, after one began, became another right, or ended."""
    kept = [one for one in shares_of(shares) if (one.kind, one.id) != (share.kind, share.id)]
    begun = [] if ended else [SharedWith(kind=share.kind, id=share.id, right=share.right)]
    return msgspec.json.encode([*kept, *begun]).decode()


def shares_of(shares: str) -> list[SharedWith]:
    """The shares of a row."""
    return msgspec.json.decode(shares, type=list[SharedWith])


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedThings(Generic[Thing]):
    """Things of one kind; everybody sees their own, those of nobody and what is shared with them.

    `restorable`: deleted ones are shown to whose own they are; `told`: how a row with `access` is told.
    """

    pool: Pool
    table: str
    columns: str
    restorable: bool
    told: Callable[[asyncpg.Record], Thing]

    async def listed(self, viewer: Viewer, after: UUID | None, limit: int, *, deleted: bool = False) -> list[Thing]:
        """At most `limit` things with ids above `after`, by id; or the deleted ones that the viewer may restore."""
        rows = await self.pool.fetch(self._asked(LIST), *viewer.arguments(), after, limit, deleted)
        return [self.told(row) for row in rows]

    async def one(self, id: UUID, viewer: Viewer) -> Thing:
        """One thing; raises NotFound also where it is hidden from the viewer."""
        row = await self.pool.fetchrow(self._asked(ONE), *viewer.arguments(), id)
        if row is None:
            raise NotFound
        return self.told(row)

    def _asked(self, sql: str) -> str:
        return sql.format(columns=self.columns, table=self.table, hidden=2 if self.restorable else 3)
