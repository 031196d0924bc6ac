"""The saved reports: kept inside the append, so whoever saves or shares one sees it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

import asyncpg
import msgspec

from services.analytics.domain.saved_report.events import (
    SavedReportCreated,
    SavedReportDeleted,
    SavedReportEvent,
    SavedReportFiltersChanged,
    SavedReportRenamed,
    SavedReportShared,
    SavedReportUnshared,
)
from services.analytics.projections.sharing import (
    ACCESSES,
    Access,
    SharedThings,
    SharedWith,
    shares_after,
    shares_of,
)
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
  shares jsonb NOT NULL,
  deleted boolean NOT NULL
);
"""
LOAD = """
SELECT id, version, name, report, filters::text, owner_id, shares::text, deleted FROM saved_report WHERE id = ANY($1)
"""
SAVE = """
INSERT INTO saved_report
SELECT id, version, name, report, filters::jsonb, owner_id, shares::jsonb, deleted
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::boolean[])
  AS new(id, version, name, report, filters, owner_id, shares, deleted)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, filters = excluded.filters,
  shares = excluded.shares, deleted = excluded.deleted
"""
EVENTS: dict[str, type[SavedReportEvent]] = {
    event.__name__: event
    for event in (
        SavedReportCreated,
        SavedReportRenamed,
        SavedReportFiltersChanged,
        SavedReportShared,
        SavedReportUnshared,
        SavedReportDeleted,
    )
}


@dataclass(frozen=True, slots=True)
class SavedReportRow:
    """A saved report as it stands; `filters` and `shares` as JSON."""

    id: UUID
    version: int
    name: str
    report: str
    filters: str
    owner_id: UUID | None
    shares: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class SavedReportView:
    """A saved report as it is answered; `access`: what the reader may do with it."""

    id: UUID
    version: int
    name: str
    report: str
    filters: dict[str, list[str]]
    owner_id: UUID | None
    shares: list[SharedWith]
    access: Access


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
        fixed = (event.name, event.report, _json(event.filters), event.owner_id)
        return SavedReportRow(recorded.stream_id, recorded.version, *fixed, shares="[]", deleted=False)
    return None if row is None else _changed(replace(row, version=recorded.version), event)


def _changed(row: SavedReportRow, event: SavedReportEvent) -> SavedReportRow:
    match event:
        case SavedReportRenamed():
            return replace(row, name=event.after)
        case SavedReportFiltersChanged():
            return replace(row, filters=_json(event.after))
        case SavedReportShared() | SavedReportUnshared():
            ended = isinstance(event, SavedReportUnshared)
            return replace(row, shares=shares_after(row.shares, event.share, ended=ended))
        case SavedReportDeleted():
            return replace(row, deleted=True)
        case SavedReportCreated():
            return row
        case _:
            assert_never(event)


def saved_reports(pool: Pool) -> SharedThings[SavedReportView]:
    """The queries."""
    columns = "id, version, name, report, filters::text, owner_id, shares::text"
    return SharedThings(pool=pool, table="saved_report", columns=columns, restorable=False, told=_view)


def _view(row: asyncpg.Record) -> SavedReportView:
    named = {name: row[name] for name in ("id", "version", "name", "report", "owner_id")}
    filters = msgspec.json.decode(row["filters"], type=dict[str, list[str]])
    return SavedReportView(filters=filters, shares=shares_of(row["shares"]), access=ACCESSES[row["access"]], **named)


def _json(filters: dict[str, tuple[str, ...]]) -> str:
    return msgspec.json.encode(filters).decode()


SAVED_REPORTS = ReadModel(name="saved_reports", tables=TABLES, apply=apply)
