"""Places a flowchart: rows from start to end, the main way down the middle, everything else outside of the boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.drawing.canvas import on_canvas
from shared.drawing.columns import GAP, Room, columns_of
from shared.drawing.flowchart import Edge, Flowchart, Node
from shared.drawing.lanes import set_apart
from shared.drawing.lettering import Lettering
from shared.drawing.levels import heights_of
from shared.drawing.lines import Lines
from shared.drawing.margin import notes_beside
from shared.drawing.placement import Box, Drawing, PlacedNode
from shared.drawing.ports import ports_of
from shared.drawing.rows import rows_of
from shared.drawing.sizes import Size, label_of, size_of
from shared.drawing.spine import spine_of
from shared.drawing.ways import Sketch, Way, ways_of

_LOOP_ROOM, _AIR = 20, 24


class UnknownElement(ValueError):
    """An arrow or a note names an element that the drawing does not have, or two elements have one id."""


def layout(chart: Flowchart) -> Drawing:
    """Place everything; the same chart has the same coordinates, in whatever order it is given if all nodes have ranks.

    Boxes do not overlap, arrows begin and end at the border of their nodes and cross no box, their stretches are
    level or upright. Raises UnknownElement.
    """
    check(chart)
    sketch = _sketch(chart)
    ways = ways_of(sketch)
    ports = ports_of(sketch, ways)
    _place_lanes(sketch, ways)
    lines = Lines(sketch, ports, heights_of(sketch, ways, ports))
    nodes = {node.id: _node(node, sketch, lines.box(node.id)) for node in chart.nodes}
    edges = {way.edge.id: lines.edge(way) for way in ways}
    notes = notes_beside(chart.notes, sketch, nodes, edges, {way.edge.id: way for way in ways})
    return on_canvas(chart, nodes, edges, notes)


def check(chart: Flowchart) -> None:
    """Refuse a chart whose arrows and notes do not find their elements. Raises UnknownElement."""
    ids = [*(node.id for node in chart.nodes), *(edge.id for edge in chart.edges), *(note.id for note in chart.notes)]
    if len(set(ids)) < len(ids):
        raise UnknownElement(f"an id is used twice in {chart.id}")
    nodes = {node.id for node in chart.nodes}
    for edge in chart.edges:
        if edge.source not in nodes or edge.target not in nodes:
            raise UnknownElement(f"the arrow {edge.id} leads from or to a node that is not there")
    for note in chart.notes:
        if note.element is not None and note.element not in nodes | {edge.id for edge in chart.edges}:
            raise UnknownElement(f"the note {note.id} is about {note.element}, which is not there")


def _sketch(chart: Flowchart) -> Sketch:
    nodes, edges = _in_order(chart)
    row = rows_of(nodes, edges)
    rows: list[list[Node]] = [[] for _ in range(max(row.values(), default=-1) + 1)]
    for node in nodes:
        rows[row[node.id]].append(node)
    spine = spine_of(nodes, edges, row)
    labels = {edge.id: label for edge in edges if (label := label_of(edge))}
    sizes = {node.id: size_of(node) for node in nodes}
    gaps = _gaps(edges, row, labels, len(rows))
    middle, ordered = columns_of(rows, edges, spine, _rooms(edges, sizes, labels), gaps)
    return Sketch(
        nodes={node.id: node for node in nodes},
        edges=edges,
        row=row,
        rows=ordered,
        middle=middle,
        size=sizes,
        label=labels,
        spine=frozenset(edge.id for edge in spine),
    )


def _in_order(chart: Flowchart) -> tuple[Sequence[Node], Sequence[Edge]]:
    """Where every node has its rank the order of the lists means nothing; else it is the author's."""
    if any(node.rank is None for node in chart.nodes):
        return chart.nodes, chart.edges
    nodes = sorted(chart.nodes, key=lambda node: (node.rank, node.id))
    return nodes, sorted(chart.edges, key=lambda edge: (edge.source, edge.target, edge.id))


def _gaps(edges: Sequence[Edge], row: Mapping[str, int], labels: Mapping[str, Lettering], rows: int) -> list[int]:
    gaps = [GAP] * rows
    for edge in edges:
        if row[edge.source] == row[edge.target] and edge.source != edge.target and edge.id in labels:
            gaps[row[edge.source]] = max(gaps[row[edge.source]], labels[edge.id].width + _AIR)
    return gaps


def _rooms(edges: Sequence[Edge], sizes: Mapping[str, Size], labels: Mapping[str, Lettering]) -> dict[str, Room]:
    loops: dict[str, int] = {}
    for edge in edges:
        if edge.source == edge.target:
            label = labels.get(edge.id)
            loops[edge.source] = max(loops.get(edge.source, 0), _LOOP_ROOM + (label.width if label else 0))
    return {node: Room(width=size.w, right=loops.get(node, 0)) for node, size in sizes.items()}


def _place_lanes(sketch: Sketch, ways: Sequence[Way]) -> None:
    for side in (-1, 1):
        reach = _reach(sketch, ways, side)
        set_apart([lane for lane in sketch.lanes.values() if lane.side == side], reach)


def _reach(sketch: Sketch, ways: Sequence[Way], side: int) -> dict[int, int]:
    """How far out boxes and the labels beside them reach, by slot."""
    loops = {way.edge.source: _LOOP_ROOM for way in ways if way.kind == "loop" and side > 0}
    rows = [max(_outer(sketch, node, side) + loops.get(node, 0) for node in row) for row in sketch.rows]
    zones: dict[int, int] = {}
    for way in ways:
        label = sketch.label.get(way.edge.id)
        if label and (way.kind == "loop" or way.lane) and way.side == side:
            slot = 2 * sketch.row[way.edge.source] + (0 if way.by_side or way.kind == "loop" else 1)
            zones[slot] = max(zones.get(slot, 0), label.width + 10)
    reach = {2 * number: out for number, out in enumerate(rows)}
    for number in range(-1 if rows else 0, len(rows)):
        reach[2 * number + 1] = max(rows[max(number, 0)], rows[min(number + 1, len(rows) - 1)])
    return {slot: out + zones.get(slot, 0) for slot, out in reach.items()}


def _outer(sketch: Sketch, node: str, side: int) -> int:
    return side * sketch.middle[node] + sketch.half(node)


def _node(node: Node, sketch: Sketch, box: Box) -> PlacedNode:
    size = sketch.size[node.id]
    return PlacedNode(node=node, box=box, label=size.label, lines=size.lines)
