"""Explanations over HTTP: why an owner, a stage or a number is so, as the chain of events that made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, Field

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
from services.analytics.projections.explanation import DEFINED_IN, Aspect, DealEvent, History, Link, chain
from services.analytics.projections.explanations import ExplainedDeal, Explanations
from services.analytics.projections.report import Question, Reports
from shared.errors import Invalid
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request

Asker = Annotated[Principal, Depends(reader("report.read"))]
Paged = Annotated[PageRequest, Depends(page_request)]
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
Instant = Annotated[AwareDatetime | None, Query()]


class NumberNotOfDeals(Invalid):
    """This number is not made of deals: its report lists the events, activities or settings that it is made of."""

    code = "number-not-of-deals"


class NumberQuery(DealsQuery, MoneyQuery):
    """The list behind the number, as its `drill` says, the measure that it is, and in which money it was asked for."""

    measure: Annotated[str, Field(max_length=100, description="The key of a measure of GET /measures")]
    clock: Clock = Field("latest", description="Which of the clocks of time in stage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why one thing about a deal is as it is: `value` now or at the instant asked for, then how it came to be.

    `chain`: newest first; `names`: the people that stand in it, as far as the directory knows them.
    """

    deal: ExplainedDeal
    aspect: Aspect
    definition: str
    value: Any
    chain: list[Link]
    names: dict[UUID, str]


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


@dataclass(frozen=True, slots=True)
class Explainer:
    """Where deals, numbers and events are looked up."""

    reports: Reports
    explanations: Explanations


def explain_routes(explainer: Explainer) -> APIRouter:
    """`/explain/…`; every answer waits for the writes that its Consistency-Token names."""
    consistently = [Depends(consistent("deals", "deal_events", "directory"))]
    router = APIRouter(prefix="/explain", tags=["explain"], dependencies=consistently)

    @router.get("/deals/{deal_id}/{aspect}", operation_id="explainDeal")
    async def explain_deal(
        deal_id: UUID, aspect: Aspect, asker: Asker, as_of: Instant = None, known_at: Instant = None
    ) -> Explained:
        """Why the owner, stage, amount, expected close or forecast of a deal is as it is, or was at an instant."""
        scope = await explainer.reports.scope(asker.subject, asker.roles)
        deal = await explainer.explanations.deal(deal_id, scope)
        history = await explainer.explanations.history(deal_id, scope)
        links = chain(_until(history, as_of or END_OF_TIME, known_at or END_OF_TIME), aspect)
        return Explained(
            deal=deal,
            aspect=aspect,
            definition=DEFINED_IN[aspect],
            value=links[0].after if links else None,
            chain=links,
            names=await explainer.explanations.names(_people(links) if aspect == "owner" else set()),
        )

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


def _until(history: History, as_of: datetime, known_at: datetime) -> History:
    """The events that had happened and were known."""
    kept = [event for event in history.events if event.occurred_at <= as_of and event.recorded_at <= known_at]
    return History(kept, history.others)


def _people(links: Sequence[Link]) -> set[UUID]:
    return {UUID(value) for link in links for value in (link.before, link.after) if value is not None}


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
