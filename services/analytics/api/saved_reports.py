"""Saved reports over HTTP: request → command → answer; query → row."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from services.analytics.api import sharing
from services.analytics.api.questions import Questions
from services.analytics.api.sharing import Grant, Withdrawal
from services.analytics.domain.saved_report.commands import (
    ChangeFilters,
    DeleteSavedReport,
    RenameSavedReport,
    SaveReport,
    ShareSavedReport,
    UnshareSavedReport,
)
from services.analytics.domain.saved_report.decider import SAVED_REPORT, SavedReportNotFound
from services.analytics.projections.saved_reports import SavedReportView
from services.analytics.projections.sharing import Access, SharedThings, Viewers
from shared.errors import NotFound
from shared.http.answers import Written, found
from shared.http.auth import Principal
from shared.http.calls import Call, reader, right
from shared.http.pages import Page, PageRequest, page_request
from shared.http.payload import Payload

Name = Annotated[str, Field(min_length=1, max_length=200)]
Asked = Annotated[dict[Annotated[str, Field(max_length=100)], Any], Field(max_length=50)]
Asker = Annotated[Principal, Depends(reader("saved-report.read"))]
Change = Annotated[Call, Depends(right("saved-report.change"))]


class Save(Payload):
    """A question to be kept; `filters` are the report's query parameters."""

    id: UUID | None = None
    name: Name
    report: Annotated[str, Field(max_length=100, description="The name of a report of GET /reports")]
    filters: Asked = Field(default_factory=dict)
    shared: bool = Field(default=False, description="true: everybody's; otherwise its maker's, who may share it")


class Rename(Payload):
    """The name from now on."""

    name: Name


class OtherFilters(Payload):
    """The report's query parameters from now on."""

    filters: Asked


@dataclass(frozen=True, slots=True)
class Shelf:
    """The saved reports, whoever looks at them, and what they may ask."""

    saved: SharedThings[SavedReportView]
    viewers: Viewers
    questions: Questions

    async def seen(self, report_id: UUID, principal: Principal) -> SavedReportView:
        """One that the principal may see; raises SavedReportNotFound."""
        try:
            return await self.saved.one(report_id, await sharing.viewer_of(self.viewers, principal))
        except NotFound as reason:
            raise SavedReportNotFound from reason

    async def held(self, report_id: UUID, principal: Principal, needed: Access) -> SavedReportView:
        """One with which the principal may do so much; raises also OnlySharedForViewing and NotYourOwn."""
        one = await self.seen(report_id, principal)
        sharing.require(one.access, needed)
        return one


def saved_report_routes(shelf: Shelf) -> APIRouter:
    """`/saved-reports/…`."""
    router = APIRouter(prefix="/saved-reports", tags=["saved reports"])

    @router.post("", operation_id="saveReport", status_code=201, response_model=Written)
    async def save(body: Save, call: Annotated[Call, Depends(right("saved-report.change", creates=True))]) -> Response:
        filters = shelf.questions.parameters(body.report, body.filters, "")
        owner = await sharing.owner_for(shelf.viewers, call.principal, everybodys=body.shared)
        wish = SaveReport(name=body.name, report=body.report, filters=filters, owner_id=owner)
        return await call.run(SAVED_REPORT, call.new_id(body.id), wish)

    @router.get("", operation_id="listSavedReports")
    async def list_saved(asker: Asker, page: Annotated[PageRequest, Depends(page_request)]) -> Page[SavedReportView]:
        after = page.after[0] if page.after else None
        rows = await shelf.saved.listed(await sharing.viewer_of(shelf.viewers, asker), after, page.limit + 1)
        return page.of(rows, key=lambda row: (row.id,))

    @router.get("/{report_id}", operation_id="getSavedReport", response_model=SavedReportView)
    async def get_saved(report_id: UUID, request: Request, asker: Asker) -> Response:
        one = await shelf.seen(report_id, asker)
        return found(request, one, one.version)

    @router.post("/{report_id}/rename", operation_id="renameSavedReport", response_model=Written)
    async def rename(report_id: UUID, body: Rename, call: Change) -> Response:
        await shelf.held(report_id, call.principal, "edit")
        return await call.run(SAVED_REPORT, report_id, RenameSavedReport(name=body.name))

    @router.post("/{report_id}/change-filters", operation_id="changeSavedReportFilters", response_model=Written)
    async def change_filters(report_id: UUID, body: OtherFilters, call: Change) -> Response:
        one = await shelf.held(report_id, call.principal, "edit")
        filters = shelf.questions.parameters(one.report, body.filters, "")
        return await call.run(SAVED_REPORT, report_id, ChangeFilters(filters=filters))

    @router.post("/{report_id}/share", operation_id="shareSavedReport", response_model=Written)
    async def share(report_id: UUID, body: Grant, call: Change) -> Response:
        await shelf.held(report_id, call.principal, "own")
        wish = ShareSavedReport(share=await sharing.known(shelf.viewers, body))
        return await call.run(SAVED_REPORT, report_id, wish)

    @router.post("/{report_id}/unshare", operation_id="unshareSavedReport", response_model=Written)
    async def unshare(report_id: UUID, body: Withdrawal, call: Change) -> Response:
        await shelf.held(report_id, call.principal, "own")
        return await call.run(SAVED_REPORT, report_id, UnshareSavedReport(kind=body.kind, id=body.id))

    @router.delete("/{report_id}", operation_id="deleteSavedReport", response_model=Written)
    async def delete(report_id: UUID, call: Change) -> Response:
        await shelf.held(report_id, call.principal, "own")
        return await call.run(SAVED_REPORT, report_id, DeleteSavedReport())

    return router
