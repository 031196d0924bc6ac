"""Writes a flowchart as SVG: a picture that explains itself, also to those who hear it."""

from __future__ import annotations

from hashlib import blake2b

from shared.drawing import palette, wording
from shared.drawing.flowchart import Edge, Flowchart
from shared.drawing.layout import layout
from shared.drawing.legend import legend
from shared.drawing.lettering import NOTE_FONT, NOTE_LINE, SMALL_LINE, width
from shared.drawing.markup import escaped, name_for, tag
from shared.drawing.placement import Drawing, PlacedEdge, PlacedNode, PlacedNote
from shared.drawing.shapes import Pen, badge, line_of, look_of_edge, look_of_node, outline, path_of, sheet, texts

_FONTS = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", sans-serif'
_TITLE, _HEAD = 18, 40
_LAST = ("violation", "added", "removed", "changed", "happy")


def written(chart: Flowchart) -> str:
    """Return a stand-alone SVG on its own light ground: no script, no style sheet, nothing from outside."""
    return _Picture(layout(chart)).written()


class _Picture:
    def __init__(self, drawing: Drawing) -> None:
        self._drawing, self._chart = drawing, drawing.chart
        self._prefix = "f" + blake2b(self._chart.id.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        self._names = {node.id: node.label for node in self._chart.nodes}
        self._kinds = {node.id: node.kind for node in self._chart.nodes}

    def written(self) -> str:
        drawing, chart = self._drawing, self._chart
        wide = max(drawing.width, 48 + round(width(chart.title, _TITLE) * 1.06))
        key, key_width, key_height = legend(chart, wide - 24, _HEAD + drawing.height, self._head)
        wide, high = max(wide, key_width), _HEAD + drawing.height + key_height + 8
        ground = tag("rect", {"width": wide, "height": high, "rx": 10, "fill": palette.PAPER, "stroke": "#e2e8f0"})
        title = line_of(chart.title, (24, 32), Pen(size=_TITLE, ink=palette.INK, weight=700, anchor="start"))
        shift = (wide - drawing.width) // 2
        body = tag("g", {"transform": f"translate({shift} {_HEAD})"}, self._body())
        return self._root(wide, high, ground + self._heads() + title + body + key) + "\n"

    def _root(self, wide: int, high: int, content: str) -> str:
        title, desc = f"{self._prefix}-title", f"{self._prefix}-desc"
        about: dict[str, object] = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {wide} {high}"}
        about |= {"width": wide, "height": high, "font-family": _FONTS, "role": "graphics-document document"}
        about |= {"lang": "zh-CN" if self._chart.language == "zh" else "en", "aria-labelledby": f"{title} {desc}"}
        told = tag("title", {"id": title}, escaped(self._chart.title))
        told += tag("desc", {"id": desc}, escaped(self._chart.description or self._summary()))
        return tag("svg", about, told + content)

    def _summary(self) -> str:
        return (
            "; ".join(wording.name_of_node(node, self._chart.language) for node in self._chart.nodes)
            or self._chart.title
        )

    def _body(self) -> str:
        edges = sorted(self._drawing.edges, key=lambda placed: _over(placed.edge))
        links = [_link(note) for note in self._drawing.notes]
        parts = [*links, *map(self._edge, edges), *map(self._node, self._drawing.nodes), *map(_label, edges)]
        return "\n" + "\n".join(part for part in [*parts, *map(self._note, self._drawing.notes)] if part) + "\n"

    def _node(self, placed: PlacedNode) -> str:
        node, look = placed.node, look_of_node(placed.node)
        told = self._told(wording.name_of_node(node, self._chart.language), "; ".join([*node.lines, node.title or ""]))
        shape = outline(node.kind, placed.box, look) + texts(placed.box, placed.label, placed.lines, look.ink)
        return self._symbol("node", node.id, told + shape + badge(placed.box, look))

    def _edge(self, placed: PlacedEdge) -> str:
        edge, look = placed.edge, look_of_edge(placed.edge)
        name = wording.name_of_edge(edge, self._names[edge.source], self._names[edge.target], self._chart.language)
        line: dict[str, object] = {"d": path_of(placed.points), "fill": "none", "stroke": look.stroke}
        line |= {"stroke-width": look.width, "stroke-dasharray": look.dash, "marker-end": f"url(#{self._head(edge)})"}
        upright = placed.points[0][0] == placed.points[1][0]
        shared = upright and self._kinds[edge.source] != "step"
        told = self._told(name, wording.detail_of_edge(edge, self._chart.language) or "")
        return self._symbol("edge", edge.id, told + tag("path", line) + _slash(placed, shared=shared))

    def _note(self, placed: PlacedNote) -> str:
        box, note = placed.box, placed.note
        lines = [
            line_of(
                text, (box.x + 9, box.y + 21 + NOTE_LINE * row), Pen(size=NOTE_FONT, ink=palette.INK, anchor="start")
            )
            for row, text in enumerate(placed.lines)
        ]
        look = palette.LOOKS[note.mark] if note.mark else None
        told = self._told(wording.said(wording.NOTE, self._chart.language), note.text)
        return self._symbol("note", note.id, told + sheet(box) + "".join(lines) + (badge(box, look) if look else ""))

    def _symbol(self, kind: str, id_: str, content: str) -> str:
        return tag("g", {"id": f"{self._prefix}-{name_for(kind, id_)}", "role": "graphics-symbol img"}, content)

    @staticmethod
    def _told(name: str, detail: str) -> str:
        detail = detail.strip("; ")
        return tag("title", None, escaped(name)) + (tag("desc", None, escaped(detail)) if detail else "")

    def _head(self, edge: Edge) -> str:
        return f"{self._prefix}-head-{edge.mark or 'plain'}"

    def _heads(self) -> str:
        marks = {edge.mark: edge for edge in self._chart.edges}
        marks.setdefault(None, Edge(id="", source="", target=""))
        heads = (self._marker(marks[mark]) for mark in sorted(marks, key=str))
        return tag("defs", None, heads)

    def _marker(self, edge: Edge) -> str:
        shape = tag("path", {"d": "M0 0 10 5 0 10z", "fill": look_of_edge(edge).stroke})
        about: dict[str, object] = {
            "id": self._head(edge),
            "viewBox": "0 0 10 10",
            "refX": 9,
            "refY": 5,
            "orient": "auto",
        }
        return tag("marker", about | {"markerUnits": "userSpaceOnUse", "markerWidth": 10, "markerHeight": 10}, shape)


def _over(edge: Edge) -> int:
    """Say how far up an arrow is drawn: what matters lies over what does not."""
    return 0 if edge.mark == "muted" else 2 if edge.mark in _LAST else 1


def _slash(placed: PlacedEdge, *, shared: bool) -> str:
    """Draw the small stroke across the way out otherwise, as BPMN does; `shared`: others may leave from this point."""
    if not placed.edge.default:
        return ""
    after_the_bend = shared and len(placed.points) > 2  # noqa: PLR2004
    (x, y), (x2, y2) = placed.points[1:3] if after_the_bend else placed.points[:2]
    x, y = x + 9 * ((x2 > x) - (x2 < x)), y + 9 * ((y2 > y) - (y2 < y))
    look = look_of_edge(placed.edge)
    return tag("path", {"d": f"M{x - 4} {y + 4}L{x + 4} {y - 4}", "stroke": look.stroke, "stroke-width": 1.6})


def _label(placed: PlacedEdge) -> str:
    if placed.label is None:
        return ""
    box, look = placed.label.box, look_of_edge(placed.edge)
    ground: dict[str, object] = {"x": box.x - 2, "y": box.y, "width": box.w + 4, "height": box.h, "fill": palette.PAPER}
    lines = [
        line_of(text, (box.x + box.w / 2, box.y + 11 + SMALL_LINE * row), Pen(ink=look.ink))
        for row, text in enumerate(placed.label.lines)
    ]
    return tag("g", {"aria-hidden": "true"}, tag("rect", ground | {"fill-opacity": 0.88}) + "".join(lines))


def _link(note: PlacedNote) -> str:
    if not note.link:
        return ""
    path = "M" + "L".join(f"{x} {y}" for x, y in note.link)
    return tag("path", {"d": path, "fill": "none", "stroke": palette.NOTE_LINE, "stroke-dasharray": "3 3"})
