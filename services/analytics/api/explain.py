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
from services.analytics.domain.measure.declared import VOCABULARY
from services.analytics.domain.measure.measure import Measure
from services.analytics.projections.contribution import Contribution, contribution_of
from services.analytics.projections.deal_list import CountedDeal, deals_behind
from services.analytics.projections.explanation import DEFINED_IN, Aspect, DealEvent, History, Link, chain
from services.analytics.projections.explanations import ExplainedDeal, Explanations
from services.analytics.projections.report import Reports
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request

Asker = Annotated[Principal, Depends(reader("report.read"))]
Paged = Annotated[PageRequest, Depends(page_request)]
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
Instant = Annotated[AwareDatetime | None, Query()]


class NumberQuery(DealsQuery):
    """The list behind the number, as its `drill` says, and the measure that it is."""

    measure: Annotated[str, Field(max_length=100, description="The key of a measure of GET /measures")]


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
    """What a number is and, page by page, all that it is made of: over all pages the contributions add up to it."""

    measure: str
    name: str
    name_zh: str
    formula: str
    unit: str
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Where deals, numbers and events are looked up; days begin by `zone`."""

    reports: Reports
    explanations: Explanations
    zone: ZoneInfo


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
        after = page.after[0] if page.after else None
        reports = explainer.reports
        async with reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at) as question:
            deals = await deals_behind(question, asked.behind(), after, page.limit + 1)
        instants = (asked.as_of or END_OF_TIME, asked.known_at or END_OF_TIME)
        events = await explainer.explanations.behind([deal.id for deal in deals], measure.source, instants)
        rows = [_behind(measure, deal, events.get(deal.id, ()), explainer.zone) for deal in deals]
        return _explained(measure, page.of(rows, key=lambda row: (row.deal.id,)))

    return router


def _until(history: History, as_of: datetime, known_at: datetime) -> History:
    """The events that had happened and were known."""
    kept = [event for event in history.events if event.occurred_at <= as_of and event.recorded_at <= known_at]
    return History(kept, history.others)


def _people(links: Sequence[Link]) -> set[UUID]:
    return {UUID(value) for link in links for value in (link.before, link.after) if value is not None}


def _behind(measure: Measure, deal: CountedDeal, events: Sequence[DealEvent], zone: ZoneInfo) -> DealBehind:
    plain = ("version", "event_id", "type", "actor", "occurred_at", "recorded_at")
    told = [
        EventBehind(changes=dict(event.changes), **{name: getattr(event, name) for name in plain}) for event in events
    ]
    return DealBehind(deal=deal, contribution=contribution_of(measure, deal, zone), events=told)


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
    )
