"""Who looks at what is shared, and with whom it is; what they may do with it says `read.access` (migrations)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import msgspec

from services.analytics.domain.sharing.shares import Share, To, With
from services.analytics.projections.scope import EVERYTHING
from shared.eventstore.read_model import Connection, Pool

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
