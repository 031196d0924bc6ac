"""The people of our own organisation over HTTP: request → command → answer; query → row."""

from datetime import datetime
from typing import Annotated, Any, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from services.customer.api.people_bodies import (
    AddPerson,
    AddPersonItem,
    CorrectPerson,
    CorrectPersonItem,
    DeactivatePersonItem,
    MovePersonToTeam,
    MovePersonToTeamItem,
    PersonItem,
    ReactivatePersonItem,
)
from services.customer.api.reads import Reads
from services.customer.api.references import Known, all_of
from services.customer.domain.person import commands
from services.customer.domain.person.decider import PERSON, PersonNotFound
from shared.eventstore.intent import Request as CommandRequest
from shared.http.answers import Written, found
from shared.http.auth import Principal
from shared.http.batch import Batch, BatchCall, BatchResults, ItemCall, batch_of
from shared.http.calls import Call, reader, right
from shared.http.pages import Page, PageRequest, page_request

MayRead = Depends(reader("person.read"))
Reading = Annotated[Principal, MayRead]
Adding = Annotated[Call, Depends(right("person.add", creates=True))]
Correction = Annotated[Call, Depends(right("person.correct"))]
Moving = Annotated[Call, Depends(right("person.move"))]
Deactivation = Annotated[Call, Depends(right("person.deactivate"))]
Reactivation = Annotated[Call, Depends(right("person.reactivate"))]


class PersonView(BaseModel):
    """One colleague."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    email: str | None
    subject: str | None
    team_id: UUID | None
    active: bool
    created_at: datetime
    updated_at: datetime


def people_routes(reads: Reads) -> APIRouter:
    """Add, correct, move, deactivate, reactivate, read."""
    router = APIRouter(tags=["people"])

    @router.post("/people", operation_id="addPerson", status_code=201, response_model=Written)
    async def add_person(body: AddPerson, call: Adding) -> Response:
        known = await reads.known(call.principal, body.mentions())
        return await call.run(PERSON, call.new_id(body.id), body.wish(known))

    @router.patch("/people/{person_id}", operation_id="correctPerson", response_model=Written)
    async def correct_person(person_id: UUID, body: CorrectPerson, call: Correction) -> Response:
        await reads.people.one(person_id)
        return await call.run(PERSON, person_id, body.wish())

    @router.post("/people/{person_id}/move-to-team", operation_id="movePersonToTeam", response_model=Written)
    async def move_person_to_team(person_id: UUID, body: MovePersonToTeam, call: Moving) -> Response:
        await reads.people.one(person_id)
        known = await reads.known(call.principal, body.mentions())
        return await call.run(PERSON, person_id, body.wish(known))

    @router.post("/people/{person_id}/deactivate", operation_id="deactivatePerson", response_model=Written)
    async def deactivate_person(person_id: UUID, call: Deactivation) -> Response:
        await reads.people.one(person_id)
        return await call.run(PERSON, person_id, commands.DeactivatePerson())

    @router.post("/people/{person_id}/reactivate", operation_id="reactivatePerson", response_model=Written)
    async def reactivate_person(person_id: UUID, call: Reactivation) -> Response:
        await reads.people.one(person_id)
        return await call.run(PERSON, person_id, commands.ReactivatePerson())

    @router.post("/people:batch", operation_id="batchPeople", response_model=BatchResults)
    async def batch_people(body: Batch[PersonItem], call: Annotated[BatchCall, Depends(batch_of())]) -> Response:
        moving = [item for item in body.items() if isinstance(item, AddPersonItem | MovePersonToTeamItem)]
        known = await reads.known(call.principal, all_of(item.mentions() for item in moving))
        return await call.run(body, lambda item, at: request_of(item, at, known))

    @router.get("/people", operation_id="listPeople", dependencies=[MayRead])
    async def list_people(
        page: Annotated[PageRequest, Depends(page_request)], team_id: UUID | None = None, *, active: bool | None = None
    ) -> Page[PersonView]:
        rows = await reads.people.page(team_id=team_id, active=active, after=page.after, limit=page.limit + 1)
        return page.of([PersonView.model_validate(row) for row in rows], key=lambda row: (row.name, row.id))

    @router.get("/people/me", operation_id="getMe", response_model=PersonView)
    async def get_me(request: Request, principal: Reading) -> Response:
        person = await reads.people.of_subject(principal.subject)
        if person is None:
            raise PersonNotFound("Your token speaks for nobody in the directory.")
        return found(request, PersonView.model_validate(person), person.version)

    @router.get("/people/{person_id}", operation_id="getPerson", response_model=PersonView, dependencies=[MayRead])
    async def get_person(person_id: UUID, request: Request) -> Response:
        person = await reads.people.one(person_id)
        return found(request, PersonView.model_validate(person), person.version)

    return router


def request_of(item: PersonItem, at: ItemCall, known: Known) -> CommandRequest[Any, Any, Any]:
    """An item of a batch as a command for its stream."""
    match item:
        case AddPersonItem() | MovePersonToTeamItem():
            return at.request(PERSON, item.wish(known))
        case CorrectPersonItem():
            return at.request(PERSON, item.wish())
        case DeactivatePersonItem():
            return at.request(PERSON, commands.DeactivatePerson())
        case ReactivatePersonItem():
            return at.request(PERSON, commands.ReactivatePerson())
        case _:
            assert_never(item)
