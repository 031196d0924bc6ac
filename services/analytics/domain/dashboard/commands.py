"""What may be asked of a dashboard; who may ask is settled before, by what is shared with them."""

from __future__ import annotations

from uuid import UUID

from services.analytics.domain.dashboard.events import Tile
from services.analytics.domain.sharing.shares import Share, With
from shared.domain import Command


class CreateDashboard(Command, frozen=True, kw_only=True):
    """Put reports side by side; that reports and filters make sense is checked where they are known."""

    name: str
    tiles: tuple[Tile, ...] = ()
    owner_id: UUID | None = None


class RenameDashboard(Command, frozen=True, kw_only=True):
    """Give it another name."""

    name: str


class ArrangeTiles(Command, frozen=True, kw_only=True):
    """These tiles in this order."""

    tiles: tuple[Tile, ...]


class ShareDashboard(Command, frozen=True, kw_only=True):
    """Let others look at it or change it."""

    share: Share


class UnshareDashboard(Command, frozen=True, kw_only=True):
    """Do not let them any more."""

    kind: With
    id: UUID | None = None


class DeleteDashboard(Command, frozen=True, kw_only=True):
    """Take it off the lists."""


class RestoreDashboard(Command, frozen=True, kw_only=True):
    """Bring it back."""


DashboardCommand = (
    CreateDashboard
    | RenameDashboard
    | ArrangeTiles
    | ShareDashboard
    | UnshareDashboard
    | DeleteDashboard
    | RestoreDashboard
)
