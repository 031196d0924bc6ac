"""Beside the processes: faults of a drawing before it is kept, and how many open deals run on which version."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.pipeline.api.process_bodies import DrawVersion, drawn
from services.pipeline.api.process_views import FindingView
from services.pipeline.api.processes import Reader
from services.pipeline.domain.sales_process.lint import findings
from services.pipeline.projections.open_on_version import OpenOnVersion
from services.pipeline.projections.scope import Scopes
from shared.http.auth import Principal
from shared.http.calls import reader


class Checked(BaseModel):
    """What to say about a drawing; one without faults (findings that are no warnings) can be reviewed."""

    findings: list[FindingView]


class OpenDealsView(BaseModel):
    """So many open deals run on a version."""

    process_id: UUID
    process_version: int
    deals: int


class OpenDeals(BaseModel):
    """Versions with open deals that the caller may see."""

    items: list[OpenDealsView]


def process_check_routes(open_on: OpenOnVersion, scopes: Scopes) -> APIRouter:
    """Check a drawing without keeping it; count what runs on the versions that there are."""
    router = APIRouter(tags=["processes"])

    @router.post("/processes/check-drawing", operation_id="checkDrawing")
    async def check_drawing(
        body: DrawVersion, principal: Annotated[Principal, Depends(reader("process.draft"))]
    ) -> Checked:
        del principal
        found = findings(drawn(body))
        return Checked(findings=[FindingView.model_validate(finding) for finding in found])

    @router.get("/processes/open-deals", operation_id="countOpenDealsByVersion")
    async def count_open_deals(principal: Reader) -> OpenDeals:
        rows = await open_on.counts(await scopes.of(principal.subject, principal.roles))
        return OpenDeals(items=[OpenDealsView.model_validate(row, from_attributes=True) for row in rows])

    return router
