"""Writes on a task that is there already."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.pipeline.api.task_bodies import (
    AssignTask,
    CancelTask,
    Change,
    ChangeRecurrence,
    CompleteTask,
    CorrectTask,
    ReopenTask,
    RescheduleTask,
)
from services.pipeline.api.task_wishes import TaskLookup, change
from services.pipeline.domain.task.decider import TASK
from shared.http.answers import Written
from shared.http.calls import Call, right
from shared.http.consistency import consistent


def task_change_routes(lookup: TaskLookup) -> APIRouter:
    """Correct, reschedule, assign, repeat, complete, reopen, cancel."""
    router = APIRouter(tags=["tasks"])

    async def make(task_id: UUID, body: Change, call: Call) -> Response:
        known = await lookup.seen(call.principal, task_id, body)
        return await call.run(TASK, task_id, change(body, known, lookup.day_of(call.at)))

    @router.patch("/tasks/{task_id}", operation_id="correctTask", response_model=Written)
    async def correct(
        task_id: UUID, body: CorrectTask, call: Annotated[Call, Depends(right("task.change"))]
    ) -> Response:
        return await make(task_id, body, call)

    @router.post("/tasks/{task_id}/reschedule", operation_id="rescheduleTask", response_model=Written)
    async def reschedule(
        task_id: UUID, body: RescheduleTask, call: Annotated[Call, Depends(right("task.change"))]
    ) -> Response:
        return await make(task_id, body, call)

    @router.post("/tasks/{task_id}/assign", operation_id="assignTask", response_model=Written)
    async def assign(
        task_id: UUID,
        body: AssignTask,
        call: Annotated[Call, Depends(right("task.assign"))],
        _: Annotated[None, Depends(consistent("people"))],
    ) -> Response:
        return await make(task_id, body, call)

    @router.post("/tasks/{task_id}/change-recurrence", operation_id="changeTaskRecurrence", response_model=Written)
    async def change_recurrence(
        task_id: UUID, body: ChangeRecurrence, call: Annotated[Call, Depends(right("task.change"))]
    ) -> Response:
        return await make(task_id, body, call)

    @router.post("/tasks/{task_id}/complete", operation_id="completeTask", response_model=Written)
    async def complete(
        task_id: UUID, body: CompleteTask, call: Annotated[Call, Depends(right("task.complete"))]
    ) -> Response:
        return await make(task_id, body, call)

    @router.post("/tasks/{task_id}/reopen", operation_id="reopenTask", response_model=Written)
    async def reopen(task_id: UUID, call: Annotated[Call, Depends(right("task.reopen"))]) -> Response:
        return await make(task_id, ReopenTask(), call)

    @router.post("/tasks/{task_id}/cancel", operation_id="cancelTask", response_model=Written)
    async def cancel(task_id: UUID, body: CancelTask, call: Annotated[Call, Depends(right("task.cancel"))]) -> Response:
        return await make(task_id, body, call)

    return router
