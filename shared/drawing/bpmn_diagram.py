"""The diagram of a BPMN file: the shapes and lines that tools show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from shared.drawing.flowchart import Edge, Node
from shared.drawing.lettering import FONT, LINE, width
from shared.drawing.markup import tag
from shared.drawing.palette import LOOKS
from shared.drawing.placement import Box, Drawing, PlacedEdge, PlacedNode, PlacedNote, Point
from shared.drawing.shapes import look_of_node

NAMESPACES = {
    "xmlns:bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "xmlns:bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "xmlns:dc": "http://www.omg.org/spec/DD/20100524/DC",
    "xmlns:di": "http://www.omg.org/spec/DD/20100524/DI",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xmlns:color": "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
}
_EVENT = 36  # events are circles of this size in the tools that show BPMN


def diagram(drawing: Drawing, process: str, ids: Mapping[str, str]) -> str:
    """Return the diagram element of a placed chart; `ids`: how its elements are called in the model."""
    plane = tag("bpmndi:BPMNPlane", {"id": f"di-{process}-plane", "bpmnElement": process}, _shown(drawing, ids))
    return tag("bpmndi:BPMNDiagram", {"id": f"di-{process}"}, "\n" + plane + "\n") + "\n"


def _shown(drawing: Drawing, ids: Mapping[str, str]) -> Iterator[str]:
    kinds = {placed.node.id: placed for placed in drawing.nodes}
    yield "\n"
    for node in drawing.nodes:
        yield _shape(node, ids[node.node.id]) + "\n"
    for edge in drawing.edges:
        yield _line(edge, ids[edge.edge.id], kinds[edge.edge.source], kinds[edge.edge.target]) + "\n"
    for note in drawing.notes:
        yield _shape_of_note(note, ids[note.note.id]) + "\n"
        if note.note.element is not None:
            yield _link(note, ids[note.note.id], kinds.get(note.note.element)) + "\n"


def _shape(placed: PlacedNode, id_: str) -> str:
    about: dict[str, object] = {"id": f"di-{id_}", "bpmnElement": id_} | _colours(placed.node)
    if placed.node.kind == "step":
        return tag("bpmndi:BPMNShape", about, _bounds(placed.box))
    if placed.node.kind == "decision":  # the text stands where its cross would be
        label = _text_box(placed, placed.box.middle[1] - LINE * len(placed.label) // 2)
        return tag("bpmndi:BPMNShape", about | {"isMarkerVisible": "false"}, _bounds(placed.box) + label)
    box = _circle(placed.box)
    above = box.y - 4 - LINE * len(placed.label)
    label = _text_box(placed, above if placed.node.kind == "start" else box.y + box.h + 4)
    return tag("bpmndi:BPMNShape", about, _bounds(box) + label)


def _text_box(placed: PlacedNode, y: int) -> str:
    wide = round(max(width(line, FONT) for line in placed.label)) + 8
    box = Box(x=placed.box.middle[0] - wide // 2, y=y, w=wide, h=LINE * len(placed.label))
    return tag("bpmndi:BPMNLabel", None, _bounds(box))


def _line(placed: PlacedEdge, id_: str, source: PlacedNode, target: PlacedNode) -> str:
    points = list(placed.points)
    points[0] = _border(source, points[0])
    points[-1] = _border(target, points[-1])
    label = tag("bpmndi:BPMNLabel", None, _bounds(placed.label.box)) if placed.label else ""
    about: dict[str, object] = {"id": f"di-{id_}", "bpmnElement": id_} | _line_colour(placed.edge)
    return tag("bpmndi:BPMNEdge", about, _waypoints(points) + label)


def _shape_of_note(placed: PlacedNote, id_: str) -> str:
    return tag("bpmndi:BPMNShape", {"id": f"di-{id_}", "bpmnElement": id_}, _bounds(placed.box))


def _link(placed: PlacedNote, id_: str, element: PlacedNode | None) -> str:
    points = list(placed.link)
    if element and _is_event(element):
        x, y = _circle(element.box).middle
        points[0] = (x + (13 if points[-1][0] > x else -13), y - 13)
    about: dict[str, object] = {"id": f"di-Link-{id_}", "bpmnElement": f"Link-{id_}"}
    return tag("bpmndi:BPMNEdge", about, _waypoints(points))


def _border(placed: PlacedNode, point: Point) -> Point:
    """Move the end of an arrow from the middle of a rounded box's side on to the circle inside."""
    if not _is_event(placed):
        return point
    box, circle = placed.box, _circle(placed.box)
    x, y = circle.middle
    if point[0] in (box.x, box.x + box.w):
        return (circle.x if point[0] == box.x else circle.x + circle.w), y
    return x, (circle.y if point[1] == box.y else circle.y + circle.h)


def _is_event(placed: PlacedNode) -> bool:
    return placed.node.kind not in ("step", "decision")


def _circle(box: Box) -> Box:
    x, y = box.middle
    return Box(x=x - _EVENT // 2, y=y - _EVENT // 2, w=_EVENT, h=_EVENT)


def _bounds(box: Box) -> str:
    return tag("dc:Bounds", {"x": box.x, "y": box.y, "width": box.w, "height": box.h})


def _waypoints(points: Sequence[Point]) -> str:
    return "".join(tag("di:waypoint", {"x": x, "y": y}) for x, y in points)


def _colours(node: Node) -> dict[str, object]:
    look = look_of_node(node)
    return {"color:background-color": look.fill, "color:border-color": look.stroke}


def _line_colour(edge: Edge) -> dict[str, object]:
    return {"color:border-color": LOOKS[edge.mark].stroke} if edge.mark else {}
