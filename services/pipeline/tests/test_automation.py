"""What an automation does to a deal, whose turn it is, and what makes one due: without a database."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.pipeline.domain.deal.automation import CLOSED, ENDLESS, MOST_RUNS, RunAutomation, run
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.events import (
    Change,
    DealAssigned,
    DealCorrected,
    DealDeleted,
    DealExpectedCloseChanged,
    DealForecastChanged,
    DealNotificationRequested,
)
from services.pipeline.domain.deal.refusals import DealIsDeleted, DealMissing
from services.pipeline.domain.deal.state import OpenedDeal
from services.pipeline.domain.deal.succession import least_loaded, next_in_turn
from services.pipeline.domain.sales_process.drawing import Action, Automation, Notify, SetField
from services.pipeline.tests.automated import ASSIGN, CALL, automation, fact
from services.pipeline.tests.examples import ANNA_ID, DARCEL_ID, DEAL_LOST, OPENED
from shared.domain import Event
from shared.testing.scenario import Scenario

deal = Scenario(DEAL).given(OPENED)
TODAY = date(2017, 3, 1)


def running(of: Automation, **fields: object) -> RunAutomation:
    return RunAutomation(automation=of, stage="engaging", trigger_version=1, day=TODAY, **fields)  # type: ignore[arg-type]


def setting(field: str, value: str | None) -> Automation:
    return automation("set", "enter", SetField(field=field, value=value))


def corrected(field: str, before: str | None, after: str | None) -> DealCorrected:
    return DealCorrected(changes={field: Change(before=before, after=after)})


@pytest.mark.parametrize(
    ("action", "detail", "effect"),
    [
        (SetField(field="region", value="East"), "Set region", corrected("region", "West", "East")),
        (SetField(field="source", value=None), "Set source", corrected("source", "fair", None)),
        (SetField(field="source", value="fair"), "source was so already", None),
        (
            SetField(field="expected_close_in_days", value="30"), "Set expected_close_in_days",
            DealExpectedCloseChanged(before=date(2017, 3, 11), after=date(2017, 3, 31)),
        ),
        (
            SetField(field="expected_close_in_days", value=None), "Set expected_close_in_days",
            DealExpectedCloseChanged(before=date(2017, 3, 11), after=None),
        ),
        (SetField(field="expected_close_in_days", value="10"), "expected_close_in_days was so already", None),
        (
            SetField(field="forecast_category", value="commit"), "Set forecast_category",
            DealForecastChanged(category_after="commit"),
        ),
        (SetField(field="forecast_category", value=None), "forecast_category was so already", None),
        (
            Notify(text="Look", owner=False, team=True, people=(ANNA_ID,)), "Asked to notify",
            DealNotificationRequested(
                automation="it", text="Look", deal_name="Isdom: GTX Pro", owner_id=DARCEL_ID, to_owner=False,
                to_team=True, people=(ANNA_ID,),
            ),
        ),
    ],
)  # fmt: skip
def test_an_automation_runs_and_its_effect_follows(action: Action, detail: str, effect: Event | None) -> None:
    it = automation("it", "enter", action)
    facts = [fact(it, "engaging", 1, detail=detail), *([effect] if effect else [])]
    ran = deal.when(running(it)).then(*facts)  # type: ignore[arg-type]
    ran.when(running(it)).then_nothing()


def test_a_deal_is_assigned_to_whom_was_chosen() -> None:
    ran = fact(ASSIGN, "engaging", 1, detail="Assigned the deal", person_id=ANNA_ID)
    assigned = DealAssigned(owner_id=ANNA_ID, previous_owner_id=DARCEL_ID)
    deal.when(running(ASSIGN, person_id=ANNA_ID)).then(ran, assigned)
    same = fact(ASSIGN, "engaging", 1, detail="The deal belongs to the chosen person already", person_id=DARCEL_ID)
    deal.when(running(ASSIGN, person_id=DARCEL_ID)).then(same)


def test_a_task_is_named_by_the_fact() -> None:
    task_id = UUID(int=7)
    ran = fact(CALL, "engaging", 1, detail="Created the task 'Call'", task_id=task_id, person_id=ANNA_ID)
    deal.when(running(CALL, task_id=task_id, person_id=ANNA_ID)).then(ran)


def test_what_hinders_it_is_kept() -> None:
    ran = fact(ASSIGN, "engaging", 1, detail="Nobody is there", done=False)
    deal.when(running(ASSIGN, hindered="Nobody is there")).then(ran).when(
        running(ASSIGN, person_id=ANNA_ID)
    ).then_nothing()


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("name", "Mine", "No automation can set the field 'name'"),
        ("expected_close_in_days", "soon", "'soon' is not a number of days from 0 to 3650"),
        ("expected_close_in_days", "-1", "'-1' is not a number of days from 0 to 3650"),
        ("expected_close_in_days", "99999999999", "'99999999999' is not a number of days from 0 to 3650"),
        ("forecast_category", "closed", "'closed' is not a forecast category of a deal that is not decided"),
        ("forecast_category", "sure", "'sure' is not a forecast category of a deal that is not decided"),
    ],
)
def test_a_field_that_cannot_be_set_is_left(field: str, value: str, detail: str) -> None:
    deal.when(running(setting(field, value))).then(
        fact(setting(field, value), "engaging", 1, detail=detail, done=False)
    )


@pytest.mark.parametrize("field", ["expected_close_in_days", "forecast_category"])
def test_the_forecast_of_a_decided_deal_stays(field: str) -> None:
    it = setting(field, None)
    deal.given(DEAL_LOST).when(running(it)).then(fact(it, "engaging", 1, detail=CLOSED, done=False))


def test_a_deal_that_is_not_there_is_left_alone() -> None:
    Scenario(DEAL).when(running(CALL)).then_rejected(DealMissing)
    deal.given(DealDeleted()).when(running(CALL)).then_rejected(DealIsDeleted)


def test_each_trigger_and_stage_has_its_own_run() -> None:
    it = setting("source", "fair")
    ran = deal.when(running(it)).then(fact(it, "engaging", 1, detail="source was so already"))
    later = RunAutomation(automation=it, stage="engaging", trigger_version=2, day=TODAY)
    elsewhere = RunAutomation(automation=it, stage="paused", trigger_version=1, day=TODAY)
    ran.when(later).then(fact(it, "engaging", 2, detail="source was so already"))
    ran.when(elsewhere).then(fact(it, "paused", 1, detail="source was so already"))


def test_a_deal_that_goes_round_in_circles_is_left_alone_and_says_so() -> None:
    state = deal.state
    assert isinstance(state, OpenedDeal)
    tired = frozenset(("engaging", "it", number) for number in range(2, MOST_RUNS + 2))
    weary = OpenedDeal(replace(state.content, ran=tired), state.stage)
    assert run(weary, running(CALL)) == [fact(CALL, "engaging", 1, detail=ENDLESS, done=False)]


people = st.lists(st.integers(1, 9).map(lambda number: UUID(int=number)), max_size=6, unique=True)


@given(people, st.data())
def test_in_turn_everybody_active_comes_once_before_anybody_comes_again(all_: list[UUID], data: st.DataObject) -> None:
    active = frozenset(data.draw(st.lists(st.sampled_from(all_), unique=True))) if all_ else frozenset[UUID]()
    last: UUID | None = data.draw(st.none() | st.sampled_from([*all_, UUID(int=99)]))
    chosen = []
    for _ in active:
        last = next_in_turn(all_, active, last)
        chosen.append(last)
    assert sorted(filter(None, chosen)) == sorted(active)
    assert active or next_in_turn(all_, active, last) is None


@given(people, st.dictionaries(st.integers(1, 9).map(lambda number: UUID(int=number)), st.integers(1, 3)), st.data())
def test_the_least_loaded_active_person_is_chosen(all_: list[UUID], load: dict[UUID, int], data: st.DataObject) -> None:
    active = frozenset(data.draw(st.lists(st.sampled_from(all_), unique=True))) if all_ else frozenset[UUID]()
    chosen = least_loaded(all_, active, load)
    assert (chosen is None) == (not active)
    if chosen is not None:
        assert all((load.get(chosen, 0), chosen) <= (load.get(one, 0), one) for one in active)
