"""Requests about tasks as commands of the domain, with what they refer to looked up once for all of a request."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import UNSET

from services.pipeline.api.task_bodies import (
    AssignTask,
    CancelTask,
    Change,
    ChangeRecurrence,
    CompleteTask,
    CorrectTask,
    CreateTask,
    ReopenTask,
    RescheduleTask,
    Wanted,
)
from services.pipeline.domain.deal.refusals import CustomerUnknown
from services.pipeline.domain.task import commands
from services.pipeline.domain.task.state import TaskMissing
from services.pipeline.projections.customers import Customers
from services.pipeline.projections.deal_list import DealList
from services.pipeline.projections.people import People
from services.pipeline.projections.scope import Scope, Scopes
from services.pipeline.projections.task_list import TaskList
from shared.errors import Rejected
from shared.http.auth import Principal


class AssigneeUnknown(Rejected):
    """Who is to do a task is somebody who works here, as far as this service has heard."""

    code = "assignee-unknown"


class DealUnknown(Rejected):
    """There is no such deal, or it is not visible to you."""

    code = "deal-unknown"


@dataclass(frozen=True, slots=True)
class Known:
    """The answers: what is not in here does not exist, or not for this caller.

    `caller`: the person behind the token; `people`: active ones; `deals`, `tasks`: those that the caller may see.
    """

    caller: UUID | None
    people: frozenset[UUID]
    customers: frozenset[UUID]
    deals: frozenset[UUID]
    tasks: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class TaskLookup:
    """Asks each read model at most once per request; `zone`: where the company's days begin."""

    scopes: Scopes
    people: People
    customers: Customers
    deals: DealList
    tasks: TaskList
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The company's day."""
        return self.day_of(datetime.now(UTC))

    def day_of(self, at: datetime) -> date:
        """The company's day at an instant."""
        return at.astimezone(self.zone).date()

    async def scope(self, principal: Principal) -> Scope:
        """What the principal may see."""
        return await self.scopes.of(principal.subject, principal.roles)

    async def known(self, principal: Principal, wanted: Sequence[Wanted], task_ids: Collection[UUID] = ()) -> Known:
        """Everything that these requests about these tasks refer to."""
        scope = await self.scope(principal)
        created = [body for body in wanted if isinstance(body, CreateTask)]
        deals = await self.deals.touched(scope, {body.deal_id for body in created if body.deal_id})
        anyone = any("assignee_id" not in body.model_fields_set for body in created)
        return Known(
            caller=await self.people.person_of(principal.subject) if anyone else None,
            people=await self.people.active(_people(wanted)),
            customers=await self.customers.known({body.customer_id for body in created if body.customer_id}),
            deals=frozenset(deal_id for deal_id, deal in deals.items() if deal.visible and not deal.deleted),
            tasks=await self.tasks.seen(scope, task_ids),
        )

    async def seen(self, principal: Principal, task_id: UUID, body: Change) -> Known:
        """What a request about one task refers to; raises TaskMissing also for one that is out of reach."""
        known = await self.known(principal, [body], [task_id])
        if task_id not in known.tasks:
            raise TaskMissing
        return known


def creation(body: CreateTask, known: Known) -> commands.CreateTask:
    """The wish to create a task; raises the refusal of what it refers to in vain."""
    if body.deal_id is not None and body.deal_id not in known.deals:
        raise DealUnknown(field="/deal_id")
    if body.customer_id is not None and body.customer_id not in known.customers:
        raise CustomerUnknown(field="/customer_id")
    given = "assignee_id" in body.model_fields_set
    return commands.CreateTask(
        title=body.title,
        due=body.due,
        assignee_id=_assignee(body.assignee_id, known) if given else known.caller,
        deal_id=body.deal_id,
        customer_id=body.customer_id,
        note=body.note,
        recurrence=body.recurrence,
    )


def change(body: Change, known: Known, today: date) -> commands.TaskCommand:
    """The wish to change a task; `today`: the company's day at which it happens."""
    match body:
        case CorrectTask():
            return _correction(body)
        case RescheduleTask():
            return commands.RescheduleTask(due=body.due)
        case AssignTask():
            return commands.AssignTask(assignee_id=_assignee(body.assignee_id, known))
        case ChangeRecurrence():
            return commands.ChangeTaskRecurrence(recurrence=body.recurrence)
        case CompleteTask():
            return commands.CompleteTask(done_on=today, outcome=body.outcome)
        case ReopenTask():
            return commands.ReopenTask()
        case CancelTask():
            return commands.CancelTask(reason=body.reason)
        case _:
            assert_never(body)


def _correction(body: CorrectTask) -> commands.CorrectTask:
    given = body.model_fields_set
    return commands.CorrectTask(
        title=body.title if "title" in given else UNSET, note=body.note if "note" in given else UNSET
    )


def _assignee(person_id: UUID | None, known: Known) -> UUID | None:
    if person_id is not None and person_id not in known.people:
        raise AssigneeUnknown(field="/assignee_id")
    return person_id


def _people(wanted: Iterable[Wanted]) -> set[UUID]:
    return {body.assignee_id for body in wanted if isinstance(body, CreateTask | AssignTask) and body.assignee_id}
