"""How far a trace is from a model of allowed moves: the cheapest alignment, exactly, with the moves that explain it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from shared.errors import Invalid

MoveKind = Literal["sync", "skipped", "unexpected"]

_START = 0  # the state before the first activity; activities have the states 1, 2, …
_NEVER = 1 << 60  # the cost of what cannot be done


class UnknownActivity(Invalid):
    """A model names an activity that is not one of its own."""

    code = "unknown-activity"


class NoWayThrough(Invalid):
    """The model has no path from a start to an end, so no finished trace can be aligned with it."""

    code = "no-way-through"


@dataclass(frozen=True, slots=True)
class Move:
    """One move: `sync` = both, `skipped` = only the model moves, `unexpected` = only the trace moves.

    `position` is the index in the trace, None for what the trace skipped.
    """

    kind: MoveKind
    activity: str
    position: int | None


@dataclass(frozen=True, slots=True)
class Alignment:
    """The cheapest way to read a trace as a path of the model: cost = moves that are not `sync`."""

    cost: int
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Model:
    """What is allowed: every activity is one state, `moves` lead between them; raises UnknownActivity."""

    activities: frozenset[str]
    starts: frozenset[str]
    ends: frozenset[str]
    moves: frozenset[tuple[str, str]]

    def __post_init__(self) -> None:
        """Refuse what names no activity of this model."""
        named = {*self.starts, *self.ends, *(name for move in self.moves for name in move)}
        if unknown := sorted(named - self.activities):
            raise UnknownActivity(f"{unknown[0]!r} is not an activity of the model")

    @classmethod
    def of(cls, moves: Iterable[tuple[str, str]], starts: Iterable[str], ends: Iterable[str]) -> Model:
        """Make a model whose activities are those that are named."""
        pairs, first, last = frozenset(moves), frozenset(starts), frozenset(ends)
        return cls(first | last | {name for pair in pairs for name in pair}, first, last, pairs)

    @cached_property
    def net(self) -> Net:
        """The model with numbers for names, made once."""
        return Net.of(self)


@dataclass(frozen=True, slots=True)
class Net:
    """A model with numbers for names; states in the order of their names, so that equal costs are told apart alike."""

    names: tuple[str, ...]
    states: Mapping[str, int]
    after: tuple[tuple[int, ...], ...]
    before: tuple[tuple[int, ...], ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, model: Model) -> Net:
        """Number the activities and turn the moves into lists of neighbours."""
        names = ("", *sorted(model.activities))
        states = {name: state for state, name in enumerate(names) if state != _START}
        pairs = {(states[one], states[other]) for one, other in model.moves}
        pairs |= {(_START, states[name]) for name in model.starts}
        after, before = _neighbours(pairs, len(names)), _neighbours({(b, a) for a, b in pairs}, len(names))
        return cls(names, states, after, before, tuple(sorted(states[name] for name in model.ends)))


def fits(model: Model, trace: Sequence[str], *, ended: bool = True) -> bool:
    """Tell whether the trace is a path of the model; the same as an alignment of cost 0.

    A finished trace begins at a start and stops at an end, so the empty one never fits; one that has not `ended`
    need only be the beginning of a path, and the empty one fits.
    """
    if not trace:
        return not ended
    begins, stops = trace[0] in model.starts, not ended or trace[-1] in model.ends
    return begins and stops and all(pair in model.moves for pair in pairwise(trace))


def align(model: Model, trace: Sequence[str], *, ended: bool = True) -> Alignment:
    """Return the cheapest alignment: a skipped or unexpected activity costs 1, one that fits costs nothing.

    The states of the model times the positions of the trace are searched from the back, O(len(trace) * moves).
    Every trace can be aligned: at worst all of it is unexpected and a shortest path is skipped. An empty trace that has
    ended skips a shortest path; activities that the model does not know are always unexpected. A trace that has not
    `ended` may stop anywhere and the empty one costs 0. Among equally cheap alignments the one is taken whose first
    difference is sync before unexpected before skipped, then by name.
    Raises NoWayThrough for a finished trace when no end can be reached.
    Source: A* alignments of van der Aalst, Adriansyah and van Dongen (2012), exact here because one label is one state.
    """
    net = model.net
    labels = [net.states.get(activity) for activity in trace]
    costs = _costs(net, labels, ended=ended)
    if costs[0][_START] >= _NEVER:
        raise NoWayThrough
    return Alignment(costs[0][_START], tuple(_moves(net, trace, labels, costs)))


def _neighbours(pairs: Iterable[tuple[int, int]], size: int) -> tuple[tuple[int, ...], ...]:
    found: list[list[int]] = [[] for _ in range(size)]
    for one, other in sorted(pairs):
        found[one].append(other)
    return tuple(map(tuple, found))


def _costs(net: Net, labels: Sequence[int | None], *, ended: bool) -> list[list[int]]:
    """Return what is still to be paid at each position in each state."""
    size = len(net.names)
    last = [_NEVER] * size if ended else [0] * size
    for state in net.ends:
        last[state] = 0
    layers = [_relaxed(net, last)]
    for label in reversed(labels):
        layers.append(_relaxed(net, _before(net, layers[-1], label)))
    return layers[::-1]


def _before(net: Net, later: Sequence[int], label: int | None) -> list[int]:
    """Return the costs one position earlier by moves that use up the activity there."""
    layer = [cost + 1 for cost in later]
    for state in net.before[label] if label is not None else ():
        layer[state] = min(layer[state], later[label or _START])
    return layer


def _relaxed(net: Net, layer: list[int]) -> list[int]:
    """Let skips, 1 each, bring every state down to its cheapest cost: a search outwards from the cheapest states.

    Both queues are in order, because a skip costs the same everywhere: every state is settled when first met.
    """
    given = deque(sorted((cost, state) for state, cost in enumerate(layer) if cost < _NEVER))
    reached: deque[tuple[int, int]] = deque()
    while given or reached:
        queue = reached if reached and (not given or reached[0] < given[0]) else given
        cost, state = queue.popleft()
        for earlier in net.before[state] if cost == layer[state] else ():
            if cost + 1 < layer[earlier]:
                layer[earlier] = cost + 1
                reached.append((cost + 1, earlier))
    return layer


def _moves(
    net: Net, trace: Sequence[str], labels: Sequence[int | None], costs: Sequence[Sequence[int]]
) -> Iterator[Move]:
    """Walk from the start, always by the first move in the order of preference that loses nothing."""
    position, state = 0, _START
    while position < len(trace) or costs[position][state]:
        label = labels[position] if position < len(trace) else None
        due = costs[position][state]
        if label is not None and label in net.after[state] and costs[position + 1][label] == due:
            yield Move("sync", trace[position], position)
            position, state = position + 1, label
        elif position < len(trace) and costs[position + 1][state] == due - 1:
            yield Move("unexpected", trace[position], position)
            position += 1
        else:
            state = next(after for after in net.after[state] if costs[position][after] == due - 1)
            yield Move("skipped", net.names[state], None)
