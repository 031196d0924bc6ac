"""Explanations over HTTP: why an owner or a stage is so, as the chain of events that made it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from services.analytics.projections.explanation import DEFINED_IN, Aspect, History, Link, chain
from services.analytics.projections.explanations import ExplainedThing, Explanations
from services.analytics.projections.report import Reports
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.consistency import consistent
from shared.http.pages import PageRequest, page_request

Asker = Annotated[Principal, Depends(reader("report.read"))]
Paged = Annotated[PageRequest, Depends(page_request)]
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
Instant = Annotated[AwareDatetime | None, Query()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why one thing about a deal is as it is: `value` now or at the instant asked for, then how it came to be.

    `chain`: newest first; `names`: the people that stand in it, as far as the directory knows them.
    """

    deal: ExplainedThing
    aspect: Aspect
    definition: str
    value: Any
    chain: list[Link]
    names: dict[UUID, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerExplained:
    """Whose a customer is now or was at the instant asked for, then how it came to be; as of a deal."""

    customer: ExplainedThing
    definition: str
    value: Any
    chain: list[Link]
    names: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Where deals, numbers and events are looked up."""

    reports: Reports
    explanations: Explanations


def explain_routes(explainer: Explainer) -> APIRouter:
    """`/explain/{deals,customers}/…`; every answer waits for the writes that its Consistency-Token names."""
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

    @router.get("/customers/{customer_id}/owner", operation_id="explainCustomerOwner")
    async def explain_customer(
        customer_id: UUID, asker: Asker, as_of: Instant = None, known_at: Instant = None
    ) -> CustomerExplained:
        """Why the owner of a customer is who they are, or were at an instant."""
        scope = await explainer.reports.scope(asker.subject, asker.roles)
        customer = await explainer.explanations.customer(customer_id, scope)
        history = await explainer.explanations.of_customer(customer_id)
        links = chain(_until(history, as_of or END_OF_TIME, known_at or END_OF_TIME), "owner")
        return CustomerExplained(
            customer=customer,
            definition=DEFINED_IN["owner"],
            value=links[0].after if links else None,
            chain=links,
            names=await explainer.explanations.names(_people(links)),
        )

    return router


def _until(history: History, as_of: datetime, known_at: datetime) -> History:
    """The events that had happened and were known."""
    kept = [event for event in history.events if event.occurred_at <= as_of and event.recorded_at <= known_at]
    return History(kept, history.others)


def _people(links: Sequence[Link]) -> set[UUID]:
    return {UUID(value) for link in links for value in (link.before, link.after) if value is not None}
