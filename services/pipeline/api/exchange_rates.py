"""Exchange rates over HTTP."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from services.pipeline.domain.exchange_rate.commands import SetExchangeRate
from services.pipeline.domain.exchange_rate.decider import EXCHANGE_RATE, RateMissing, stream_of
from services.pipeline.projections.exchange_rates import Rates
from shared.http.answers import Written
from shared.http.auth import Principal
from shared.http.calls import Call, reader, right
from shared.http.pages import Page, PageRequest, page_request
from shared.http.payload import Payload


class SetRate(Payload):
    """How many units of the company's own currency one unit is worth."""

    rate: Decimal


class RateView(BaseModel):
    """One unit of `currency` is worth `rate` units of `base`; `day`: the day that the rate was set for."""

    currency: str
    base: str
    day: date
    rate: Decimal


def exchange_rate_routes(rates: Rates) -> APIRouter:
    """Set, list and look up."""
    router = APIRouter(tags=["exchange rates"])

    # Without If-Match: a rate of one day contradicts no other, and what was there before stands in the event.
    @router.put("/exchange-rates/{currency}/{day}", operation_id="setExchangeRate", response_model=Written)
    async def set_rate(
        currency: str, day: date, body: SetRate, call: Annotated[Call, Depends(right("rate.set", versioned=False))]
    ) -> Response:
        wish = SetExchangeRate(currency=currency, base=rates.base, day=day, rate=body.rate)
        return await call.run(EXCHANGE_RATE, stream_of(currency), wish)

    @router.get("/exchange-rates", operation_id="listExchangeRates")
    async def list_rates(
        principal: Annotated[Principal, Depends(reader("rate.read"))],
        page: Annotated[PageRequest, Depends(page_request)],
        currency: str | None = None,
        from_: Annotated[date | None, Query(alias="from")] = None,
        to: date | None = None,
    ) -> Page[RateView]:
        del principal
        rows = await rates.list(page.after, page.limit + 1, currency=currency, first=from_, last=to)
        asked = page.of(rows, key=lambda row: (row.day, row.currency))
        views = [RateView(currency=r.currency, base=r.base, day=r.day, rate=r.rate) for r in asked.items]
        return Page(items=views, page=asked.page)

    @router.get("/exchange-rates/{currency}/{day}", operation_id="getExchangeRate")
    async def get_rate(
        currency: str, day: date, principal: Annotated[Principal, Depends(reader("rate.read"))]
    ) -> RateView:
        """The rate that holds on this day: the newest at or before it."""
        del principal
        found = await rates.on(currency, day)
        if found is None:
            raise RateMissing
        return RateView(currency=found.currency, base=found.base, day=found.day, rate=found.rate)

    return router
