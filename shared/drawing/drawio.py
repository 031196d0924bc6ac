"""Writes a flowchart as a draw.io file, uncompressed, with the same places as in the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from shared.drawing import palette
from shared.drawing.flowchart import Flowchart, NodeKind
from shared.drawing.layout import layout
from shared.drawing.lettering import FONT, NOTE_FONT, SMALL_FONT
from shared.drawing.markup import escaped, name_for, tag
from shared.drawing.palette import Look
from shared.drawing.placement import Box, PlacedEdge, PlacedNode, PlacedNote, Point
from shared.drawing.shapes import look_of_edge, look_of_node

_SHAPES: dict[NodeKind, str] = {
    "start": "rounded=1;arcSize=50;",
    "step": "rounded=1;arcSize=8;",
    "decision": "rhombus;",
    "good_end": "rounded=1;arcSize=50;",
    "bad_end": "rounded=1;arcSize=50;",
    "end": "rounded=1;arcSize=50;",
}
_NOTE = f"shape=note;size=10;align=left;spacingLeft=8;fillColor={palette.NOTE};strokeColor={palette.NOTE_LINE};"


def written(chart: Flowchart) -> str:
    """Return the chart as one page of an mxfile; labels are HTML, escaped twice. Raises UnknownElement."""
    drawing = layout(chart)
    boxes = {placed.node.id: placed.box for placed in drawing.nodes}
    cells = [tag("mxCell", {"id": "0"}), tag("mxCell", {"id": "1", "parent": "0"})]
    cells += map(_node, drawing.nodes)
    cells += (_edge(placed, boxes[placed.edge.source], boxes[placed.edge.target]) for placed in drawing.edges)
    for note in drawing.notes:
        cells += _note(note, boxes)
    root = tag("root", None, "\n" + "\n".join(cells) + "\n")
    size: dict[str, object] = {"dx": drawing.width, "dy": drawing.height, "grid": 0, "page": 0, "math": 0, "shadow": 0}
    model = tag("mxGraphModel", size, root)
    page = tag("diagram", {"id": name_for("page", chart.id), "name": chart.title or chart.id}, model)
    return tag("mxfile", {"host": "flowline", "type": "device", "compressed": "false"}, page) + "\n"


def _node(placed: PlacedNode) -> str:
    node = placed.node
    value = f"<b>{_html(node.label)}</b>"
    for line in node.lines:
        value += f'<br><font style="font-size: {SMALL_FONT}px">{_html(line)}</font>'
    style = _SHAPES[node.kind] + f"whiteSpace=wrap;html=1;fontSize={FONT};" + _look_of_box(look_of_node(node))
    about: dict[str, object] = {"id": name_for("node", node.id), "value": value, "style": style}
    return tag("mxCell", about | {"vertex": 1, "parent": 1}, _geometry(placed.box))


def _edge(placed: PlacedEdge, source: Box, target: Box) -> str:
    edge, look = placed.edge, look_of_edge(placed.edge)
    style = f"edgeStyle=orthogonalEdgeStyle;rounded=1;html=1;fontSize={SMALL_FONT};labelBackgroundColor=#ffffff;"
    style += f"strokeColor={look.stroke};strokeWidth={look.width};fontColor={look.ink};{_dash(look)}"
    style += _end("exit", placed.points[0], source) + _end("entry", placed.points[-1], target)
    style += "startArrow=dash;startSize=8;" if edge.default else ""
    about: dict[str, object] = {"id": name_for("edge", edge.id), "value": _html(edge.label or ""), "style": style}
    about |= {"edge": 1, "parent": 1, "source": name_for("node", edge.source), "target": name_for("node", edge.target)}
    return tag("mxCell", about, _route(placed))


def _route(placed: PlacedEdge) -> str:
    corners = "".join(tag("mxPoint", {"x": x, "y": y}) for x, y in placed.points[1:-1])
    inside = tag("Array", {"as": "points"}, corners) if corners else ""
    about: dict[str, object] = {"relative": 1, "as": "geometry"}
    if placed.label:
        share, (x, y) = _start_of_label(placed.points)
        at = placed.label.box.middle
        inside += tag("mxPoint", {"x": at[0] - x, "y": at[1] - y, "as": "offset"})
        about["x"] = share
    return tag("mxGeometry", about, inside)


def _start_of_label(points: Sequence[Point]) -> tuple[float, Point]:
    """Return where a text hangs on its line: the first stretch's middle, as a share from -1 to 1 and as a point."""
    lengths = [abs(x2 - x1) + abs(y2 - y1) for (x1, y1), (x2, y2) in pairwise(points)]
    (x1, y1), (x2, y2) = points[0], points[1]
    return round(lengths[0] / sum(lengths) - 1, 4), ((x1 + x2) // 2, (y1 + y2) // 2)


def _note(placed: PlacedNote, boxes: dict[str, Box]) -> Iterator[str]:
    id_ = name_for("note", placed.note.id)
    style = f"whiteSpace=wrap;html=1;fontSize={NOTE_FONT};{_NOTE}"
    about: dict[str, object] = {"id": id_, "value": _html(placed.note.text), "style": style, "vertex": 1, "parent": 1}
    yield tag("mxCell", about, _geometry(placed.box))
    if placed.link:
        yield _link(placed, id_, boxes)


def _link(placed: PlacedNote, note: str, boxes: dict[str, Box]) -> str:
    """Draw the dashed line to the element; an arrow is pointed at, since draw.io binds lines to boxes only."""
    points, element = placed.link, placed.note.element or ""
    style = f"edgeStyle=none;dashed=1;endArrow=none;html=1;strokeColor={palette.NOTE_LINE};"
    style += _end("exit", points[-1], placed.box)
    about: dict[str, object] = {"id": f"link-{note}", "style": style, "edge": 1, "parent": 1, "source": note}
    if element in boxes:
        about |= {"target": name_for("node", element), "style": style + _end("entry", points[0], boxes[element])}
    corners = tag("Array", {"as": "points"}, (tag("mxPoint", {"x": x, "y": y}) for x, y in points[-2:0:-1]))
    end = tag("mxPoint", {"x": points[0][0], "y": points[0][1], "as": "targetPoint"})
    return tag("mxCell", about, tag("mxGeometry", {"relative": 1, "as": "geometry"}, corners + end))


def _geometry(box: Box) -> str:
    return tag("mxGeometry", {"x": box.x, "y": box.y, "width": box.w, "height": box.h, "as": "geometry"})


def _end(which: str, point: Point, box: Box) -> str:
    x, y = (point[0] - box.x) / box.w, (point[1] - box.y) / box.h
    return f"{which}X={x:.4g};{which}Y={y:.4g};{which}Dx=0;{which}Dy=0;{which}Perimeter=0;"


def _look_of_box(look: Look) -> str:
    return (
        f"fillColor={look.fill};strokeColor={look.stroke};strokeWidth={look.width};fontColor={look.ink};{_dash(look)}"
    )


def _dash(look: Look) -> str:
    return f"dashed=1;dashPattern={look.dash};" if look.dash else ""


def _html(text: str) -> str:
    return escaped(text).replace("\n", "<br>")
