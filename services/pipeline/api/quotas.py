"""Quotas over HTTP: one per person or team and period, at an address made of these."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from services.pipeline.api.money import MoneyBody, MoneyView
from services.pipeline.domain.quota.commands import Of, SetQuota, WithdrawQuota
from services.pipeline.domain.quota.decider import QUOTA, QuotaMissing, QuotaOfNobody, QuotaOutOfReach, stream_of
from services.pipeline.projections.people import People
from services.pipeline.projections.quotas import Quotas, StandingQuota
from services.pipeline.projections.scope import Scopes
from shared.http.answers import Written, found
from shared.http.auth import Principal
from shared.http.calls import Call, reader, right
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request
from shared.http.payload import Payload


class QuotaBody(Payload):
    """What is to be won in the period."""

    amount: MoneyBody


class QuotaView(BaseModel):
    """A quota that stands; `name`: of the person or team."""

    of: Of
    of_id: UUID
    name: str | None
    period: str
    amount: MoneyView
    version: int


PLACE = "/quotas/{of}/{of_id}/{period}"


def quota_routes(scopes: Scopes, people: People) -> APIRouter:
    """Set and withdraw."""
    router = APIRouter(tags=["quotas"])

    async def within_reach(of: Of, of_id: UUID, call: Call) -> None:
        """Raise QuotaOutOfReach unless the caller leads this person or team."""
        reach = await scopes.reach(call.principal.subject, call.principal.roles)
        if not reach.includes(of, of_id):
            raise QuotaOutOfReach

    async def somebody(of: Of, of_id: UUID) -> None:
        """Raise QuotaOfNobody unless there is such a team, or such a person works here."""
        known = await people.is_team(of_id) if of == "team" else await people.active([of_id])
        if not known:
            raise QuotaOfNobody

    @router.put(PLACE, operation_id="setQuota", response_model=Written)
    async def set_quota(
        of: Of,
        of_id: UUID,
        period: str,
        body: QuotaBody,
        call: Annotated[Call, Depends(right("quota.set"))],
        _: Annotated[None, Depends(consistent("people"))],
    ) -> Response:
        stream_id = stream_of(of, of_id, period)
        await within_reach(of, of_id, call)
        await somebody(of, of_id)
        return await call.run(QUOTA, stream_id, SetQuota(of=of, of_id=of_id, period=period, amount=body.amount.money))

    @router.delete(PLACE, operation_id="withdrawQuota", response_model=Written)
    async def withdraw_quota(
        of: Of, of_id: UUID, period: str, call: Annotated[Call, Depends(right("quota.set"))]
    ) -> Response:
        stream_id = stream_of(of, of_id, period)
        await within_reach(of, of_id, call)
        return await call.run(QUOTA, stream_id, WithdrawQuota())

    return router


def quota_reading_routes(quotas: Quotas, scopes: Scopes) -> APIRouter:
    """Look at and list."""
    router = APIRouter(tags=["quotas"])

    @router.get(PLACE, operation_id="getQuota", response_model=QuotaView)
    async def get_quota(
        of: Of,
        of_id: UUID,
        period: str,
        request: Request,
        principal: Annotated[Principal, Depends(reader("quota.read"))],
    ) -> Response:
        reach = await scopes.reach(principal.subject, principal.roles)
        quota = await quotas.one(reach, stream_of(of, of_id, period))
        if quota is None:
            raise QuotaMissing
        return found(request, _view(quota), quota.version)

    @router.get("/quotas", operation_id="listQuotas")
    async def list_quotas(
        principal: Annotated[Principal, Depends(reader("quota.read"))],
        page: Annotated[PageRequest, Depends(page_request)],
        of: Of | None = None,
        of_id: UUID | None = None,
        period: str | None = None,
    ) -> Page[QuotaView]:
        reach = await scopes.reach(principal.subject, principal.roles)
        rows = await quotas.list(reach, page.after, page.limit + 1, of=of, of_id=of_id, period=period)
        asked = page.of(rows, key=lambda row: (row.period, row.id))
        return Page(items=[_view(row) for row in asked.items], page=asked.page)

    return router


def _view(quota: StandingQuota) -> QuotaView:
    return QuotaView(
        of=quota.of,
        of_id=quota.of_id,
        name=quota.name,
        period=quota.period,
        amount=MoneyView(amount=quota.amount, currency=quota.currency),
        version=quota.version,
    )
