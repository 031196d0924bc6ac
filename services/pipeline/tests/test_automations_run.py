"""Automations on a real log: what is due when, and that it is done exactly once, whatever dies and whoever runs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from services.pipeline import bootstrap
from services.pipeline.domain.deal import commands
from services.pipeline.domain.deal.events import (
    DealAssigned,
    DealAutomationRan,
    DealMigrated,
    DealNotificationRequested,
    DealStageChanged,
    StageRef,
)
from services.pipeline.domain.sales_process.drawing import AssignOwner, CreateTask, Stage
from services.pipeline.domain.task.events import TaskCreated
from services.pipeline.projections.automation_triggers import ACTOR
from services.pipeline.projections.people import PEOPLE
from services.pipeline.reactions.when_an_automation_is_due_run_it import NOBODY, task_id_of
from services.pipeline.tests.automated import (
    BERTA_ID,
    CALL,
    DAY,
    EAST,
    LATER,
    NOW,
    NUDGE,
    PROPOSE,
    QUALIFY,
    STAGES,
    TELL,
    Automated,
    automation,
    fact,
    moved,
    opened,
    staffed,
    with_stage,
)
from services.pipeline.tests.examples import ANNA_ID, DARCEL_ID
from services.pipeline.tests.selling import MIGRATIONS, Selling, heard
from shared.eventstore.append import Answer
from shared.eventstore.handling import CommandHandler
from shared.testing.databases import Databases


@pytest.fixture(scope="module")
async def database(fresh_database: Databases) -> str:
    return await fresh_database(MIGRATIONS)


@pytest.fixture(scope="module")
async def here(database: str) -> AsyncIterator[Selling]:
    async with staffed(database) as running:
        yield running


@pytest.fixture
async def process(here: Selling) -> Automated:
    automated = Automated(here)
    await automated.draw()
    return automated


async def test_entering_a_stage_makes_a_task_for_the_owner_once(process: Automated) -> None:
    deal_id = await opened(process)
    (due,) = await process.due(LATER)
    await process.run(LATER)
    await process.run(LATER)
    log = await process.log(deal_id)
    task_id = task_id_of(due)
    detail = "Created the task 'Call'"
    assert [event for _, event in log][1:] == [
        fact(CALL, "qualify", 1, detail=detail, task_id=task_id, person_id=DARCEL_ID)
    ]
    about = log[1][0].metadata
    assert (about.actor, about.on_behalf_of, about.causation_id) == (ACTOR, None, str(log[0][0].event_id))
    assert about.correlation_id == "test"
    task = (await process.tasks())[task_id]
    assert (task.title, task.due, task.assignee_id) == ("Call", (NOW + 2 * DAY).date(), DARCEL_ID)
    assert task.origin is not None
    assert (task.origin.automation, task.origin.trigger_version, task.origin.reason) == ("call", 1, CALL.reason)
    assert await process.due(LATER) == []


async def test_leaving_and_entering_do_their_work_in_this_order(process: Automated) -> None:
    deal_id = await opened(process)
    await process.do(deal_id, moved(process, "propose"))
    await process.run(LATER)
    events = [event for _, event in await process.log(deal_id)][2:]
    assert [(event.automation, event.trigger_version) for event in events if isinstance(event, DealAutomationRan)] == [
        ("call", 1), ("tell", 2), ("assign", 2), ("forecast", 2),
    ]  # fmt: skip
    assert Counter(type(event).__name__ for event in events) == {
        "DealAutomationRan": 4, "DealNotificationRequested": 1, "DealForecastChanged": 1,
    }  # fmt: skip


async def test_each_entry_counts_anew_and_losing_is_one(process: Automated) -> None:
    deal_id = await opened(process)
    for wish in (moved(process, "rest"), moved(process, "qualify")):
        await process.do(deal_id, wish)
    await process.do(deal_id, commands.LoseDeal(definition=process.definition, reason="price", at=NOW))
    await process.do(deal_id, commands.ReopenDeal(definition=process.definition))
    await process.run(LATER)
    ran = [(event.stage, event.automation, event.trigger_version) for event in await process.ran(deal_id)]
    assert ran == [
        ("qualify", "call", 1), ("qualify", "tell", 2), ("qualify", "call", 3), ("qualify", "tell", 4),
        ("lost", "call", 4), ("qualify", "call", 5),
    ]  # fmt: skip
    notified = [event for _, event in await process.log(deal_id) if isinstance(event, DealNotificationRequested)]
    assert (notified[-1].text, notified[-1].to_owner, notified[-1].to_team) == ("A pity", False, True)


async def test_silence_is_answered_once_until_it_is_broken(process: Automated) -> None:
    deal_id = await opened(process)
    await process.run(LATER)
    await process.run(NOW + 6 * DAY)
    assert len(await process.ran(deal_id)) == 1
    for later in (7, 8, 30):
        await process.run(NOW + later * DAY)
    assert [(event.automation, event.trigger_version) for event in (await process.ran(deal_id))[1:]] == [("nudge", 1)]
    tasks = await process.tasks()
    assert {task.due for task in tasks.values() if task.title == "Nudge"} == {(NOW + 7 * DAY).date()}
    renamed = commands.CorrectDeal(name="Another")
    await process.do(deal_id, renamed, NOW + 30 * DAY)
    await process.run(NOW + 36 * DAY)
    assert len(await process.ran(deal_id)) == 2
    await process.run(NOW + 37 * DAY)
    assert (await process.ran(deal_id))[2].trigger_version == (await _changed_at(process, deal_id))


async def _changed_at(process: Automated, deal_id: UUID) -> int:
    return max(one.version for one, _ in await process.log(deal_id) if one.metadata.actor != ACTOR)


async def test_a_change_at_the_last_moment_breaks_the_silence(process: Automated) -> None:
    """Between looking up what is due and writing it."""
    deal_id = await opened(process)
    await process.run(LATER)
    late = NOW + 8 * DAY
    (due,) = await process.due(late)
    await process.do(deal_id, commands.CorrectDeal(source="web"), NOW + 7 * DAY)
    await process.runner(late).run_one(due)
    assert len(await process.ran(deal_id)) == 1


async def test_a_change_while_it_is_written_breaks_the_silence(process: Automated) -> None:
    """Between the last look at what is due and the append."""
    deal_id = await opened(process)
    await process.run(LATER)
    late = NOW + 8 * DAY
    (due,) = await process.due(late)
    runner = process.runner(late)
    runner.handler = Meddling(
        process.here.handler, lambda: process.do(deal_id, commands.CorrectDeal(source="web"), late)
    )
    await runner.run_one(due)
    assert [event.automation for event in await process.ran(deal_id)] == ["call"]


@dataclass(slots=True)
class Meddling:
    """A handler before whose first append something else is written."""

    real: CommandHandler
    meddle: Callable[[], Awaitable[None]] | None

    async def load(self, decider: Any, stream_id: UUID) -> tuple[Any, int]:
        return await self.real.load(decider, stream_id)

    async def handle_together(self, requests: Sequence[Any]) -> Answer:
        meddle, self.meddle = self.meddle, None
        if meddle is not None:
            await meddle()
        return await self.real.handle_together(requests)


async def test_history_written_down_later_sets_nothing_off(process: Automated) -> None:
    deal_id = await opened(process, at=NOW - 400 * DAY)
    await process.do(deal_id, moved(process, "rest"), NOW - 300 * DAY)
    await process.run(LATER)
    assert await process.ran(deal_id) == []
    await process.do(deal_id, moved(process, "qualify"))
    await process.run(LATER)
    assert [(event.automation, event.trigger_version) for event in await process.ran(deal_id)] == [("call", 3)]


async def test_a_deleted_deal_sets_nothing_off_and_begins_anew_when_it_is_restored(process: Automated) -> None:
    deal_id = await opened(process)
    await process.do(deal_id, commands.DeleteDeal())
    await process.run(NOW + 20 * DAY)
    assert await process.ran(deal_id) == []
    await process.do(deal_id, commands.RestoreDeal(), NOW + 20 * DAY)
    await process.run(NOW + 26 * DAY)
    assert await process.ran(deal_id) == []
    await process.run(NOW + 27 * DAY)
    assert [(event.automation, event.trigger_version) for event in await process.ran(deal_id)] == [("nudge", 3)]


async def test_the_version_that_the_deal_was_on_counts(process: Automated) -> None:
    deal_id = await opened(process)
    await process.run(LATER)
    quick = replace(QUALIFY, idle_days=1, automations=(TELL, replace(NUDGE, key="shout")))
    drafted = Automated(process.here, process.process_id, stages=(quick, *STAGES[1:]))
    await drafted.draw_next(2)
    migrated = DealMigrated(
        from_version=1, to_version=2, from_stage=ref(QUALIFY), to_stage=ref(QUALIFY), reason="better"
    )
    await process.write(deal_id, [migrated])
    await process.run(NOW + 2 * DAY)
    assert [event.automation for event in await process.ran(deal_id)] == ["call", "shout"]


def ref(stage: Stage) -> StageRef:
    return StageRef(key=stage.key, name=stage.name, category=stage.category, probability=stage.probability)


async def test_a_draft_does_nothing_and_what_automations_do_sets_nothing_off(process: Automated) -> None:
    deal_id = await opened(process, owner_id=ANNA_ID)
    await process.do(deal_id, moved(process, "propose"))
    await process.run(LATER)
    before = await process.log(deal_id)
    await process.write(deal_id, [DealStageChanged(from_stage=ref(PROPOSE), to_stage=ref(QUALIFY))], actor=ACTOR)
    await process.run(NOW + 100 * DAY)
    assert len(await process.log(deal_id)) == len(before) + 1


async def test_everybody_at_work_gets_a_deal_in_turn(here: Selling) -> None:
    in_turn = automation("turn", "enter", AssignOwner(how="round_robin", people=(DARCEL_ID, BERTA_ID), team_id=EAST))
    process = await with_stage(here, in_turn)
    deals = [await opened(process, owner_id=None, at=NOW + number * timedelta(seconds=1)) for number in range(5)]
    await process.run(LATER)
    owners = [(await process.ran(deal_id))[0].person_id for deal_id in deals]
    assert owners == [DARCEL_ID, ANNA_ID, DARCEL_ID, ANNA_ID, DARCEL_ID]
    assigned = [event for _, event in await process.log(deals[1]) if isinstance(event, DealAssigned)]
    assert assigned == [DealAssigned(owner_id=ANNA_ID, previous_owner_id=None)]


async def test_who_has_least_to_do_gets_the_deal(here: Selling) -> None:
    one, two = [uuid7() for _ in range(2)]
    await here.hear(PEOPLE, *(heard("PersonAdded", person, name="New", subject=str(person)) for person in (one, two)))
    busy, by_load = await with_stage(here), AssignOwner(how="least_load", people=(two, one, BERTA_ID))
    process = await with_stage(here, automation("load", "enter", by_load))
    chosen = []
    for number in range(4):
        deal_id = await opened(process, owner_id=one if number == 0 else None)
        await process.run(LATER)
        chosen.append((await process.ran(deal_id))[0].person_id)
        if number == 1:
            await opened(busy, owner_id=one)
    # Equal at first (the deal itself does not count), then two has fewer; the extra deal of one gives two another.
    assert chosen == [one, two, two, one]


@pytest.mark.parametrize("how", ["round_robin", "least_load"])
async def test_nobody_at_work_is_said(here: Selling, how: Any) -> None:
    process = await with_stage(here, automation("a", "enter", AssignOwner(how=how, people=(BERTA_ID, uuid7()))))
    deal_id = await opened(process)
    await process.run(LATER)
    (ran,) = await process.ran(deal_id)
    assert (ran.done, ran.detail, ran.person_id) == (False, NOBODY, None)


async def test_a_task_that_cannot_be_created_is_said(here: Selling) -> None:
    late = automation("late", "enter", CreateTask(title="Never", due_in_days=10**9))
    process = await with_stage(here, late, CALL)
    deal_id = await opened(process)
    (_, call) = await process.due(LATER)
    await process.write(task_id_of(call), [TaskCreated(title="Mine", due=NOW.date())])
    await process.run(LATER)
    first, second = await process.ran(deal_id)
    assert (first.done, first.task_id) == (second.done, second.task_id) == (False, None)
    assert first.detail == "The task could not be created: A task is due on a day of the years 1970 to 2199."
    assert second.detail == "The task could not be created: There is a task with this id already."


async def test_a_task_of_nobody_at_work_is_everybodys(here: Selling) -> None:
    process = await with_stage(here, automation("a", "enter", CreateTask(title="Call", assignee_id=BERTA_ID)))
    for owner, assignee in ((ANNA_ID, ANNA_ID), (BERTA_ID, None), (None, None)):
        deal_id = await opened(process, owner_id=owner)
        await process.run(LATER)
        (ran,) = await process.ran(deal_id)
        assert ran.task_id is not None
        assert (await process.tasks())[ran.task_id].assignee_id == ran.person_id == assignee


async def test_what_cannot_be_written_now_is_tried_again_and_holds_nobody_up(process: Automated) -> None:
    ahead, other = await opened(process, at=NOW + timedelta(minutes=4)), await opened(process)
    await process.do(ahead, commands.CorrectDeal(name="b"), NOW + timedelta(minutes=9))
    runner = process.runner(NOW + timedelta(minutes=5))
    await runner.run_due()
    assert [key[0] for key in runner.postponed] == [ahead]
    assert await runner.run_due() == 0
    assert (len(await process.ran(ahead)), len(await process.ran(other))) == (0, 1)
    runner.postponed.clear()
    await process.run(LATER)
    assert len(await process.ran(ahead)) == 1


async def test_the_loop_runs_what_a_commit_has_set_off_and_shows_that_it_lives(process: Automated) -> None:
    loop = bootstrap.automations(process.here.store, process.here.handler, "Asia/Shanghai")
    began = loop.last_progress
    running = asyncio.create_task(loop.run())
    try:
        deal_id = await opened(process)
        async with asyncio.timeout(20):
            while not await process.ran(deal_id):  # noqa: ASYNC110 - another task makes it true
                await asyncio.sleep(0.01)
        async with asyncio.timeout(20):
            progress = loop.last_progress
            while loop.last_progress == progress:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
    assert loop.last_progress > began
    (task,) = (await process.tasks()).values()
    assert task.due == (NOW.astimezone(ZoneInfo("Asia/Shanghai")) + 2 * DAY).date()
