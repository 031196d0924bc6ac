"""Conformance over HTTP: how deals run beside their drawing, what is accepted of it, and whether it drifts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from services.analytics.api.explain import Instant
from services.analytics.api.map_query import PastQuery, StepsQuery, TrendQuery
from services.analytics.api.process_map import Asker, Mapping
from services.analytics.domain.accepted_deviation.commands import AcceptDeviation, WithdrawAcceptance
from services.analytics.domain.accepted_deviation.decider import ACCEPTED_DEVIATION, AcceptedDeviationNotFound
from services.analytics.projections.accepted_deviations import AcceptedDeviation, accepted_in
from services.analytics.projections.process_map import conformance, trend
from services.analytics.projections.process_map.asking import MapFilters
from services.analytics.projections.process_map.deal_conformance import DealConformance, deal_conformance
from services.analytics.projections.process_map.trend import Alarm
from shared.errors import Rejected
from shared.http.answers import Written
from shared.http.auth import Principal
from shared.http.calls import Call, right
from shared.http.consistency import consistent
from shared.http.payload import Payload

Reason = Annotated[str, Field(min_length=1, max_length=2000)]


class NoSuchViolation(Rejected):
    """No deal leaves the drawing of this process like this."""

    code = "no-such-violation"


class Accept(Payload):
    """A violation, by its id in the conformance of the process, and why it is right all the same."""

    id: UUID | None = None
    violation: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Reason


class Withdraw(Payload):
    """Why it is not right any more."""

    reason: Reason


def conformance_routes(mapping: Mapping, alarm: Alarm) -> APIRouter:
    """`/conformance/{process_id}/…`; every answer waits for the writes that its Consistency-Token names."""
    consistently = [Depends(consistent("process_map", "directory"))]
    router = APIRouter(prefix="/conformance/{process_id}", tags=["conformance"])

    ask = mapping.ask

    @router.get("", operation_id="getConformance", description=conformance.DEFINITION, dependencies=consistently)
    async def get_conformance(
        process_id: UUID, asker: Asker, asked: Annotated[StepsQuery, Query()]
    ) -> conformance.Conformance:
        async with ask(process_id, asker, asked) as question:
            return await conformance.conformance(question)

    @router.get(
        "/trend", operation_id="getConformanceTrend", description=trend.TREND_DEFINITION, dependencies=consistently
    )
    async def get_trend(process_id: UUID, asker: Asker, asked: Annotated[TrendQuery, Query()]) -> trend.Trend:
        async with ask(process_id, asker, asked) as question:
            return await trend.trend(question, asked.unit)

    @router.get(
        "/drift", operation_id="getConformanceDrift", description=trend.DRIFT_DEFINITION, dependencies=consistently
    )
    async def get_drift(process_id: UUID, asker: Asker, asked: Annotated[PastQuery, Query()]) -> trend.Drift:
        async with ask(process_id, asker, asked) as question:
            return await trend.drift(question, alarm, mapping.now())

    @router.get("/deals/{deal_id}", operation_id="getDealConformance", dependencies=consistently)
    async def get_deal(process_id: UUID, deal_id: UUID, asker: Asker, as_of: Instant = None) -> DealConformance:
        """One deal beside the versions it ran on: the alignment's moves and every deviation, up to an instant."""
        async with ask(process_id, asker, PastQuery(as_of=as_of)) as question:
            return await deal_conformance(question, deal_id)

    @router.get("/accepted-deviations", operation_id="listAcceptedDeviations")
    async def list_accepted(process_id: UUID, asker: Asker) -> list[AcceptedDeviation]:
        """What people live with in this process, by id."""
        del asker
        return await accepted_in(mapping.maps.pool, process_id)

    @router.post("/accepted-deviations", operation_id="acceptDeviation", status_code=201, response_model=Written)
    async def accept(
        process_id: UUID, body: Accept, call: Annotated[Call, Depends(right("deviation.accept", creates=True))]
    ) -> Response:
        """Count a violation as right from now on, for deals that were and that will be."""
        wish = await _wish(mapping, process_id, body, call.principal)
        return await call.run(ACCEPTED_DEVIATION, call.new_id(body.id), wish)

    @router.post(
        "/accepted-deviations/{accepted_id}/withdraw", operation_id="withdrawAcceptance", response_model=Written
    )
    async def withdraw(
        process_id: UUID, accepted_id: UUID, body: Withdraw, call: Annotated[Call, Depends(right("deviation.accept"))]
    ) -> Response:
        """Count it as a deviation again."""
        if accepted_id not in {one.id for one in await accepted_in(mapping.maps.pool, process_id)}:
            raise AcceptedDeviationNotFound
        wish = WithdrawAcceptance(reason=body.reason, author=call.principal.subject)
        return await call.run(ACCEPTED_DEVIATION, accepted_id, wish)

    return router


async def _wish(mapping: Mapping, process_id: UUID, body: Accept, principal: Principal) -> AcceptDeviation:
    """Look the violation up in all that happened; raises NoSuchViolation."""
    async with mapping.maps.ask(principal.subject, principal.roles, process_id, MapFilters()) as question:
        violation = (await conformance.judgement(question)).violation(body.violation)
    if violation is None:
        raise NoSuchViolation(field="/violation")
    return AcceptDeviation(
        process_id=process_id,
        process_version=violation.version,
        violation=violation.id,
        kind=violation.kind,
        stage=violation.stage,
        source=violation.source or None,
        target=violation.target or None,
        reason=body.reason,
        author=principal.subject,
    )
