"""One example of every event of this service, as other services will meet it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from services.analytics.domain.accepted_deviation.events import DeviationAcceptanceWithdrawn, DeviationAccepted
from services.analytics.domain.dashboard.events import (
    DashboardCreated,
    DashboardDeleted,
    DashboardRenamed,
    DashboardRestored,
    DashboardShared,
    DashboardTilesArranged,
    DashboardUnshared,
    Tile,
)
from services.analytics.domain.metric.events import (
    MetricDefined,
    MetricRedefinitionDropped,
    MetricRedefinitionProposed,
    MetricVersionRebuilt,
    MetricVersionSwapped,
)
from services.analytics.domain.saved_report.events import (
    SavedReportCreated,
    SavedReportDeleted,
    SavedReportFiltersChanged,
    SavedReportRenamed,
    SavedReportShared,
    SavedReportUnshared,
)
from services.analytics.domain.sharing.shares import Share
from shared.domain import Event

ANNA = UUID("01890000-0000-7000-8000-000000000011")
EAST = UUID("01890000-0000-7000-8000-000000000021")
PROCESS = UUID("01890000-0000-7000-8000-000000000031")

CREATED = SavedReportCreated(
    name="Win rate, China",
    report="win-rate",
    filters={"process": (str(PROCESS),), "region": ("上海", "深圳"), "from": ("2026-01-01",)},
    owner_id=ANNA,
)
RENAMED = SavedReportRenamed(before="Win rate, China", after="赢单率")
FILTERS_CHANGED = SavedReportFiltersChanged(before=CREATED.filters, after={"region": ("上海",)})
WITH_EAST = Share(kind="team", id=EAST, right="edit")
SHARED = SavedReportShared(share=WITH_EAST)
UNSHARED = SavedReportUnshared(share=WITH_EAST)
DELETED = SavedReportDeleted()
SAVED_REPORT_EXAMPLES: tuple[Event, ...] = (CREATED, RENAMED, FILTERS_CHANGED, SHARED, UNSHARED, DELETED)

WON_TILE = Tile(key="won", report="won", chart="bar", period="this_quarter", compare_to="previous_period", width=6)
RATE_TILE = Tile(key="rate", report="win-rate", chart="number", filters={"region": ("上海",)}, measure="win_rate")
BOARD_CREATED = DashboardCreated(name="East", tiles=(WON_TILE,), owner_id=ANNA)
BOARD_RENAMED = DashboardRenamed(before="East", after="华东")
TILES_ARRANGED = DashboardTilesArranged(before=(WON_TILE,), after=(RATE_TILE, WON_TILE))
BOARD_SHARED = DashboardShared(share=Share(kind="everybody"))
BOARD_UNSHARED = DashboardUnshared(share=Share(kind="everybody"))
BOARD_DELETED = DashboardDeleted()
BOARD_RESTORED = DashboardRestored()
DASHBOARD_EXAMPLES: tuple[Event, ...] = (
    BOARD_CREATED,
    BOARD_RENAMED,
    TILES_ARRANGED,
    BOARD_SHARED,
    BOARD_UNSHARED,
    BOARD_DELETED,
    BOARD_RESTORED,
)

ACCEPTED = DeviationAccepted(
    process_id=PROCESS,
    process_version=2,
    violation="6f2c1d9e0b7a4c3d55",
    kind="skipped",
    stage="proposal",
    source="qualify",
    target="negotiate",
    reason="Renewals need no proposal",
    author="mia",
)
ACCEPTANCE_WITHDRAWN = DeviationAcceptanceWithdrawn(
    process_id=PROCESS, violation=ACCEPTED.violation, reason="续约也要报价", author="mia"
)
ACCEPTED_DEVIATION_EXAMPLES: tuple[Event, ...] = (ACCEPTED, ACCEPTANCE_WITHDRAWN)

METRIC_DEFINED = MetricDefined(
    key="win_rate",
    name="Win rate",
    name_zh="赢单率",
    formula="won / (won + lost)",
    unit="1",
    reason="what we steer by",
    author="ada",
)
REDEFINED = MetricRedefinitionProposed(
    version=2, formula="won / (won + lost + overdue)", reason="overdue deals are as good as lost", author="ada"
)
REBUILT = MetricVersionRebuilt(
    version=2,
    values=24,
    as_of=datetime(2026, 11, 26, 12, tzinfo=UTC),
    first_month=date(2025, 12, 1),
    last_month=date(2026, 11, 1),
)
SWAPPED = MetricVersionSwapped(before=1, after=2, reason="agreed in November")
DROPPED = MetricRedefinitionDropped(version=3, reason="nobody could explain it")
METRIC_EXAMPLES: tuple[Event, ...] = (METRIC_DEFINED, REDEFINED, REBUILT, SWAPPED, DROPPED)

EXAMPLES: tuple[Event, ...] = (
    *SAVED_REPORT_EXAMPLES,
    *DASHBOARD_EXAMPLES,
    *ACCEPTED_DEVIATION_EXAMPLES,
    *METRIC_EXAMPLES,
)
