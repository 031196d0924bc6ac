"""The metrics and the versions of their formulas: kept inside the append, so whoever changes one sees it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, assert_never
from uuid import UUID

import asyncpg
import msgspec

from services.analytics.domain.metric.events import (
    MetricDefined,
    MetricEvent,
    MetricRedefinitionDropped,
    MetricRedefinitionProposed,
    MetricVersionRebuilt,
    MetricVersionSwapped,
)
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, Pool, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE metric_kept (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  name_zh text NOT NULL,
  unit text NOT NULL,
  live int NOT NULL,
  versions jsonb NOT NULL
);
CREATE INDEX ON metric_kept (key);
"""
LOAD = "SELECT id, version, key, name, name_zh, unit, live, versions::text FROM metric_kept WHERE id = ANY($1)"
SAVE = """
INSERT INTO metric_kept
SELECT id, version, key, name, name_zh, unit, live, versions::jsonb
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[])
  AS new(id, version, key, name, name_zh, unit, live, versions)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, live = excluded.live, versions = excluded.versions
"""
ALL = "SELECT id, version, key, name, name_zh, unit, live, versions::text FROM read.metric_kept"
LIST = f"{ALL} WHERE $1::text IS NULL OR key > $1 ORDER BY key LIMIT $2"
ONE = f"{ALL} WHERE key = $1"
EVENTS: dict[str, type[MetricEvent]] = {
    event.__name__: event
    for event in (
        MetricDefined,
        MetricRedefinitionProposed,
        MetricVersionRebuilt,
        MetricVersionSwapped,
        MetricRedefinitionDropped,
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaVersion:
    """One version: its formula, why and by whom, when its values were last recorded as made, where it stands."""

    number: int
    formula: str
    reason: str
    author: str
    proposed_at: datetime
    stand: Literal["proposed", "rebuilt", "dropped"] = "proposed"
    rebuilt_at: datetime | None = None
    live_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric as it stands; `versions` as JSON."""

    id: UUID
    version: int
    key: str
    name: str
    name_zh: str
    unit: str
    live: int
    versions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricView:
    """A metric as it is answered; `live`: the version that counts."""

    id: UUID
    version: int
    key: str
    name: str
    name_zh: str
    unit: str
    live: int
    versions: list[FormulaVersion]


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring the table forward by a batch of our own events."""
    await fold_rows(connection, events, load=LOAD, save=SAVE, row=MetricRow, key=metric_of, evolve=evolved)


def metric_of(recorded: Recorded) -> UUID | None:
    """The metric whose stream this is."""
    return recorded.stream_id if recorded.type in EVENTS else None


def evolved(row: MetricRow | None, recorded: Recorded) -> MetricRow | None:
    """A metric's row after one more event."""
    event = msgspec.json.decode(recorded.data, type=EVENTS[recorded.type])
    if isinstance(event, MetricDefined):
        first = _proposed(1, event, recorded.occurred_at)
        versions = _json([replace(first, live_since=recorded.occurred_at)])
        fixed = (event.key, event.name, event.name_zh, event.unit)
        return MetricRow(recorded.stream_id, recorded.version, *fixed, 1, versions)
    return None if row is None else _changed(replace(row, version=recorded.version), event, recorded.occurred_at)


def _changed(row: MetricRow, event: MetricEvent, at: datetime) -> MetricRow:
    versions = _versions(row.versions)
    match event:
        case MetricRedefinitionProposed():
            return replace(row, versions=_json([*versions, _proposed(event.version, event, at)]))
        case MetricVersionRebuilt():
            return replace(row, versions=_json(_with(versions, event.version, stand="rebuilt", rebuilt_at=at)))
        case MetricVersionSwapped():
            return replace(row, live=event.after, versions=_json(_with(versions, event.after, live_since=at)))
        case MetricRedefinitionDropped():
            return replace(row, versions=_json(_with(versions, event.version, stand="dropped")))
        case MetricDefined():
            return row
        case _:
            assert_never(event)


def _proposed(number: int, event: MetricDefined | MetricRedefinitionProposed, at: datetime) -> FormulaVersion:
    return FormulaVersion(
        number=number, formula=event.formula, reason=event.reason, author=event.author, proposed_at=at
    )


def _with(versions: Sequence[FormulaVersion], number: int, **changes: Any) -> list[FormulaVersion]:
    return [replace(one, **changes) if one.number == number else one for one in versions]


@dataclass(frozen=True, slots=True)
class Metrics:
    """The queries."""

    pool: Pool

    async def listed(self, after: str | None, limit: int) -> list[MetricView]:
        """At most `limit` metrics with keys above `after`, by key."""
        return [_view(row) for row in await self.pool.fetch(LIST, after, limit)]

    async def one(self, key: str) -> MetricView | None:
        """The metric of this key."""
        row = await self.pool.fetchrow(ONE, key)
        return None if row is None else _view(row)


def _view(row: asyncpg.Record) -> MetricView:
    named = {name: row[name] for name in ("id", "version", "key", "name", "name_zh", "unit", "live")}
    return MetricView(versions=_versions(row["versions"]), **named)


def _versions(text: str) -> list[FormulaVersion]:
    return msgspec.json.decode(text, type=list[FormulaVersion])


def _json(versions: Sequence[FormulaVersion]) -> str:
    return msgspec.json.encode(versions).decode()


METRICS = ReadModel(name="metrics", tables=TABLES, apply=apply)
