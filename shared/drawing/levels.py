"""How high everything stands: rows, the spaces between them, the tracks and the labels in those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.drawing.lettering import SMALL_LINE
from shared.drawing.ports import Ports, arrival
from shared.drawing.tracks import Stretch, set_levels
from shared.drawing.ways import Sketch, Way

_ABOVE, _BELOW, _LEAST, _TRACK, _BESIDE_LINE = 10, 18, 40, 12, 5


@dataclass(slots=True)
class Space:
    """The space below a row: labels at its top, then tracks. `names`: whose stretch of which arrow is which."""

    stretches: dict[tuple[str, str], Stretch] = field(default_factory=dict)
    labels: list[tuple[str, int, int]] = field(default_factory=list)
    bands: dict[str, int] = field(default_factory=dict)
    band: int = 0
    track: int = _TRACK
    top: int = 0
    height: int = 0

    def y_of(self, stretch: Stretch) -> int:
        """Where a level stretch lies."""
        return self.top + self.above + self.track * stretch.level

    @property
    def above(self) -> int:
        """How far below the top the first track lies: below the labels, with room for its own text."""
        return _ABOVE + self.band * len(set(self.bands.values())) + self.track - _TRACK


@dataclass(slots=True)
class Heights:
    """Where each row begins and how high it is; `spaces[n]` lies above row n, the last below all."""

    tops: list[int]
    heights: list[int]
    spaces: list[Space]


def heights_of(sketch: Sketch, ways: Sequence[Way], ports: Ports) -> Heights:
    """Set rows and spaces below each other; a space nobody passes at the very top or bottom has no height."""
    spaces = [Space() for _ in range(len(sketch.rows) + 1)]
    for way in ways:
        _stretch(sketch, way, ports, spaces)
    heights = [max(sketch.size[node].h for node in row) for row in sketch.rows]
    for way in ways:
        row = sketch.row[way.edge.source]
        heights[row] = max(heights[row], _text_in_row(sketch, way))
    tops, y = [], 0
    for number, space in enumerate(spaces):
        space.top = y
        y += _measure(space, outside=number in (0, len(sketch.rows)))
        if number < len(heights):
            tops.append(y)
            y += heights[number]
    return Heights(tops, heights, spaces)


def _text_in_row(sketch: Sketch, way: Way) -> int:
    """How high a row must be for an arrow's text that stands in it: above a line in its middle, or around it."""
    label = sketch.label.get(way.edge.id)
    if label is None or not (way.by_side or way.kind == "loop"):
        return 0
    return label.height + _BESIDE_LINE if way.kind == "loop" else 2 * (label.height + _BESIDE_LINE)


def _stretch(sketch: Sketch, way: Way, ports: Ports, spaces: Sequence[Space]) -> None:
    edge = way.edge
    below, above = spaces[sketch.row[edge.source] + 1], spaces[sketch.row[edge.target]]
    start = sketch.middle[edge.source] + ports.bottom.get(edge.id, 0)
    end = sketch.middle[edge.target] + ports.top.get(arrival(way), 0)
    if way.kind == "down":
        if start != end:
            below.stretches[edge.id, "down"] = Stretch(start=start, end=end)
        if start != end and not sketch.is_box(edge.source):  # all leave from one point: the text stands where they part
            _widen_tracks(sketch, way, below)
        else:
            _label_below(sketch, way, ports, below)
    if way.lane:
        x = way.side * way.lane.x
        if not way.by_side:
            below.stretches[edge.id, "out"] = Stretch(start=start, end=x)
            _widen_tracks(sketch, way, below)
        if way.lane.key not in sketch.enters_by_side:
            above.stretches[edge.id, "in"] = _joined(above, way, Stretch(start=x, end=end))


def _joined(space: Space, way: Way, stretch: Stretch) -> Stretch:
    """Those that come by one lane lie on one stretch."""
    assert way.lane
    others = (space.stretches.get((edge.id, "in")) for edge in way.lane.edges)
    return next((other for other in others if other), stretch)


def _label_below(sketch: Sketch, way: Way, ports: Ports, space: Space) -> None:
    label = sketch.label.get(way.edge.id)
    if label:
        x = sketch.middle[way.edge.source] + ports.bottom[way.edge.id]
        left = way.edge.id in ports.text_to_the_left
        left_end = x - _BESIDE_LINE - label.width if left else x + _BESIDE_LINE
        space.labels.append((way.edge.id, left_end, label.width))
        space.band = max(space.band, label.height + 2)


def _widen_tracks(sketch: Sketch, way: Way, space: Space) -> None:
    label = sketch.label.get(way.edge.id)
    if label:
        space.track = max(space.track, label.height + 4)


def _measure(space: Space, *, outside: bool) -> int:
    levels = set_levels(list({id(stretch): stretch for stretch in space.stretches.values()}.values()))
    _set_bands(space)
    bands = len(set(space.bands.values()))
    if outside and not levels and not bands:
        return 0
    space.height = max(_LEAST, space.above + levels * space.track + _BELOW)
    return space.height


def _set_bands(space: Space) -> None:
    """Labels side by side where there is room, else below each other."""
    ends: list[int] = []
    for name, left, width in sorted(space.labels, key=lambda label: label[1]):
        band = next((number for number, end in enumerate(ends) if end < left), len(ends))
        ends[band:] = [left + width + SMALL_LINE // 2, *ends[band + 1 :]]
        space.bands[name] = band
