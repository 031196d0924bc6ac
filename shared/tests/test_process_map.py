"""The map of a process: what it says, what it leaves out when it is simplified, where time is lost, how it is drawn."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mining.alignment import Model
from shared.mining.conformance import conformance, model_of
from shared.mining.discovery import Discovery
from shared.mining.map_drawing import flowchart, spoken
from shared.mining.process_map import MoveOnMap, ProcessMap, bottlenecks, process_map, simplified
from shared.mining.variants import Counts, Variant
from shared.tests.made_logs import BEGIN, Traces, events_of, traces

HOUR = timedelta(hours=1)
shares = st.floats(0, 1)


def mapped(made: Traces) -> ProcessMap:
    discovery = Discovery()
    discovery.feed(events_of(made))
    return process_map(discovery.counts(), discovery.moves)


def trace(*steps: tuple[str, float]) -> list[tuple[str, datetime]]:
    """Activities with the hours that are spent at each."""
    at, made = BEGIN, []
    for name, hours in steps:
        made.append((name, at))
        at += hours * HOUR
    return made


@given(traces())
def test_a_map_is_whole_when_nothing_is_left_out(made: Traces) -> None:
    whole = mapped(made)
    assert simplified(whole, 1, 1) == whole
    assert all(len(move.took) == move.events for move in whole.moves)
    assert sum(len(activity.stay) for activity in whole.activities) == sum(move.events for move in whole.moves)


@given(traces(), shares, shares)
def test_a_simpler_map_has_the_happy_path_and_nobody_alone(made: Traces, activities: float, paths: float) -> None:
    whole = mapped(made)
    less = simplified(whole, activities, paths)
    names = {activity.name for activity in less.activities}
    assert (
        {pair(move) for move in whole.moves if move.happy} <= set(map(pair, less.moves)) <= set(map(pair, whole.moves))
    )
    assert all(set(pair(move)) <= names for move in less.moves)
    assert less.hidden == (len(whole.activities) - len(names), len(whole.moves) - len(less.moves))
    on_path = {each.name for each in whole.activities if each.happy}
    for one, other in (pair(move) for move in whole.moves if set(pair(move)) <= names and move.source != move.target):
        assert one in on_path or any(kept.source == one for kept in less.moves if kept.target != one)
        assert other in on_path or any(kept.target == other for kept in less.moves if kept.source != other)


def pair(move: MoveOnMap) -> tuple[str, str]:
    return move.source, move.target


BUSY: Traces = {
    **{f"common {number}": trace(("A", 1), ("B", 2), ("C", 0)) for number in range(8)},
    **{f"rare {number}": trace(("A", 1), ("X", 50), ("C", 0)) for number in range(2)},
    "strange": trace(("A", 1), ("B", 30), ("A", 1), ("Y", 1), ("C", 0)),
}


@pytest.mark.parametrize(
    ("activities", "paths", "shown", "moves"),
    [(0, 0, "ABC", 2), (0, 1, "ABC", 3), (0.5, 0, "ABCX", 4), (1, 0, "ABCXY", 6), (1, 1, "ABCXY", 7)],
)
def test_the_sliders_begin_with_the_happy_path(activities: float, paths: float, shown: str, moves: int) -> None:
    less = simplified(mapped(BUSY), activities, paths)
    assert (sorted(each.name for each in less.activities), len(less.moves)) == (list(shown), moves)


def test_bottlenecks_are_ranked_by_all_the_time_that_is_lost() -> None:
    first, second, *_ = bottlenecks(mapped(BUSY))
    assert first.activity == "B"
    assert first.excess / HOUR == pytest.approx(28, rel=0.02)
    assert second.excess < HOUR
    limits = {"X": 10 * HOUR}
    first = bottlenecks(mapped(BUSY), limits)[0]
    assert first.activity == "X"
    assert first.excess / HOUR == pytest.approx(80, rel=0.02)


def test_the_model_of_a_log_is_what_happens_often_enough() -> None:
    counts = Counts([Variant(("A", "B"), 97), Variant(("A", "C", "B"), 2), Variant(("B",), 1)])
    model = model_of(counts, 0.02)
    assert model == Model.of([("A", "B"), ("A", "C"), ("C", "B")], ["A"], ["B"])
    found = conformance(model, counts.variants)
    assert (found.cases, found.fitting, found.share, found.cost) == (100, 99, 0.99, 1)
    assert found.deviations() == [("skipped", "A", 1, 1)]


def test_a_share_is_reached_exactly_not_nearly() -> None:
    counts = Counts([Variant(("A",), 27), Variant(("B",), 3)])
    assert model_of(counts, 0.1).starts == {"A", "B"}
    assert model_of(counts, 0.1001).starts == {"A"}


def test_cases_that_nothing_closed_need_not_be_at_an_end() -> None:
    counts = Counts([Variant(("A", "B"), 9), Variant(("A",), 1)])
    model = model_of(counts, 0.5)
    assert conformance(model, counts.variants).fitting == 9
    assert conformance(model, counts.variants, ["B"]).fitting == 10


def test_a_map_is_drawn_with_its_weights() -> None:
    chart = flowchart(mapped(BUSY), "busy")
    labels = {node.id: node.label for node in chart.nodes}
    assert len({*labels, *(edge.id for edge in chart.edges)}) == len(chart.nodes) + len(chart.edges)
    happy = {(labels[edge.source], labels[edge.target]) for edge in chart.edges if edge.mark == "happy"}
    assert happy == {("A", "B"), ("B", "C")}
    heaviest = max((node for node in chart.nodes if node.kind == "step"), key=lambda node: node.weight or 0)
    assert (heaviest.label, heaviest.weight, heaviest.lines) == ("A", 1.0, ("12 times in 11 cases",))
    assert flowchart(simplified(mapped(BUSY), 0, 0), "less").description == (
        "11 cases, 3 activities, 2 moves; 2 activities and 5 moves are hidden"
    )


def test_the_map_of_nothing_is_empty() -> None:
    assert [node.kind for node in flowchart(mapped({}), "nothing").nodes] == ["start", "end"]
    assert (bottlenecks(mapped({})), simplified(mapped({}), 0, 0).moves) == ([], ())


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (None, "-"),
        (timedelta(days=1.5), "1.5 d"),
        (40 * HOUR / 2, "20 h"),
        (timedelta(seconds=90), "1.5 min"),
        (timedelta(), "0 s"),
    ],
)
def test_durations_are_spoken_in_their_largest_unit(duration: timedelta | None, words: str) -> None:
    assert spoken(duration) == words
