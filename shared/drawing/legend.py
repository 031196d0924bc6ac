"""The legend of a drawing: only what occurs in it."""

from __future__ import annotations

from collections.abc import Callable

from shared.drawing import wording
from shared.drawing.flowchart import Annotation, Edge, Flowchart, Node
from shared.drawing.lettering import SMALL_FONT, width
from shared.drawing.markup import tag
from shared.drawing.placement import Box
from shared.drawing.shapes import Pen, badge, line_of, look_of_edge, look_of_node, outline, sheet

_ROW, _SAMPLE, _AIR = 26, 30, 18
Sample = Callable[[int, int], str]


def legend(chart: Flowchart, limit: int, top: int, head: Callable[[Edge], str]) -> tuple[str, int, int]:
    """Return the legend's markup from this height on, its width (at most `limit`, if an entry fits) and its height.

    `head`: names the arrowhead of an arrow.
    """
    left, x, y, widest = 24, 24, top, 0
    title = Pen(size=12, weight=600, anchor="start")
    parts = [line_of(wording.said(wording.LEGEND, chart.language), (x, y + 13), title)]
    y += _ROW
    for sample, words in _entries(chart, head):
        long = _SAMPLE + 8 + round(width(words, SMALL_FONT)) + _AIR
        if x > left and x + long > limit:
            x, y = left, y + _ROW
        parts.append(sample(x, y - 4))
        parts.append(line_of(words, (x + _SAMPLE + 8, y + 9), Pen(anchor="start")))
        x += long
        widest = max(widest, x)
    return "".join(parts), widest, y + _ROW - top


def _entries(chart: Flowchart, head: Callable[[Edge], str]) -> list[tuple[Sample, str]]:
    kinds = {node.kind for node in chart.nodes}
    entries = [
        (_node(Node(id="", kind=kind, label="")), words) for kind, words in wording.KINDS.items() if kind in kinds
    ]
    shown = [(sample, wording.said(words, chart.language)) for sample, words in entries]
    if chart.edges:
        shown.append((_arrow(Edge(id="", source="", target=""), head), wording.said(wording.ARROW, chart.language)))
    if chart.notes:
        shown.append((_note, wording.said(wording.NOTE, chart.language)))
    shown += _marks(chart, head)
    weights = [*(node.weight for node in chart.nodes), *(edge.weight for edge in chart.edges)]
    if any(weight is not None for weight in weights):
        heavy = Edge(id="", source="", target="", weight=1.0)
        shown.append((_arrow(heavy, head), wording.said(wording.WEIGHT, chart.language)))
    return shown


def _marks(chart: Flowchart, head: Callable[[Edge], str]) -> list[tuple[Sample, str]]:
    marked: list[Node | Edge | Annotation] = [*chart.nodes, *chart.edges, *chart.notes]
    shown: list[tuple[Sample, str]] = []
    for mark, words in wording.MARKS.items():
        if any(each.mark == mark for each in chart.edges):
            edge = Edge(id="", source="", target="", mark=mark)
            shown.append((_arrow(edge, head), wording.said(words, chart.language)))
        elif any(each.mark == mark for each in marked):
            shown.append((_node(Node(id="", kind="step", label="", mark=mark)), wording.said(words, chart.language)))
    return shown


def _node(node: Node) -> Sample:
    look = look_of_node(node)
    return lambda x, y: outline(node.kind, (box := Box(x=x, y=y, w=_SAMPLE, h=18)), look) + badge(box, look)


def _note(x: int, y: int) -> str:
    return sheet(Box(x=x, y=y, w=_SAMPLE, h=18))


def _arrow(edge: Edge, head: Callable[[Edge], str]) -> Sample:
    look = look_of_edge(edge)
    line: dict[str, object] = {"fill": "none", "stroke": look.stroke, "stroke-width": look.width}
    line |= {"stroke-dasharray": look.dash, "marker-end": f"url(#{head(edge)})"}
    return lambda x, y: tag("path", {"d": f"M{x} {y + 9}H{x + _SAMPLE}", **line})
