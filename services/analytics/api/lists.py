"""The events and the work behind reports over HTTP: deeds of owners, slips of deals, activities and tasks."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.analytics.api.answering import ReportRoute
from services.analytics.api.lists_query import DeedsQuery, SlipsQuery, WorkQuery
from services.analytics.projections import deed_list, slip_list, work_list
from services.analytics.projections.report import Reports
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request

Asker = Annotated[Principal, Depends(reader("report.read"))]
Paged = Annotated[PageRequest, Depends(page_request)]


def list_routes(reports: Reports, clock: Callable[[], datetime]) -> APIRouter:
    """`/reports/{leaderboard/deeds,slipped/moves,activity/work}`; answers wait as those of the reports do."""
    consistently = [Depends(consistent("deals", "directory"))]
    router = APIRouter(prefix="/reports", tags=["reports"], dependencies=consistently, route_class=ReportRoute)

    @router.get("/leaderboard/deeds", operation_id="listDeeds", description=deed_list.DEFINITION)
    async def list_deeds(
        asker: Asker, asked: Annotated[DeedsQuery, Query()], page: Paged
    ) -> Page[deed_list.OwnersDeed]:
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            found = await deed_list.deeds_of(question, asked.listed(), page.after, page.limit + 1)
        return page.of(found, key=lambda one: (one.occurred_at, one.deal_id, one.version))

    @router.get("/slipped/moves", operation_id="listSlips", description=slip_list.DEFINITION)
    async def list_slips(asker: Asker, asked: Annotated[SlipsQuery, Query()], page: Paged) -> Page[slip_list.SlipEvent]:
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            found = await slip_list.slips_of(question, asked.listed(), page.after, page.limit + 1)
        return page.of(found, key=lambda one: (one.at, one.deal_id, one.version))

    @router.get("/activity/work", operation_id="listWork", description=work_list.DEFINITION)
    async def list_work(asker: Asker, asked: Annotated[WorkQuery, Query()], page: Paged) -> Page[work_list.Work]:
        async with reports.ask(asker.subject, asker.roles, asked.filters()) as question:
            found = await work_list.work_of(question, clock(), asked.listed(), page.after, page.limit + 1)
        return page.of(found, key=lambda one: (one.day, one.id, one.time))

    return router
