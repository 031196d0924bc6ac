"""Which rules are there, and which of them held when an event was recorded: inline.

Every event of a rule adds one row: what the rule says from then on. A row holds from its own recorded time
(inclusive) to that of the next row of its rule, so an event of another service meets exactly one version of each
rule, however late it arrives here: the first event recorded at or after `since` is the rule's activation position in
its topic (recorded times never go back within a service), and no order between topics is needed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

import msgspec

from services.notify.domain.rule.events import (
    Reach,
    RuleChanged,
    RuleCreated,
    RuleDeleted,
    RuleDisabled,
    RuleEnabled,
    RuleEvent,
    Terms,
)
from shared.errors import NotFound
from shared.eventstore.folding import columns_of
from shared.eventstore.read_model import Connection, Pool, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE rule_state(
  rule_id uuid NOT NULL, version int NOT NULL, since timestamptz NOT NULL,
  name text NOT NULL, event_type text NOT NULL, condition text NOT NULL, recipients jsonb NOT NULL,
  reach text NOT NULL, author text NOT NULL, enabled boolean NOT NULL, deleted boolean NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (rule_id, version));
CREATE INDEX rule_state_event_type ON rule_state(event_type);
"""

COLUMNS = (
    "rule_id, version, since, name, event_type, condition, recipients, reach, author, enabled, deleted, created_at"
)
LATEST = f"""
SELECT DISTINCT ON (rule_id) {COLUMNS} FROM rule_state WHERE rule_id = ANY($1) ORDER BY rule_id, version DESC
"""  # noqa: S608
ADD = f"""
INSERT INTO rule_state({COLUMNS})
SELECT * FROM unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::jsonb[],
                     $8::text[], $9::text[], $10::boolean[], $11::boolean[], $12::timestamptz[])
"""  # noqa: S608
# $1 = event types, $2 and $3 = first and last recorded time of a batch
HELD = f"""
SELECT {", ".join(f"s.{column}" for column in COLUMNS.split(", "))}, n.since AS until
FROM read.rule_state s LEFT JOIN read.rule_state n ON n.rule_id = s.rule_id AND n.version = s.version + 1
WHERE s.event_type = ANY($1) AND s.enabled AND NOT s.deleted AND s.since <= $3 AND (n.since IS NULL OR n.since > $2)
ORDER BY s.rule_id, s.version
"""  # noqa: S608
# $1 = authors that the reader may see, NULL for all
LIVING = f"""
SELECT * FROM (SELECT DISTINCT ON (rule_id) {COLUMNS} FROM read.rule_state ORDER BY rule_id, version DESC) s
WHERE NOT s.deleted AND ($1::text[] IS NULL OR s.author = ANY($1))
"""  # noqa: S608
ONE = LIVING + " AND s.rule_id = $2"
LIST = LIVING + " AND ($2::uuid IS NULL OR s.rule_id < $2) ORDER BY s.rule_id DESC LIMIT $3"


EVENTS: Mapping[str, type[RuleEvent]] = {
    kind.__name__: kind for kind in (RuleCreated, RuleChanged, RuleEnabled, RuleDisabled, RuleDeleted)
}


@dataclass(frozen=True, slots=True)
class RuleState:
    """What one rule says from `since` on; `recipients` is the JSON of the list."""

    rule_id: UUID
    version: int
    since: datetime
    name: str
    event_type: str
    condition: str
    recipients: str
    reach: Reach
    author: str
    enabled: bool
    deleted: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class HeldRule:
    """A rule's version and when it was followed by another one (None: not yet)."""

    state: RuleState
    until: datetime | None

    def held_at(self, instant: datetime) -> bool:
        """Whether an event recorded at `instant` meets this version."""
        return self.state.since <= instant and (self.until is None or instant < self.until)


async def _apply(connection: Connection, batch: Sequence[Recorded]) -> None:
    mine = [recorded for recorded in batch if recorded.type in EVENTS]
    if not mine:
        return
    rows = await connection.fetch(LATEST, list({recorded.stream_id for recorded in mine}))
    latest = {row["rule_id"]: RuleState(**row) for row in rows}
    added = []
    for recorded in mine:
        event = msgspec.json.decode(recorded.data, type=EVENTS[recorded.type])
        added.append(_after(latest.get(recorded.stream_id), event, recorded))
        latest[recorded.stream_id] = added[-1]
    await connection.execute(ADD, *columns_of(RuleState, added))


def _after(state: RuleState | None, event: RuleEvent, recorded: Recorded) -> RuleState:
    """What the rule says once this has happened."""
    if isinstance(event, RuleCreated):
        return _created(event, recorded)
    assert state is not None, "a rule's first event is its creation"
    state = replace(state, version=recorded.version, since=recorded.recorded_at)
    match event:
        case RuleChanged():
            return _saying(state, event.after)
        case RuleEnabled():
            return replace(state, enabled=True)
        case RuleDisabled():
            return replace(state, enabled=False)
        case RuleDeleted():
            return replace(state, deleted=True)
        case _:
            assert_never(event)


def _created(event: RuleCreated, recorded: Recorded) -> RuleState:
    return RuleState(
        rule_id=recorded.stream_id,
        version=recorded.version,
        since=recorded.recorded_at,
        name=event.name,
        event_type=event.event_type,
        condition=event.condition,
        recipients=msgspec.json.encode(event.recipients).decode(),
        reach=event.reach,
        author=recorded.metadata.actor,
        enabled=True,
        deleted=False,
        created_at=recorded.recorded_at,
    )


def _saying(state: RuleState, terms: Terms) -> RuleState:
    return replace(
        state,
        name=terms.name,
        event_type=terms.event_type,
        condition=terms.condition,
        recipients=msgspec.json.encode(terms.recipients).decode(),
    )


RULES = ReadModel("rules", TABLES, _apply)


async def held(connection: Connection, event_types: set[str], first: datetime, last: datetime) -> list[HeldRule]:
    """Every version of a rule on these event types that held at some instant between `first` and `last`."""
    rows = [dict(row) for row in await connection.fetch(HELD, list(event_types), first, last)]
    return [HeldRule(until=row.pop("until"), state=RuleState(**row)) for row in rows]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that are there now; `authors` None = everybody's."""

    pool: Pool

    async def one(self, rule_id: UUID, authors: list[str] | None) -> RuleState:
        """The rule; raises NotFound, also for a rule of somebody whose rules the reader may not see."""
        row = await self.pool.fetchrow(ONE, authors, rule_id)
        if row is None:
            raise NotFound
        return RuleState(**row)

    async def list(self, authors: list[str] | None, before: UUID | None, limit: int) -> list[RuleState]:
        """Rules by id, the newest first."""
        return [RuleState(**row) for row in await self.pool.fetch(LIST, authors, before, limit)]
