"""What happens to a dashboard: the stored and published format."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from services.analytics.domain.sharing.shares import Share
from shared.domain import Event

Chart = Literal["number", "table", "bar", "line", "area", "pie", "funnel", "waterfall", "gauge"]
Period = Literal[
    "today", "this_week", "this_month", "this_quarter", "this_year", "last_month", "last_quarter", "last_year",
    "last_30_days", "last_90_days", "last_365_days",
]  # fmt: skip


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One report on a dashboard, as wide as so many of twelve columns and as high as so many rows.

    `report`: its name in the API, such as `win-rate`; `filters`: its query parameters, each with its values;
    `period`: days that move with today, instead of `from` and `to`; `measure`: which of its measures to show, by key;
    `compare_to`: previous_period, previous_year or two days.
    """

    key: str
    report: str
    chart: Chart
    filters: dict[str, tuple[str, ...]] = {}
    period: Period | None = None
    compare_to: str | None = None
    measure: str | None = None
    title: str | None = None
    width: int = 4
    height: int = 2


class DashboardCreated(Event, frozen=True, kw_only=True):
    """Somebody puts reports side by side; without `owner_id` it is everybody's."""

    name: str
    tiles: tuple[Tile, ...]
    owner_id: UUID | None = None


class DashboardRenamed(Event, frozen=True, kw_only=True):
    """A dashboard got another name."""

    before: str
    after: str


class DashboardTilesArranged(Event, frozen=True, kw_only=True):
    """Other tiles, or the same in another order or size."""

    before: tuple[Tile, ...]
    after: tuple[Tile, ...]


class DashboardShared(Event, frozen=True, kw_only=True):
    """People, a team or everybody may look at it or change it from now on."""

    share: Share


class DashboardUnshared(Event, frozen=True, kw_only=True):
    """A share ended."""

    share: Share


class DashboardDeleted(Event, frozen=True, kw_only=True):
    """A dashboard is not listed any more; it can be restored."""


class DashboardRestored(Event, frozen=True, kw_only=True):
    """It is back as it was."""


DashboardEvent = (
    DashboardCreated
    | DashboardRenamed
    | DashboardTilesArranged
    | DashboardShared
    | DashboardUnshared
    | DashboardDeleted
    | DashboardRestored
)
