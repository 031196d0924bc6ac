"""Ways through decisions: which there are, which are open to a deal, and what the guards on them said."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.pipeline.domain.sales_process.definition import MOST_WAYS, Definition, Way
from services.pipeline.domain.sales_process.drawing import Decision, Guard, GuardRow, Move, Stage, move_id
from services.pipeline.domain.sales_process.guard_facts import DealFacts
from services.pipeline.domain.sales_process.passage import judged_way, passage
from services.pipeline.tests.examples import LOST, PROCESS_ID, WON

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRUE, FALSE, BROKEN = Guard(cel="true"), Guard(cel="false"), Guard(cel="deal.amount > 1.0")


def stage(key: str) -> Stage:
    return Stage(key=key, name=key.title(), category="open", probability=10)


def facts(amount: int | None = None) -> DealFacts:
    worth = None if amount is None else Decimal(amount)
    return DealFacts(now=NOW, name="Deal", stage="a", stage_since=NOW, opened_at=NOW, probability=10, amount=worth)


def drawn(*moves: Move, decisions: str = "xyz") -> Definition:
    stages = (stage("a"), stage("b"), stage("c"), WON, LOST)
    diamonds = tuple(Decision(key=key, name=key.upper()) for key in decisions)
    return Definition(PROCESS_ID, 1, published=True, stages=stages, moves=moves, decisions=diamonds)


def arrow(from_stage: str, to_stage: str, guard: Guard | None = None, *, default: bool = False) -> Move:
    return Move(from_stage=from_stage, to_stage=to_stage, guard=guard, default=default)


BIG = Guard(rows=(GuardRow(field="amount", operator=">=", value="1000"),))
REVIEW = drawn(arrow("a", "x"), arrow("x", "b", BIG), arrow("x", "c", default=True), arrow("x", "lost"))


def test_a_deal_goes_along_arrows_and_through_decisions_only() -> None:
    assert [found.key for found in REVIEW.onward("a")] == ["b", "c", "lost"]
    assert REVIEW.allows("a", "b")
    assert not REVIEW.allows("b", "a")
    assert REVIEW.ways("a", "b") == (Way((arrow("a", "x"), arrow("x", "b", BIG))),)
    assert REVIEW.ways("a", "a") == ()
    assert passage(REVIEW, "b", "a", facts()).way is None
    assert passage(REVIEW, "b", "a", facts()).decided == ()


def test_a_guarded_answer_needs_its_guard() -> None:
    taken = passage(REVIEW, "a", "b", facts(2000))
    assert taken.way == REVIEW.ways("a", "b")[0]
    assert [(said.move, said.judgement.passed) for said in taken.decided] == [("x->b", True)]
    refused = passage(REVIEW, "a", "b", facts(2))
    assert refused.way is None
    assert refused.reasons == ("amount >= 1000: not so.",)
    assert passage(REVIEW, "a", "b", facts()).reasons == ("amount >= 1000: not so.",)


def test_the_default_is_taken_only_when_no_guarded_answer_holds() -> None:
    small, big = passage(REVIEW, "a", "c", facts(2)), passage(REVIEW, "a", "c", facts(2000))
    assert small.way is not None
    assert [(said.move, said.judgement.passed) for said in small.decided] == [("x->b", False)]
    assert big.way is None
    assert big.reasons == ("x->c is the answer only when no other one holds, and x->b does.",)
    assert [(said.move, said.judgement.passed) for said in big.decided] == [("x->b", True)]


def test_an_answer_without_a_guard_is_a_persons_judgement() -> None:
    for amount in (2, 2000):
        taken = passage(REVIEW, "a", "lost", facts(amount))
        assert taken.way is not None
        assert taken.decided == ()


def test_the_shortest_open_way_wins() -> None:
    both = drawn(arrow("a", "b", FALSE), arrow("a", "x"), arrow("x", "y"), arrow("y", "b"), arrow("x", "b", BROKEN))
    assert [len(way.moves) for way in both.ways("a", "b")] == [1, 2, 3]
    taken = passage(both, "a", "b", facts())
    assert taken.way is not None
    assert [move_id(move) for move in taken.way.moves] == ["a->x", "x->y", "y->b"]
    assert passage(both, "a", "b", facts(5)).way == both.ways("a", "b")[1]


def test_a_short_way_wins_also_over_a_long_one_that_is_drawn_later() -> None:
    arrows = [("a", "x"), ("a", "y"), ("x", "b"), ("y", "z"), ("z", "b")]
    taken = passage(drawn(*(arrow(one, other) for one, other in arrows)), "a", "b", facts())
    assert taken.way == Way((arrow("a", "x"), arrow("x", "b")))


def test_a_way_can_be_asked_by_itself() -> None:
    way = Way((arrow("a", "x"), arrow("x", "b", BIG)))
    assert judged_way(REVIEW, way, facts(2000)).way == way
    assert judged_way(REVIEW, way, facts(2)).reasons == ("amount >= 1000: not so.",)


def test_many_decisions_do_not_make_many_ways() -> None:
    """Thirty diamonds with two answers each have a thousand million ways."""
    keys = [f"d{at}" for at in range(30)]
    between = [f"e{at}" for at in range(30)]
    nexts = [*keys[1:], "b"]
    arrows = [
        each
        for here, other, there in zip(keys, between, nexts, strict=True)
        for each in (arrow(here, there), arrow(here, other), arrow(other, there))
    ]
    stages = (stage("a"), stage("b"), WON, LOST)
    diamonds = tuple(Decision(key=key, name=key) for key in (*keys, *between))
    ladder = Definition(UUID(int=1), 1, True, stages, (arrow("a", "d0"), *arrows), diamonds)  # noqa: FBT003
    ways = ladder.ways("a", "b")
    assert len(ways) == MOST_WAYS
    assert len(ways[0].moves) == 31
    found = passage(ladder, "a", "b", facts())
    assert found.way == ways[0]


NODES = ("a", "b", "x", "y", "z")
GUARDS = st.sampled_from([None, TRUE, FALSE, BROKEN])


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    pairs = draw(st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), unique=True, max_size=12))
    kept = [(one, other) for one, other in pairs if one != other]
    return drawn(*(arrow(one, other, draw(GUARDS), default=draw(st.booleans())) for one, other in kept))


def may(definition: Definition, move: Move) -> bool:
    """The rule once more: TRUE holds, FALSE and BROKEN do not."""
    if move.guard is not None:
        return move.guard == TRUE
    beside = [other.guard for other in definition.moves if other.from_stage == move.from_stage]
    return not (move.default and move.from_stage in "xyz" and TRUE in beside)


@settings(max_examples=500, deadline=None)
@given(definitions())
def test_a_passage_is_the_shortest_way_whose_arrows_may_all_be_taken(definition: Definition) -> None:
    ways = definition.ways("a", "b")
    opened = [way for way in ways if all(may(definition, move) for move in way.moves)]
    found = passage(definition, "a", "b", facts())
    assert bool(ways) == definition.allows("a", "b")
    assert (found.way is None) == (not opened)
    assert found.way or bool(found.reasons) == bool(ways)
    if found.way is not None:
        assert found.way in opened
        assert found.reasons == ()
        assert len(found.way.moves) == len(opened[0].moves)
        assert all(said.judgement.passed for said in found.decided if said.move in map(move_id, found.way.moves))
    assert [bool(judged_way(definition, way, facts()).way) for way in ways] == [way in opened for way in ways]
