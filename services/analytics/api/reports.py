"""Reports over HTTP: filters → one snapshot → the answer, with its definition and the way to the deals behind it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from services.analytics.api import outlook, performance
from services.analytics.api.answering import ReportRoute
from services.analytics.api.filters import DealsQuery, ReportQuery
from services.analytics.api.money_query import DatedMoneyQuery, DatedQuery, FunnelQuery, StagesQuery, WinRateQuery
from services.analytics.projections import (
    funnel,
    overview,
    sales_cycle,
    time_in_stage,
    waterfall,
    win_rate,
    win_rate_cohort,
    won,
)
from services.analytics.projections.deal_list import CountedDeal, deals_behind
from services.analytics.projections.report import Question, Reports
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request

Asker = Annotated[Principal, Depends(reader("report.read"))]
Asked = Annotated[ReportQuery, Query()]
Clock = Callable[[], datetime]

DEFINITIONS = {
    "overview": overview.DEFINITION,
    "funnel": " ".join(f"{kind}: {says}" for kind, says in funnel.DEFINITIONS.items()),
    "won": won.DEFINITION,
    "win-rate": f"closed: {win_rate.DEFINITION} cohort: {win_rate_cohort.DEFINITION}",
    "sales-cycle": sales_cycle.DEFINITION,
    "time-in-stage": time_in_stage.DEFINITION,
    "waterfall": waterfall.DEFINITION,
    **outlook.DEFINITIONS,
    **performance.DEFINITIONS,
    "deals": "The deals behind a number, as they are now; the answer of every report links to its own.",
}


class ReportInfo(BaseModel):
    """A report that can be asked for."""

    name: str
    path: str
    definition: str


def report_routes(reports: Reports, clock: Clock) -> APIRouter:
    """`/reports/…`; every answer waits for the writes that its Consistency-Token names."""
    consistently = [Depends(consistent("deals", "directory"))]
    router = APIRouter(prefix="/reports", tags=["reports"], dependencies=consistently, route_class=ReportRoute)

    def ask(asker: Principal, asked: ReportQuery) -> AbstractAsyncContextManager[Question]:
        return reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at)

    @router.get("", operation_id="listReports")
    async def list_reports(asker: Asker) -> list[ReportInfo]:
        """What there is to ask, and how each number is made."""
        del asker
        return [ReportInfo(name=n, path=f"/api/v1/reports/{n}", definition=d) for n, d in DEFINITIONS.items()]

    @router.get("/overview", operation_id="getOverview", description=overview.DEFINITION)
    async def get_overview(asker: Asker, asked: Asked) -> overview.Overview:
        async with ask(asker, asked) as question:
            return await overview.overview(question)

    @router.get("/funnel", operation_id="getFunnel", description=DEFINITIONS["funnel"])
    async def get_funnel(asker: Asker, asked: Annotated[FunnelQuery, Query()]) -> funnel.Funnel:
        async with ask(asker, asked) as question:
            return await funnel.funnel(question, asked.kind, asked.cut())

    @router.get("/won", operation_id="getWonValue", description=won.DEFINITION)
    async def get_won_value(asker: Asker, asked: Annotated[DatedMoneyQuery, Query()]) -> won.WonValue:
        async with ask(asker, asked) as question:
            return await won.won_value(question, asked.coins(), asked.group_by)

    @router.get("/win-rate", operation_id="getWinRate", description=DEFINITIONS["win-rate"])
    async def get_win_rate(
        asker: Asker, asked: Annotated[WinRateQuery, Query()]
    ) -> win_rate.WinRate | win_rate_cohort.WinRateCohort:
        async with ask(asker, asked) as question:
            if asked.kind == "cohort":
                return await win_rate_cohort.win_rate_cohort(question, asked.coins(), asked.group_by)
            return await win_rate.win_rate(question, asked.coins(), asked.group_by)

    @router.get("/sales-cycle", operation_id="getSalesCycle", description=sales_cycle.DEFINITION)
    async def get_sales_cycle(asker: Asker, asked: Annotated[DatedQuery, Query()]) -> sales_cycle.SalesCycle:
        async with ask(asker, asked) as question:
            return await sales_cycle.sales_cycle(question, asked.group_by)

    @router.get("/time-in-stage", operation_id="getTimeInStage", description=time_in_stage.DEFINITION)
    async def get_time_in_stage(asker: Asker, asked: Annotated[StagesQuery, Query()]) -> time_in_stage.TimeInStage:
        async with ask(asker, asked) as question:
            return await time_in_stage.time_in_stage(question, clock(), asked.group_by)

    @router.get("/deals", operation_id="listDealsBehind", description=DEFINITIONS["deals"])
    async def list_deals(
        asker: Asker,
        asked: Annotated[DealsQuery, Query()],
        page: Annotated[PageRequest, Depends(page_request)],
    ) -> Page[CountedDeal]:
        after = page.after[0] if page.after else None
        async with ask(asker, asked) as question:
            deals = await deals_behind(question, asked.behind(), after, page.limit + 1)
        return page.of(deals, key=lambda deal: (deal.id,))

    return router
