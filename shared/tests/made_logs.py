"""Event logs that tests make, and what a plain count over finished traces says of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from shared.mining.discovery import Discovery
from shared.mining.histogram import Histogram
from shared.mining.log import Event

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
ACTIVITIES = ("Qualify", "报价", "end", "Won")
Traces = dict[str, list[tuple[str, datetime]]]


def events_of(traces: Traces) -> list[Event]:
    return [
        Event(case=case, index=index, activity=activity, at=at)
        for case, trace in traces.items()
        for index, (activity, at) in enumerate(trace, 1)
    ]


@st.composite
def traces(draw: st.DrawFn) -> Traces:
    """Cases of activities whose times go forward, stand still or now and then go back."""
    steps = st.tuples(st.sampled_from(ACTIVITIES), st.integers(-5, 10**7))
    made: Traces = {}
    for number in range(draw(st.integers(0, 8))):
        at, trace = BEGIN, []
        for activity, seconds in draw(st.lists(steps, min_size=1, max_size=7)):
            at += timedelta(seconds=seconds)
            trace.append((activity, at))
        made[f"case {draw(st.integers(0, 99))}-{number}"] = trace
    return made


@st.composite
def interleaved(draw: st.DrawFn, made: Traces) -> list[Event]:
    """All events, each case in its order, the cases in any order between each other; some delivered again later."""
    waiting = {case: events_of({case: trace}) for case, trace in made.items()}
    delivered: list[Event] = []
    while waiting:
        case = draw(st.sampled_from(sorted(waiting)))
        delivered.append(waiting[case].pop(0))
        if not waiting[case]:
            del waiting[case]
        if draw(st.integers(0, 3)) == 0:
            delivered.append(draw(st.sampled_from(delivered)))
    return delivered


@dataclass(frozen=True)
class Counted:
    """What can be counted."""

    moves: Counter[tuple[str, str]]
    cases_moving: Counter[tuple[str, str]]
    starts: Counter[str]
    ends: Counter[str]
    rework: Counter[str]
    variants: Counter[tuple[str, ...]]
    sums: dict[tuple[str, str], tuple[int, timedelta, timedelta, timedelta, dict[int, int]]]


def counted(made: Traces) -> Counted:
    """Count finished traces one after the other, as a textbook does."""
    sequences = {case: tuple(activity for activity, _ in trace) for case, trace in made.items()}
    durations: dict[tuple[str, str], list[timedelta]] = defaultdict(list)
    for trace in made.values():
        for (one, begun), (other, ended) in pairwise(trace):
            durations[one, other].append(ended - begun)
    return Counted(
        Counter({move: len(found) for move, found in durations.items()}),
        Counter(move for each in sequences.values() for move in set(pairwise(each))),
        Counter(each[0] for each in sequences.values()),
        Counter(each[-1] for each in sequences.values()),
        Counter(name for each in sequences.values() for name in set(each) if each.count(name) > 1),
        Counter(sequences.values()),
        {
            move: (len(found), sum(found, timedelta()), min(found), max(found), _buckets(found))
            for move, found in durations.items()
        },
    )


def found_by(discovery: Discovery) -> Counted:
    counts = discovery.counts()
    return Counted(
        counts.moves,
        counts.cases_moving,
        counts.starts,
        counts.ends,
        counts.rework,
        Counter({variant.activities: variant.cases for variant in counts.variants}),
        {
            move: (len(each), each.total, each.least, each.most, each.histogram.counts)
            for move, each in discovery.moves.items()
        },
    )


def _buckets(durations: Sequence[timedelta]) -> dict[int, int]:
    histogram = Histogram()
    for duration in durations:
        histogram.add(duration)
    return histogram.counts
