"""The map of a process: activities and the moves between them, with how often, in how many cases and how long."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from shared.mining.durations import Durations
from shared.mining.variants import Counts

Move = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ActivityOnMap:
    """An activity; `stay` is the time from it to what follows, `rank` its usual place, `happy` as for moves."""

    name: str
    events: int
    cases: int
    starts: int
    ends: int
    rework: int
    stay: Durations
    rank: int
    happy: bool


@dataclass(frozen=True, slots=True)
class MoveOnMap:
    """A move; `happy` when the most common variant makes it, `took` is the time from the one event to the other."""

    source: str
    target: str
    events: int
    cases: int
    happy: bool
    took: Durations


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """What is to be drawn, activities by rank, moves by how often; `hidden` tells what a simplified map leaves out."""

    cases: int
    activities: tuple[ActivityOnMap, ...]
    moves: tuple[MoveOnMap, ...]
    hidden: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """An activity and the time lost there: the sum of what stays lasted beyond `limit`, by itself their median."""

    activity: str
    stays: int
    limit: timedelta
    excess: timedelta
    median: timedelta
    p90: timedelta


def process_map(counts: Counts, durations: Mapping[Move, Durations]) -> ProcessMap:
    """Join the counts of variants with the durations of moves; a move without durations has none."""
    happy = set(pairwise(counts.variants[0].activities)) if counts.variants else set()
    ranks = _ranks(counts)
    activities = [_activity(name, counts, durations, ranks[name]) for name in counts.events]
    moves = [
        MoveOnMap(*move, events, counts.cases_moving[move], move in happy, durations.get(move, Durations()))
        for move, events in counts.moves.items()
    ]
    return ProcessMap(
        counts.cases,
        tuple(sorted(activities, key=lambda each: (each.rank, -each.events, each.name))),
        tuple(sorted(moves, key=lambda each: (-each.events, each.source, each.target))),
    )


def simplified(whole: ProcessMap, activities: float, paths: float) -> ProcessMap:
    """Return the happy path and a share (0 to 1) of the other activities and moves, the most frequent first.

    An activity off the path keeps its most frequent move in and out; moves of hidden activities are hidden.
    """
    on_path = {activity.name for activity in whole.activities if activity.happy}
    others = sorted((a for a in whole.activities if a.name not in on_path), key=lambda each: (-each.events, each.name))
    shown = on_path | {each.name for each in others[: math.ceil(activities * len(others))]}
    possible = [move for move in whole.moves if move.source in shown and move.target in shown]
    always = _needed(possible, on_path) | {_ends(move) for move in possible if move.happy}
    wanted = [_ends(move) for move in possible if _ends(move) not in always]
    kept = always.union(wanted[: math.ceil(paths * len(wanted))])
    moves = tuple(move for move in possible if _ends(move) in kept)
    left = tuple(activity for activity in whole.activities if activity.name in shown)
    hidden = (len(whole.activities) - len(left), len(whole.moves) - len(moves))
    return replace(whole, activities=left, moves=moves, hidden=hidden)


def bottlenecks(whole: ProcessMap, limits: Mapping[str, timedelta] | None = None) -> list[Bottleneck]:
    """Rank activities by total excess time: sum over stays of max(0, stay - limit), within the 1 % of the histogram.

    `limits` are the times set for an activity (SLA); without one it is the median of its stays. Means mislead here:
    what is lost in all counts, not how long a rare stay lasts.
    """
    found = [_bottleneck(activity, (limits or {}).get(activity.name)) for activity in whole.activities]
    return sorted((each for each in found if each), key=lambda each: (-each.excess, each.activity))


def _activity(name: str, counts: Counts, durations: Mapping[Move, Durations], rank: int) -> ActivityOnMap:
    stay = sum((each for (source, _), each in durations.items() if source == name), Durations())
    return ActivityOnMap(
        name,
        counts.events[name],
        counts.cases_with[name],
        counts.starts[name],
        counts.ends[name],
        counts.rework[name],
        stay,
        rank,
        name in counts.variants[0].activities,
    )


def _ranks(counts: Counts) -> dict[str, int]:
    """Return the mean place of the first occurrence in a case, rounded."""
    places: dict[str, int] = {}
    for variant in counts.variants:
        for place, name in enumerate(dict.fromkeys(variant.activities)):
            places[name] = places.get(name, 0) + place * variant.cases
    return {name: round(total / counts.cases_with[name]) for name, total in places.items()}


def _ends(move: MoveOnMap) -> Move:
    return move.source, move.target


def _needed(possible: Sequence[MoveOnMap], on_path: Collection[str]) -> set[Move]:
    """Return the most frequent move, other than to itself, into and out of every activity off the happy path."""
    needed: dict[tuple[str, str], Move] = {}
    for move in possible:
        if move.source != move.target:
            needed.setdefault(("out of", move.source), (move.source, move.target))
            needed.setdefault(("into", move.target), (move.source, move.target))
    return {move for (_, name), move in needed.items() if name not in on_path}


def _bottleneck(activity: ActivityOnMap, limit: timedelta | None) -> Bottleneck | None:
    stay = activity.stay
    median, p90 = stay.percentile(0.5), stay.percentile(0.9)
    if median is None or p90 is None:
        return None
    limit = median if limit is None else limit
    return Bottleneck(activity.name, len(stay), limit, stay.histogram.excess(limit), median, p90)
