"""Alignments cost what an independent search finds, and their moves replay to the trace and to a path of the model."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.mining.alignment import Model, Move, NoWayThrough, UnknownActivity, align, fits

SALE = Model.of(
    [
        ("Qualify", "Propose"),
        ("Propose", "Negotiate"),
        ("Negotiate", "Won"),
        ("Negotiate", "Lost"),
        ("Qualify", "Lost"),
    ],
    ["Qualify"],
    ["Won", "Lost"],
)
LABELS = "ABCDE"


@st.composite
def models(draw: st.DrawFn) -> Model:
    names = LABELS[: draw(st.integers(1, 4))]
    pairs = [(one, other) for one in names for other in names]
    moves = draw(st.sets(st.sampled_from(pairs), max_size=8))
    starts, ends = draw(st.sets(st.sampled_from(names))), draw(st.sets(st.sampled_from(names)))
    return Model(frozenset(names), frozenset(starts), frozenset(ends), frozenset(moves))


traces = st.lists(st.sampled_from(LABELS), max_size=7).map(tuple)


def brute_force(model: Model, trace: Sequence[str], *, ended: bool) -> int | None:
    """The least number of edits, trying all paths that may be of use, each against the trace by edit distance."""
    longest = len(trace) + len(model.activities) + 1
    paths: deque[tuple[str, ...]] = deque([()])
    best: int | None = None
    while paths:
        path = paths.popleft()
        if (not ended) or (path and path[-1] in model.ends):
            cost = distance(path, trace)
            best = cost if best is None else min(best, cost)
        if len(path) < longest and (best is None or len(path) - len(trace) < best):
            following = model.starts if not path else {b for a, b in model.moves if a == path[-1]}
            paths.extend((*path, name) for name in following)
    return best


def distance(path: Sequence[str], trace: Sequence[str]) -> int:
    """Insertions and deletions between two sequences: their lengths less twice the longest common subsequence."""
    row = [0] * (len(trace) + 1)
    for name in path:
        previous, row = row, [0]
        for index, other in enumerate(trace):
            row.append(previous[index] + 1 if name == other else max(previous[index + 1], row[index]))
    return len(path) + len(trace) - 2 * row[-1]


@settings(max_examples=300, deadline=None)
@given(models(), traces, st.booleans())
def test_the_cost_is_that_of_a_brute_force_search(model: Model, trace: tuple[str, ...], ended: bool) -> None:  # noqa: FBT001  drawn
    expected = brute_force(model, trace, ended=ended)
    if expected is None:
        with pytest.raises(NoWayThrough):
            align(model, trace, ended=ended)
    else:
        assert align(model, trace, ended=ended).cost == expected


@settings(max_examples=300, deadline=None)
@given(models(), traces, st.booleans())
def test_the_moves_replay_to_the_trace_and_to_a_path(model: Model, trace: tuple[str, ...], ended: bool) -> None:  # noqa: FBT001  drawn
    if ended and brute_force(model, trace, ended=True) is None:
        return
    alignment = align(model, trace, ended=ended)
    own = [move for move in alignment.moves if move.kind != "skipped"]
    path = tuple(move.activity for move in alignment.moves if move.kind != "unexpected")
    assert [(move.activity, move.position) for move in own] == [(name, at) for at, name in enumerate(trace)]
    assert all(move.position is None for move in alignment.moves if move.kind == "skipped")
    assert not path or path[0] in model.starts
    assert all(pair in model.moves for pair in pairwise(path))
    assert not ended or path[-1] in model.ends
    assert alignment.cost == sum(move.kind != "sync" for move in alignment.moves)


@settings(max_examples=300, deadline=None)
@given(models(), traces, st.booleans())
def test_it_fits_exactly_when_the_cost_is_nothing(model: Model, trace: tuple[str, ...], ended: bool) -> None:  # noqa: FBT001  drawn
    if ended and brute_force(model, trace, ended=True) is None:
        assert not fits(model, trace)
    else:
        assert fits(model, trace, ended=ended) == (align(model, trace, ended=ended).cost == 0)


@given(models(), st.data())
def test_every_walk_through_the_model_fits(model: Model, data: st.DataObject) -> None:
    walk: list[str] = []
    following = sorted(model.starts)
    while following and len(walk) < 6:
        walk.append(data.draw(st.sampled_from(following)))
        following = sorted(b for a, b in model.moves if a == walk[-1])
    assert fits(model, walk, ended=False)
    assert fits(model, walk) == bool(walk and walk[-1] in model.ends)


def test_a_skipped_stage_is_named_where_it_is_missing() -> None:
    moves = align(SALE, ["Qualify", "Negotiate", "Won"]).moves
    assert [(move.kind, move.activity) for move in moves] == [
        ("sync", "Qualify"),
        ("skipped", "Propose"),
        ("sync", "Negotiate"),
        ("sync", "Won"),
    ]


def test_rework_and_strangers_are_unexpected() -> None:
    moves = align(SALE, ["Qualify", "Propose", "Call", "Propose", "Negotiate", "Lost"]).moves
    assert [move for move in moves if move.kind != "sync"] == [
        Move("unexpected", "Call", 2),
        Move("unexpected", "Propose", 3),
    ]


def test_an_empty_trace_skips_a_shortest_path_unless_it_is_open() -> None:
    assert [move.activity for move in align(SALE, []).moves] == ["Qualify", "Lost"]
    assert align(SALE, [], ended=False).cost == 0
    assert (fits(SALE, []), fits(SALE, [], ended=False)) == (False, True)


def test_an_open_case_need_not_be_at_an_end() -> None:
    assert align(SALE, ["Qualify", "Propose"], ended=False).cost == 0
    assert align(SALE, ["Qualify", "Propose"]).cost == 2


def test_without_a_way_to_an_end_only_open_cases_can_be_aligned() -> None:
    stuck = Model.of([("A", "B")], ["A"], ["C"])
    with pytest.raises(NoWayThrough):
        align(stuck, ["A", "B"])
    assert align(stuck, ["A", "B"], ended=False).cost == 0


def test_a_model_names_only_its_own_activities() -> None:
    with pytest.raises(UnknownActivity):
        Model(frozenset("A"), frozenset("A"), frozenset("A"), frozenset({("A", "B")}))
