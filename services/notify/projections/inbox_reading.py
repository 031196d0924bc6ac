"""What is in one reader's inbox, how much of it is unread, and what came after a position.

One predicate (MINE) serves the list, the count and the live stream: what is addressed to the reader, once per event
and rule however many of the rule's recipients mean them, within the reach of the rule's author. An owner is a person,
or the team whose quota it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notify.projections.marks import inbox_id
from services.notify.projections.readers import Reader
from shared.eventstore.read_model import Pool

# $1 own addresses; $2, $3, $4 teams with the times of membership; $5 the inbox of the reader's marks
ADDRESSED = """
({n}.recipient = ANY($1::text[]) OR EXISTS (
  SELECT FROM unnest($2::text[], $3::timestamptz[], $4::timestamptz[]) m(team, since, until)
  WHERE m.team = {n}.recipient AND m.since <= {n}.recorded_at AND (m.until IS NULL OR {n}.recorded_at < m.until)))
"""
MINE = f"""
WITH RECURSIVE below(root, id) AS (
  SELECT id, id FROM read.team UNION SELECT b.root, t.id FROM below b JOIN read.team t ON t.parent_id = b.id),
addressed AS (
  SELECT n.*, coalesce(n.owner_id, (SELECT t.owner_id FROM read.thing t WHERE t.id = n.about_id)) AS owner
  FROM read.notification n
  WHERE n.recipient = ANY($1::text[] || $2::text[]) AND {ADDRESSED.format(n="n")} AND NOT EXISTS (
    SELECT FROM read.notification d
    WHERE d.event_id = n.event_id AND d.rule_id = n.rule_id AND d.position < n.position
      AND {ADDRESSED.format(n="d")})),
mine AS (
  SELECT n.*, n.position <= coalesce((SELECT u.position FROM read.read_up_to u WHERE u.inbox_id = $5), 0)
    OR EXISTS (SELECT FROM read.read_mark k WHERE k.inbox_id = $5 AND k.notification_id = n.id) AS is_read
  FROM addressed n
  WHERE n.reach = 'everything' OR n.owner IS NULL OR EXISTS (
    SELECT FROM read.person author WHERE author.subject = n.author AND (n.owner = author.id
      OR n.reach = 'team' AND (EXISTS (
        SELECT FROM read.person o JOIN below b ON b.id = o.team_id WHERE o.id = n.owner AND b.root = author.team_id)
        OR EXISTS (SELECT FROM below b WHERE b.id = n.owner AND b.root = author.team_id)))))
"""  # noqa: S608 - put together from the constants above
COLUMNS = """
position, id, event_id, rule_id, rule_name, event_type, stream_id, kind, name, data, actor, occurred_at, recorded_at,
is_read
"""
PAGE = f"""{MINE} SELECT {COLUMNS} FROM mine
WHERE ($6::bigint IS NULL OR position < $6) AND ($7 OR NOT is_read) ORDER BY position DESC LIMIT $8
"""  # noqa: S608
AFTER = f"{MINE} SELECT {COLUMNS} FROM mine WHERE position > $6 ORDER BY position LIMIT $7"  # noqa: S608
UNREAD = f"{MINE} SELECT count(*) FROM mine WHERE NOT is_read"  # noqa: S608
NEWEST = f"{MINE} SELECT coalesce(max(position), 0) FROM mine"  # noqa: S608
KNOWN = f"{MINE} SELECT id FROM mine WHERE id = ANY($6)"  # noqa: S608
NAMES = "SELECT id::text, name FROM read.thing WHERE id = ANY($1)"
ACTORS = "SELECT subject, name FROM read.person WHERE subject = ANY($1)"


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One notification as its reader has it; `name` and `data` are JSON as they were stored."""

    position: int
    id: UUID
    event_id: UUID
    rule_id: UUID
    rule_name: str
    event_type: str
    stream_id: UUID
    kind: str
    name: str | None
    data: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class Inboxes:
    """The inboxes of all readers."""

    pool: Pool

    async def page(self, reader: Reader, before: int | None, limit: int, *, read_too: bool) -> list[InboxRow]:
        """The newest first, below a position."""
        return _rows(await self.pool.fetch(PAGE, *_arguments(reader), before, read_too, limit))

    async def after(self, reader: Reader, position: int, limit: int) -> list[InboxRow]:
        """What came after a position, the oldest first."""
        return _rows(await self.pool.fetch(AFTER, *_arguments(reader), position, limit))

    async def unread(self, reader: Reader) -> int:
        """How many are unread."""
        return int(await self.pool.fetchval(UNREAD, *_arguments(reader)))

    async def newest(self, reader: Reader) -> int:
        """The position of the newest notification; 0 where there is none."""
        return int(await self.pool.fetchval(NEWEST, *_arguments(reader)))

    async def known(self, reader: Reader, ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of the ids that are in this reader's inbox."""
        return frozenset(row["id"] for row in await self.pool.fetch(KNOWN, *_arguments(reader), list(ids)))

    async def names(self, ids: set[UUID]) -> dict[str, str | None]:
        """What the things with these ids are called now: id → JSON of the name."""
        return {row["id"]: row["name"] for row in await self.pool.fetch(NAMES, list(ids))}

    async def actors(self, subjects: set[str]) -> dict[str, str]:
        """What the people who sign in as these subjects are called."""
        return {row["subject"]: row["name"] for row in await self.pool.fetch(ACTORS, list(subjects))}


def _arguments(reader: Reader) -> tuple[Any, ...]:
    members = reader.memberships
    return (
        list(reader.own),
        [member.team for member in members],
        [member.since for member in members],
        [member.until for member in members],
        inbox_id(reader.subject),
    )


def _rows(records: Sequence[Any]) -> list[InboxRow]:
    return [InboxRow(**record) for record in records]
