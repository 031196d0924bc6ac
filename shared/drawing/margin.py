"""Notes stand in the margin at the height of what they are about, outside of everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from shared.drawing.flowchart import Annotation
from shared.drawing.placement import Box, PlacedEdge, PlacedNode, PlacedNote, Point
from shared.drawing.sizes import note_of
from shared.drawing.ways import Sketch, Way

_AWAY, _APART, _PAD, _ABOVE = 30, 12, 9, 7
_STEP = 40  # notes begin at steps, so that those nearly below each other are exactly so


def notes_beside(
    notes: Sequence[Annotation],
    sketch: Sketch,
    nodes: Mapping[str, PlacedNode],
    edges: Mapping[str, PlacedEdge],
    ways: Mapping[str, Way],
) -> list[PlacedNote]:
    """Place the notes, in the order given; each on the side where fewer lanes lie between it and its element."""
    margin = _Margin(sketch, nodes, edges, ways)
    anchors = [(note, margin.anchor(note)) for note in notes]
    placed: dict[str, PlacedNote] = {}
    for side in (-1, 1):
        here = [(note, link) for note, (its_side, link) in anchors if its_side == side]
        placed |= margin.stacked(here, side)
    return [placed[note.id] for note in notes]


class _Margin:
    def __init__(
        self,
        sketch: Sketch,
        nodes: Mapping[str, PlacedNode],
        edges: Mapping[str, PlacedEdge],
        ways: Mapping[str, Way],
    ) -> None:
        self._sketch, self._nodes, self._edges, self._ways = sketch, nodes, edges, ways
        boxes = [node.box for node in nodes.values()]
        boxes += [edge.label.box for edge in edges.values() if edge.label]
        self._taken = [(box.x, box.x + box.w, box.y, box.y + box.h) for box in boxes]
        for edge in edges.values():
            for (x1, y1), (x2, y2) in pairwise(edge.points):
                self._taken.append((min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)))

    def anchor(self, note: Annotation) -> tuple[int, tuple[Point, ...]]:
        """Return the side of a note and the beginning of its link: from its element to where the way out is free."""
        if note.element is None:
            return 1, ()
        if note.element in self._nodes:
            return self._at_node(note.element)
        return self._at_edge(note.element)

    def _at_node(self, node: str) -> tuple[int, tuple[Point, ...]]:
        side = self._side(node)
        box = self._nodes[node].box
        if self._sketch.nodes[node].kind == "decision":
            x, y = box.middle[0] + side * (box.w // 4), box.y + box.h // 4
            return self._over_the_row(node, (x, y)) if not self._sketch.is_outermost(node, side) else (side, ((x, y),))
        if self._sketch.is_box(node) and self._sketch.is_outermost(node, side):
            return side, ((box.x + box.w if side > 0 else box.x, box.y + _ABOVE),)
        inset = 8 if self._sketch.is_box(node) else box.h // 2
        return self._over_the_row(node, (box.x + box.w - inset if side > 0 else box.x + inset, box.y))

    def _over_the_row(self, node: str, start: Point) -> tuple[int, tuple[Point, ...]]:
        row = self._sketch.rows[self._sketch.row[node]]
        top = min(self._nodes[each].box.y for each in row)
        return self._side(node), (start, (start[0], top - _ABOVE))

    def _side(self, node: str) -> int:
        """Where fewer lanes pass; the right one if there is no difference."""
        slot = 2 * self._sketch.row[node]
        passing = dict.fromkeys((-1, 1), 0)
        for lane in self._sketch.lanes.values():
            passing[lane.side] += slot in lane.span
        return -1 if passing[-1] < passing[1] else 1

    def _at_edge(self, edge: str) -> tuple[int, tuple[Point, ...]]:
        way, points = self._ways[edge], self._edges[edge].points
        match way.kind:
            case "down" | "corner":  # just above its target no box is in the way
                return self._side(way.edge.target), ((points[-1][0], points[-1][1] - _ABOVE),)
            case "beside":
                middle = (points[0][0] + points[-1][0]) // 2
                return self._over_the_row(way.edge.source, (middle, points[0][1]))
            case "loop":
                return 1, ((points[1][0], (points[1][1] + points[2][1]) // 2),)
            case "lane":
                assert way.lane
                x = way.side * way.lane.x
                ys = [y for at, y in points if at == x]
                return way.side, ((x, (min(ys) + max(ys)) // 2),)

    def stacked(self, anchored: Sequence[tuple[Annotation, tuple[Point, ...]]], side: int) -> dict[str, PlacedNote]:
        """Set the notes of one side below each other, as near as can be to the height of what they are about."""
        placed, free = {}, -10_000
        for note, link in sorted(anchored, key=lambda each: each[1][-1][1] if each[1] else -10_000):
            text = note_of(note)
            w, h = text.width + 2 * _PAD, text.height + 2 * _PAD
            wanted = link[-1][1] - min(h // 2, 16) if link else 0
            y = max(free, wanted)
            free = y + h + _APART
            out = self._reach(side, min(y, wanted) - _APART, y + h + _APART)
            box = Box(x=out if side > 0 else -out - w, y=y, w=w, h=h)
            placed[note.id] = PlacedNote(note=note, box=box, lines=text.lines, link=self._linked(link, box, side))
        return placed

    def _reach(self, side: int, top: int, low: int) -> int:
        """How far out, counted from the middle, a note stands clear of everything between two heights."""
        ends = [right if side > 0 else -left for left, right, y1, y2 in self._taken if y1 <= low and top <= y2]
        return -(-(max(ends, default=0) + _AWAY) // _STEP) * _STEP

    def _linked(self, link: tuple[Point, ...], box: Box, side: int) -> tuple[Point, ...]:
        if not link:
            return ()
        border, y = (box.x if side > 0 else box.x + box.w), link[-1][1]
        if box.y <= y <= box.y + box.h:
            return (*link, (border, y))
        gutter, at = border - side * 14, box.y + min(16, box.h // 2)
        return (*link, (gutter, y), (gutter, at), (border, at))
