"""The dashboards: kept inside the append, so whoever arranges or shares one sees it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

import asyncpg
import msgspec

from services.analytics.domain.dashboard.events import (
    DashboardCreated,
    DashboardDeleted,
    DashboardEvent,
    DashboardRenamed,
    DashboardRestored,
    DashboardShared,
    DashboardTilesArranged,
    DashboardUnshared,
    Tile,
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
CREATE TABLE dashboard (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  name text NOT NULL,
  tiles jsonb NOT NULL,
  owner_id uuid,
  shares jsonb NOT NULL,
  deleted boolean NOT NULL
);
"""
LOAD = "SELECT id, version, name, tiles::text, owner_id, shares::text, deleted FROM dashboard WHERE id = ANY($1)"
SAVE = """
INSERT INTO dashboard
SELECT id, version, name, tiles::jsonb, owner_id, shares::jsonb, deleted
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::boolean[])
  AS new(id, version, name, tiles, owner_id, shares, deleted)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, tiles = excluded.tiles,
  shares = excluded.shares, deleted = excluded.deleted
"""
EVENTS: dict[str, type[DashboardEvent]] = {
    event.__name__: event
    for event in (
        DashboardCreated,
        DashboardRenamed,
        DashboardTilesArranged,
        DashboardShared,
        DashboardUnshared,
        DashboardDeleted,
        DashboardRestored,
    )
}


@dataclass(frozen=True, slots=True)
class DashboardRow:
    """A dashboard as it stands; `tiles` and `shares` as JSON."""

    id: UUID
    version: int
    name: str
    tiles: str
    owner_id: UUID | None
    shares: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDashboard:
    """A dashboard as somebody sees it; `access`: what they may do with it."""

    id: UUID
    version: int
    name: str
    tiles: tuple[Tile, ...]
    owner_id: UUID | None
    shares: list[SharedWith]
    access: Access
    deleted: bool


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring the table forward by a batch of our own events."""
    await fold_rows(connection, events, load=LOAD, save=SAVE, row=DashboardRow, key=dashboard_of, evolve=evolved)


def dashboard_of(recorded: Recorded) -> UUID | None:
    """The dashboard whose stream this is."""
    return recorded.stream_id if recorded.type in EVENTS else None


def evolved(row: DashboardRow | None, recorded: Recorded) -> DashboardRow | None:
    """A dashboard's row after one more event."""
    event = msgspec.json.decode(recorded.data, type=EVENTS[recorded.type])
    if isinstance(event, DashboardCreated):
        fixed = (event.name, _json(event.tiles), event.owner_id)
        return DashboardRow(recorded.stream_id, recorded.version, *fixed, shares="[]", deleted=False)
    return None if row is None else _changed(replace(row, version=recorded.version), event)


def _changed(row: DashboardRow, event: DashboardEvent) -> DashboardRow:
    match event:
        case DashboardRenamed():
            return replace(row, name=event.after)
        case DashboardTilesArranged():
            return replace(row, tiles=_json(event.after))
        case DashboardShared() | DashboardUnshared():
            ended = isinstance(event, DashboardUnshared)
            return replace(row, shares=shares_after(row.shares, event.share, ended=ended))
        case DashboardDeleted() | DashboardRestored():
            return replace(row, deleted=isinstance(event, DashboardDeleted))
        case DashboardCreated():
            return row
        case _:
            assert_never(event)


def dashboards(pool: Pool) -> SharedThings[KeptDashboard]:
    """The queries; deleted ones are kept for whose own they are."""
    columns = "id, version, name, tiles::text, owner_id, shares::text"
    return SharedThings(pool=pool, table="dashboard", columns=columns, restorable=True, told=_kept)


def _kept(row: asyncpg.Record) -> KeptDashboard:
    return KeptDashboard(
        tiles=msgspec.json.decode(row["tiles"], type=tuple[Tile, ...]),
        shares=shares_of(row["shares"]),
        access=ACCESSES[row["access"]],
        **{name: row[name] for name in ("id", "version", "name", "owner_id", "deleted")},
    )


def _json(tiles: tuple[Tile, ...]) -> str:
    return msgspec.json.encode(tiles).decode()


DASHBOARDS = ReadModel(name="dashboards", tables=TABLES, apply=apply)
