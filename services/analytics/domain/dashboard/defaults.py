"""The dashboards that come with Flowline: definitions, not events, so that they get better with a release.

A copy of one is a dashboard of one's own: create it with the tiles that `GET /dashboards/defaults` shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.analytics.domain.dashboard.events import Tile


@dataclass(frozen=True, slots=True)
class DefaultDashboard:
    """`role`: for whom it is meant; what its tiles count is whatever their reader may see."""

    key: str
    role: str
    en: str
    zh: str
    tiles: tuple[Tile, ...]


REP = DefaultDashboard(
    key="rep",
    role="rep",
    en="My pipeline",
    zh="我的商机",
    tiles=(
        Tile(key="won", report="won", chart="number", period="this_quarter", compare_to="previous_period", height=1),
        Tile(key="rate", report="win-rate", chart="number", period="last_365_days", height=1),
        Tile(key="cycle", report="sales-cycle", chart="number", period="last_365_days", height=1),
        Tile(key="now", report="funnel", chart="funnel", filters={"kind": ("snapshot",)}, width=6, height=3),
        Tile(key="age", report="time-in-stage", chart="bar", width=6, height=3),
        Tile(key="forecast", report="forecast", chart="bar", period="this_quarter", width=6, height=3),
        Tile(key="rotting", report="rotting", chart="table", width=6, height=3),
        Tile(key="slipped", report="slipped", chart="table", period="this_quarter", width=12, height=3),
    ),
)
MANAGER = DefaultDashboard(
    key="manager",
    role="manager",
    en="My team",
    zh="我的团队",
    tiles=(
        Tile(key="overview", report="overview", chart="number", period="this_quarter", width=12, height=1),
        Tile(key="won", report="won", chart="line", period="this_year", compare_to="previous_year", width=6, height=3),
        Tile(key="people", report="won", chart="bar", period="this_quarter", width=6, height=3),
        Tile(
            key="rate",
            report="win-rate",
            chart="bar",
            period="this_quarter",
            compare_to="previous_period",
            width=6,
            height=3,
        ),
        Tile(
            key="flow",
            report="funnel",
            chart="funnel",
            filters={"kind": ("flow",)},
            period="this_quarter",
            width=6,
            height=3,
        ),
        Tile(key="stages", report="time-in-stage", chart="bar", period="this_quarter", width=12, height=3),
        Tile(key="moved", report="waterfall", chart="waterfall", period="this_month", width=12, height=3),
        Tile(key="forecast", report="forecast", chart="bar", period="this_quarter", width=6, height=3),
        Tile(key="leaders", report="leaderboard", chart="table", period="this_quarter", width=6, height=3),
    ),
)
DEFAULTS = (REP, MANAGER)
