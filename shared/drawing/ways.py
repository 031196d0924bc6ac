"""Which way each arrow takes: down to the next row, round a corner, to a neighbour, to itself, or along a lane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from shared.drawing.flowchart import Edge, Node
from shared.drawing.lanes import Lane, LaneKey, lane_key
from shared.drawing.lettering import Lettering
from shared.drawing.sizes import Size

Kind = Literal["down", "corner", "beside", "loop", "lane"]
_AIR = 16


@dataclass(slots=True, kw_only=True)
class Way:
    """How an arrow runs; `by_side`: it leaves its source at the side, not at the bottom. Side -1 = left, 1 = right."""

    edge: Edge
    kind: Kind
    side: int = 1
    by_side: bool = False
    lane: Lane | None = None


@dataclass(slots=True, kw_only=True)
class Sketch:
    """What is known of a drawing before it has lines: who stands where in its row, and how large everything is."""

    nodes: Mapping[str, Node]
    edges: Sequence[Edge]
    row: Mapping[str, int]
    rows: Sequence[Sequence[str]]
    middle: Mapping[str, int]
    size: Mapping[str, Size]
    label: Mapping[str, Lettering]
    spine: frozenset[str]
    lanes: dict[LaneKey, Lane] = field(default_factory=dict)
    enters_by_side: set[LaneKey] = field(default_factory=set)

    def is_outermost(self, node: str, side: int) -> bool:
        """Whether nothing stands between a node and the outside."""
        return self.rows[self.row[node]][-1 if side > 0 else 0] == node

    def is_box(self, node: str) -> bool:
        """Whether arrows may leave and reach a node anywhere, not only at the middles of its sides."""
        return self.nodes[node].kind == "step"

    def half(self, node: str) -> int:
        """Half of a node's width."""
        return self.size[node].w // 2


def ways_of(sketch: Sketch) -> list[Way]:
    """Find each arrow's way; lanes are made, but not yet placed."""
    taken: dict[tuple[str, int], str] = {}  # the pointed sides of nodes that are no boxes
    neighbours: set[frozenset[str]] = set()
    ways = [_near(sketch, edge, taken, neighbours) for edge in sketch.edges]
    far = [way for way in ways if way.kind == "lane"]
    for way in far:
        _leave(sketch, way, taken)
    for way in far:
        _arrive(sketch, way, taken)
    return ways


def _near(sketch: Sketch, edge: Edge, taken: dict[tuple[str, int], str], neighbours: set[frozenset[str]]) -> Way:
    source, target = edge.source, edge.target
    if source == target:
        taken[source, 1] = "exit"
        return Way(edge=edge, kind="loop")
    side = 1 if sketch.middle[target] > sketch.middle[source] else -1
    if edge.id in sketch.spine:
        return Way(edge=edge, kind="down", side=side)
    if sketch.row[target] == sketch.row[source] + 1:
        if _turns(sketch, edge, side) and (source, side) not in taken:
            taken[source, side] = "exit"
            return Way(edge=edge, kind="corner", side=side, by_side=True)
        return Way(edge=edge, kind="down", side=side)
    pair = frozenset((source, target))
    if _beside(sketch, source, target) and pair not in neighbours:
        neighbours.add(pair)
        return Way(edge=edge, kind="beside", side=side, by_side=True)
    return Way(edge=edge, kind="lane", side=_lane_side(sketch, source, target))


def _turns(sketch: Sketch, edge: Edge, side: int) -> bool:
    """Whether an answer of a decision can go out to the side and then straight down."""
    label = sketch.label.get(edge.id)
    distance = abs(sketch.middle[edge.target] - sketch.middle[edge.source]) - sketch.half(edge.source)
    return (
        sketch.nodes[edge.source].kind == "decision"
        and sketch.is_outermost(edge.source, side)
        and distance >= _AIR + (label.width if label else 0)
    )


def _beside(sketch: Sketch, source: str, target: str) -> bool:
    row = sketch.rows[sketch.row[source]]
    return target in row and abs(row.index(source) - row.index(target)) == 1


def _lane_side(sketch: Sketch, source: str, target: str) -> int:
    here, there = sketch.middle[source], sketch.middle[target]
    if sketch.row[target] > sketch.row[source]:
        return -1 if there < 0 or (there == 0 and here < 0) else 1
    return 1 if here > 0 and there > 0 else -1


def _leave(sketch: Sketch, way: Way, taken: dict[tuple[str, int], str]) -> None:
    source, key = way.edge.source, lane_key(way.side, way.edge)
    lane = sketch.lanes.setdefault(key, Lane(side=way.side, target=way.edge.target, mark=key[2]))
    free = sketch.is_box(source) or (source, way.side) not in taken
    way.lane, way.by_side = lane, sketch.is_outermost(source, way.side) and free
    if way.by_side:
        taken[source, way.side] = "exit"
    lane.edges.append(way.edge)
    lane.slots.add(2 * sketch.row[source] + (0 if way.by_side else 1))


def _arrive(sketch: Sketch, way: Way, taken: dict[tuple[str, int], str]) -> None:
    target, key = way.edge.target, lane_key(way.side, way.edge)
    free = sketch.is_box(target) or taken.get((target, way.side)) != "exit"
    by_side = sketch.is_outermost(target, way.side) and free
    if by_side:
        sketch.enters_by_side.add(key)
    sketch.lanes[key].slots.add(2 * sketch.row[target] - (0 if by_side else 1))
