"""A dashboard: made, arranged, shared, deleted, restored; and the ones that come with Flowline."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.domain.dashboard.commands import (
    ArrangeTiles,
    CreateDashboard,
    DeleteDashboard,
    RenameDashboard,
    RestoreDashboard,
    ShareDashboard,
    UnshareDashboard,
)
from services.analytics.domain.dashboard.decider import (
    DASHBOARD,
    DashboardExists,
    DashboardNeedsAName,
    DashboardNotFound,
    TileKeyUsedTwice,
    TileOutOfBounds,
    TooManyTiles,
)
from services.analytics.domain.dashboard.events import Period, Tile
from services.analytics.domain.dashboard.periods import days_of
from services.analytics.domain.sharing.shares import Share
from services.analytics.tests.examples import (
    BOARD_CREATED,
    BOARD_DELETED,
    BOARD_RENAMED,
    BOARD_RESTORED,
    BOARD_SHARED,
    BOARD_UNSHARED,
    DASHBOARD_EXAMPLES,
    TILES_ARRANGED,
    WON_TILE,
)
from shared.eventstore.catalogue import Catalogue
from shared.testing.scenario import Scenario

board = Scenario(DASHBOARD)
MAKE = CreateDashboard(name=BOARD_CREATED.name, tiles=BOARD_CREATED.tiles, owner_id=BOARD_CREATED.owner_id)
EVERYBODY = Share(kind="everybody")


def test_a_dashboard_is_made_once_even_after_deletion() -> None:
    board.when(MAKE).then(BOARD_CREATED)
    board.given(BOARD_CREATED).when(MAKE).then_rejected(DashboardExists)
    board.given(BOARD_CREATED, BOARD_DELETED).when(MAKE).then_rejected(DashboardExists)


def test_it_is_renamed_and_arranged_only_if_something_changes() -> None:
    made = board.given(BOARD_CREATED)
    made.when(RenameDashboard(name="华东 ")).then(BOARD_RENAMED).when(RenameDashboard(name="华东")).then_nothing()
    arranged = made.when(ArrangeTiles(tiles=TILES_ARRANGED.after)).then(TILES_ARRANGED)
    arranged.when(ArrangeTiles(tiles=TILES_ARRANGED.after)).then_nothing()


def test_it_is_shared_and_unshared() -> None:
    shared = board.given(BOARD_CREATED).when(ShareDashboard(share=EVERYBODY)).then(BOARD_SHARED)
    shared.when(ShareDashboard(share=EVERYBODY)).then_nothing()
    shared.when(UnshareDashboard(kind="everybody")).then(BOARD_UNSHARED).when(
        UnshareDashboard(kind="everybody")
    ).then_nothing()


def test_a_deleted_one_can_only_be_restored_and_is_then_as_it_was() -> None:
    deleted = board.given(BOARD_CREATED, BOARD_SHARED).when(DeleteDashboard()).then(BOARD_DELETED)
    for wish in (RenameDashboard(name="x"), ArrangeTiles(tiles=()), ShareDashboard(share=EVERYBODY), DeleteDashboard()):
        deleted.when(wish).then_rejected(DashboardNotFound)
    restored = deleted.when(RestoreDashboard()).then(BOARD_RESTORED)
    assert restored.state == board.given(BOARD_CREATED, BOARD_SHARED).state
    restored.when(RestoreDashboard()).then_nothing()
    board.when(RestoreDashboard()).then_rejected(DashboardNotFound)


def test_tiles_that_do_not_fit_are_refused() -> None:
    made = board.given(BOARD_CREATED)
    made.when(ArrangeTiles(tiles=(WON_TILE, WON_TILE))).then_rejected(TileKeyUsedTwice)
    for width, height in ((0, 1), (13, 1), (1, 0), (1, 21)):
        tile = Tile(key="k", report="won", chart="bar", width=width, height=height)
        made.when(ArrangeTiles(tiles=(tile,))).then_rejected(TileOutOfBounds)
    many = tuple(Tile(key=str(n), report="won", chart="bar") for n in range(41))
    made.when(ArrangeTiles(tiles=many)).then_rejected(TooManyTiles)
    board.when(CreateDashboard(name="x", tiles=many)).then_rejected(TooManyTiles)
    board.when(CreateDashboard(name=" ")).then_rejected(DashboardNeedsAName)


@settings(deadline=None)
@given(st.sampled_from(get_args(Period)), st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_moving_period_has_whole_days_and_knows_today(period: Period, today: date) -> None:
    first, last = days_of(period, today)
    assert first <= last
    if period.startswith("last_") and not period.endswith("_days"):
        this_first, _ = days_of(f"this_{period.removeprefix('last_')}", today)  # type: ignore[arg-type]
        assert last + timedelta(days=1) == this_first
    else:
        assert first <= today <= last


def test_moving_periods_of_a_day_in_march() -> None:
    day = date(2026, 3, 31)
    assert days_of("this_quarter", day) == (date(2026, 1, 1), date(2026, 3, 31))
    assert days_of("last_quarter", day) == (date(2025, 10, 1), date(2025, 12, 31))
    assert days_of("last_month", day) == (date(2026, 2, 1), date(2026, 2, 28))
    assert days_of("this_week", day) == (date(2026, 3, 30), date(2026, 4, 5))
    assert days_of("last_30_days", day) == (date(2026, 3, 2), day)


def test_there_is_one_example_of_every_event() -> None:
    names = [type(example).__name__ for example in DASHBOARD_EXAMPLES]
    assert sorted(names) == sorted(Catalogue("analytics", [DASHBOARD]).names())
