"""Activities over HTTP: request → command → answer; query → row."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.customer.api.activity_bodies import (
    ActivityItem,
    CancelActivityItem,
    CompleteActivity,
    CompleteActivityItem,
    PlanActivity,
    PlanActivityItem,
    RecordActivity,
    RecordActivityItem,
)
from services.customer.api.activity_views import ActivityView, activity_view
from services.customer.api.fields import Moment
from services.customer.api.reads import Reads
from services.customer.api.references import Known, all_of
from services.customer.domain.activity import commands
from services.customer.domain.activity.decider import ACTIVITY
from services.customer.domain.activity.events import Kind
from services.customer.projections.activity_list import ActivityFilter
from shared.eventstore.intent import Request as CommandRequest
from shared.http.answers import Written, found
from shared.http.auth import Principal
from shared.http.batch import Batch, BatchCall, BatchResults, ItemCall, batch_of
from shared.http.calls import Call, reader, right
from shared.http.pages import Page, PageRequest, page_request

Reading = Annotated[Principal, Depends(reader("activity.read"))]
Recording = Annotated[Call, Depends(right("activity.record", creates=True))]
Planning = Annotated[Call, Depends(right("activity.plan", creates=True))]
Completion = Annotated[Call, Depends(right("activity.complete"))]
Cancelling = Annotated[Call, Depends(right("activity.cancel"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityQuery:
    """The query parameters of a list of activities; due times are a half-open span."""

    customer_id: UUID | None = None
    owner_id: UUID | None = None
    kind: Kind | None = None
    status: Literal["planned", "done", "cancelled"] | None = None
    due_from: Moment | None = None
    due_before: Moment | None = None

    def filter(self) -> ActivityFilter:
        """What they ask for."""
        return ActivityFilter(**asdict(self))


def activity_routes(reads: Reads) -> APIRouter:
    """Record, plan, complete, cancel, read."""
    router = APIRouter(tags=["activities"])

    @router.post("/activities", operation_id="recordActivity", status_code=201, response_model=Written)
    async def record_activity(body: RecordActivity, call: Recording) -> Response:
        known = await reads.known(call.principal, body.mentions())
        return await call.run(ACTIVITY, call.new_id(body.id), body.wish(known))

    @router.post("/activities/plan", operation_id="planActivity", status_code=201, response_model=Written)
    async def plan_activity(body: PlanActivity, call: Planning) -> Response:
        known = await reads.known(call.principal, body.mentions())
        return await call.run(ACTIVITY, call.new_id(body.id), body.wish(known))

    @router.post("/activities/{activity_id}/complete", operation_id="completeActivity", response_model=Written)
    async def complete_activity(activity_id: UUID, body: CompleteActivity, call: Completion) -> Response:
        await reads.activities.one(await reads.scope(call.principal), activity_id)
        return await call.run(ACTIVITY, activity_id, body.wish())

    @router.post("/activities/{activity_id}/cancel", operation_id="cancelActivity", response_model=Written)
    async def cancel_activity(activity_id: UUID, call: Cancelling) -> Response:
        await reads.activities.one(await reads.scope(call.principal), activity_id)
        return await call.run(ACTIVITY, activity_id, commands.CancelActivity())

    @router.post("/activities:batch", operation_id="batchActivities", response_model=BatchResults)
    async def batch_activities(body: Batch[ActivityItem], call: Annotated[BatchCall, Depends(batch_of())]) -> Response:
        new = [item for item in body.items() if isinstance(item, RecordActivityItem | PlanActivityItem)]
        known = await reads.known(call.principal, all_of(item.mentions() for item in new))
        visible = await reads.activities.visible(await reads.scope(call.principal), body.touched())
        return await call.run(body, lambda item, at: request_of(item, at, known), visible=visible)

    @router.get("/activities", operation_id="listActivities")
    async def list_activities(
        principal: Reading,
        page: Annotated[PageRequest, Depends(page_request)],
        query: Annotated[ActivityQuery, Depends(ActivityQuery)],
    ) -> Page[ActivityView]:
        scope = await reads.scope(principal)
        rows = await reads.activities.page(scope, query.filter(), after=page.after, limit=page.limit + 1)
        return page.of([activity_view(row) for row in rows], key=lambda row: (row.updated_at, row.id))

    @router.get("/activities/{activity_id}", operation_id="getActivity", response_model=ActivityView)
    async def get_activity(activity_id: UUID, request: Request, principal: Reading) -> Response:
        activity = await reads.activities.one(await reads.scope(principal), activity_id)
        return found(request, activity_view(activity), activity.version)

    return router


def request_of(item: ActivityItem, at: ItemCall, known: Known) -> CommandRequest[Any, Any, Any]:
    """An item of a batch as a command for its stream."""
    match item:
        case RecordActivityItem() | PlanActivityItem():
            return at.request(ACTIVITY, item.wish(known))
        case CompleteActivityItem():
            return at.request(ACTIVITY, item.wish())
        case CancelActivityItem():
            return at.request(ACTIVITY, commands.CancelActivity())
        case _:
            assert_never(item)
