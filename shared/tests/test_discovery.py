"""The process found event by event is the one counted over finished traces, however the events arrive."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mining.discovery import CaseInBoth, Discovery, GapInCase, Gaps
from shared.mining.durations import hours
from shared.mining.variants import Counts, Variant, most_common_first, name_of
from shared.tests.made_logs import BEGIN, Traces, counted, events_of, found_by, interleaved, traces


def fed(made: Traces, gaps: Gaps = "refuse") -> Discovery:
    discovery = Discovery(gaps=gaps)
    discovery.feed(events_of(made))
    return discovery


@given(traces(), st.data())
def test_batches_interleaved_and_delivered_again_give_the_plain_count(made: Traces, data: st.DataObject) -> None:
    events, discovery = data.draw(interleaved(made)), Discovery()
    while events:
        size = data.draw(st.integers(1, len(events)))
        discovery.feed(events[:size])
        events = events[size:]
    assert found_by(discovery) == counted(made)


@given(traces(), st.data())
def test_parts_of_a_log_merge_to_the_whole(made: Traces, data: st.DataObject) -> None:
    mine = {case for case in made if data.draw(st.booleans())}
    one, other = (fed({case: made[case] for case in made if (case in mine) is here}) for here in (True, False))
    before = found_by(other)
    one.merge(other)
    assert found_by(one) == counted(made)
    one.feed(events_of({case: [*made[case], made[case][-1]] for case in made}))
    assert found_by(other) == before


@given(traces(), st.data())
def test_parked_events_wait_for_those_before_them(made: Traces, data: st.DataObject) -> None:
    events = data.draw(st.permutations(events_of(made)))
    discovery = Discovery(gaps="park")
    discovery.feed(events)
    assert found_by(discovery) == counted(made)
    assert not discovery.parked


@given(traces())
def test_the_identities_of_a_map_hold(made: Traces) -> None:
    counts = fed(made).counts()
    assert counts.moves.total() == counts.events.total() - counts.cases
    for name, events in counts.events.items():
        coming = sum(times for (_, to), times in counts.moves.items() if to == name)
        going = sum(times for (from_, _), times in counts.moves.items() if from_ == name)
        assert coming + counts.starts[name] == going + counts.ends[name] == events


@given(traces(), traces())
def test_the_map_of_a_selection_comes_from_its_variants(one: Traces, other: Traces) -> None:
    chosen = {f"chosen {case}": trace for case, trace in one.items()}
    ids = {name_of(activity for activity, _ in trace) for trace in chosen.values()}
    both = fed(chosen | other).variants()
    counts = Counts(
        [Variant(each.activities, counted(chosen).variants[each.activities]) for each in both if each.name in ids]
    )
    assert (counts.moves, counts.cases_moving) == (counted(chosen).moves, counted(chosen).cases_moving)


def test_a_gap_is_refused_with_the_case_and_both_indices() -> None:
    first, _, third = events_of({"A": [("a", BEGIN)] * 3})
    discovery = Discovery()
    with pytest.raises(GapInCase) as refused:
        discovery.feed([first, third])
    assert (refused.value.case, refused.value.expected, refused.value.found) == ("A", 2, 3)
    assert discovery.counts().events.total() == 1


def test_a_parked_case_stands_where_the_gap_is() -> None:
    first, _, third, fourth = events_of({"A": [("a", BEGIN)] * 4})
    discovery = Discovery(gaps="park")
    discovery.feed([first, fourth, third, third])
    assert (discovery.counts().events.total(), list(discovery.parked), discovery.duplicates) == (1, ["A"], 1)


def test_a_selection_of_events_has_gaps_that_do_not_matter() -> None:
    _, second, _, fourth = events_of({"A": [("a", BEGIN), ("b", BEGIN), ("c", BEGIN), ("d", BEGIN)]})
    discovery = Discovery(gaps="accept")
    discovery.feed([second, fourth, second])
    assert (dict(discovery.counts().moves), discovery.duplicates) == ({("b", "d"): 1}, 1)


def test_a_case_cannot_come_from_two_parts() -> None:
    with pytest.raises(CaseInBoth):
        fed({"A": [("a", BEGIN)]}).merge(fed({"A": [("a", BEGIN)]}))


def test_durations_are_measured_as_one_wants() -> None:
    discovery = Discovery(between=lambda start, end: (end - start) / 2)
    discovery.feed(events_of({"A": [("a", BEGIN), ("b", BEGIN + timedelta(hours=3))]}))
    assert discovery.moves["a", "b"].total == timedelta(hours=1.5)
    assert discovery.case_durations() == [timedelta(hours=1.5)]


def test_equally_common_variants_are_ordered_by_their_first_case() -> None:
    variants = [Variant(("b",), 2, "case 2"), Variant(("c",), 3, "case 9"), Variant(("a",), 2, "case 3")]
    assert [each.activities for each in most_common_first(variants)] == [("c",), ("b",), ("a",)]


def test_percentiles_lie_between_the_nearest_ranks() -> None:
    found = hours([timedelta(hours=each) for each in (4, 1, 2, 3)])
    assert found
    assert (found.median, found.mean, found.p90) == (2.5, 2.5, 3.7)
    assert hours([]) is None


def test_backward_moves_and_reopened_cases_are_counted() -> None:
    counts = Counts([Variant(("New", "Offer", "New", "Won", "Offer", "Elsewhere", "New"), 2)])
    assert dict(counts.backward({"New": 0, "Offer": 1, "Won": 2})) == {("Offer", "New"): 2, ("Won", "Offer"): 2}
    assert dict(counts.reopened(["Won", "Lost"])) == {("Won", "Offer"): 2}
    assert dict(Counts([Variant(("a", "a", "b", "a"), 3)]).self_loops) == {"a": 3}
