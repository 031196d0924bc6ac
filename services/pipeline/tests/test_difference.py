"""What is different between two versions: as data that explains everything, as sentences, as one marked drawing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.pipeline.domain.sales_process.chart import START, Caption, chart_of
from services.pipeline.domain.sales_process.difference import Change, difference
from services.pipeline.domain.sales_process.difference_chart import marked_chart
from services.pipeline.domain.sales_process.difference_words import Teller
from services.pipeline.domain.sales_process.drawing import (
    Automation,
    ChecklistItem,
    CreateTask,
    Decision,
    Drawing,
    Guard,
    GuardRow,
    Move,
    Note,
    Stage,
    move_id,
)
from services.pipeline.tests.examples import ENGAGING, MOVES, PROSPECTING, REDRAWN, STAGES
from shared.drawing.flowchart import Annotation, Edge, Flowchart, Node

OLD = Drawing(STAGES, MOVES)
NEW = Drawing(REDRAWN.stages, REDRAWN.moves, REDRAWN.decisions, REDRAWN.notes)


def parts(chart: Flowchart) -> list[Node | Edge | Annotation]:
    return [*chart.nodes, *chart.edges, *chart.notes]


def sentences(before: Drawing, after: Drawing) -> list[str]:
    return [Teller(before, after, "en").sentence(change) for change in difference(before, after)]


def test_the_sentences_of_a_difference() -> None:
    assert sentences(OLD, NEW) == [
        "Stage Prospecting forecast category is pipeline now, was none",
        "Stage Prospecting days at most is 14 now, was none",
        "Stage Prospecting idle days is 7 now, was none",
        "Stage Prospecting now requires customer",
        "Stage Prospecting now has “Budget known” on its required checklist",
        "Stage Prospecting now has task “Call them” on entry (early calls win)",
        "Stage Prospecting now has region = West on leaving (West sells here)",
        "Stage Prospecting now has assigned in turn on entry (fair shares)",
        "Stage Prospecting now has notification “It rots” when idle (do not forget it)",
        "Decision Review 评审 added",
        "Move Paused 暂停 → Review 评审 added",
        "Move Review 评审 → Won added",
        "Move Review 评审 → Lost added",
        "Note why added",
    ]
    assert sentences(NEW, OLD)[-5:] == [
        "Decision Review 评审 removed",
        "Move Paused 暂停 → Review 评审 removed",
        "Move Review 评审 → Won removed",
        "Move Review 评审 → Lost removed",
        "Note why removed",
    ]


@pytest.mark.parametrize(
    ("after", "english", "chinese"),
    [
        (
            Drawing((replace(PROSPECTING, required=("amount",)), *STAGES[1:]), MOVES),
            "Stage Prospecting now requires amount",
            "阶段“Prospecting”现在必填金额",
        ),
        (Drawing(STAGES, MOVES[1:]), "Move Prospecting → Engaging removed", "删除流转“Prospecting → Engaging”"),
        (
            Drawing((replace(PROSPECTING, name="线索"), *STAGES[1:]), MOVES),
            "Stage 线索 name is “线索” now, was “Prospecting”",
            "阶段“线索”名称由“Prospecting”改为“线索”",
        ),
        (
            Drawing((ENGAGING, PROSPECTING, *STAGES[2:]), MOVES),
            "Stage Engaging is at place 1 now, was at 2",
            "阶段“Engaging”位置由第 2 改为第 1",
        ),
        (
            Drawing(STAGES, (replace(MOVES[0], guard=REDRAWN.moves[-2].guard), *MOVES[1:])),
            "Move Prospecting → Engaging now needs amount >= 1000 and source is set",
            "流转“Prospecting → Engaging”现在要求 amount >= 1000 and source is set",
        ),
        (
            Drawing((replace(PROSPECTING, category="on_hold"), *STAGES[1:]), MOVES),
            "Stage Prospecting category is on hold now, was open",
            "阶段“Prospecting”类别由进行中改为暂停",
        ),
        (
            Drawing(STAGES, (replace(MOVES[0], default=True), *MOVES[1:])),
            "Move Prospecting → Engaging is the default answer now",
            "流转“Prospecting → Engaging”改为默认选项",
        ),
    ],
)
def test_a_change_is_said_in_two_languages(after: Drawing, english: str, chinese: str) -> None:
    (change,) = difference(OLD, after)
    assert Teller(OLD, after, "en").sentence(change) == english
    assert Teller(OLD, after, "zh").sentence(change) == chinese


def test_one_drawing_shows_both_and_marks_what_differs() -> None:
    before = Drawing((*STAGES[:2], replace(PROSPECTING, key="demo", name="Demo"), *STAGES[2:]), MOVES)
    chart = marked_chart(before, NEW, Caption(id="p", title="Both"))
    marks = {node.id: node.mark for node in chart.nodes}
    assert [node.id for node in chart.nodes][:4] == [START, "prospecting", "engaging", "demo"]
    assert (marks["demo"], marks["prospecting"], marks["review"], marks["won"]) == ("removed", "changed", "added", None)
    assert {edge.id: edge.mark for edge in chart.edges}["paused->review"] == "added"
    assert chart.notes[0].mark == "added"
    assert marked_chart(OLD, OLD, Caption(id="p", title="Same")) == chart_of(OLD, Caption(id="p", title="Same"))


def test_a_chart_keeps_the_keys_and_draws_what_there_is() -> None:
    chart = chart_of(NEW, Caption(id="p", title="B2B", language="zh"))
    kinds = {node.id: node.kind for node in chart.nodes}
    assert (kinds[START], kinds["won"], kinds["lost"], kinds["review"]) == ("start", "good_end", "bad_end", "decision")
    edges = {edge.id: edge for edge in chart.edges}
    assert set(edges) == {f"{START}->prospecting", *(move_id(move) for move in NEW.moves)}
    assert edges["review->won"].condition == "(has(deal.amount) && deal.amount >= 1000.0) && has(deal.source)"
    assert (edges["review->won"].label, edges["review->lost"].default) == ("big", True)
    assert "必填：客户" in next(node for node in chart.nodes if node.id == "prospecting").lines  # noqa: RUF001
    assert chart.notes[0].element == "review"


BROKEN = Guard(rows=(GuardRow(field="x", operator="="),))


def test_a_draft_with_faults_can_be_drawn() -> None:
    broken = Drawing(
        (*STAGES, STAGES[0]),
        (
            *MOVES,
            MOVES[0],
            Move(from_stage="moon", to_stage="won", guard=Guard(rows=(GuardRow(field="x", operator="="),))),
        ),
        (Decision(key="won", name="?"),),
        (Note(key="n", text="?", element="moon"), Note(key="n", text="!")),
    )
    chart = chart_of(broken, Caption(id="p", title="Broken"))
    ids = [part.id for part in parts(chart)]
    assert len(ids) == len(set(ids))
    assert {edge.source for edge in chart.edges} | {edge.target for edge in chart.edges} <= {n.id for n in chart.nodes}
    assert chart.notes[0].element is None
    assert chart_of(Drawing((), ()), Caption(id="p", title="Nothing")).edges == ()


NAMES = st.sampled_from(["A", "B", "<b>", "终"])
GUARDS = st.sampled_from([None, Guard(cel="true"), Guard(rows=(GuardRow(field="source", operator="is_set"),))])


def some(words: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), unique=True)


@st.composite
def stages(draw: st.DrawFn, key: str) -> Stage:
    task = CreateTask(title=draw(NAMES))
    return Stage(
        key=key,
        name=draw(NAMES),
        category=draw(st.sampled_from(["open", "won"])),
        probability=draw(st.integers(0, 2)),
        sla_days=draw(st.sampled_from([None, 1])),
        required=tuple(draw(st.lists(st.sampled_from(["amount", "lines", "source"]), unique=True))),
        checklist=tuple(
            ChecklistItem(key=each, text=draw(NAMES), required=draw(st.booleans())) for each in draw(some("pq"))
        ),
        automations=tuple(
            Automation(key=each, when="enter", action=task, reason=draw(NAMES)) for each in draw(some("pq"))
        ),
    )


@st.composite
def moves(draw: st.DrawFn) -> tuple[Move, ...]:
    pairs = draw(st.lists(st.tuples(st.sampled_from("abcx"), st.sampled_from("abcx")), unique=True, max_size=5))
    return tuple(Move(from_stage=a, to_stage=b, guard=draw(GUARDS), default=draw(st.booleans())) for a, b in pairs)


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    return Drawing(
        tuple(draw(stages(key)) for key in draw(some("abcde"))),
        draw(moves()),
        tuple(Decision(key=key, name=draw(NAMES)) for key in draw(some("xy"))),
        tuple(Note(key=key, text=draw(NAMES), element=draw(NAMES)) for key in draw(some("mn"))),
    )


@settings(max_examples=300, deadline=None)
@given(drawings(), drawings())
def test_a_difference_explains_everything_and_nothing_else(before: Drawing, after: Drawing) -> None:
    changes = difference(before, after)
    assert difference(before, before) == ()
    assert applied(before, changes) == plain(after)
    assert (changes == ()) == (plain(before) == plain(after))
    assert all(Teller(before, after, "en").sentence(change) for change in changes)
    assert all(Teller(before, after, "zh").sentence(change) for change in changes)


@settings(max_examples=100, deadline=None)
@given(drawings(), drawings())
def test_whatever_differs_can_be_drawn(before: Drawing, after: Drawing) -> None:
    chart = marked_chart(before, after, Caption(id="p", title="Both"))
    marked = {part.id for part in parts(chart) if part.mark}
    changed = {change.element for change in difference(before, after)}
    drawn = {part.id for part in parts(chart)}
    assert marked == changed & drawn


def plain(drawing: Drawing) -> dict[str, Any]:
    """A drawing as data: stages in their order, all else by key."""
    data = msgspec.to_builtins(drawing)
    return {
        "stage": [tidied(stage) for stage in data["stages"]],
        "decision": {each["key"]: each for each in data["decisions"]},
        "move": {f"{each['from_stage']}->{each['to_stage']}": each for each in data["moves"]},
        "note": {f"note:{each['key']}": each for each in data["notes"]},
    }


def tidied(stage: dict[str, Any]) -> dict[str, Any]:
    entries = {part: {entry["key"]: entry for entry in stage[part]} for part in ("checklist", "automations")}
    return stage | entries | {"required": {name: name for name in stage["required"]}}


def applied(before: Drawing, changes: tuple[Change, ...]) -> dict[str, Any]:
    """What becomes of a drawing by these changes and nothing else."""
    data = plain(before)
    known = {stage["key"]: stage for stage in data["stage"]}
    data |= {"stage": known}
    for change in changes:
        within = data[change.part]
        if change.kind == "removed":
            assert within.pop(change.element) is not None
        elif change.kind == "added":
            within[change.element] = tidied(change.after) if change.part == "stage" else change.after
        elif change.aspect in ("required", "checklist", "automations"):
            entry = change.after if change.before is None else change.before
            key = entry if change.aspect == "required" else entry["key"]
            assert within[change.element][change.aspect].pop(key, None) == change.before
            if change.after is not None:
                within[change.element][change.aspect][key] = change.after
        elif change.aspect != "rank":
            assert within[change.element][change.aspect] == change.before
            within[change.element] = within[change.element] | {change.aspect: change.after}
    return data | {"stage": ordered(known, changes)}


def ordered(known: dict[str, Any], changes: tuple[Change, ...]) -> list[Any]:
    """Moved and added stages at their new places, the others in between in their old order."""
    ranked = {change.element: change.after for change in changes if change.aspect == "rank"}
    new = [change.element for change in changes if (change.kind, change.part) == ("added", "stage")]
    places = ranked | {key: known[key].pop("rank") for key in new}
    staying = iter([key for key in known if key not in places])
    at = {place: key for key, place in places.items()}
    return [known[at[place] if place in at else next(staying)] for place in range(len(known))]
