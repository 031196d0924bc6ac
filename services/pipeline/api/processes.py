"""Sales processes over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field

from services.pipeline.api.deal_views import StageView
from services.pipeline.domain.sales_process import commands
from services.pipeline.domain.sales_process.decider import SALES_PROCESS, ProcessMissing, VersionMissing
from services.pipeline.domain.sales_process.drawing import Category, Move, Stage
from services.pipeline.domain.sales_process.lint import faults
from services.pipeline.projections.processes import Drawn, Processes, ProcessRow
from shared.http.answers import Written, found
from shared.http.auth import Principal
from shared.http.calls import Call, reader, right
from shared.http.pages import Page, PageRequest, page_request
from shared.http.payload import Payload

Text = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[int, Path(ge=1, le=1_000_000)]


class CreateProcess(Payload):
    """A way of selling; its versions are drafted and published one by one."""

    id: UUID | None = None
    name: Text


class StageBody(Payload):
    """A stage; its place in the list is its rank, `probability` is in percent."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
    name: Text
    category: Category
    probability: Annotated[int, Field(ge=0, le=100)]


class MoveBody(Payload):
    """An allowed move between two stages, by their keys."""

    from_stage: Text
    to_stage: Text


class DraftVersion(Payload):
    """A drawing; without `moves` a deal may go from every stage that is not closed to every other one."""

    stages: Annotated[list[StageBody], Field(min_length=1, max_length=100)]
    moves: Annotated[list[MoveBody] | None, Field(max_length=2000)] = None


class MoveView(BaseModel):
    """An allowed move between two stages, by their keys."""

    from_stage: str
    to_stage: str


class VersionView(BaseModel):
    """One version; `faults` says what would keep a draft from being published."""

    number: int
    published: bool
    drafted_at: datetime
    published_at: datetime | None
    stages: list[StageView]
    moves: list[MoveView]
    faults: list[str]


class ProcessView(BaseModel):
    """A process with all its versions; `latest` is the newest published number."""

    id: UUID
    version: int
    name: str
    latest: int | None
    versions: list[VersionView]


def process_routes(processes: Processes) -> APIRouter:
    """Create processes, draft and publish their versions, look at them."""
    router = APIRouter(tags=["processes"])

    async def row_of(process_id: UUID) -> ProcessRow:
        row = (await processes.by_id([process_id])).get(process_id)
        if row is None:
            raise ProcessMissing
        return row

    @router.post("/processes", operation_id="createProcess", status_code=201, response_model=Written)
    async def create(
        body: CreateProcess, call: Annotated[Call, Depends(right("process.create", creates=True))]
    ) -> Response:
        return await call.run(SALES_PROCESS, call.new_id(body.id), commands.CreateSalesProcess(name=body.name))

    @router.post("/processes/{process_id}/versions", operation_id="draftProcessVersion", response_model=Written)
    async def draft(
        process_id: UUID, body: DraftVersion, call: Annotated[Call, Depends(right("process.draft"))]
    ) -> Response:
        return await call.run(SALES_PROCESS, process_id, _drafting(body))

    @router.post(
        "/processes/{process_id}/versions/{number}/publish",
        operation_id="publishProcessVersion",
        response_model=Written,
    )
    async def publish(
        process_id: UUID, number: Number, call: Annotated[Call, Depends(right("process.publish"))]
    ) -> Response:
        return await call.run(SALES_PROCESS, process_id, commands.PublishSalesProcessVersion(number=number))

    @router.get("/processes", operation_id="listProcesses")
    async def list_processes(
        principal: Annotated[Principal, Depends(reader("process.read"))],
        page: Annotated[PageRequest, Depends(page_request)],
    ) -> Page[ProcessView]:
        del principal
        asked = page.of(await processes.list(page.after, page.limit + 1), key=lambda row: (row.name, row.id))
        return Page(items=[_view(row) for row in asked.items], page=asked.page)

    @router.get("/processes/{process_id}", operation_id="getProcess", response_model=ProcessView)
    async def get_process(
        process_id: UUID, request: Request, principal: Annotated[Principal, Depends(reader("process.read"))]
    ) -> Response:
        del principal
        row = await row_of(process_id)
        return found(request, _view(row), row.version)

    @router.get("/processes/{process_id}/versions/{number}", operation_id="getProcessVersion")
    async def get_version(
        process_id: UUID, number: Number, principal: Annotated[Principal, Depends(reader("process.read"))]
    ) -> VersionView:
        del principal
        row = await row_of(process_id)
        drawn = next((drawn for drawn in row.drawn if drawn.number == number), None)
        if drawn is None:
            raise VersionMissing
        return _version(drawn)

    return router


def _drafting(body: DraftVersion) -> commands.DraftSalesProcessVersion:
    stages = tuple(Stage(key=s.key, name=s.name, category=s.category, probability=s.probability) for s in body.stages)
    if body.moves is None:
        return commands.DraftSalesProcessVersion(stages=stages)
    moves = tuple(Move(from_stage=move.from_stage, to_stage=move.to_stage) for move in body.moves)
    return commands.DraftSalesProcessVersion(stages=stages, moves=moves)


def _view(row: ProcessRow) -> ProcessView:
    versions = [_version(drawn) for drawn in row.drawn]
    return ProcessView(id=row.id, version=row.version, name=row.name, latest=row.latest, versions=versions)


def _version(drawn: Drawn) -> VersionView:
    return VersionView(
        number=drawn.number,
        published=drawn.published_at is not None,
        drafted_at=drawn.drafted_at,
        published_at=drawn.published_at,
        stages=[
            StageView(key=s.key, name=s.name, category=s.category, probability=s.probability) for s in drawn.stages
        ],
        moves=[MoveView(from_stage=move.from_stage, to_stage=move.to_stage) for move in drawn.moves],
        faults=[] if drawn.published_at else faults(drawn.stages, drawn.moves),
    )
