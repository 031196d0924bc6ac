"""A number explained over HTTP: what it is, and all deals and events that it is made of with what each contributes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from services.analytics.api.explain import END_OF_TIME, Asker, Explainer
from services.analytics.api.filters import DealsQuery
from services.analytics.api.money_query import MoneyQuery
from services.analytics.domain.measure.declared import VOCABULARY
from services.analytics.domain.measure.measure import Measure
from services.analytics.projections.coins import worth
from services.analytics.projections.contribution import (
    OF_STAYS,
    Clock,
    Contribution,
    Reading,
    contribution_of,
    stays_behind,
)
from services.analytics.projections.deal_list import CountedDeal, counted, rows_behind
from services.analytics.projections.explanation import DealEvent
from services.analytics.projections.report import Question
from shared.errors import Invalid
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request

Paged = Annotated[PageRequest, Depends(page_request)]


class NumberNotOfDeals(Invalid):
    """This number is not made of deals: its report lists the events, activities or settings that it is made of."""

    code = "number-not-of-deals"


class NumberQuery(DealsQuery, MoneyQuery):
    """The list behind the number, as its `drill` says, the measure that it is, and in which money it was asked for."""

    measure: Annotated[str, Field(max_length=100, description="The key of a measure of GET /measures")]
    clock: Clock = Field("latest", description="Which of the clocks of time in stage")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBehind:
    """An event that a number is made of."""

    version: int
    event_id: UUID
    type: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealBehind:
    """A deal that a number counts, what it contributes and the events that say so."""

    deal: CountedDeal
    contribution: Contribution | None
    events: list[EventBehind]


class NumberExplained(Page[DealBehind]):
    """What a number is and, page by page, all that it is made of: over all pages the contributions add up to it.

    `parts`: the measures that it is computed from, each of which is explained by itself.
    """

    measure: str
    name: str
    name_zh: str
    formula: str
    unit: str
    source: tuple[str, ...]
    parts: tuple[str, ...]


def number_routes(explainer: Explainer) -> APIRouter:
    """`/explain/number`; the answer waits for the writes that its Consistency-Token names."""
    consistently = [Depends(consistent("deals", "deal_events", "directory"))]
    router = APIRouter(prefix="/explain", tags=["explain"], dependencies=consistently)

    @router.get("/number", operation_id="explainNumber")
    async def explain_number(asker: Asker, asked: Annotated[NumberQuery, Query()], page: Paged) -> NumberExplained:
        """A number of a report: its definition, and the deals and events behind it with what each contributes."""
        measure = VOCABULARY.keyed(asked.measure, "/measure")
        if measure.per_deal is None and not measure.parts:
            raise NumberNotOfDeals(field="/measure")
        after = page.after[0] if page.after else None
        reports = explainer.reports
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            rows = await rows_behind(question, asked.behind(), after, page.limit + 1)
            reading = await _reading(question, measure, asked, rows)
        instants = (asked.as_of or END_OF_TIME, asked.known_at or END_OF_TIME)
        events = await explainer.explanations.behind([row["id"] for row in rows], measure.source, instants)
        told = [_behind(measure, row, events.get(row["id"], ()), reading) for row in rows]
        return _explained(measure, page.of(told, key=lambda row: (row.deal.id,)))

    return router


async def _reading(question: Question, measure: Measure, asked: NumberQuery, rows: Sequence[Any]) -> Reading:
    needs = measure.per_deal in OF_STAYS and asked.clock != "current_age"
    deals = [row["id"] for row in rows] if needs else []
    return Reading(
        worth=await worth(question, asked.coins()),
        now=asked.as_of or datetime.now(UTC),
        zone=ZoneInfo(question.selection.time_zone),
        products=asked.product,
        clock=asked.clock,
        stays=await stays_behind(question, asked.behind(), deals) if deals else {},
    )


def _behind(measure: Measure, row: Any, events: Sequence[DealEvent], reading: Reading) -> DealBehind:
    plain = ("version", "event_id", "type", "actor", "occurred_at", "recorded_at")
    told = [
        EventBehind(changes=dict(event.changes), **{name: getattr(event, name) for name in plain}) for event in events
    ]
    part = contribution_of(measure.per_deal, row, reading) if measure.per_deal else None
    return DealBehind(deal=counted(row), contribution=part, events=told)


def _explained(measure: Measure, page: Page[DealBehind]) -> NumberExplained:
    return NumberExplained(
        items=page.items,
        page=page.page,
        measure=measure.key,
        name=measure.en,
        name_zh=measure.zh,
        formula=measure.formula,
        unit=measure.unit,
        source=measure.source,
        parts=measure.parts,
    )
