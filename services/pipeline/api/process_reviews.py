"""The review of sales process versions over HTTP: submit, comment, return, publish, retire."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.pipeline.api.process_bodies import CommentOn, Reason, RetireVersion
from services.pipeline.api.processes import VERSION, Number
from services.pipeline.domain.sales_process import commands
from services.pipeline.domain.sales_process.decider import SALES_PROCESS
from shared.http.answers import Written
from shared.http.calls import Call, right

COMMENT = f"{VERSION}/comments/{{comment_id}}"


def process_review_routes() -> APIRouter:
    """Take a version from its draft to its retirement, and speak about it on the way."""
    router = APIRouter(tags=["processes"])

    @router.post(f"{VERSION}/submit", operation_id="submitProcessVersion", response_model=Written)
    async def submit(
        process_id: UUID, number: Number, body: Reason, call: Annotated[Call, Depends(right("process.draft"))]
    ) -> Response:
        wish = commands.SubmitSalesProcessVersion(number=number, author=call.principal.subject, reason=body.reason)
        return await call.run(SALES_PROCESS, process_id, wish)

    @router.post(f"{VERSION}/return", operation_id="returnProcessVersion", response_model=Written)
    async def return_(
        process_id: UUID, number: Number, body: Reason, call: Annotated[Call, Depends(right("process.review"))]
    ) -> Response:
        who = call.principal.subject
        wish = commands.ReturnSalesProcessVersion(number=number, returned_by=who, reason=body.reason)
        return await call.run(SALES_PROCESS, process_id, wish)

    @router.post(f"{VERSION}/publish", operation_id="publishProcessVersion", response_model=Written)
    async def publish(
        process_id: UUID, number: Number, body: Reason, call: Annotated[Call, Depends(right("process.publish"))]
    ) -> Response:
        wish = commands.PublishSalesProcessVersion(number=number, approver=call.principal.subject, reason=body.reason)
        return await call.run(SALES_PROCESS, process_id, wish)

    @router.post(f"{VERSION}/retire", operation_id="retireProcessVersion", response_model=Written)
    async def retire(
        process_id: UUID, number: Number, body: RetireVersion, call: Annotated[Call, Depends(right("process.retire"))]
    ) -> Response:
        return await call.run(SALES_PROCESS, process_id, _retiring(body, number, call.principal.subject))

    @router.post(f"{VERSION}/comments", operation_id="commentOnProcessVersion", response_model=Written)
    async def comment(
        process_id: UUID, number: Number, body: CommentOn, call: Annotated[Call, Depends(right("process.review"))]
    ) -> Response:
        wish = _commenting(body, number, call.new_id(body.id), call.principal.subject)
        return await call.run(SALES_PROCESS, process_id, wish)

    @router.post(f"{COMMENT}/resolve", operation_id="resolveProcessComment", response_model=Written)
    async def resolve(
        process_id: UUID, number: Number, comment_id: UUID, call: Annotated[Call, Depends(right("process.review"))]
    ) -> Response:
        who = call.principal.subject
        wish = commands.ResolveSalesProcessComment(number=number, comment_id=comment_id, resolved_by=who)
        return await call.run(SALES_PROCESS, process_id, wish)

    @router.post(f"{COMMENT}/reopen", operation_id="reopenProcessComment", response_model=Written)
    async def reopen(
        process_id: UUID, number: Number, comment_id: UUID, call: Annotated[Call, Depends(right("process.review"))]
    ) -> Response:
        who = call.principal.subject
        wish = commands.ReopenSalesProcessComment(number=number, comment_id=comment_id, reopened_by=who)
        return await call.run(SALES_PROCESS, process_id, wish)

    return router


def _retiring(body: RetireVersion, number: int, who: str) -> commands.RetireSalesProcessVersion:
    return commands.RetireSalesProcessVersion(
        number=number, retired_by=who, reason=body.reason, no_new_deals=body.no_new_deals
    )


def _commenting(body: CommentOn, number: int, comment_id: UUID, who: str) -> commands.CommentOnSalesProcessVersion:
    return commands.CommentOnSalesProcessVersion(
        number=number, comment_id=comment_id, author=who, text=body.text, element=body.element
    )
