"""The waterfall over HTTP: its bars, and the deals and events that each of them is made of."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from services.analytics.api.answering import ReportRoute
from services.analytics.api.waterfall_query import BarQuery, WaterfallQuery
from services.analytics.projections.report import Reports
from services.analytics.projections.waterfall import DEFINITION, Waterfall, waterfall
from services.analytics.projections.waterfall_lists import BarDeal, BarEvent, deals_in, events_in
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request

Asker = Annotated[Principal, Depends(reader("report.read"))]
AskedBar = Annotated[BarQuery, Query()]
Paged = Annotated[PageRequest, Depends(page_request)]


def waterfall_routes(reports: Reports) -> APIRouter:
    """`/reports/waterfall…`; every answer waits for the writes that its Consistency-Token names."""
    consistently = [Depends(consistent("deals", "directory"))]
    router = APIRouter(prefix="/reports", tags=["reports"], dependencies=consistently, route_class=ReportRoute)
    zone = ZoneInfo(reports.time_zone)

    @router.get("/waterfall", operation_id="getWaterfall", description=DEFINITION)
    async def get_waterfall(asker: Asker, asked: Annotated[WaterfallQuery, Query()]) -> Waterfall:
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            return await waterfall(question, asked.stretch(zone), asked.basis, asked.group_by)

    @router.get("/waterfall/bar", operation_id="listBarDeals")
    async def list_bar_deals(asker: Asker, asked: AskedBar, page: Paged) -> Page[BarDeal]:
        """The deals in a bar of a waterfall, with what each adds to it."""
        after = page.after[0] if page.after else None
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            deals = await deals_in(question, asked.asked(zone), after, page.limit + 1)
        return page.of(deals, key=lambda deal: (deal.deal_id,))

    @router.get("/waterfall/events", operation_id="listBarEvents")
    async def list_bar_events(asker: Asker, asked: AskedBar, page: Paged) -> Page[BarEvent]:
        """The events that made a bar of a waterfall: gross those in it, net all that moved its deals."""
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            events = await events_in(question, asked.asked(zone), page.after, page.limit + 1)
        return page.of(events, key=lambda one: (one.occurred_at, one.deal_id, one.version, one.bar))

    return router
