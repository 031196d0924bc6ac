"""Dashboards over HTTP: request → command → answer; query → row. What tiles count is what their reader may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from services.analytics.api import sharing
from services.analytics.api.questions import Questions
from services.analytics.api.sharing import Grant, Withdrawal
from services.analytics.api.tiles import DashboardView, DefaultView, TileBody, default_view, shown, tiles_of
from services.analytics.domain.dashboard.commands import (
    ArrangeTiles,
    CreateDashboard,
    DeleteDashboard,
    RenameDashboard,
    RestoreDashboard,
    ShareDashboard,
    UnshareDashboard,
)
from services.analytics.domain.dashboard.decider import DASHBOARD, DashboardNotFound
from services.analytics.domain.dashboard.defaults import DEFAULTS
from services.analytics.projections.dashboards import KeptDashboard
from services.analytics.projections.sharing import Access, SharedThings, Viewers
from shared.errors import NotFound
from shared.http.answers import Written, found
from shared.http.auth import Principal
from shared.http.calls import Call, reader, right
from shared.http.pages import Page, PageRequest, page_request
from shared.http.payload import Payload

Name = Annotated[str, Field(min_length=1, max_length=200)]
Tiles = Annotated[list[TileBody], Field(max_length=40)]
Asker = Annotated[Principal, Depends(reader("dashboard.read"))]
Change = Annotated[Call, Depends(right("dashboard.change"))]


class Create(Payload):
    """A dashboard and its tiles in their order."""

    id: UUID | None = None
    name: Name
    tiles: Tiles = Field(default_factory=list)
    shared: bool = Field(default=False, description="true: everybody's; otherwise its maker's, who may share it")


class Rename(Payload):
    """The name from now on."""

    name: Name


class Arrange(Payload):
    """All tiles in their order."""

    tiles: Tiles


@dataclass(frozen=True, slots=True)
class Wall:
    """The dashboards, whoever looks at them, what tiles may ask, and which day it is in the company's time zone."""

    kept: SharedThings[KeptDashboard]
    viewers: Viewers
    questions: Questions
    today: Callable[[], date]

    async def seen(self, dashboard_id: UUID, principal: Principal) -> KeptDashboard:
        """One that the principal may see; raises DashboardNotFound."""
        try:
            return await self.kept.one(dashboard_id, await sharing.viewer_of(self.viewers, principal))
        except NotFound as reason:
            raise DashboardNotFound from reason

    async def held(self, dashboard_id: UUID, principal: Principal, needed: Access) -> None:
        """Raise DashboardNotFound, OnlySharedForViewing or NotYourOwn unless the principal may do so much with it."""
        sharing.require((await self.seen(dashboard_id, principal)).access, needed)


def dashboard_routes(wall: Wall) -> APIRouter:
    """`/dashboards/…`."""
    router = APIRouter(prefix="/dashboards", tags=["dashboards"])
    _add_reading(router, wall)
    _add_changing(router, wall)
    _add_owning(router, wall)
    return router


def _add_reading(router: APIRouter, wall: Wall) -> None:
    """What everybody may ask, each for themselves."""

    @router.get("", operation_id="listDashboards")
    async def list_dashboards(
        asker: Asker,
        page: Annotated[PageRequest, Depends(page_request)],
        *,
        deleted: Annotated[bool, Query(description="The deleted ones that you may restore")] = False,
    ) -> Page[DashboardView]:
        after, viewer = page.after[0] if page.after else None, await sharing.viewer_of(wall.viewers, asker)
        rows = await wall.kept.listed(viewer, after, page.limit + 1, deleted=deleted)
        return page.of([shown(row, wall.today()) for row in rows], key=lambda row: (row.id,))

    @router.get("/defaults", operation_id="listDefaultDashboards")
    async def list_defaults(asker: Asker) -> list[DefaultView]:
        """The dashboards that come with Flowline, those meant for the asker's role first."""
        ranked = sorted(DEFAULTS, key=lambda one: one.role not in asker.roles)
        return [default_view(one, wall.today()) for one in ranked]

    @router.get("/{dashboard_id}", operation_id="getDashboard", response_model=DashboardView)
    async def get_dashboard(dashboard_id: UUID, request: Request, asker: Asker) -> Response:
        one = await wall.seen(dashboard_id, asker)
        return found(request, shown(one, wall.today()), one.version)


def _add_changing(router: APIRouter, wall: Wall) -> None:
    """What who made it, and those with whom it is shared for that, may do."""

    @router.post("", operation_id="createDashboard", status_code=201, response_model=Written)
    async def create(body: Create, call: Annotated[Call, Depends(right("dashboard.change", creates=True))]) -> Response:
        tiles = tiles_of(wall.questions, body.tiles)
        owner = await sharing.owner_for(wall.viewers, call.principal, everybodys=body.shared)
        wish = CreateDashboard(name=body.name, tiles=tiles, owner_id=owner)
        return await call.run(DASHBOARD, call.new_id(body.id), wish)

    @router.post("/{dashboard_id}/rename", operation_id="renameDashboard", response_model=Written)
    async def rename(dashboard_id: UUID, body: Rename, call: Change) -> Response:
        await wall.held(dashboard_id, call.principal, "edit")
        return await call.run(DASHBOARD, dashboard_id, RenameDashboard(name=body.name))

    @router.post("/{dashboard_id}/arrange", operation_id="arrangeDashboard", response_model=Written)
    async def arrange(dashboard_id: UUID, body: Arrange, call: Change) -> Response:
        await wall.held(dashboard_id, call.principal, "edit")
        return await call.run(DASHBOARD, dashboard_id, ArrangeTiles(tiles=tiles_of(wall.questions, body.tiles)))


def _add_owning(router: APIRouter, wall: Wall) -> None:
    """What only whose own it is may do."""

    @router.post("/{dashboard_id}/share", operation_id="shareDashboard", response_model=Written)
    async def share(dashboard_id: UUID, body: Grant, call: Change) -> Response:
        await wall.held(dashboard_id, call.principal, "own")
        return await call.run(DASHBOARD, dashboard_id, ShareDashboard(share=await sharing.known(wall.viewers, body)))

    @router.post("/{dashboard_id}/unshare", operation_id="unshareDashboard", response_model=Written)
    async def unshare(dashboard_id: UUID, body: Withdrawal, call: Change) -> Response:
        await wall.held(dashboard_id, call.principal, "own")
        return await call.run(DASHBOARD, dashboard_id, UnshareDashboard(kind=body.kind, id=body.id))

    @router.post("/{dashboard_id}/restore", operation_id="restoreDashboard", response_model=Written)
    async def restore(dashboard_id: UUID, call: Change) -> Response:
        await wall.held(dashboard_id, call.principal, "own")
        return await call.run(DASHBOARD, dashboard_id, RestoreDashboard())

    @router.delete("/{dashboard_id}", operation_id="deleteDashboard", response_model=Written)
    async def delete(dashboard_id: UUID, call: Change) -> Response:
        await wall.held(dashboard_id, call.principal, "own")
        return await call.run(DASHBOARD, dashboard_id, DeleteDashboard())
