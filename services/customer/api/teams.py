"""Teams over HTTP: request → command → answer; query → row."""

from datetime import datetime
from typing import Annotated, Any, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from services.customer.api.reads import Reads
from services.customer.api.references import all_of
from services.customer.api.team_bodies import CorrectTeam, CreateTeam, CreateTeamItem, RenameTeamItem, TeamItem
from services.customer.domain.team.decider import TEAM
from shared.eventstore.intent import Request as CommandRequest
from shared.http.answers import Written, found
from shared.http.batch import Batch, BatchCall, BatchResults, ItemCall, batch_of
from shared.http.calls import Call, reader, right
from shared.http.pages import Page, PageRequest, page_request

MayRead = Depends(reader("team.read"))
Creation = Annotated[Call, Depends(right("team.create", creates=True))]
Renaming = Annotated[Call, Depends(right("team.rename"))]


class TeamView(BaseModel):
    """One team of the sales organisation."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    parent_id: UUID | None
    created_at: datetime
    updated_at: datetime


def team_routes(reads: Reads) -> APIRouter:
    """Create, rename, read."""
    router = APIRouter(tags=["teams"])

    @router.post("/teams", operation_id="createTeam", status_code=201, response_model=Written)
    async def create_team(body: CreateTeam, call: Creation) -> Response:
        known = await reads.known(call.principal, body.mentions())
        return await call.run(TEAM, call.new_id(body.id), body.wish(known))

    @router.patch("/teams/{team_id}", operation_id="correctTeam", response_model=Written)
    async def correct_team(team_id: UUID, body: CorrectTeam, call: Renaming) -> Response:
        await reads.teams.one(team_id)
        return await call.run(TEAM, team_id, body.wish())

    @router.post("/teams:batch", operation_id="batchTeams", response_model=BatchResults)
    async def batch_teams(body: Batch[TeamItem], call: Annotated[BatchCall, Depends(batch_of())]) -> Response:
        mentioned = all_of(item.mentions() for item in body.items() if isinstance(item, CreateTeamItem))
        known = await reads.known(call.principal, mentioned)

        def wish(item: TeamItem, at: ItemCall) -> CommandRequest[Any, Any, Any]:
            match item:
                case CreateTeamItem():
                    return at.request(TEAM, item.wish(known))
                case RenameTeamItem():
                    return at.request(TEAM, item.wish())
                case _:
                    assert_never(item)

        return await call.run(body, wish)

    @router.get("/teams", operation_id="listTeams", dependencies=[MayRead])
    async def list_teams(page: Annotated[PageRequest, Depends(page_request)]) -> Page[TeamView]:
        rows = await reads.teams.page(after=page.after, limit=page.limit + 1)
        return page.of([TeamView.model_validate(row) for row in rows], key=lambda row: (row.name, row.id))

    @router.get("/teams/{team_id}", operation_id="getTeam", response_model=TeamView, dependencies=[MayRead])
    async def get_team(team_id: UUID, request: Request) -> Response:
        team = await reads.teams.one(team_id)
        return found(request, TeamView.model_validate(team), team.version)

    return router
