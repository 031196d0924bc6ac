"""What a dashboard answers to a wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.analytics.domain.dashboard.commands import (
    ArrangeTiles,
    CreateDashboard,
    DashboardCommand,
    DeleteDashboard,
    RenameDashboard,
    RestoreDashboard,
    ShareDashboard,
    UnshareDashboard,
)
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
from services.analytics.domain.sharing.shares import Shares, granted, with_share, withdrawn, without_share
from shared.domain import Decider
from shared.errors import Conflict, Invalid, NotFound

MOST_TILES = 40
COLUMNS = 12
HIGHEST = 20


@dataclass(frozen=True, slots=True)
class NoDashboard:
    """Nothing has happened yet."""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard; a deleted one can only be restored."""

    name: str
    tiles: tuple[Tile, ...]
    shares: Shares
    deleted: bool = False


State = NoDashboard | Dashboard


class DashboardNotFound(NotFound):
    """There is no such dashboard."""

    code = "dashboard-not-found"


class DashboardExists(Conflict):
    """A dashboard with this id exists already."""

    code = "dashboard-exists"


class DashboardNeedsAName(Invalid):
    """A dashboard needs a name."""

    code = "name-missing"


class TooManyTiles(Invalid):
    """A dashboard has at most 40 tiles."""

    code = "too-many-tiles"


class TileKeyUsedTwice(Invalid):
    """Two tiles of a dashboard have the same key."""

    code = "tile-key-used-twice"


class TileOutOfBounds(Invalid):
    """A tile is 1 to 12 columns wide and 1 to 20 rows high."""

    code = "tile-out-of-bounds"


def decide(dashboard: State, command: DashboardCommand) -> Sequence[DashboardEvent]:
    """Answer a wish."""
    match command:
        case CreateDashboard():
            return create(dashboard, command)
        case RestoreDashboard():
            return [DashboardRestored()] if known(dashboard).deleted else []
        case RenameDashboard():
            return rename(existing(dashboard), command)
        case ArrangeTiles():
            return arrange(existing(dashboard), command)
        case ShareDashboard():
            changes = granted(existing(dashboard).shares, command.share)
            return [DashboardShared(share=command.share)] if changes else []
        case UnshareDashboard():
            ended = withdrawn(existing(dashboard).shares, command.kind, command.id)
            return [DashboardUnshared(share=ended)] if ended else []
        case DeleteDashboard():
            existing(dashboard)
            return [DashboardDeleted()]
        case _:
            assert_never(command)


def known(dashboard: State) -> Dashboard:
    """The dashboard, deleted or not; raises DashboardNotFound."""
    if isinstance(dashboard, NoDashboard):
        raise DashboardNotFound
    return dashboard


def existing(dashboard: State) -> Dashboard:
    """The dashboard that is not deleted; raises DashboardNotFound."""
    found = known(dashboard)
    if found.deleted:
        raise DashboardNotFound
    return found


def create(dashboard: State, command: CreateDashboard) -> Sequence[DashboardEvent]:
    """Make it once; an id is never used again."""
    if not isinstance(dashboard, NoDashboard):
        raise DashboardExists
    tiles = arranged(command.tiles)
    return [DashboardCreated(name=_named(command.name), tiles=tiles, owner_id=command.owner_id)]


def rename(dashboard: Dashboard, command: RenameDashboard) -> Sequence[DashboardEvent]:
    """Nothing happens where the name stays."""
    name = _named(command.name)
    return [] if name == dashboard.name else [DashboardRenamed(before=dashboard.name, after=name)]


def arrange(dashboard: Dashboard, command: ArrangeTiles) -> Sequence[DashboardEvent]:
    """Nothing happens where all stays in its place."""
    tiles = arranged(command.tiles)
    return [] if tiles == dashboard.tiles else [DashboardTilesArranged(before=dashboard.tiles, after=tiles)]


def arranged(tiles: tuple[Tile, ...]) -> tuple[Tile, ...]:
    """The tiles, if they fit; raises TooManyTiles, TileKeyUsedTwice and TileOutOfBounds."""
    if len(tiles) > MOST_TILES:
        raise TooManyTiles(field="/tiles")
    seen: set[str] = set()
    for place, tile in enumerate(tiles):
        if tile.key in seen:
            raise TileKeyUsedTwice(field=f"/tiles/{place}/key")
        if not (1 <= tile.width <= COLUMNS and 1 <= tile.height <= HIGHEST):
            raise TileOutOfBounds(field=f"/tiles/{place}/width")
        seen.add(tile.key)
    return tiles


def evolve(dashboard: State, event: DashboardEvent) -> State:
    """Take a fact into account."""
    match event:
        case DashboardCreated():
            return Dashboard(event.name, event.tiles, {})
        case DashboardRenamed():
            return replace(known(dashboard), name=event.after)
        case DashboardTilesArranged():
            return replace(known(dashboard), tiles=event.after)
        case DashboardShared():
            return replace(known(dashboard), shares=with_share(known(dashboard).shares, event.share))
        case DashboardUnshared():
            return replace(known(dashboard), shares=without_share(known(dashboard).shares, event.share))
        case DashboardDeleted() | DashboardRestored():
            return replace(known(dashboard), deleted=isinstance(event, DashboardDeleted))
        case _:
            assert_never(event)


def _named(name: str) -> str:
    if not name.strip():
        raise DashboardNeedsAName(field="/name")
    return name.strip()


DASHBOARD: Decider[State, DashboardCommand, DashboardEvent] = Decider(
    category="dashboard",
    initial=NoDashboard(),
    decide=decide,
    evolve=evolve,
    events=(
        DashboardCreated,
        DashboardRenamed,
        DashboardTilesArranged,
        DashboardShared,
        DashboardUnshared,
        DashboardDeleted,
        DashboardRestored,
    ),
)
