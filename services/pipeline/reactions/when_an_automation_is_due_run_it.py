"""An automation of the drawn process is due → it does its work, exactly once, and the deal's events say so.

What is due stands in a read model (due_automations.py). A run is one append: DealAutomationRan, the events of its
effect and the task it creates; the read model drops the row in the same transaction. Whether it has run already is
asked of the deal itself, at the version that the append expects. So a crash between any two steps, a repeated run and
two replicas at once end in the same log. A lock lets one replica work at a time, so that turns are taken fairly.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from services.pipeline.domain.deal.automation import RunAutomation
from services.pipeline.domain.deal.commands import DealCommand
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.events import DealEvent
from services.pipeline.domain.deal.state import Content, Deal, DeletedDeal, NoDeal
from services.pipeline.domain.deal.succession import least_loaded, next_in_turn
from services.pipeline.domain.sales_process.drawing import AssignOwner, Automation, CreateTask
from services.pipeline.domain.task import commands
from services.pipeline.domain.task.decider import TASK
from services.pipeline.domain.task.events import Origin
from services.pipeline.projections.automation_triggers import ACTOR, Due, Key
from services.pipeline.projections.candidates import Candidates
from services.pipeline.projections.due_automations import DueAutomations
from shared.domain import Decider
from shared.errors import Conflict, DomainError, Invalid, WrongVersion
from shared.eventstore.append import Answer
from shared.eventstore.deciding import AnyRequest
from shared.eventstore.intent import Intent, Request
from shared.observability.logging import logger

BATCH = 100
AT_ONCE = 6
ATTEMPTS = 5
POLL_SECONDS = 0.5
BREATH_SECONDS = 0.05
LATER_SECONDS = 10.0
ONE_AT_A_TIME = """
SELECT set_config('idle_in_transaction_session_timeout', '60s', true), pg_try_advisory_xact_lock(7316209843771) AS mine
"""
NOBODY = "Nobody who could become the owner works here now"


class Handler(Protocol):
    """Loads deals and writes what is decided."""

    async def load(self, decider: Decider[Deal, DealCommand, DealEvent], stream_id: UUID) -> tuple[Deal, int]:
        """The state and version of a stream."""

    async def handle_together(self, requests: Sequence[AnyRequest]) -> Answer:
        """All of it or nothing."""


@dataclass(slots=True)
class Automations:
    """The loop of one replica; `zone`: where the company's days begin; `clock`: what time it is."""

    pool: asyncpg.Pool[asyncpg.Record]
    handler: Handler
    due: DueAutomations
    candidates: Candidates
    zone: ZoneInfo
    wait: Callable[[float], Awaitable[object]]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    last_progress: float = field(default_factory=time.monotonic)
    postponed: dict[Key, float] = field(default_factory=dict)

    async def run(self) -> None:
        """For ever: what is due, then wait for a commit or half a second."""
        while True:
            done = await self.run_due()
            self.last_progress = time.monotonic()
            if not done:
                await asyncio.sleep(BREATH_SECONDS)  # commits may come by the thousand
                await self.wait(POLL_SECONDS)

    async def run_due(self) -> int:
        """Run what is due now, up to 100; how many were taken up. Nothing while another replica is at it."""
        async with self.pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(ONE_AT_A_TIME)
            return await self._run_batch() if row and row["mine"] else 0

    async def _run_batch(self) -> int:
        now = time.monotonic()
        self.postponed = {key: until for key, until in self.postponed.items() if until > now}
        rows = await self.due.until(self.clock(), BATCH + len(self.postponed))
        rows = [row for row in rows if row.identity not in self.postponed]
        several = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for queue in _queues(rows):
                group.create_task(self._run_queue(queue, several))
        return len(rows)

    async def _run_queue(self, queue: Sequence[Due], several: asyncio.Semaphore) -> None:
        async with several:
            for due in queue:
                await self._run_or_postpone(due)
                self.last_progress = time.monotonic()

    async def _run_or_postpone(self, due: Due) -> None:
        """One that cannot be written now is tried again later and does not hold up the others."""
        try:
            await self.run_one(due)
        except DomainError as reason:
            logger().warning(
                "automation postponed",
                deal_id=str(due.deal_id),
                stage=due.stage,
                automation=due.key,
                reason=repr(reason),
            )
            self.postponed[due.identity] = time.monotonic() + LATER_SECONDS

    async def run_one(self, due: Due) -> None:
        """Run one automation unless it has run or been overtaken; a lost race is looked at anew, up to 5 times.

        The deal is read before the row is looked at again: while the row stands, no change up to the version read has
        broken the silence, and the append is refused if one comes in between.
        """
        for attempt in range(1, ATTEMPTS + 1):
            deal, version = await self.handler.load(DEAL, due.deal_id)
            if isinstance(deal, NoDeal | DeletedDeal) or not await self.due.still(due):
                return
            try:
                await self._write(due, deal.content, version)
            except WrongVersion:
                if attempt == ATTEMPTS:
                    raise
            else:
                return

    async def _write(self, due: Due, content: Content, version: int) -> None:
        automation = due.drawn
        wish = await self._wish(due, automation, content)
        run = Request(DEAL, due.deal_id, wish, self._intent(due, version))
        if not isinstance(automation.action, CreateTask) or wish.task_id is None:
            await self.handler.handle_together([run])
            return
        create = Request(TASK, wish.task_id, _task(due, wish, automation.action, content), self._intent(due))
        try:
            await self.handler.handle_together([run, create])
        except (Conflict, Invalid) as refusal:
            hindered = msgspec.structs.replace(wish, task_id=None, person_id=None, hindered=_said(refusal))
            await self.handler.handle_together([Request(DEAL, due.deal_id, hindered, run.intent)])

    async def _wish(self, due: Due, automation: Automation, content: Content) -> RunAutomation:
        wish = RunAutomation(
            automation=automation, stage=due.stage, trigger_version=due.trigger_version, day=self._day(due)
        )
        match automation.action:
            case CreateTask():
                assignee = await self._at_work(automation.action.assignee_id) or await self._at_work(content.owner_id)
                return msgspec.structs.replace(wish, task_id=task_id_of(due), person_id=assignee)
            case AssignOwner():
                chosen = await self._chosen(due, automation.action)
                return msgspec.structs.replace(wish, person_id=chosen, hindered=None if chosen else NOBODY)
            case _:
                return wish

    async def _chosen(self, due: Due, action: AssignOwner) -> UUID | None:
        people = await self.candidates.named(action.people, action.team_id)
        active = await self.candidates.active(people)
        if action.how == "round_robin":
            return next_in_turn(people, active, await self.due.last_chosen(due))
        return least_loaded(people, active, await self.candidates.open_deals(active, due.deal_id))

    async def _at_work(self, person_id: UUID | None) -> UUID | None:
        """The person, if they work here."""
        return person_id if person_id and person_id in await self.candidates.active([person_id]) else None

    def _day(self, due: Due) -> date:
        return due.due_at.astimezone(self.zone).date()

    def _intent(self, due: Due, version: int | None = None) -> Intent:
        return Intent(
            actor=ACTOR,
            correlation_id=due.correlation_id,
            occurred_at=self.clock(),
            expected_version=version,
            causation_id=str(due.event_id),
        )


def _queues(rows: Sequence[Due]) -> list[list[Due]]:
    """What may run side by side: one deal's in their order; deals that somebody is chosen for one after the other."""
    choosing = {row.deal_id for row in rows if isinstance(row.drawn.action, AssignOwner)}
    queues: dict[UUID | None, list[Due]] = {}
    for row in rows:
        queues.setdefault(None if row.deal_id in choosing else row.deal_id, []).append(row)
    return list(queues.values())


def task_id_of(due: Due) -> UUID:
    """The one id of the task that an automation makes for a trigger."""
    return uuid5(due.deal_id, f"{due.stage}/{due.key}/{due.trigger_version}")


def _task(due: Due, wish: RunAutomation, action: CreateTask, content: Content) -> commands.CreateTask:
    reason = wish.automation.reason
    return commands.CreateTask(
        title=action.title,
        due=date.fromordinal(min(wish.day.toordinal() + max(action.due_in_days, 0), date.max.toordinal())),
        assignee_id=wish.person_id,
        deal_id=due.deal_id,
        customer_id=content.customer_id,
        origin=Origin(deal_id=due.deal_id, automation=due.key, trigger_version=due.trigger_version, reason=reason),
    )


def _said(refusal: DomainError) -> str:
    return f"The task could not be created: {refusal.message}"
