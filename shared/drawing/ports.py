"""Where at its nodes each arrow leaves and arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.drawing.lanes import Lane, LaneKey
from shared.drawing.ways import Sketch, Way

_APART, _SLOT, _FAR = 20, 16, 1_000_000
Name = str | LaneKey  # the id of an arrow, or what is shared by those that come by one lane


@dataclass(slots=True)
class Ports:
    """Offsets from the middle of a node: along its bottom and top to the right, along its sides downwards."""

    bottom: dict[str, int] = field(default_factory=dict)
    top: dict[Name, int] = field(default_factory=dict)
    leaving: dict[str, int] = field(default_factory=dict)
    arriving: dict[LaneKey, int] = field(default_factory=dict)
    text_to_the_left: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Port:
    """`order`: where among its neighbours."""

    order: tuple[int, int]
    name: Name
    straight: bool = False


def ports_of(sketch: Sketch, ways: Sequence[Way]) -> Ports:
    """Share out the borders of the nodes; boxes grow in height where many arrows meet a side."""
    ports = Ports()
    _along_bottoms(sketch, ways, ports)
    _along_tops(sketch, ways, ports)
    _along_sides(sketch, ways, ports)
    return ports


def arrival(way: Way) -> Name:
    """Name what arrives: an arrow, or all that come by one lane together."""
    return way.lane.key if way.lane else way.edge.id


def _along_bottoms(sketch: Sketch, ways: Sequence[Way], ports: Ports) -> None:
    leaving: dict[str, list[_Port]] = {}
    for way in ways:
        if not way.by_side and way.kind in ("down", "lane"):
            order = _lane_order(way) if way.lane else (sketch.middle[way.edge.target], 0)
            port = _Port(order, way.edge.id, straight=_is_straight(sketch, way))
            leaving.setdefault(way.edge.source, []).append(port)
    for node, along in leaving.items():
        along.sort(key=lambda port: port.order)
        ports.text_to_the_left.update(str(port.name) for port in along[: len(along) // 2])
        ports.bottom.update({str(name): offset for name, offset in _spread(sketch, node, along).items()})


def _along_tops(sketch: Sketch, ways: Sequence[Way], ports: Ports) -> None:
    arriving: dict[str, dict[Name, _Port]] = {}
    for way in ways:
        target, name = way.edge.target, arrival(way)
        if way.kind in ("down", "corner") or (way.lane and not _enters_by_side(sketch, way)):
            order = (way.side * _FAR, 0) if way.lane else (sketch.middle[way.edge.source], 0)
            port = _Port(order, name, straight=_is_straight(sketch, way))
            arriving.setdefault(target, {})[name] = port
    for node, along in arriving.items():
        ports.top.update(_spread(sketch, node, list(along.values())))


def _enters_by_side(sketch: Sketch, way: Way) -> bool:
    return way.lane is not None and way.lane.key in sketch.enters_by_side


def _is_straight(sketch: Sketch, way: Way) -> bool:
    if way.kind == "corner":
        return False
    return way.kind == "down" and sketch.middle[way.edge.source] == sketch.middle[way.edge.target]


def _lane_order(way: Way) -> tuple[int, int]:
    assert way.lane
    return way.side * _FAR, way.side * len(way.lane.span)


def _spread(sketch: Sketch, node: str, along: list[_Port]) -> dict[Name, int]:
    """Lay ports out around the middle; the one whose arrow runs straight has the middle itself."""
    if not sketch.is_box(node):
        return {port.name: 0 for port in along}
    along = sorted(along, key=lambda port: port.order)
    names = [port.name for port in along]
    centre: float = (len(along) - 1) / 2
    straight = [port.name for port in along if port.straight]
    if straight:
        centre = names.index(min(straight, key=lambda name: name not in sketch.spine))
    widest = max(centre, len(along) - 1 - centre) or 1
    apart = min(_APART, (sketch.half(node) - 10) / widest)
    return {name: round((place - centre) * apart) for place, name in enumerate(names)}


def _along_sides(sketch: Sketch, ways: Sequence[Way], ports: Ports) -> None:
    for node in sketch.nodes:
        for side in (-1, 1):
            leaving = [way for way in ways if way.edge.source == node and way.by_side and way.side == side]
            lanes = [
                lane for key, lane in sketch.lanes.items() if key[:2] == (side, node) and key in sketch.enters_by_side
            ]
            loops = [way for way in ways if way.kind == "loop" and way.edge.source == node and side == 1]
            _share_side(sketch, node, leaving, lanes, ports, loops)


def _share_side(
    sketch: Sketch, node: str, leaving: Sequence[Way], lanes: Sequence[Lane], ports: Ports, loops: Sequence[Way]
) -> None:
    """What comes from above or goes up is above; of those, short ways are outermost, so that none crosses another."""
    stack: list[tuple[tuple[int, int], Name, tuple[int, int]]]
    stack = [(_place(sketch, node, way), way.edge.id, _slot(sketch, way)) for way in leaving if way.lane]
    stack += [(_place_of_lane(sketch, node, lane), lane.key, (_SLOT, _SLOT // 2)) for lane in lanes]
    stack += [((2, 0), way.edge.id, (2 * _SLOT, _SLOT)) for way in loops]
    stack.sort(key=lambda item: item[0])
    total = sum(height for _, _, (height, _) in stack)
    if sketch.is_box(node):
        sketch.size[node].h = max(sketch.size[node].h, 2 * ((total + 13) // 2))
    y = -total / 2
    offsets: dict[Name, int] = {}
    for _, name, (height, at) in stack:
        offsets[name] = round(y + at) if sketch.is_box(node) else 0
        y += height
    ports.leaving.update({way.edge.id: offsets.get(way.edge.id, 0) for way in [*leaving, *loops]})
    ports.arriving.update({lane.key: offsets[lane.key] for lane in lanes})


def _slot(sketch: Sketch, way: Way) -> tuple[int, int]:
    """Return how high an arrow's place at a side is and where in it the line is: below its text."""
    label = sketch.label.get(way.edge.id)
    return (label.height + 5, label.height + 2) if label else (_SLOT, _SLOT // 2)


def _place(sketch: Sketch, node: str, way: Way) -> tuple[int, int]:
    assert way.lane
    up = sketch.row[way.edge.target] < sketch.row[node]
    return (0, len(way.lane.span)) if up else (1, -len(way.lane.span))


def _place_of_lane(sketch: Sketch, node: str, lane: Lane) -> tuple[int, int]:
    from_above = any(sketch.row[edge.source] < sketch.row[node] for edge in lane.edges)
    return (0, len(lane.span)) if from_above else (1, -len(lane.span))
