"""The notifications and what was known of the things they are about when they were made.

These tables are written by the reaction and never rebuilt: what was sent cannot be sent again. Recipients are kept as
`person:<id>`, `subject:<token subject>` or `team:<id>` and matched to readers when they read, so nothing depends on
whether the directory or the deal arrived first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.eventstore.folding import columns_of
from shared.eventstore.read_model import Connection, Pool

TABLES = """
CREATE TABLE thing(
  id uuid PRIMARY KEY, version int NOT NULL, kind text NOT NULL, name jsonb, owner_id uuid, about_id uuid);
CREATE TABLE inbox_head(one boolean PRIMARY KEY DEFAULT true CHECK (one), position bigint NOT NULL);
INSERT INTO inbox_head(position) VALUES (0);
CREATE TABLE notification(
  position bigint PRIMARY KEY, id uuid NOT NULL UNIQUE,
  event_id uuid NOT NULL, rule_id uuid NOT NULL, recipient text NOT NULL,
  rule_name text NOT NULL, reach text NOT NULL, author text NOT NULL,
  service text NOT NULL, event_type text NOT NULL, stream_id uuid NOT NULL,
  kind text NOT NULL, name jsonb, owner_id uuid, about_id uuid,
  data jsonb NOT NULL, actor text NOT NULL, occurred_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL,
  UNIQUE (event_id, rule_id, recipient));
CREATE INDEX notification_recipient ON notification(recipient, position);
CREATE TABLE condition_error(
  rule_id uuid NOT NULL, event_id uuid NOT NULL, rule_version int NOT NULL, reason text NOT NULL,
  event_type text NOT NULL, stream_id uuid NOT NULL, recorded_at timestamptz NOT NULL,
  PRIMARY KEY (rule_id, event_id));
CREATE INDEX condition_error_newest ON condition_error(rule_id, recorded_at DESC, event_id DESC);
"""

KEPT_ERRORS = 100

# What is known of things is read again after a restore; who was told what stays, and is not told again.
FORGET_THINGS = "DELETE FROM thing"

LOAD_THINGS = "SELECT id, version, kind, name, owner_id, about_id FROM thing WHERE id = ANY($1)"
SAVE_THINGS = """
INSERT INTO thing(id, version, kind, name, owner_id, about_id)
SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::jsonb[], $5::uuid[], $6::uuid[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, kind = excluded.kind, name = excluded.name,
  owner_id = excluded.owner_id, about_id = excluded.about_id
"""
# The row lock makes position order commit order, whoever else writes notifications at this moment.
TAKE_POSITIONS = "UPDATE inbox_head SET position = position + $1 RETURNING position - $1"
ADD_NOTIFICATIONS = """
INSERT INTO notification(position, id, event_id, rule_id, recipient, rule_name, reach, author, service, event_type,
                         stream_id, kind, name, owner_id, about_id, data, actor, occurred_at, recorded_at)
SELECT $1 + n.place, n.id, n.event_id, n.rule_id, n.recipient, n.rule_name, n.reach, n.author, n.service, n.event_type,
       n.stream_id, n.kind, n.name, n.owner_id, n.about_id, n.data, n.actor, n.occurred_at, n.recorded_at
FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::uuid[], $12::text[], $13::jsonb[], $14::uuid[], $15::uuid[], $16::jsonb[], $17::text[],
            $18::timestamptz[], $19::timestamptz[])
     WITH ORDINALITY n(id, event_id, rule_id, recipient, rule_name, reach, author, service, event_type, stream_id,
                       kind, name, owner_id, about_id, data, actor, occurred_at, recorded_at, place)
ON CONFLICT (event_id, rule_id, recipient) DO NOTHING
"""
ADD_ERRORS = """
INSERT INTO condition_error(rule_id, event_id, rule_version, reason, event_type, stream_id, recorded_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::uuid[], $7::timestamptz[])
ON CONFLICT (rule_id, event_id) DO NOTHING
"""
FORGET_OLD_ERRORS = """
DELETE FROM condition_error e USING (
  SELECT rule_id, event_id, row_number() OVER (PARTITION BY rule_id ORDER BY recorded_at DESC, event_id DESC) AS age
  FROM condition_error WHERE rule_id = ANY($1)) old
WHERE e.rule_id = old.rule_id AND e.event_id = old.event_id AND old.age > $2
"""
ERRORS = """
SELECT rule_id, event_id, rule_version, reason, event_type, stream_id, recorded_at FROM read.condition_error
WHERE rule_id = $1 ORDER BY recorded_at DESC, event_id DESC
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a stream is about: a deal, a customer, a person …; `name` is JSON: a text, or sealed.

    `about_id` is the customer of an activity: who owns that customer owns an activity without owner.
    """

    id: UUID
    version: int
    kind: str
    name: str | None
    owner_id: UUID | None
    about_id: UUID | None


@dataclass(frozen=True, slots=True)
class Notification:
    """One event, one rule, one recipient; the columns of the table after its position."""

    id: UUID
    event_id: UUID
    rule_id: UUID
    recipient: str
    rule_name: str
    reach: str
    author: str
    service: str
    event_type: str
    stream_id: UUID
    kind: str
    name: str | None
    owner_id: UUID | None
    about_id: UUID | None
    data: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ConditionError:
    """A rule's condition that could not be decided for an event, which therefore did not match."""

    rule_id: UUID
    event_id: UUID
    rule_version: int
    reason: str
    event_type: str
    stream_id: UUID
    recorded_at: datetime


async def add_notifications(connection: Connection, added: Sequence[Notification]) -> None:
    """Store notifications in the caller's transaction; one that is there already stays as it is."""
    if added:
        base = await connection.fetchval(TAKE_POSITIONS, len(added))
        await connection.execute(ADD_NOTIFICATIONS, base, *columns_of(Notification, added))


async def add_errors(connection: Connection, added: Sequence[ConditionError]) -> None:
    """Store condition errors in the caller's transaction; each rule keeps its newest 100."""
    if added:
        await connection.execute(ADD_ERRORS, *columns_of(ConditionError, added))
        await connection.execute(FORGET_OLD_ERRORS, list({error.rule_id for error in added}), KEPT_ERRORS)


@dataclass(frozen=True, slots=True)
class ConditionErrors:
    """Why conditions could not be decided."""

    pool: Pool

    async def of(self, rule_id: UUID) -> list[ConditionError]:
        """The newest errors of one rule, the newest first."""
        return [ConditionError(**row) for row in await self.pool.fetch(ERRORS, rule_id)]
