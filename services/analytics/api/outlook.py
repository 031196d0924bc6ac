"""What is going to be won and what is in its way, over HTTP: forecast, quotas, rotting and slipped deals."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from services.analytics.api.answering import ReportRoute
from services.analytics.api.money_query import ForecastQuery, QuotaQuery, RottingQuery, SlippedQuery
from services.analytics.projections import forecast, quota, rotting, slipped
from services.analytics.projections.report import Reports
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.consistency import consistent

Asker = Annotated[Principal, Depends(reader("report.read"))]
DEFINITIONS = {
    "forecast": forecast.DEFINITION,
    "quota": quota.DEFINITION,
    "rotting": rotting.DEFINITION,
    "slipped": slipped.DEFINITION,
}


def outlook_routes(reports: Reports, clock: Callable[[], datetime]) -> APIRouter:
    """`/reports/{forecast,quota,rotting,slipped}`; answers wait for the writes that their Consistency-Token names."""
    consistently = [Depends(consistent("deals", "directory"))]
    router = APIRouter(prefix="/reports", tags=["reports"], dependencies=consistently, route_class=ReportRoute)
    zone = ZoneInfo(reports.time_zone)

    @router.get("/forecast", operation_id="getForecast", description=forecast.DEFINITION)
    async def get_forecast(asker: Asker, asked: Annotated[ForecastQuery, Query()]) -> forecast.Forecast:
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            return await forecast.forecast(question, asked.wish())

    @router.get("/quota", operation_id="getQuotaAttainment", description=quota.DEFINITION)
    async def get_quota(asker: Asker, asked: Annotated[QuotaQuery, Query()]) -> quota.QuotaReport:
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            return await quota.quota(question, asked.wish())

    @router.get("/rotting", operation_id="getRottingDeals", description=rotting.DEFINITION)
    async def get_rotting(asker: Asker, asked: Annotated[RottingQuery, Query()]) -> rotting.Rotting:
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            return await rotting.rotting(question, clock(), asked.coins(), asked.group_by)

    @router.get("/slipped", operation_id="getSlippedDeals", description=slipped.DEFINITION)
    async def get_slipped(asker: Asker, asked: Annotated[SlippedQuery, Query()]) -> slipped.Slipped:
        today = (asked.as_of or clock()).astimezone(zone).date()
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            return await slipped.slipped(question, today, asked.window(), asked.coins(), asked.wish())

    return router
