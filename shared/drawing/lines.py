"""The lines of arrows: the corners they turn and where their texts stand."""

from __future__ import annotations

from dataclasses import dataclass

from shared.drawing.lettering import Lettering
from shared.drawing.levels import Heights, Space
from shared.drawing.placement import Box, PlacedEdge, PlacedLabel, Point
from shared.drawing.ports import Ports, arrival
from shared.drawing.ways import Sketch, Way

_LOOP, _UNDER, _NEAR, _BESIDE = 16, 10, 6, 5


@dataclass(frozen=True, slots=True)
class Lines:
    """Draws the ways of a sketch whose ports, lanes and heights are known."""

    sketch: Sketch
    ports: Ports
    heights: Heights

    def box(self, node: str) -> Box:
        """Return a node's box, in the middle of its row."""
        row, size = self.sketch.row[node], self.sketch.size[node]
        y = self.heights.tops[row] + (self.heights.heights[row] - size.h) // 2
        return Box(x=self.sketch.middle[node] - size.w // 2, y=y, w=size.w, h=size.h)

    def edge(self, way: Way) -> PlacedEdge:
        """Return an arrow with its corners and its text."""
        points = _corners(self._points(way))
        lettering = self.sketch.label.get(way.edge.id)
        label = self._label(way, points, lettering) if lettering else None
        return PlacedEdge(edge=way.edge, points=points, label=label)

    def _points(self, way: Way) -> list[Point]:
        match way.kind:
            case "down":
                return self._down(way)
            case "corner":
                start, end = self._leave(way), self._arrive(way)
                return [start, (end[0], start[1]), end]
            case "beside":
                source, target = self.box(way.edge.source), self.box(way.edge.target)
                y = source.middle[1]
                return [(_edge_x(source, way.side), y), (_edge_x(target, -way.side), y)]
            case "loop":
                return self._loop(way)
            case "lane":
                return self._along_lane(way)

    def _down(self, way: Way) -> list[Point]:
        start, end = self._leave(way), self._arrive(way)
        space = self._below(way.edge.source)
        stretch = space.stretches.get((way.edge.id, "down"))
        y = space.y_of(stretch) if stretch else start[1]
        return [start, (start[0], y), (end[0], y), end]

    def _along_lane(self, way: Way) -> list[Point]:
        assert way.lane
        start, end, x = self._leave(way), self._arrive(way), way.side * way.lane.x
        points = [start]
        out = self._below(way.edge.source).stretches.get((way.edge.id, "out"))
        if out:
            points += [(start[0], self._below(way.edge.source).y_of(out))]
        points += [(x, points[-1][1])]
        above = self.heights.spaces[self.sketch.row[way.edge.target]]
        coming_in = above.stretches.get((way.edge.id, "in"))
        if coming_in:
            y = above.y_of(coming_in)
            return [*points, (x, y), (end[0], y), end]
        return [*points, (x, end[1]), end]

    def _loop(self, way: Way) -> list[Point]:
        box = self.box(way.edge.source)
        right, (x, y) = box.x + box.w, box.middle
        if self.sketch.is_box(way.edge.source):
            y += self.ports.leaving[way.edge.id]
            return [(right, y - 7), (right + _LOOP, y - 7), (right + _LOOP, y + 7), (right, y + 7)]
        under = box.y + box.h + _UNDER
        return [(right, y), (right + _LOOP, y), (right + _LOOP, under), (x, under), (x, box.y + box.h)]

    def _leave(self, way: Way) -> Point:
        box = self.box(way.edge.source)
        if way.by_side:
            return _edge_x(box, way.side), box.middle[1] + self.ports.leaving.get(way.edge.id, 0)
        return box.middle[0] + self.ports.bottom[way.edge.id], box.y + box.h

    def _arrive(self, way: Way) -> Point:
        box, name = self.box(way.edge.target), arrival(way)
        if way.lane and way.lane.key in self.sketch.enters_by_side:
            return _edge_x(box, way.side), box.middle[1] + self.ports.arriving[way.lane.key]
        return box.middle[0] + self.ports.top[name], box.y

    def _below(self, node: str) -> Space:
        return self.heights.spaces[self.sketch.row[node] + 1]

    def _label(self, way: Way, points: tuple[Point, ...], text: Lettering) -> PlacedLabel:
        x, y = self._label_corner(way, points, text)
        return PlacedLabel(box=Box(x=x, y=y, w=text.width, h=text.height), lines=text.lines)

    def _label_corner(self, way: Way, points: tuple[Point, ...], text: Lettering) -> Point:
        start_x, start_y = points[0]
        match way.kind:
            case "down":
                space = self._below(way.edge.source)
                if way.edge.id not in space.bands:
                    return _outward(start_x, way.side, _NEAR, text.width), points[1][1] - text.height - 1
                left = way.edge.id in self.ports.text_to_the_left
                x = start_x - _BESIDE - text.width if left else start_x + _BESIDE
                return x, space.top + _NEAR + space.band * space.bands[way.edge.id]
            case "corner":
                return _outward(start_x, way.side, _NEAR, text.width), start_y - text.height - 2
            case "beside":
                return (start_x + points[-1][0] - text.width) // 2, start_y - text.height - 2
            case "loop":
                return points[1][0] + _BESIDE, (points[1][1] + points[2][1] - text.height) // 2
            case "lane":
                return self._label_by_lane(way, points, text)

    def _label_by_lane(self, way: Way, points: tuple[Point, ...], text: Lettering) -> Point:
        start_x, start_y = points[0]
        if way.by_side:
            return _outward(start_x, way.side, _NEAR, text.width), start_y - text.height - 1
        out = self._below(way.edge.source).stretches[way.edge.id, "out"]
        y = self._below(way.edge.source).y_of(out)
        return way.side * self._reach(way) + (_NEAR if way.side > 0 else -_NEAR - text.width), y - text.height - 1

    def _reach(self, way: Way) -> int:
        """How far out the boxes above and below the stretch reach."""
        row = self.sketch.row[way.edge.source]
        nodes = [
            node for number in (row, row + 1) if number < len(self.sketch.rows) for node in self.sketch.rows[number]
        ]
        return max(way.side * self.sketch.middle[node] + self.sketch.half(node) for node in nodes)


def _edge_x(box: Box, side: int) -> int:
    return box.x + box.w if side > 0 else box.x


def _outward(x: int, side: int, away: int, width: int) -> int:
    return x + away if side > 0 else x - away - width


def _corners(points: list[Point]) -> tuple[Point, ...]:
    """Leave out points on a straight line and such as are there twice."""
    kept: list[Point] = []
    for number, point in enumerate(points):
        if kept and kept[-1] == point:
            continue
        after = next((other for other in points[number + 1 :] if other != point), None)
        if kept and after and (kept[-1][0] == point[0] == after[0] or kept[-1][1] == point[1] == after[1]):
            continue
        kept.append(point)
    return tuple(kept)
