"""Writes on a deal that is there already: steps along its process, and changes where it stands."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.pipeline.api.deal_bodies import (
    Along,
    Assign,
    Change,
    ChangeAmount,
    ChangeExpectedClose,
    ChangeForecast,
    ChangeLines,
    Correct,
    Delete,
    Lose,
    MoveStage,
    Reopen,
    Restore,
    Step,
    Tick,
    Win,
)
from services.pipeline.api.deal_lookup import Lookup
from services.pipeline.api.deal_wishes import change, step
from services.pipeline.domain.deal.decider import DEAL
from shared.http.answers import Written
from shared.http.calls import Call, right
from shared.http.consistency import consistent


def step_routes(lookup: Lookup) -> APIRouter:
    """The ways along a process."""
    router = APIRouter(tags=["deals"])

    async def go(deal_id: UUID, body: Step, call: Call) -> Response:
        if isinstance(body, Along) and body.override:
            call.require("deal.override")
        known = await lookup.known(call.principal, [body], [deal_id], [call.at])
        return await call.run(DEAL, deal_id, step(body, known.version_of(deal_id), known, call.at))

    @router.post("/deals/{deal_id}/move-stage", operation_id="moveDealStage", response_model=Written)
    async def move_stage(
        deal_id: UUID, body: MoveStage, call: Annotated[Call, Depends(right("deal.move"))]
    ) -> Response:
        return await go(deal_id, body, call)

    @router.post("/deals/{deal_id}/win", operation_id="winDeal", response_model=Written)
    async def win(deal_id: UUID, body: Win, call: Annotated[Call, Depends(right("deal.win"))]) -> Response:
        return await go(deal_id, body, call)

    @router.post("/deals/{deal_id}/lose", operation_id="loseDeal", response_model=Written)
    async def lose(deal_id: UUID, body: Lose, call: Annotated[Call, Depends(right("deal.lose"))]) -> Response:
        return await go(deal_id, body, call)

    @router.post("/deals/{deal_id}/reopen", operation_id="reopenDeal", response_model=Written)
    async def reopen(deal_id: UUID, body: Reopen, call: Annotated[Call, Depends(right("deal.reopen"))]) -> Response:
        return await go(deal_id, body, call)

    @router.post("/deals/{deal_id}/tick", operation_id="tickDealChecklistItem", response_model=Written)
    async def tick(deal_id: UUID, body: Tick, call: Annotated[Call, Depends(right("deal.change"))]) -> Response:
        return await go(deal_id, body, call)

    return router


def change_routes(lookup: Lookup) -> APIRouter:
    """The changes that leave a deal in its stage."""
    router = APIRouter(tags=["deals"])
    upstream = consistent("people", "customers")

    async def make(deal_id: UUID, body: Change, call: Call) -> Response:
        known = await lookup.known(call.principal, [body], [deal_id], [call.at])
        known.deal(deal_id, deleted=isinstance(body, Restore))
        return await call.run(DEAL, deal_id, change(body, known, call.at))

    @router.post("/deals/{deal_id}/assign", operation_id="assignDeal", response_model=Written)
    async def assign(
        deal_id: UUID,
        body: Assign,
        call: Annotated[Call, Depends(right("deal.assign"))],
        _: Annotated[None, Depends(upstream)],
    ) -> Response:
        return await make(deal_id, body, call)

    @router.post("/deals/{deal_id}/change-lines", operation_id="changeDealLines", response_model=Written)
    async def change_lines(
        deal_id: UUID, body: ChangeLines, call: Annotated[Call, Depends(right("deal.change"))]
    ) -> Response:
        return await make(deal_id, body, call)

    @router.post("/deals/{deal_id}/change-amount", operation_id="changeDealAmount", response_model=Written)
    async def change_amount(
        deal_id: UUID, body: ChangeAmount, call: Annotated[Call, Depends(right("deal.change"))]
    ) -> Response:
        return await make(deal_id, body, call)

    @router.post(
        "/deals/{deal_id}/change-expected-close", operation_id="changeDealExpectedClose", response_model=Written
    )
    async def change_expected_close(
        deal_id: UUID, body: ChangeExpectedClose, call: Annotated[Call, Depends(right("deal.change"))]
    ) -> Response:
        return await make(deal_id, body, call)

    @router.post("/deals/{deal_id}/change-forecast", operation_id="changeDealForecast", response_model=Written)
    async def change_forecast(
        deal_id: UUID, body: ChangeForecast, call: Annotated[Call, Depends(right("deal.change"))]
    ) -> Response:
        return await make(deal_id, body, call)

    @router.patch("/deals/{deal_id}", operation_id="correctDeal", response_model=Written)
    async def correct(
        deal_id: UUID,
        body: Correct,
        call: Annotated[Call, Depends(right("deal.correct"))],
        _: Annotated[None, Depends(upstream)],
    ) -> Response:
        return await make(deal_id, body, call)

    @router.delete("/deals/{deal_id}", operation_id="deleteDeal", response_model=Written)
    async def delete(deal_id: UUID, call: Annotated[Call, Depends(right("deal.delete"))]) -> Response:
        return await make(deal_id, Delete(), call)

    @router.post("/deals/{deal_id}/restore", operation_id="restoreDeal", response_model=Written)
    async def restore(deal_id: UUID, call: Annotated[Call, Depends(right("deal.restore"))]) -> Response:
        return await make(deal_id, Restore(), call)

    return router
