"""Saved reports over HTTP: request → command → answer; query → row."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from services.analytics.api.filters import FunnelQuery
from services.analytics.domain.saved_report.commands import DeleteSavedReport, RenameSavedReport, SaveReport
from services.analytics.domain.saved_report.decider import SAVED_REPORT, SavedReportNotFound
from services.analytics.projections.report import Reports
from services.analytics.projections.saved_reports import SavedReports, SavedReportView
from services.analytics.projections.selection import Scope
from shared.errors import NotFound, Rejected
from shared.http.answers import Written, found
from shared.http.auth import Principal
from shared.http.calls import Call, reader, right
from shared.http.pages import Page, PageRequest, page_request
from shared.http.payload import Payload

Name = Annotated[str, Field(min_length=1, max_length=200)]
Asker = Annotated[Principal, Depends(reader("saved-report.read"))]
Change = Annotated[Call, Depends(right("saved-report.change"))]


class NotInTheDirectory(Rejected):
    """Only people of the directory can have reports of their own; save it for everybody with `shared`."""

    code = "not-in-the-directory"


class Save(Payload):
    """A question to be kept; `filters` are the report's query parameters."""

    id: UUID | None = None
    name: Name
    report: Literal["overview", "funnel", "won", "win-rate", "sales-cycle", "time-in-stage"]
    filters: FunnelQuery = Field(default_factory=FunnelQuery)
    shared: bool = Field(default=False, description="true: everybody's; otherwise only its maker and admins see it")

    def parameters(self) -> dict[str, tuple[str, ...]]:
        """The parameters that were given, each with its values as they stand in an address."""
        self.filters.filters()
        given = self.filters.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
        return {name: tuple(map(str, value if isinstance(value, list) else [value])) for name, value in given.items()}


class Rename(Payload):
    """The name from now on."""

    name: Name


def saved_report_routes(saved: SavedReports, reports: Reports) -> APIRouter:
    """`/saved-reports/…`."""
    router = APIRouter(tags=["saved reports"])

    async def seen_by(principal: Principal) -> Scope:
        return await reports.scope(principal.subject, principal.roles)

    async def visible(report_id: UUID, principal: Principal) -> SavedReportView:
        try:
            return await saved.one(report_id, await seen_by(principal))
        except NotFound as reason:
            raise SavedReportNotFound from reason

    @router.post("/saved-reports", operation_id="saveReport", status_code=201, response_model=Written)
    async def save(body: Save, call: Annotated[Call, Depends(right("saved-report.change", creates=True))]) -> Response:
        owner = None if body.shared else await reports.person(call.principal.subject)
        if owner is None and not body.shared:
            raise NotInTheDirectory(field="/shared")
        wish = SaveReport(name=body.name, report=body.report, filters=body.parameters(), owner_id=owner)
        return await call.run(SAVED_REPORT, call.new_id(body.id), wish)

    @router.get("/saved-reports", operation_id="listSavedReports")
    async def list_saved(asker: Asker, page: Annotated[PageRequest, Depends(page_request)]) -> Page[SavedReportView]:
        after = page.after[0] if page.after else None
        rows = await saved.listed(await seen_by(asker), after, page.limit + 1)
        return page.of(rows, key=lambda row: (row.id,))

    @router.get("/saved-reports/{report_id}", operation_id="getSavedReport", response_model=SavedReportView)
    async def get_saved(report_id: UUID, request: Request, asker: Asker) -> Response:
        one = await visible(report_id, asker)
        return found(request, one, one.version)

    @router.post("/saved-reports/{report_id}/rename", operation_id="renameSavedReport", response_model=Written)
    async def rename(report_id: UUID, body: Rename, call: Change) -> Response:
        await visible(report_id, call.principal)
        return await call.run(SAVED_REPORT, report_id, RenameSavedReport(name=body.name))

    @router.delete("/saved-reports/{report_id}", operation_id="deleteSavedReport", response_model=Written)
    async def delete(report_id: UUID, call: Change) -> Response:
        await visible(report_id, call.principal)
        return await call.run(SAVED_REPORT, report_id, DeleteSavedReport())

    return router
