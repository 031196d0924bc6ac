"""Deals over HTTP: open, list, look at, tell the story of, and many commands at once."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime

from services.pipeline.api.deal_bodies import Along, OpenDeal, Restore, Step
from services.pipeline.api.deal_items import DealItem, OpenDealItem
from services.pipeline.api.deal_lookup import Known, Lookup
from services.pipeline.api.deal_views import DealSummary, DealView, Story, summary, told, view
from services.pipeline.api.deal_wishes import change, opening, step
from services.pipeline.domain.deal.commands import DealCommand
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import Category, ForecastCategory
from services.pipeline.projections.deal_list import DealFilter, Sort
from services.pipeline.projections.deal_story import story
from services.pipeline.projections.deals import deal_as_of
from shared.eventstore.intent import Request as CommandRequest
from shared.eventstore.recorded import Recorded
from shared.http.answers import found
from shared.http.auth import Principal
from shared.http.batch import Batch, BatchCall, BatchResults, ItemCall, batch_of
from shared.http.calls import Call, reader, right
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request

Streams = Callable[[list[UUID]], Awaitable[dict[UUID, list[Recorded]]]]
AnyRequest = CommandRequest[Any, Any, Any]

UPSTREAM = consistent("people", "customers")
"""Waits for what the customer service answered, when the request carries its Consistency-Token."""


def deal_routes(lookup: Lookup, streams: Streams) -> APIRouter:
    """The routes of the deals as a whole; `streams` reads the log."""
    router = APIRouter(tags=["deals"])

    @router.post("/deals", operation_id="openDeal", status_code=201)
    async def open_deal(
        body: OpenDeal,
        call: Annotated[Call, Depends(right("deal.open", creates=True))],
        _: Annotated[None, Depends(UPSTREAM)],
    ) -> Response:
        known = await lookup.known(call.principal, [body], [], [call.at])
        return await call.run(DEAL, call.new_id(body.id), opening(body, known, call.at))

    @router.post("/deals:batch", operation_id="batchDeals", response_model=BatchResults)
    async def batch_deals(
        body: Batch[DealItem], call: Annotated[BatchCall, Depends(batch_of())], _: Annotated[None, Depends(UPSTREAM)]
    ) -> Response:
        known = await lookup.known(call.principal, body.items(), body.touched(), call.times(body))
        return await call.run(body, _wishes(known, call), visible=known.visible)

    @router.get("/deals", operation_id="listDeals")
    async def list_deals(
        principal: Annotated[Principal, Depends(reader("deal.read"))],
        page: Annotated[PageRequest, Depends(page_request)],
        wanted: Annotated[DealFilter, Depends(filter_of)],
        team: UUID | None = None,
        sort: Sort = "-updated_at",
    ) -> Page[DealSummary]:
        wanted = replace(wanted, team=await lookup.people.team_members(team))
        scope = await lookup.scopes.of(principal.subject, principal.roles)
        rows = await lookup.deals.page(scope, wanted, sort, after=page.after, limit=page.limit + 1)
        asked = page.of(rows, key=lambda row: (row.sort_key, row.deal.id))
        return Page(items=[summary(row) for row in asked.items], page=asked.page)

    @router.get("/deals/{deal_id}", operation_id="getDeal", response_model=DealView)
    async def get_deal(
        deal_id: UUID,
        request: Request,
        principal: Annotated[Principal, Depends(reader("deal.read"))],
        as_of: Annotated[AwareDatetime | None, Query(description="The deal as it was then; left out = now")] = None,
    ) -> Response:
        named = await lookup.one(principal, deal_id)
        if as_of is not None:
            named = await lookup.then(deal_as_of((await streams([deal_id]))[deal_id], as_of))
        definition = await lookup.version_of(named.deal)
        return found(request, view(named, definition), named.deal.version)

    @router.get("/deals/{deal_id}/story", operation_id="getDealStory")
    async def get_story(deal_id: UUID, principal: Annotated[Principal, Depends(reader("deal.read"))]) -> Story:
        await lookup.one(principal, deal_id)
        entries = story((await streams([deal_id]))[deal_id])
        return told(deal_id, entries, await lookup.people.names({entry.who for entry in entries}))

    return router


async def filter_of(  # noqa: PLR0913, PLR0917 - one argument per filter
    owner: UUID | None = None,
    stage: str | None = None,
    category: Category | None = None,
    process: UUID | None = None,
    customer: UUID | None = None,
    product: UUID | None = None,
    currency: str | None = None,
    forecast_category: ForecastCategory | None = None,
    expected_close_from: date | None = None,
    expected_close_to: date | None = None,
    q: Annotated[str | None, Query(min_length=1, max_length=200, description="Part of a name")] = None,
    *,
    deleted: bool = False,
) -> DealFilter:
    """The filters of a list in its query."""
    return DealFilter(
        owner_id=owner,
        stage=stage,
        category=category,
        process_id=process,
        customer_id=customer,
        product_id=product,
        currency=currency,
        forecast_category=forecast_category,
        closes_from=expected_close_from,
        closes_to=expected_close_to,
        text=q,
        deleted=deleted,
    )


def _wishes(known: Known, call: BatchCall) -> Callable[[DealItem, ItemCall], AnyRequest]:
    """Turns the items of a batch into requests; what is opened in it lends its version to what follows."""
    opened: dict[UUID, Definition] = {}

    def wish(item: DealItem, at: ItemCall) -> AnyRequest:
        command: DealCommand
        if isinstance(item, OpenDealItem):
            command = opening(item, known, at.at)
            opened[at.stream_id] = command.definition
        elif isinstance(item, Step):
            if isinstance(item, Along) and item.override:
                call.require("deal.override")
            command = step(item, opened.get(at.stream_id) or known.version_of(at.stream_id), known, at.at)
        else:
            if at.stream_id not in opened:
                known.deal(at.stream_id, deleted=isinstance(item, Restore))
            command = change(item, known, at.at)
        return at.request(DEAL, command)

    return wish
