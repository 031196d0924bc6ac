"""Automations when processes die at any step and several run at once: each trigger still has exactly one effect."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from services.pipeline.domain.deal import commands
from services.pipeline.domain.deal.automation import CLOSED
from services.pipeline.domain.deal.events import (
    DealAutomationRan,
    DealDeleted,
    DealEvent,
    DealLost,
    DealNotificationRequested,
    DealOpened,
    DealReopened,
    DealStageChanged,
    DealWon,
)
from services.pipeline.domain.sales_process.drawing import AssignOwner
from services.pipeline.projections.automation_triggers import ACTOR
from services.pipeline.reactions.when_an_automation_is_due_run_it import ONE_AT_A_TIME
from services.pipeline.tests.automated import (
    CALL,
    DAY,
    KEYS,
    LATER,
    NOW,
    STAGES,
    TELL,
    Automated,
    Died,
    Life,
    automation,
    moved,
    opened,
    staffed,
    with_stage,
)
from services.pipeline.tests.examples import ANNA_ID, DARCEL_ID
from services.pipeline.tests.selling import MIGRATIONS, Selling, selling
from shared.domain import Command
from shared.errors import DomainError
from shared.eventstore.recorded import Recorded
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


async def test_one_replica_works_at_a_time(process: Automated) -> None:
    deal_id = await opened(process)
    async with process.here.store.pool.acquire() as connection, connection.transaction():
        assert (await connection.fetchrow(ONE_AT_A_TIME))["mine"]  # type: ignore[index]
        assert await process.runner(LATER).run_due() == 0
    assert await process.runner(LATER).run_due() > 0
    assert len(await process.ran(deal_id)) == 1


async def test_two_replicas_at_once_do_everything_once(here: Selling, database: str) -> None:
    in_turn = automation("turn", "enter", AssignOwner(how="round_robin", people=(DARCEL_ID, ANNA_ID)))
    process = await with_stage(here, in_turn, CALL, TELL)
    deals = [await opened(process, owner_id=None) for _ in range(12)]
    async with selling(database) as there:
        one, two = process.runner(LATER), process.runner(LATER, here=there)
        while await process.due(LATER):
            await asyncio.gather(one.run_due(), two.run_due())
        rows = [await process.ran(deal_id) for deal_id in deals]
    assert [[event.automation for event in ran] for ran in rows] == [["turn", "call"]] * 12
    assert Counter(ran[0].person_id for ran in rows) == {DARCEL_ID: 6, ANNA_ID: 6}
    assert len(await process.tasks()) == 12


async def test_two_replicas_at_the_same_automation_do_it_once(here: Selling, database: str) -> None:
    """As if the lock had been lost."""
    process = await with_stage(here, CALL)
    async with selling(database) as there:
        for _ in range(8):
            deal_id = await opened(process)
            (due,) = await process.due(LATER)
            one, two = process.runner(LATER), process.runner(LATER, here=there)
            await asyncio.gather(one.run_one(due), two.run_one(due), one.run_one(due))
            assert len(await process.ran(deal_id)) == 1
    assert len(await process.tasks()) == 8


wishes = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(KEYS)),
    st.tuples(st.sampled_from(["win", "lose", "reopen", "delete", "restore", "correct", "assign"]), st.just("")),
)
steps = st.lists(
    st.tuples(
        st.one_of(
            st.tuples(st.just("do"), st.integers(0, 2), wishes),
            st.tuples(st.just("run"), st.none() | st.integers(0, 40), st.just(("", ""))),
        ),
        st.sampled_from([0, 0, 0, 1, 5, 8, 31]),
    ),
    max_size=14,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=steps, past=st.lists(st.booleans(), min_size=3, max_size=3))
async def test_whatever_happens_and_wherever_it_dies_each_trigger_has_one_effect(
    here: Selling, steps: list[Any], past: list[bool]
) -> None:
    process = Automated(here)
    await process.draw()
    for old in past:
        await opened(process, at=NOW - 9 * DAY if old else NOW)
    deals, clock = list(process.deals), NOW
    for (kind, which, (wish, stage)), days in steps:
        clock += days * DAY + timedelta(seconds=1)
        if kind == "do":
            await _try(process, deals[which], _command(process, wish, stage), clock)
        else:
            await _run_until_death(process, clock, which)
    await process.run(clock)
    await _check(process, deals, clock)


def _command(process: Automated, wish: str, stage: str) -> Command:
    here = process.definition
    wishes: dict[str, Command] = {
        "move": moved(process, stage),
        "win": commands.WinDeal(definition=here, at=NOW),
        "lose": commands.LoseDeal(definition=here, reason="price", at=NOW),
        "reopen": commands.ReopenDeal(definition=here),
        "delete": commands.DeleteDeal(),
        "restore": commands.RestoreDeal(),
        "correct": commands.CorrectDeal(name=str(uuid7())),
        "assign": commands.AssignDeal(owner_id=ANNA_ID),
    }
    return wishes[wish]


async def _try(process: Automated, deal_id: UUID, command: Command, at: datetime) -> None:
    try:
        await process.do(deal_id, command, at)
    except DomainError:
        return


async def _run_until_death(process: Automated, at: datetime, left: int | None) -> None:
    runner = process.runner(at, Life(left))
    try:
        while await runner.run_due():
            assert not runner.postponed
    except* Died:
        pass


async def _check(process: Automated, deals: Sequence[UUID], now: datetime) -> None:
    """The rule again, the slow way, from the log alone."""
    tasks, wanted = await process.tasks(), set[UUID]()
    for deal_id in deals:
        log = await process.log(deal_id)
        ran = [event for _, event in log if isinstance(event, DealAutomationRan)]
        times = Counter((event.stage, event.automation, event.trigger_version) for event in ran)
        assert set(times.values()) <= {1}
        wanted |= {event.task_id for event in ran if event.task_id}
        owed, allowed = _triggers(log, now)
        assert owed <= set(times) <= allowed
        assert {event.detail for event in ran if not event.done} <= {CLOSED}  # one that ran late, after the decision
        assert sum(isinstance(event, DealNotificationRequested) for _, event in log) == sum(
            event.action == "notify" for event in ran
        )
    assert set(tasks) == wanted
    assert await process.due(now) == []


Trigger = tuple[str, str, int]


def _triggers(log: list[tuple[Recorded, DealEvent]], now: datetime) -> tuple[set[Trigger], set[Trigger]]:
    """What must have run, and what may have run: triggers before a deletion were perhaps quick enough."""
    stages = {stage.key: stage for stage in STAGES}
    by_people = [(one, event) for one, event in log if one.metadata.actor != ACTOR]
    at, owed, allowed, deleted = "", set[Trigger](), set[Trigger](), False
    for number, (one, event) in enumerate(by_people):
        left, at = at, _entered(event) or at
        if isinstance(event, DealDeleted):
            owed, deleted = set(), True
            continue
        deleted = deleted and type(event).__name__ != "DealRestored"
        if one.recorded_at - one.occurred_at > DAY:
            continue
        set_off = set[Trigger]()
        if _entered(event):
            set_off |= (
                {(left, a.key, one.version) for a in stages[left].automations if a.when == "leave"} if left else set()
            )
            set_off |= {(at, a.key, one.version) for a in stages[at].automations if a.when == "enter"}
        until = by_people[number + 1][0].occurred_at if number + 1 < len(by_people) else now
        idle = {(at, a.key, one.version) for a in stages[at].automations if a.when == "idle"}
        silent = until - one.occurred_at >= timedelta(days=stages[at].idle_days or 10**6)
        owed |= set_off | (idle if silent and number + 1 == len(by_people) else set())
        allowed |= set_off | (idle if silent else set())
    return owed, allowed


def _entered(event: DealEvent) -> str | None:
    match event:
        case DealOpened() | DealWon() | DealLost() | DealReopened():
            return event.stage.key
        case DealStageChanged():
            return event.to_stage.key
        case _:
            return None


async def test_what_is_due_is_what_the_log_says_when_it_is_built_anew(here: Selling) -> None:
    """After all that the tests above have done to it."""
    assert (await here.store.rebuild("due_automations", swap=False)).equal
