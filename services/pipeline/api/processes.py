"""Sales processes over HTTP: create them, draw their versions, look at them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from services.pipeline.api.process_bodies import CreateProcess, DraftVersion, DrawVersion, drafting, redrawing
from services.pipeline.api.process_views import (
    ProcessSummary,
    ProcessView,
    VersionView,
    process_summary,
    process_view,
    version_view,
)
from services.pipeline.api.rights import RIGHTS
from services.pipeline.domain.sales_process import commands
from services.pipeline.domain.sales_process.decider import SALES_PROCESS
from services.pipeline.domain.sales_process.refusals import ProcessMissing, VersionMissing
from services.pipeline.projections.process_versions import Drawn
from services.pipeline.projections.processes import Processes, ProcessRow
from shared.http.answers import Written, found
from shared.http.auth import Principal
from shared.http.calls import Call, reader, right
from shared.http.pages import Page, PageRequest, page_request
from shared.http.rights import may

Number = Annotated[int, Path(ge=1, le=1_000_000)]
Reader = Annotated[Principal, Depends(reader("process.read"))]
VERSION = "/processes/{process_id}/versions/{number}"


def process_routes(processes: Processes) -> APIRouter:
    """Create processes, draw their versions, look at both."""
    router = APIRouter(tags=["processes"])

    @router.post("/processes", operation_id="createProcess", status_code=201, response_model=Written)
    async def create(
        body: CreateProcess, call: Annotated[Call, Depends(right("process.create", creates=True))]
    ) -> Response:
        return await call.run(SALES_PROCESS, call.new_id(body.id), commands.CreateSalesProcess(name=body.name))

    @router.post("/processes/{process_id}/versions", operation_id="draftProcessVersion", response_model=Written)
    async def draft(
        process_id: UUID, body: DraftVersion, call: Annotated[Call, Depends(right("process.draft"))]
    ) -> Response:
        return await call.run(SALES_PROCESS, process_id, drafting(body, call.principal.subject))

    @router.post(f"{VERSION}/redraw", operation_id="redrawProcessVersion", response_model=Written)
    async def redraw(
        process_id: UUID, number: Number, body: DrawVersion, call: Annotated[Call, Depends(right("process.draft"))]
    ) -> Response:
        return await call.run(SALES_PROCESS, process_id, redrawing(body, number, call.principal.subject))

    @router.get("/processes", operation_id="listProcesses")
    async def list_processes(
        principal: Reader, page: Annotated[PageRequest, Depends(page_request)]
    ) -> Page[ProcessSummary]:
        asked = page.of(await processes.list(page.after, page.limit + 1), key=lambda row: (row.name, row.id))
        return Page(items=[process_summary(row, drafts=_reviews(principal)) for row in asked.items], page=asked.page)

    @router.get("/processes/{process_id}", operation_id="getProcess", response_model=ProcessView)
    async def get_process(process_id: UUID, request: Request, principal: Reader) -> Response:
        row = await process_row(processes, process_id)
        return found(request, process_view(row, drafts=_reviews(principal)), row.version)

    @router.get(VERSION, operation_id="getProcessVersion")
    async def get_version(process_id: UUID, number: Number, principal: Reader) -> VersionView:
        return version_view(await drawn_version(processes, process_id, number, principal))

    return router


async def process_row(processes: Processes, process_id: UUID) -> ProcessRow:
    """A process; raises ProcessMissing."""
    row = (await processes.by_id([process_id])).get(process_id)
    if row is None:
        raise ProcessMissing
    return row


async def drawn_version(processes: Processes, process_id: UUID, number: int, principal: Principal) -> Drawn:
    """A version that the principal may see; raises ProcessMissing and VersionMissing."""
    row = await process_row(processes, process_id)
    drawn = next((drawn for drawn in row.drawn if drawn.number == number), None)
    if drawn is None or not (drawn.public or _reviews(principal)):
        raise VersionMissing
    return drawn


def _reviews(principal: Principal) -> bool:
    """Whether versions that are not published are shown."""
    return may(RIGHTS, principal, "process.review")
