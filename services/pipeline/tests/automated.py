"""A process that does things by itself, and its automations run by hand, at any time and with a death at any step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from services.pipeline.domain.deal import commands
from services.pipeline.domain.deal.automation import kind_of
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.events import DealAutomationRan, DealEvent
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import (
    Action,
    AssignOwner,
    Automation,
    CreateTask,
    Move,
    Notify,
    SetField,
    Stage,
)
from services.pipeline.domain.sales_process.events import (
    SalesProcessCreated,
    SalesProcessVersionDrafted,
    SalesProcessVersionPublished,
)
from services.pipeline.domain.task.events import TaskCreated
from services.pipeline.projections.automation_triggers import Due
from services.pipeline.projections.candidates import Candidates
from services.pipeline.projections.due_automations import DueAutomations
from services.pipeline.projections.people import PEOPLE
from services.pipeline.reactions.when_an_automation_is_due_run_it import Automations
from services.pipeline.tests.examples import ANNA_ID, DARCEL_ID, LOST, WON
from services.pipeline.tests.selling import Selling, heard, same_stream, selling
from shared.domain import Command, Event
from shared.eventstore.append import Append, NewEvent, StreamWrite
from shared.eventstore.intent import Intent, Request
from shared.eventstore.recorded import Metadata, Recorded

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=1)
EAST = UUID("0197a000-0000-7000-8000-0000000000e1")
BERTA_ID = UUID("0197a000-0000-7000-8000-0000000000b1")


def automation(key: str, when: Any, action: Action) -> Automation:
    return Automation(key=key, when=when, action=action, reason=f"because of {key}")


CALL = automation("call", "enter", CreateTask(title="Call", due_in_days=2))
TELL = automation("tell", "leave", Notify(text="It goes on"))
NUDGE = automation("nudge", "idle", CreateTask(title="Nudge"))
ASSIGN = automation("assign", "enter", AssignOwner(how="round_robin", people=(DARCEL_ID, ANNA_ID)))
FORECAST = automation("forecast", "enter", SetField(field="forecast_category", value="commit"))
SORRY = automation("call", "enter", Notify(text="A pity", owner=False, team=True))

QUALIFY = Stage(
    key="qualify", name="Qualify", category="open", probability=10, idle_days=7, automations=(CALL, TELL, NUDGE)
)
PROPOSE = Stage(key="propose", name="Propose", category="open", probability=40, automations=(ASSIGN, FORECAST))
REST = Stage(key="rest", name="Rest", category="on_hold", probability=20, idle_days=30, automations=(NUDGE,))
STAGES = (QUALIFY, PROPOSE, REST, WON, replace(LOST, automations=(SORRY,)))
KEYS = ("qualify", "propose", "rest")
MOVES = tuple(Move(from_stage=one, to_stage=other) for one in KEYS for other in (*KEYS, "won", "lost") if one != other)


def definition(process_id: UUID, stages: Sequence[Stage] = STAGES, version: int = 1) -> Definition:
    """The process as commands need it."""
    return Definition(process_id, version, published=True, stages=tuple(stages), moves=MOVES)


class Died(Exception):
    """The process was killed here."""


@dataclass(slots=True)
class Life:
    """Steps that are left before death; None = it lives for ever."""

    left: int | None = None

    def step(self) -> None:
        """Between any two steps death may come."""
        if self.left is not None:
            if self.left == 0:
                raise Died
            self.left -= 1


@dataclass(frozen=True, slots=True)
class Mortal:
    """Anything, each of whose calls is two places to die at."""

    real: Any
    life: Life

    def __getattr__(self, name: str) -> Any:
        """The method, with a step before and after it."""
        method = getattr(self.real, name)

        async def called(*arguments: Any) -> Any:
            self.life.step()
            result = await method(*arguments)
            self.life.step()
            return result

        return called


@dataclass(slots=True)
class Automated:
    """The service with a process of its own in which automations run when a test says so."""

    here: Selling
    process_id: UUID = field(default_factory=uuid7)
    stages: tuple[Stage, ...] = STAGES
    deals: list[UUID] = field(default_factory=list)

    @property
    def definition(self) -> Definition:
        """The version that deals are on."""
        return definition(self.process_id, self.stages)

    async def draw(self) -> None:
        """Write the process and its first, published version into the log, as their events stand there."""
        await self.write(self.process_id, [SalesProcessCreated(name=str(self.process_id))])
        await self.draw_next(1)

    async def draw_next(self, number: int) -> None:
        """Write one more published version."""
        drafted = SalesProcessVersionDrafted(number=number, stages=self.stages, moves=MOVES)
        await self.write(self.process_id, [drafted, SalesProcessVersionPublished(number=number)])

    async def write(self, stream_id: UUID, facts: Sequence[Event], actor: str = "ada", at: datetime = NOW) -> None:
        """Append facts as they are."""
        metadata = Metadata(actor=actor, correlation_id="test")
        events = tuple(
            NewEvent(uuid7(), type(fact).__name__, 1, msgspec.json.encode(fact), metadata, at) for fact in facts
        )
        version = len((await self.here.store.read_streams([stream_id]))[stream_id])
        await self.here.store.append(Append((StreamWrite(stream_id, version, events),)))

    async def do(self, deal_id: UUID, command: Command, at: datetime = NOW) -> None:
        """Somebody runs a command."""
        if deal_id not in self.deals:
            self.deals.append(deal_id)
        intent = Intent(actor="darcel", correlation_id="test", occurred_at=at)
        await self.here.handler.handle(Request(DEAL, deal_id, command, intent))

    def runner(self, at: datetime, life: Life | None = None, here: Selling | None = None) -> Automations:
        """A replica that thinks it is this late."""
        here, mortal = here or self.here, life or Life()
        pool = here.store.pool
        return Automations(
            pool,
            Mortal(here.handler, mortal),
            Mortal(DueAutomations(pool), mortal),  # type: ignore[arg-type]
            Mortal(Candidates(pool), mortal),  # type: ignore[arg-type]
            ZoneInfo("UTC"),
            here.store.wait_for_commit,
            clock=lambda: at,
        )

    async def run(self, at: datetime = NOW) -> None:
        """Run all that is due by then."""
        runner = self.runner(at)
        while await runner.run_due():
            assert not runner.postponed

    async def due(self, at: datetime) -> list[Due]:
        """What of this process is due by then."""
        rows = await DueAutomations(self.here.store.pool).until(at, 10_000)
        return [row for row in rows if row.process_id == self.process_id]

    async def log(self, deal_id: UUID) -> list[tuple[Recorded, DealEvent]]:
        """What happened to a deal."""
        recorded = (await self.here.store.read_streams([deal_id]))[deal_id]
        return [(one, self.here.catalogue.open(one)) for one in recorded]  # type: ignore[misc]

    async def ran(self, deal_id: UUID) -> list[DealAutomationRan]:
        """Which automations have run on a deal."""
        return [event for _, event in await self.log(deal_id) if isinstance(event, DealAutomationRan)]

    async def tasks(self) -> dict[UUID, TaskCreated]:
        """The tasks of this process's deals."""
        created = [one for one in await self.here.log() if one.type == "TaskCreated"]
        tasks = {one.stream_id: self.here.catalogue.open(one) for one in created}
        return {
            task_id: task
            for task_id, task in tasks.items()
            if isinstance(task, TaskCreated) and task.deal_id in self.deals
        }


def fact(of: Automation, stage: str, trigger: int, **said: Any) -> DealAutomationRan:
    """The fact that an automation ran."""
    said = {"done": True, **said}
    return DealAutomationRan(
        automation=of.key,
        stage=stage,
        when=of.when,
        action=kind_of(of.action),
        trigger_version=trigger,
        reason=of.reason,
        **said,
    )


@asynccontextmanager
async def staffed(database: str) -> AsyncIterator[Selling]:
    """The service with a team of three, one of whom has left."""
    async with selling(database) as running:
        people = (
            heard("TeamCreated", EAST, name="East"),
            heard("PersonAdded", ANNA_ID, name="Anna", subject="anna", team_id=str(EAST)),
            heard("PersonAdded", DARCEL_ID, name="Darcel", subject="darcel", team_id=str(EAST)),
            heard("PersonAdded", BERTA_ID, name="Berta", subject="berta", team_id=str(EAST)),
            heard("PersonDeactivated", BERTA_ID),
        )
        await running.hear(PEOPLE, *same_stream(*people))
        yield running


async def opened(process: Automated, *, at: datetime = NOW, **fields: Any) -> UUID:
    """A new deal of Darcel's."""
    deal_id = uuid7()
    fields = {"name": "a deal", "owner_id": DARCEL_ID, **fields}
    await process.do(deal_id, commands.OpenDeal(definition=process.definition, **fields), at)
    return deal_id


def moved(process: Automated, to_stage: str) -> commands.MoveDealToStage:
    """The wish to move to a stage."""
    return commands.MoveDealToStage(definition=process.definition, to_stage=to_stage, at=NOW)


async def with_stage(here: Selling, *automations: Any, **fields: Any) -> Automated:
    """A process whose first stage does just this."""
    first = replace(QUALIFY, automations=automations, **fields)
    process = Automated(here, stages=(first, *STAGES[1:]))
    await process.draw()
    return process
