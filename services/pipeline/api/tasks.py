"""Tasks over HTTP: create, list, look at, and many commands at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from services.pipeline.api.task_bodies import CreateTask, CreateTaskItem, TaskItem
from services.pipeline.api.task_wishes import Known, TaskLookup, change, creation
from services.pipeline.domain.task.decider import TASK
from services.pipeline.domain.task.state import TaskMissing
from services.pipeline.projections.task_list import NamedTask, Sort, TaskFilter, When
from services.pipeline.projections.tasks import Status
from shared.eventstore.intent import Request as CommandRequest
from shared.http.answers import found
from shared.http.auth import Principal
from shared.http.batch import Batch, BatchCall, BatchResults, ItemCall, batch_of
from shared.http.calls import Call, reader, right
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request

DAY = timedelta(days=1)
NOBODY = UUID(int=0)
UPSTREAM = consistent("people", "customers")
"""Waits for what the customer service answered, when the request carries its Consistency-Token."""


class TaskView(BaseModel):
    """A task; `overdue` by the company's day; `automation`: what made it, for which `reason`."""

    id: UUID
    version: int
    title: str
    status: Status
    due: date
    overdue: bool
    assignee_id: UUID | None
    assignee_name: str | None
    deal_id: UUID | None
    deal_name: str | None
    customer_id: UUID | None
    customer_name: str | None
    note: str | None
    recurrence: str | None
    automation: str | None
    reason: str | None
    outcome: str | None
    created_by: str
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None


def task_routes(lookup: TaskLookup) -> APIRouter:
    """The routes of the tasks as a whole."""
    router = APIRouter(tags=["tasks"])

    @router.post("/tasks", operation_id="createTask", status_code=201)
    async def create_task(
        body: CreateTask,
        call: Annotated[Call, Depends(right("task.create", creates=True))],
        _: Annotated[None, Depends(UPSTREAM)],
    ) -> Response:
        known = await lookup.known(call.principal, [body])
        return await call.run(TASK, call.new_id(body.id), creation(body, known))

    @router.post("/tasks:batch", operation_id="batchTasks", response_model=BatchResults)
    async def batch_tasks(
        body: Batch[TaskItem], call: Annotated[BatchCall, Depends(batch_of())], _: Annotated[None, Depends(UPSTREAM)]
    ) -> Response:
        known = await lookup.known(call.principal, body.items(), body.touched())
        return await call.run(body, _wishes(lookup, known), visible=known.tasks)

    @router.get("/tasks", operation_id="listTasks")
    async def list_tasks(  # noqa: PLR0913 - what narrows the filter stands beside it
        principal: Annotated[Principal, Depends(reader("task.read"))],
        page: Annotated[PageRequest, Depends(page_request)],
        wanted: Annotated[TaskFilter, Depends(filter_of)],
        team: UUID | None = None,
        when: Annotated[When | None, Query(description="Open tasks, by the company's day")] = None,
        sort: Sort = "due",
        *,
        mine: Annotated[bool, Query(description="Those that the caller is to do")] = False,
    ) -> Page[TaskView]:
        wanted = replace(wanted, team=await lookup.people.team_members(team))
        wanted = _timed(wanted, when, lookup.today)
        if mine:
            wanted = replace(wanted, assignee_id=await lookup.people.person_of(principal.subject) or NOBODY)
        scope = await lookup.scope(principal)
        rows = await lookup.tasks.page(scope, wanted, sort, after=page.after, limit=page.limit + 1)
        asked = page.of(rows, key=lambda row: (row.sort_key, row.task.id))
        return Page(items=[_view(row, lookup.today) for row in asked.items], page=asked.page)

    @router.get("/tasks/{task_id}", operation_id="getTask", response_model=TaskView)
    async def get_task(
        task_id: UUID, request: Request, principal: Annotated[Principal, Depends(reader("task.read"))]
    ) -> Response:
        named = await lookup.tasks.one(await lookup.scope(principal), task_id)
        if named is None:
            raise TaskMissing
        return found(request, _view(named, lookup.today), named.task.version)

    return router


async def filter_of(  # noqa: PLR0913, PLR0917 - one argument per filter
    status: Status | None = None,
    assignee: UUID | None = None,
    deal: UUID | None = None,
    customer: UUID | None = None,
    due_from: date | None = None,
    due_to: date | None = None,
    q: Annotated[str | None, Query(min_length=1, max_length=200, description="Part of a title")] = None,
) -> TaskFilter:
    """The filters of a list in its query."""
    return TaskFilter(
        status=status,
        assignee_id=assignee,
        deal_id=deal,
        customer_id=customer,
        due_from=due_from,
        due_to=due_to,
        text=q,
    )


def _timed(wanted: TaskFilter, when: When | None, today: date) -> TaskFilter:
    """Narrow to open tasks that are overdue, due today or due later."""
    match when:
        case None:
            return wanted
        case "overdue":
            return replace(wanted, status="open", due_to=min(wanted.due_to or today, today - DAY))
        case "today":
            return replace(wanted, status="open", due_from=today, due_to=today)
        case "upcoming":
            return replace(wanted, status="open", due_from=max(wanted.due_from or today, today + DAY))


def _wishes(lookup: TaskLookup, known: Known) -> Callable[[TaskItem, ItemCall], CommandRequest[Any, Any, Any]]:
    """Turns the items of a batch into requests; which tasks may be touched is checked before."""

    def wish(item: TaskItem, at: ItemCall) -> CommandRequest[Any, Any, Any]:
        if isinstance(item, CreateTaskItem):
            return at.request(TASK, creation(item, known))
        return at.request(TASK, change(item, known, lookup.day_of(at.at)))

    return wish


def _view(named: NamedTask, today: date) -> TaskView:
    task = named.task
    names = {"overdue", "assignee_name", "deal_name", "customer_name"}
    return TaskView.model_construct(
        **{name: getattr(task, name) for name in TaskView.model_fields.keys() - names},
        overdue=task.status == "open" and task.due < today,
        assignee_name=named.assignee_name,
        deal_name=named.deal_name,
        customer_name=named.customer_name,
    )
