"""Events in, notifications out: exactly one for every event, rule and recipient, whatever way the events come."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from services.notify.bootstrap import RULE
from services.notify.domain.rule.commands import ChangeRule, CreateRule, DeleteRule, DisableRule, EnableRule
from services.notify.domain.rule.events import Owner, Person, Recipient, Subject, Team
from services.notify.projections.inbox import ConditionErrors
from services.notify.tests.happenings import STAGE, WON, opened, won
from services.notify.tests.world import MIGRATIONS, World, event, soon, world
from shared.eventstore.recorded import Recorded
from shared.testing.databases import Databases

ME = Subject(subject="ada")


@pytest.fixture
async def here(fresh_database: Databases) -> AsyncIterator[World]:
    async with world(await fresh_database(MIGRATIONS)) as running:
        yield running


async def rule(here: World, *recipients: Recipient, on: str = "DealWon", condition: str = "") -> UUID:
    rule_id = uuid7()
    command = CreateRule(name="r", event_type=on, condition=condition, recipients=recipients, reach="everything")
    await here.do(RULE, rule_id, command)
    return rule_id


async def test_every_kind_of_recipient_is_told_once(here: World) -> None:
    owner, team, person, deal = str(uuid7()), str(uuid7()), str(uuid7()), uuid7()
    rule_id = await rule(here, Owner(), Team(team_id=team), Person(person_id=person), Person(person_id=owner), ME)
    win = won(deal)
    await here.happen(opened(deal, owner_id=owner), win)
    assert sorted(await here.told()) == sorted(
        (win.event_id, rule_id, told) for told in (f"person:{owner}", f"person:{person}", f"team:{team}", "subject:ada")
    )


async def test_the_owner_is_the_one_at_the_event(here: World) -> None:
    first, second, deal = str(uuid7()), str(uuid7()), uuid7()
    await rule(here, Owner(), on="DealStageChanged")
    before, after = moved(deal), moved(deal)
    assigned = event("pipeline", deal, "DealAssigned", owner_id=second, previous_owner_id=first)
    await here.happen(opened(deal, owner_id=first), before, assigned, after)
    told = {happened: recipient for happened, _, recipient in await here.told()}
    assert told == {before.event_id: f"person:{first}", after.event_id: f"person:{second}"}


def moved(deal: UUID) -> Recorded:
    return event("pipeline", deal, "DealStageChanged", from_stage=STAGE, to_stage=WON)


async def test_nobody_owns_it_nobody_is_told(here: World) -> None:
    deal = uuid7()
    await rule(here, Owner())
    await here.happen(opened(deal), won(deal))
    assert await here.told() == []


async def test_a_condition_decides(here: World) -> None:
    small, large = uuid7(), uuid7()
    rule_id = await rule(here, ME, condition="event.data.amount.amount > 10000.0")
    hit = won(large, "10000.01")
    await here.happen(opened(small), won(small, "10000.00"), opened(large), hit)
    assert await here.told() == [(hit.event_id, rule_id, "subject:ada")]


async def test_a_condition_that_cannot_be_decided_does_not_match_and_says_why(here: World) -> None:
    deal = uuid7()
    rule_id = await rule(here, ME, condition="event.data.amount.amount > 10000.0")
    win = won(deal, None)
    await here.happen(opened(deal), win)
    assert await here.told() == []
    (error,) = await ConditionErrors(here.store.pool).of(rule_id)
    assert (error.event_id, error.rule_version) == (win.event_id, 1)
    assert "amount" in error.reason


async def test_only_the_newest_errors_are_kept(here: World) -> None:
    deal = uuid7()
    rule_id = await rule(here, ME, on="DealReopened", condition="1 / (event.data.stage.probability - 100) == 1")
    reopened = [event("pipeline", deal, "DealReopened", from_stage=WON, stage=WON) for _ in range(250)]
    first, second = reopened[:130], reopened[130:]
    await here.happen(*first)
    await here.happen(*second)
    kept = await ConditionErrors(here.store.pool).of(rule_id)
    assert [error.event_id for error in kept] == [one.event_id for one in reversed(reopened[150:])]


async def test_a_rule_made_later_does_not_fire_on_older_events(here: World) -> None:
    """Also when they arrive here after it: notify may have been down."""
    deal = uuid7()
    old = [opened(deal), won(deal, at=datetime.now(UTC) - timedelta(hours=1))]
    await rule(here, ME)
    await here.happen(*old)
    assert await here.told() == []
    new = won(deal)
    await here.happen(new)
    assert [happened for happened, _, _ in await here.told()] == [new.event_id]


async def test_an_event_meets_the_version_of_the_rule_that_held_when_it_was_recorded(here: World) -> None:
    """However late it arrives: the rule rests, says something else and is gone by then."""
    deal, times = uuid7(), []
    rule_id = await rule(here, ME)
    for command in (DisableRule(), EnableRule(), ChangeRule(recipients=(Subject(subject="bob"),)), DeleteRule()):
        times.append(datetime.now(UTC))
        await here.do(RULE, rule_id, command)
    times.append(datetime.now(UTC))
    events = [won(deal, at=at) for at in times]
    await here.happen(*events)
    told = {happened: recipient for happened, _, recipient in await here.told()}
    assert told == {
        events[0].event_id: "subject:ada",
        events[2].event_id: "subject:ada",
        events[3].event_id: "subject:bob",
    }


async def test_an_event_of_an_unknown_type_is_no_obstacle(here: World) -> None:
    deal = uuid7()
    await rule(here, ME)
    strange = event("pipeline", uuid7(), "LeadImported", anything=1)
    between = [opened(deal), event("pipeline", deal, "DealTagged", tag="x"), won(deal)]
    await here.happen(strange, *between)
    assert len(await here.told()) == 1
    assert await here.feeds["inbox"].batches.parking.streams() == set()


async def test_an_event_that_cannot_be_read_parks_its_stream_only(here: World) -> None:
    sick, well = uuid7(), uuid7()
    await rule(here, ME)
    broken = event("pipeline", sick, "DealWon", stage="?")
    await here.happen(broken, won(sick), opened(well), won(well))
    assert len(await here.told()) == 1
    assert {stream.stream_id for stream in await here.feeds["inbox"].batches.parking.streams()} == {sick}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(seed=st.integers(0, 2**32))
async def test_one_notification_each_however_events_are_shuffled_repeated_and_sent_again(
    here: World, seed: int
) -> None:
    dice = Random(seed)
    rules = [await rule(here, ME, Owner()), await rule(here, ME, condition="event.data.amount.amount > 500.0")]
    owners = {uuid7(): str(uuid7()) for _ in range(5)}
    histories = [_history(deal, owner, dice) for deal, owner in owners.items()]
    expected = {
        (win.event_id, rule_id, told)
        for history in histories
        for win in history[1:]
        for rule_id, told in _addressed(rules, owners[win.stream_id], win)
    }
    await _deliver(here, _interleaved(histories, dice), dice)
    told = [row for row in await here.told() if row[1] in rules]
    assert sorted(told) == sorted(expected)


def _history(deal: UUID, owner: str, dice: Random) -> list[Recorded]:
    wins = [won(deal, str(dice.choice([100, 900])), at=soon()) for _ in range(dice.randrange(1, 4))]
    return [opened(deal, owner_id=owner), *wins]


def _addressed(rules: list[UUID], owner: str, win: Recorded) -> list[tuple[UUID, str]]:
    always = [(rules[0], "subject:ada"), (rules[0], f"person:{owner}")]
    return always + ([(rules[1], "subject:ada")] if b'"900"' in win.data else [])


def _interleaved(histories: list[list[Recorded]], dice: Random) -> list[Recorded]:
    """Any order that keeps each stream's own."""
    waiting = [list(history) for history in histories]
    order = []
    while waiting := [history for history in waiting if history]:
        order.append(dice.choice(waiting).pop(0))
    return order


async def _deliver(here: World, events: list[Recorded], dice: Random) -> None:
    """In batches; each may be sent again by a relay that died, at new offsets but old positions."""
    while events:
        size = dice.randrange(1, 5)
        batch, events = events[:size], events[size:]
        for _ in range(dice.choice([1, 1, 2, 3])):
            await here.happen(*batch)
