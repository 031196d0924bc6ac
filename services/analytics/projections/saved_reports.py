"""The saved reports: kept inside the append, so whoever saves one sees it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg
import msgspec

from services.analytics.domain.saved_report.events import (
    SavedReportCreated,
    SavedReportDeleted,
    SavedReportEvent,
    SavedReportRenamed,
)
from services.analytics.projections.selection import Scope
from shared.errors import NotFound
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, Pool, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE saved_report (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  name text NOT NULL,
  report text NOT NULL,
  filters jsonb NOT NULL,
  owner_id uuid,
  deleted boolean NOT NULL
);
"""
LOAD = "SELECT id, version, name, report, filters::text, owner_id, deleted FROM saved_report WHERE id = ANY($1)"
SAVE = """
INSERT INTO saved_report
SELECT id, version, name, report, filters::jsonb, owner_id, deleted
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::boolean[])
  AS new(id, version, name, report, filters, owner_id, deleted)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, deleted = excluded.deleted
"""
SEEN = """
SELECT id, version, name, report, filters::text, owner_id FROM read.saved_report
WHERE NOT deleted AND read.visible(owner_id, $1, $2::uuid[])
"""
LIST = f"{SEEN} AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $4"
ONE = f"{SEEN} AND id = $3"
EVENTS: dict[str, type[SavedReportEvent]] = {
    event.__name__: event for event in (SavedReportCreated, SavedReportRenamed, SavedReportDeleted)
}


@dataclass(frozen=True, slots=True)
class SavedReportRow:
    """A saved report as it stands; `filters` as JSON."""

    id: UUID
    version: int
    name: str
    report: str
    filters: str
    owner_id: UUID | None
    deleted: bool


@dataclass(frozen=True, slots=True)
class SavedReportView:
    """A saved report as it is answered."""

    id: UUID
    version: int
    name: str
    report: str
    filters: dict[str, list[str]]
    owner_id: UUID | None


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring the table forward by a batch of our own events."""
    await fold_rows(connection, events, load=LOAD, save=SAVE, row=SavedReportRow, key=saved_report_of, evolve=evolved)


def saved_report_of(recorded: Recorded) -> UUID | None:
    """The saved report whose stream this is."""
    return recorded.stream_id if recorded.type in EVENTS else None


def evolved(row: SavedReportRow | None, recorded: Recorded) -> SavedReportRow | None:
    """A saved report's row after one more event."""
    event = msgspec.json.decode(recorded.data, type=EVENTS[recorded.type])
    if isinstance(event, SavedReportCreated):
        filters = msgspec.json.encode(event.filters).decode()
        fixed = (event.name, event.report, filters, event.owner_id)
        return SavedReportRow(recorded.stream_id, recorded.version, *fixed, deleted=False)
    if row is None:
        return None
    row = replace(row, version=recorded.version)
    return replace(row, name=event.after) if isinstance(event, SavedReportRenamed) else replace(row, deleted=True)


@dataclass(frozen=True, slots=True)
class SavedReports:
    """The queries; everybody sees their own and those of nobody."""

    pool: Pool

    async def listed(self, scope: Scope, after: UUID | None, limit: int) -> list[SavedReportView]:
        """At most `limit` saved reports with ids above `after`, by id."""
        rows = await self.pool.fetch(LIST, scope.everything, scope.owners, after, limit)
        return [_view(row) for row in rows]

    async def one(self, id: UUID, scope: Scope) -> SavedReportView:
        """One saved report; raises NotFound also where it is somebody else's."""
        row = await self.pool.fetchrow(ONE, scope.everything, scope.owners, id)
        if row is None:
            raise NotFound
        return _view(row)


def _view(row: asyncpg.Record) -> SavedReportView:
    named = {name: row[name] for name in ("id", "version", "name", "report", "owner_id")}
    return SavedReportView(filters=msgspec.json.decode(row["filters"], type=dict[str, list[str]]), **named)


SAVED_REPORTS = ReadModel(name="saved_reports", tables=TABLES, apply=apply)
