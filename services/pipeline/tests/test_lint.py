"""What a check of a drawing says, and that a guard it calls impossible is passed by no deal."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.pipeline.domain.sales_process.contradiction import impossible
from services.pipeline.domain.sales_process.definition import every_move
from services.pipeline.domain.sales_process.drawing import (
    Action,
    AssignOwner,
    Automation,
    ChecklistItem,
    CreateTask,
    Decision,
    Drawing,
    Guard,
    GuardRow,
    Move,
    Note,
    Notify,
    SetField,
    Stage,
)
from services.pipeline.domain.sales_process.guard_facts import DealFacts
from services.pipeline.domain.sales_process.lint import faults, findings
from services.pipeline.tests.examples import (
    DISQUALIFIED,
    ENGAGING,
    LOST,
    MOVES,
    PAUSED,
    PROSPECTING,
    REDRAWN,
    STAGES,
    WON,
)
from services.pipeline.tests.test_guard import NOW, deal, guard, holds, row, rows

SOUND = Drawing(REDRAWN.stages, REDRAWN.moves, REDRAWN.decisions, REDRAWN.notes)
X, Y = Decision(key="x", name="X?"), Decision(key="y", name="Y?")


def stage(key: str, name: str = "Another", category: str = "open", probability: int = 5) -> Stage:
    return replace(PROSPECTING, key=key, name=name, category=category, probability=probability)


def move(from_stage: str, to_stage: str, asked: Guard | None = None, *, default: bool = False) -> Move:
    return Move(from_stage=from_stage, to_stage=to_stage, guard=asked, default=default)


def said(stages: tuple[Stage, ...] = STAGES, moves: tuple[Move, ...] = MOVES, *parts: Decision | Note) -> set[str]:
    decisions = tuple(part for part in parts if isinstance(part, Decision))
    notes = tuple(part for part in parts if isinstance(part, Note))
    return {finding.sentence for finding in faults(Drawing(stages, moves, decisions, notes))}


def test_sound_drawings_have_nothing_to_be_said() -> None:
    assert findings(Drawing(STAGES, MOVES)) == ()
    assert findings(Drawing(STAGES, every_move(STAGES))) == ()
    assert findings(SOUND) == ()


@pytest.mark.parametrize(
    ("stages", "moves", "fault"),
    [
        ((), (), "There must be exactly one won stage, not 0."),
        ((*STAGES, stage("won2", category="won")), MOVES, "There must be exactly one won stage, not 2."),
        ((PROSPECTING, WON), (move("prospecting", "won"),), "There must be at least one lost stage."),
        ((PAUSED, WON, LOST), every_move((PAUSED, WON, LOST)), "There must be at least one open stage."),
        ((*STAGES, stage("engaging")), MOVES, "The key 'engaging' is used more than once."),
        ((*STAGES, stage("other", " engaging ")), MOVES, "The name 'engaging' is used more than once."),
        ((*STAGES, stage(" ")), MOVES, "Stage ' ' needs a key and a name."),
        ((*STAGES, stage("x", probability=101)), MOVES, "The probability of 'x' is not 0 to 100."),
        (STAGES, (*MOVES, move("engaging", "moon")), "Move 'engaging' → 'moon': there is no stage 'moon'."),
        (STAGES, (*MOVES, move("paused", "paused")), "Move 'paused' → 'paused' leads nowhere."),
        (STAGES, (*MOVES, move("won", "engaging")), "Move 'won' → 'engaging': a closed deal is reopened, not moved."),
        (STAGES, (*MOVES, MOVES[0]), "Move 'prospecting' → 'engaging' is drawn more than once."),
        ((*STAGES, stage("x")), (*MOVES, move("engaging", "x")), "Stage 'x' has no way to an end."),
        (
            (*STAGES, stage("x")),
            (*MOVES, move("x", "won")),
            "Stage 'x' is a second start beside 'prospecting': no move leads to it.",
        ),
        (
            (*STAGES, stage("x"), stage("y", "Y")),
            (*MOVES, move("x", "y"), move("y", "x"), move("y", "won")),
            "Stage 'x' cannot be reached from 'prospecting'.",
        ),
        (
            STAGES,
            tuple(move for move in MOVES if move.to_stage != DISQUALIFIED.key),
            "Stage 'disqualified' cannot be reached from 'prospecting'.",
        ),
        (
            STAGES,
            (*MOVES, move("paused", "won", default=True)),
            "Move 'paused' → 'won': only an answer of a decision can be its default.",
        ),
        (
            STAGES,
            (*MOVES, move("paused", "won", Guard(cel="deal.nope"))),
            "Move 'paused' → 'won': Unknown field deal.nope.",
        ),
        (
            STAGES,
            (*MOVES, move("paused", "won", guard(row("amount", ">", "5"), row("amount", "<", "5")))),
            "Move 'paused' → 'won': no deal can pass, because the rows about amount contradict each other.",
        ),
        (
            STAGES,
            (*MOVES, move("paused", "won", guard(row("stage", "=", "engaging")))),
            "Move 'paused' → 'won': no deal can pass, because the rows about stage contradict each other.",
        ),
    ],
)
def test_a_fault_of_stages_and_moves(stages: tuple[Stage, ...], moves: tuple[Move, ...], fault: str) -> None:
    assert fault in said(stages, moves)


OUT = (move("paused", "x"), move("x", "won"), move("x", "lost", default=True))


@pytest.mark.parametrize(
    ("moves", "parts", "fault"),
    [
        (OUT, (replace(X, key="won"),), "The key 'won' is used more than once."),
        (OUT, (replace(X, name="PAUSED 暂停"),), "The name 'paused 暂停' is used more than once."),
        (OUT, (replace(X, name=" "),), "Decision 'x' needs a key and a name."),
        (OUT[:2], (X,), "Decision 'x' has no default answer."),
        (OUT[:2], (X,), "Decision 'x' has 1 answers; it needs two or more."),
        ((*OUT, move("x", "engaging", default=True)), (X,), "Decision 'x' has 2 default answers."),
        (OUT[1:], (X,), "Decision 'x' cannot be reached from 'prospecting'."),
        (
            (*OUT[:2], move("x", "lost", Guard(cel="true"), default=True)),
            (X,),
            "Move 'x' → 'lost': a default has no guard, it is taken when no other answer holds.",
        ),
        (
            (*OUT, move("x", "y"), move("y", "x"), move("y", "lost", default=True)),
            (X, Y),
            "Decision 'y' is part of a loop without a stage.",
        ),
        (OUT, (X, Note(key="n", text="?", element="moon")), "Note 'n' is about 'moon', which is not drawn."),
        (OUT, (X, Note(key="n", text="1"), Note(key="n", text="2")), "The key 'n' of a note is used more than once."),
    ],
)
def test_a_fault_of_decisions_and_notes(
    moves: tuple[Move, ...], parts: tuple[Decision | Note, ...], fault: str
) -> None:
    assert fault in said(STAGES, (*MOVES, *moves), *parts)


def test_a_decision_between_stages_is_no_fault() -> None:
    assert said(STAGES, (*MOVES, *OUT), X, Note(key="n", text="!", element="x->won")) == set()
    apart = (*OUT, move("x", "y"), move("y", "won"), move("y", "lost", default=True))
    assert said(STAGES, (*MOVES, *apart), X, Y) == set()


def acting(action: Action, when: str = "enter", reason: str = "why not") -> Stage:
    automation = Automation(key="a", when="idle" if when == "idle" else "enter", action=action, reason=reason)
    return replace(ENGAGING, automations=(automation,))


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        (
            replace(ENGAGING, required=("amonut",)),
            "Stage 'engaging' requires 'amonut'; a stage can require customer_id, owner_id, amount, lines,",
        ),
        (replace(ENGAGING, required=("amount", "amount")), "Stage 'engaging' has 'amount (required)' more than once."),
        (
            replace(ENGAGING, checklist=(ChecklistItem(key="b", text="1"), ChecklistItem(key="b", text="2"))),
            "Stage 'engaging' has 'b' more than once.",
        ),
        (acting(SetField(field="amount", value="1")), "'amount' cannot be set; automations set source, region, "),
        (acting(SetField(field="expected_close_in_days", value="soon")), "a whole number of days from 0 to 3650"),
        (acting(SetField(field="expected_close_in_days", value="²")), "a whole number of days from 0 to 3650"),
        (acting(SetField(field="forecast_category", value="sure")), "'sure' is no forecast category"),
        (acting(SetField(field="source", value="")), "a value has 1 to 200 characters"),
        (acting(AssignOwner(how="least_load")), "nobody is named who could become the owner"),
        (acting(CreateTask(title=" ")), "a task needs a title"),
        (acting(Notify(text="x", owner=False)), "a notification needs a text and somebody to read it"),
        (acting(Notify(text="x"), "idle"), "waits for idle days that the stage does not have"),
        (acting(Notify(text="x"), reason=" "), "needs a reason"),
    ],
)
def test_a_fault_of_what_a_stage_asks_and_does(changed: Stage, fault: str) -> None:
    found = said(tuple(changed if stage.key == changed.key else stage for stage in STAGES))
    assert any(fault in sentence for sentence in found), found


def test_a_closed_stage_has_no_clock() -> None:
    assert said((*STAGES[:4], replace(LOST, sla_days=3), DISQUALIFIED)) == {
        "A deal never gets too old in 'lost': it is decided."
    }


def test_a_second_start_is_one_fault_and_what_it_leads_to_is_none() -> None:
    stages = (*STAGES, stage("x"), stage("y", "Y"))
    found = said(stages, (*MOVES, move("x", "y"), move("y", "won")))
    assert found == {"Stage 'x' is a second start beside 'prospecting': no move leads to it."}


def test_each_finding_names_its_element_and_a_code() -> None:
    (found,) = findings(Drawing(STAGES, (*MOVES, move("paused", "won", Guard(cel="deal.amount > 1.0")))))
    assert (found.code, found.element, found.warning) == ("guard-caution", "paused->won", True)
    (late,) = findings(Drawing((*STAGES, stage("x")), (*MOVES, move("engaging", "x"))))
    assert (late.code, late.element, late.warning) == ("no-way-to-an-end", "x", False)


def test_a_crowded_drawing_is_warned_of() -> None:
    many = (PROSPECTING, *(stage(f"s{n}", f"S{n}") for n in range(14)), WON, LOST)
    found = findings(Drawing(many, every_move(many)))
    assert [(each.code, each.warning) for each in found] == [("too-many-elements", True)]
    assert faults(Drawing(many, every_move(many))) == ()


@pytest.mark.parametrize(
    "asked",
    [
        (row("amount", ">", "5"), row("amount", "<=", "5")),
        (row("amount", ">=", "5"), row("amount", "<=", "5"), row("amount", "!=", "5")),
        (row("amount", "<", "0"),),
        (row("amount", "=", "5"), row("amount", "is_empty")),
        (row("amount", "in", ("5", "6")), row("amount", "not_in", ("5", "6.0"))),
        (row("probability", ">", "100"),),
        (row("probability", ">", "3"), row("probability", "<", "4")),
        (row("age_days", "=", "1.5"),),
        (row("days_in_stage", ">=", "3"), row("days_in_stage", "<=", "4"), row("days_in_stage", "not_in", ("3", "4"))),
        (row("name", "is_empty"),),
        (row("name", "=", "a"), row("name", "contains", "b")),
        (row("expected_close", ">", "2026-01-01"), row("expected_close", "<", "2026-01-02")),
        (row("has_owner", "=", "true"), row("has_owner", "!=", "true")),
        (row("forecast_category", "=", "sure"), row("forecast_category", "!=", "sure")),
        (row("checklist", "is_empty"), row("checklist", "contains", "budget")),
        (row("stage", "=", "moon"), row("stage", "!=", "moon")),
    ],
)
def test_rows_that_leave_no_value_contradict_each_other(asked: tuple[GuardRow, ...]) -> None:
    assert impossible(guard(*asked), {"a"}) == asked[0].field
    assert impossible(guard(*asked, row("source", "is_set")), {"a"}) == asked[0].field
    assert impossible(guard(*asked, row("source", "is_set"), match="any"), {"a"}) is None


@pytest.mark.parametrize(
    "asked",
    [
        (row("amount", ">=", "5"), row("amount", "<=", "5")),
        (row("amount", ">", "5"), row("amount", "<", "5.01")),
        (row("amount", "is_empty"), row("amount", "!=", "5")),
        (row("source", "is_empty"), row("source", "not_in", ("web",))),
        (row("name", "contains", "a"), row("name", "contains", "b"), row("name", "!=", "ab")),
        (row("expected_close", ">", "2026-01-01"), row("expected_close", "<", "2026-01-03")),
        (row("stage", "!=", "b"),),
    ],
)
def test_rows_that_leave_a_value_do_not(asked: tuple[GuardRow, ...]) -> None:
    assert impossible(guard(*asked), {"a", "b"}) is None


@settings(max_examples=500, deadline=None)
@given(st.lists(rows(["probability", "age_days"]), min_size=1, max_size=4))
def test_rows_about_whole_numbers_are_impossible_exactly_when_no_number_passes(asked: list[GuardRow]) -> None:
    fields = {one.field for one in asked}
    passing = {
        field: any(all(holds(one, _with(field, n)) for one in asked if one.field == field) for n in range(101))
        for field in fields
    }
    assert (impossible(guard(*asked), {"a"}) is None) == all(passing.values())


@settings(max_examples=400, deadline=None)
@given(st.lists(rows(["amount", "expected_close"]), min_size=1, max_size=4))
def test_rows_about_amounts_and_days_are_impossible_exactly_when_no_value_passes(asked: list[GuardRow]) -> None:
    days = [None, *(date(2025, 12, 25) + timedelta(days=n) for n in range(20))]
    amounts = [None, *(Decimal(n) / 100 for n in range(700))]
    values: dict[str, list[Any]] = {"expected_close": days, "amount": amounts}
    passing = {
        field: any(
            all(holds(one, deal(**{field: value})) for one in asked if one.field == field) for value in values[field]
        )
        for field in {one.field for one in asked}
    }
    assert (impossible(guard(*asked), {"a"}) is None) == all(passing.values())


def _with(field: str, number: int) -> DealFacts:
    return deal(probability=number) if field == "probability" else deal(opened_at=NOW - timedelta(days=number))
