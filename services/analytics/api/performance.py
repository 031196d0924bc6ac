"""How well selling goes, over HTTP: velocity, reasons of losses, leaderboard and activity."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query

from services.analytics.api.answering import ReportRoute
from services.analytics.api.money_query import ActivityQuery, LossesQuery, MoneyQuery, VelocityQuery
from services.analytics.projections import activity, leaderboard, loss_reasons, velocity
from services.analytics.projections.report import Reports
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.consistency import consistent

Asker = Annotated[Principal, Depends(reader("report.read"))]
DEFINITIONS = {
    "velocity": velocity.DEFINITION,
    "loss-reasons": loss_reasons.DEFINITION,
    "leaderboard": leaderboard.DEFINITION,
    "activity": activity.DEFINITION,
}


def performance_routes(reports: Reports, clock: Callable[[], datetime]) -> APIRouter:
    """`/reports/{velocity,…}`; answers wait for the writes that their Consistency-Token names."""
    consistently = [Depends(consistent("deals", "directory"))]
    router = APIRouter(prefix="/reports", tags=["reports"], dependencies=consistently, route_class=ReportRoute)
    zone = ZoneInfo(reports.time_zone)

    @router.get("/velocity", operation_id="getVelocity", description=velocity.DEFINITION)
    async def get_velocity(asker: Asker, asked: Annotated[VelocityQuery, Query()]) -> velocity.Velocity:
        today = (asked.as_of or clock()).astimezone(zone).date()
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            return await velocity.velocity(question, today, asked.trailing_months, asked.coins(), asked.group_by)

    @router.get("/loss-reasons", operation_id="getLossReasons", description=loss_reasons.DEFINITION)
    async def get_loss_reasons(asker: Asker, asked: Annotated[LossesQuery, Query()]) -> loss_reasons.LossReasons:
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            return await loss_reasons.loss_reasons(question, asked.coins(), asked.group_by)

    @router.get("/leaderboard", operation_id="getLeaderboard", description=leaderboard.DEFINITION)
    async def get_leaderboard(asker: Asker, asked: Annotated[MoneyQuery, Query()]) -> leaderboard.Leaderboard:
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            return await leaderboard.leaderboard(question, asked.coins())

    @router.get("/activity", operation_id="getActivity", description=activity.DEFINITION)
    async def get_activity(asker: Asker, asked: Annotated[ActivityQuery, Query()]) -> activity.Activity:
        async with reports.ask(asker.subject, asker.roles, asked.filters()) as question:
            return await activity.activity(question, clock(), asked.every)

    return router
