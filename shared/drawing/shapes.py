"""The shapes of SVG: rectangles, diamonds, rounded ends, arrows, notes, and texts in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from shared.drawing import palette
from shared.drawing.flowchart import Edge, Node, NodeKind
from shared.drawing.lettering import FONT, LINE, SMALL_FONT, SMALL_LINE
from shared.drawing.markup import escaped, tag
from shared.drawing.palette import Look
from shared.drawing.placement import Box, Point

_PLAIN: dict[NodeKind, Look] = {
    "start": Look(palette.LINE, "#f1f5f9", None, 1.6, ""),
    "step": Look(palette.STEP_LINE, palette.PAPER, None, 1.4, ""),
    "decision": Look(palette.DECISION_LINE, palette.DECISION, None, 1.4, ""),
    "good_end": Look(palette.GOOD_LINE, palette.GOOD, None, 2.0, ""),
    "bad_end": Look(palette.BAD_LINE, palette.BAD, None, 2.0, ""),
    "end": Look(palette.LINE, "#f1f5f9", None, 2.4, ""),
}
_ROUND = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """How a line of text is written: its size in pixels, colour, boldness, and what its point is."""

    size: int = SMALL_FONT
    ink: str = palette.SOFT
    weight: int | None = None
    anchor: Literal["start", "middle"] = "middle"


def look_of_node(node: Node) -> Look:
    """Return how a node looks: by its mark, else by its kind; its weight is the depth of its colour."""
    look = palette.LOOKS[node.mark] if node.mark else _PLAIN[node.kind]
    if node.weight is None:
        return look
    return Look(look.stroke, palette.depth(node.weight), look.dash, look.width, look.sign, look.ink)


def look_of_edge(edge: Edge) -> Look:
    """Return how an arrow looks: by its mark; its weight is its width."""
    look = palette.LOOKS[edge.mark] if edge.mark else Look(palette.LINE, "none", None, 1.5, "", palette.SOFT)
    width = look.width if edge.weight is None else palette.thickness(edge.weight)
    return Look(look.stroke, "none", look.dash, width, look.sign, look.ink)


def outline(kind: NodeKind, box: Box, look: Look) -> str:
    """Draw the border of a node."""
    line: dict[str, object] = {"fill": look.fill, "stroke": look.stroke, "stroke-width": look.width}
    line["stroke-dasharray"] = look.dash
    if kind == "decision":
        return tag("polygon", {"points": _diamond(box), **line})
    round_ = 4 if kind == "step" else min(box.h, 36) // 2
    return tag("rect", {"x": box.x, "y": box.y, "width": box.w, "height": box.h, "rx": round_, **line})


def texts(box: Box, label: Sequence[str], lines: Sequence[str], ink: str) -> str:
    """Write a node's label and its small print in the middle of its box."""
    x, y = box.x + box.w / 2, box.y + (box.h - len(label) * LINE - len(lines) * SMALL_LINE) / 2
    pen = Pen(size=FONT, ink=ink, weight=600)
    large = "".join(line_of(text, (x, y + LINE * row + 13), pen) for row, text in enumerate(label))
    y += LINE * len(label)
    small = [line_of(text, (x, y + SMALL_LINE * row + 10), Pen()) for row, text in enumerate(lines)]
    return large + "".join(small)


def line_of(text: str, at: tuple[float, float], pen: Pen) -> str:
    """Write one line from or around a point on its base line; a right-to-left text finds its own direction."""
    place: dict[str, object] = {"x": _number(at[0]), "y": _number(at[1]), "font-size": pen.size, "fill": pen.ink}
    place |= {"font-weight": pen.weight, "text-anchor": pen.anchor, "unicode-bidi": "plaintext"}
    return tag("text", place, escaped(text)) if text else ""


def badge(box: Box, look: Look) -> str:
    """Draw the sign of a mark at the upper left corner, for those who do not tell colours apart."""
    if not look.sign:
        return ""
    ring = tag("circle", {"cx": box.x, "cy": box.y, "r": 9, "fill": look.stroke, "stroke": "#ffffff"})
    return ring + line_of(look.sign, (box.x, box.y + 4.5), Pen(size=13, ink="#ffffff", weight=700))


def path_of(points: Sequence[Point]) -> str:
    """Return the path of an arrow with rounded corners."""
    parts = [f"M{points[0][0]} {points[0][1]}"]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        (x1, y1), (x2, y2) = _towards(at, before), _towards(at, after)
        parts.append(f"L{x1} {y1}Q{at[0]} {at[1]} {x2} {y2}")
    return "".join([*parts, f"L{points[-1][0]} {points[-1][1]}"])


def sheet(box: Box) -> str:
    """Draw a note: a sheet with a folded corner."""
    x, y, right, low, fold = box.x, box.y, box.x + box.w, box.y + box.h, 10
    ink = {"stroke": palette.NOTE_LINE, "stroke-width": 1}
    edge = f"M{x} {y}H{right - fold}L{right} {y + fold}V{low}H{x}Z"
    corner = f"M{right - fold} {y}V{y + fold}H{right}"
    return tag("path", {"d": edge, "fill": palette.NOTE, **ink}) + tag("path", {"d": corner, "fill": "none", **ink})


def _diamond(box: Box) -> str:
    x, y = box.middle
    return f"{x},{box.y} {box.x + box.w},{y} {x},{box.y + box.h} {box.x},{y}"


def _towards(at: Point, other: Point) -> Point:
    """Return the point where a corner begins to be round: near it, but not beyond half of the stretch."""
    dx, dy = other[0] - at[0], other[1] - at[1]
    length = abs(dx) + abs(dy)
    near = min(_ROUND, length // 2)
    return (at[0] + (dx > 0) * near - (dx < 0) * near, at[1] + (dy > 0) * near - (dy < 0) * near)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
