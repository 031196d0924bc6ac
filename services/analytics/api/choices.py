"""What a reader of reports can choose from, over HTTP: periods by the company's calendar and words that occur."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, get_args

from fastapi import APIRouter, Depends

from services.analytics.domain.dashboard.events import Period
from services.analytics.domain.dashboard.periods import days_of
from services.analytics.projections.choices import choices
from services.analytics.projections.report import Reports
from services.analytics.projections.selection import Filters
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.consistency import consistent

Asker = Annotated[Principal, Depends(reader("report.read"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodChoice:
    """A moving period and the days that it means today, both included."""

    key: Period
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """`today`: which day it is by the company's time zone; the words are those of deals that the asker sees."""

    today: date
    time_zone: str
    periods: list[PeriodChoice]
    sources: list[str]
    regions: list[str]
    currencies: list[str]


def choice_routes(reports: Reports, today: Callable[[], date]) -> APIRouter:
    """`/reports/choices`; the answer waits for the writes that its Consistency-Token names."""
    consistently = [Depends(consistent("deals", "directory"))]
    router = APIRouter(prefix="/reports", tags=["reports"], dependencies=consistently)

    @router.get("/choices", operation_id="listReportChoices")
    async def list_choices(asker: Asker) -> Choices:
        """Periods, sources, regions and currencies that a report can be asked for."""
        day = today()
        async with reports.ask(asker.subject, asker.roles, Filters()) as question:
            found = await choices(question)
        return Choices(
            today=day,
            time_zone=reports.time_zone,
            periods=[period_choice(key, day) for key in get_args(Period)],
            sources=found["source"],
            regions=found["region"],
            currencies=found["currency"],
        )

    return router


def period_choice(key: Period, today: date) -> PeriodChoice:
    """A period as it is on a day."""
    first, last = days_of(key, today)
    return PeriodChoice(key=key, first_day=first, last_day=last)
