"""The canvas: everything is moved so that it begins at the margin, and nothing lies outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.drawing.flowchart import Flowchart
from shared.drawing.placement import Box, Drawing, PlacedEdge, PlacedNode, PlacedNote, Point

MARGIN = 24


def on_canvas(
    chart: Flowchart, nodes: Mapping[str, PlacedNode], edges: Mapping[str, PlacedEdge], notes: Sequence[PlacedNote]
) -> Drawing:
    """Return the drawing with its size; its elements are in the order of the chart."""
    points = [point for edge in edges.values() for point in edge.points]
    points += [point for note in notes for point in note.link]
    boxes = [*(node.box for node in nodes.values()), *(note.box for note in notes)]
    boxes += [edge.label.box for edge in edges.values() if edge.label]
    xs = [x for x, _ in points] + [x for box in boxes for x in (box.x, box.x + box.w)]
    ys = [y for _, y in points] + [y for box in boxes for y in (box.y, box.y + box.h)]
    by = (MARGIN - min(xs, default=0), MARGIN - min(ys, default=0))
    return Drawing(
        chart=chart,
        width=max(xs, default=0) + by[0] + MARGIN,
        height=max(ys, default=0) + by[1] + MARGIN,
        nodes=tuple(_node(nodes[node.id], by) for node in chart.nodes),
        edges=tuple(_edge(edges[edge.id], by) for edge in chart.edges),
        notes=tuple(_note(note, by) for note in notes),
    )


def _box(box: Box, by: Point) -> Box:
    return Box(x=box.x + by[0], y=box.y + by[1], w=box.w, h=box.h)


def _points(points: Sequence[Point], by: Point) -> tuple[Point, ...]:
    return tuple((x + by[0], y + by[1]) for x, y in points)


def _node(node: PlacedNode, by: Point) -> PlacedNode:
    return replace(node, box=_box(node.box, by))


def _edge(edge: PlacedEdge, by: Point) -> PlacedEdge:
    label = replace(edge.label, box=_box(edge.label.box, by)) if edge.label else None
    return replace(edge, points=_points(edge.points, by), label=label)


def _note(note: PlacedNote, by: Point) -> PlacedNote:
    return replace(note, box=_box(note.box, by), link=_points(note.link, by))
