"""A customer's timeline over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.analytics.projections.timeline import DEFINITION, Entry, Thing, Timelines
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request


def timeline_routes(timelines: Timelines) -> APIRouter:
    """`/timelines/customers/{customer_id}`; every answer waits for the writes of its Consistency-Token."""
    consistently = [Depends(consistent("timeline_events", "deal_events", "deals", "directory"))]
    router = APIRouter(prefix="/timelines", tags=["timelines"], dependencies=consistently)

    @router.get("/customers/{customer_id}", operation_id="getCustomerTimeline", description=DEFINITION)
    async def get_timeline(
        customer_id: UUID,
        principal: Annotated[Principal, Depends(reader("timeline.read"))],
        page: Annotated[PageRequest, Depends(page_request)],
        thing: Annotated[tuple[Thing, ...], Query(max_length=5, description="Only what happened to these")] = (),
    ) -> Page[Entry]:
        scope = await timelines.scope(principal.subject, principal.roles)
        entries = await timelines.page(customer_id, scope, thing, page.after, page.limit + 1)
        return page.of(entries, key=lambda entry: entry.place)

    return router
