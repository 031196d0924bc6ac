"""Tiles as they come and go over HTTP: filters checked by the report they ask, moving periods turned into days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from pydantic import Field

from services.analytics.api.questions import Questions
from services.analytics.domain.dashboard.defaults import DefaultDashboard
from services.analytics.domain.dashboard.events import Chart, Period, Tile
from services.analytics.domain.dashboard.periods import days_of
from services.analytics.domain.measure.declared import VOCABULARY
from services.analytics.projections import periods
from services.analytics.projections.dashboards import KeptDashboard
from services.analytics.projections.sharing import Access, SharedWith
from shared.errors import Invalid
from shared.http.payload import Payload

A_YEAR = periods.Period(date(2025, 1, 1), date(2025, 12, 31))


class PeriodSaidTwice(Invalid):
    """A tile has a moving period or `from` and `to`, not both."""

    code = "period-said-twice"


class TileBody(Payload):
    """One report on a dashboard of twelve columns."""

    key: Annotated[str, Field(min_length=1, max_length=100)]
    report: Annotated[str, Field(max_length=100)]
    chart: Chart
    filters: Annotated[dict[Annotated[str, Field(max_length=100)], Any], Field(max_length=50)] = Field(
        default_factory=dict
    )
    period: Period | None = None
    compare_to: Annotated[str, Field(max_length=50)] | None = None
    measure: Annotated[str, Field(max_length=100)] | None = None
    title: Annotated[str, Field(max_length=200)] | None = None
    width: int = Field(default=4, ge=1, le=12)
    height: int = Field(default=2, ge=1, le=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileView:
    """A tile, and the address that answers it today for whoever asks it."""

    key: str
    report: str
    chart: Chart
    filters: dict[str, tuple[str, ...]]
    period: Period | None
    compare_to: str | None
    measure: str | None
    title: str | None
    width: int
    height: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardView:
    """A dashboard; `access`: what its reader may do with it."""

    id: UUID
    version: int
    name: str
    owner_id: UUID | None
    access: Access
    shares: list[SharedWith]
    deleted: bool
    tiles: list[TileView]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultView:
    """A dashboard that comes with Flowline."""

    key: str
    role: str
    name: str
    name_zh: str
    tiles: list[TileView]


def tiles_of(questions: Questions, bodies: Sequence[TileBody]) -> tuple[Tile, ...]:
    """The tiles in the domain's words; raises what is wrong with one, with a pointer to it."""
    return tuple(_tile(questions, body, f"/tiles/{place}") for place, body in enumerate(bodies))


def _tile(questions: Questions, body: TileBody, at: str) -> Tile:
    filters = questions.parameters(body.report, body.filters, at)
    if body.measure is not None:
        VOCABULARY.keyed(body.measure, f"{at}/measure")
    if body.period is not None and filters.keys() & {"from", "to"}:
        raise PeriodSaidTwice(field=f"{at}/period")
    if body.compare_to is not None:
        _comparable(body, filters, at)
    plain = ("key", "report", "chart", "period", "compare_to", "measure", "title", "width", "height")
    return Tile(filters=filters, **{name: getattr(body, name) for name in plain})


def _comparable(body: TileBody, filters: dict[str, tuple[str, ...]], at: str) -> None:
    if body.period is None and not {"from", "to"} <= filters.keys():
        raise periods.ComparisonNeedsAPeriod(field=f"{at}/compare_to")
    try:
        periods.compared_period(A_YEAR, body.compare_to or "")
    except periods.ComparisonNotUnderstood as reason:
        raise periods.ComparisonNotUnderstood(field=f"{at}/compare_to") from reason


def shown(kept: KeptDashboard, today: date) -> DashboardView:
    """A dashboard as it is answered on a day."""
    plain = ("id", "version", "name", "owner_id", "access", "shares", "deleted")
    named = {name: getattr(kept, name) for name in plain}
    return DashboardView(tiles=[tile_view(tile, today) for tile in kept.tiles], **named)


def default_view(default: DefaultDashboard, today: date) -> DefaultView:
    """One that comes with Flowline, as it is answered on a day."""
    tiles = [tile_view(tile, today) for tile in default.tiles]
    return DefaultView(key=default.key, role=default.role, name=default.en, name_zh=default.zh, tiles=tiles)


def tile_view(tile: Tile, today: date) -> TileView:
    """A tile with its address."""
    asked: dict[str, Any] = dict(tile.filters)
    if tile.period is not None:
        asked["from"], asked["to"] = days_of(tile.period, today)
    if tile.compare_to is not None:
        asked["compare_to"] = tile.compare_to
    query = urlencode(asked, doseq=True)
    return TileView(
        **msgspec.structs.asdict(tile), path=f"/api/v1/reports/{tile.report}" + (f"?{query}" if query else "")
    )
