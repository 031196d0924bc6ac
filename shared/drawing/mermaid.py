"""Writes a flowchart as Mermaid text, for pages that draw it themselves; Mermaid places its elements in its own way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from shared.drawing import wording
from shared.drawing.flowchart import Annotation, Edge, Flowchart, Mark, Node, NodeKind
from shared.drawing.layout import check
from shared.drawing.lettering import clean
from shared.drawing.palette import LOOKS, NOTE, NOTE_LINE, thickness
from shared.drawing.shapes import look_of_node

_SHAPES: dict[NodeKind, tuple[str, str]] = {
    "start": ("([", "])"),
    "step": ("[", "]"),
    "decision": ("{", "}"),
    "good_end": ("([", "])"),
    "bad_end": ("([", "])"),
    "end": ("([", "])"),
}
_SPECIAL = re.compile(r"[\"#&<>`*_~\[\]{}|\\$;@^]|^\s*(?:\d+[.)]|[-+>=:])", re.MULTILINE)

_APART = "\u200b"  # takes no room
_REREAD = re.compile(r"[\\$]|\bfa[bklrs]?:")  # line breaks, formulas, icons: found after entities


def written(chart: Flowchart) -> str:
    """Return the chart as a Mermaid flowchart from top to bottom. Raises UnknownElement."""
    check(chart)
    return "\n".join(_lines(chart)) + "\n"


def _lines(chart: Flowchart) -> Iterator[str]:
    names = {node.id: f"n{number}" for number, node in enumerate(chart.nodes)}
    yield from ("---", f"title: {json.dumps(_one_line(chart.title), ensure_ascii=False)}", "---", "flowchart TD")
    if chart.description:
        yield f"  accDescr: {_encoded(_one_line(chart.description))}"
    for node in chart.nodes:
        opening, closing = _SHAPES[node.kind]
        yield f'  {names[node.id]}{opening}"{_text(node.label, *node.lines)}"{closing}'
    for edge in chart.edges:
        yield f"  {names[edge.source]} -->{_label(edge, chart)} {names[edge.target]}"
    for number, note in enumerate(chart.notes):
        yield from _note(f"m{number}", note, chart, names)
    yield from _styles(chart, names)


def _label(edge: Edge, chart: Flowchart) -> str:
    label = edge.label or (wording.said(wording.DEFAULT, chart.language) if edge.default else None)
    return f'|"{_text(label)}"|' if label else ""


def _note(name: str, note: Annotation, chart: Flowchart, names: Mapping[str, str]) -> Iterator[str]:
    """Write a note and a dotted line; Mermaid has none to an arrow: that note names the arrow and hangs on its end."""
    edge = next((edge for edge in chart.edges if edge.id == note.element), None)
    if edge:
        labels = {node.id: node.label for node in chart.nodes}
        yield f'  {name}>"{_text(f"{labels[edge.source]} → {labels[edge.target]}:", note.text)}"]'
        yield f"  {name} -.- {names[edge.target]}"
        return
    yield f'  {name}>"{_text(note.text)}"]'
    if note.element is not None:
        yield f"  {name} -.- {names[note.element]}"


def _styles(chart: Flowchart, names: Mapping[str, str]) -> Iterator[str]:
    for class_, members in sorted(_classes(chart, names).items()):
        look = look_of_node(next(node for node in chart.nodes if names[node.id] == members[0]))
        dash = f",stroke-dasharray:{look.dash}" if look.dash else ""
        line = f"stroke:{look.stroke},stroke-width:{look.width}px{dash}"
        yield f"  classDef {class_} fill:{look.fill},color:{look.ink},{line}"
        yield f"  class {','.join(members)} {class_}"
    if chart.notes:
        yield f"  classDef remark fill:{NOTE},stroke:{NOTE_LINE},color:#0f172a"
        yield f"  class {','.join(f'm{number}' for number in range(len(chart.notes)))} remark"
    for number, edge in enumerate(chart.edges):
        if edge.mark or edge.weight is not None:
            yield f"  linkStyle {number} {_line_style(edge.mark, edge.weight)}"


def _classes(chart: Flowchart, names: Mapping[str, str]) -> dict[str, list[str]]:
    """Group the nodes that look alike."""
    classes: dict[str, list[str]] = {}
    for node in chart.nodes:
        if class_ := _class(node):
            classes.setdefault(class_, []).append(names[node.id])
    return classes


def _class(node: Node) -> str:
    weight = "" if node.weight is None else f"Weight{look_of_node(node).fill[1:]}"
    if node.mark:
        return f"mark{node.mark.title()}{weight}"
    return f"kind{node.kind.title().replace('_', '')}{weight}" if weight or node.kind != "step" else ""


def _line_style(mark: Mark | None, weight: float | None) -> str:
    look = LOOKS[mark] if mark else None
    width = look.width if look and weight is None else thickness(weight or 0.0)
    colour = f"stroke:{look.stroke}," if look else ""
    dash = f",stroke-dasharray:{look.dash}" if look and look.dash else ""
    return f"{colour}stroke-width:{width}px{dash}"


def _text(*parts: str) -> str:
    """Return a quoted label's inside: nothing in it is Mermaid, Markdown or HTML any more but the line breaks."""
    lines = [_encoded(line) for part in parts for line in clean(part).split("\n")]
    return "<br/>".join(lines) if "".join(lines).strip() else "#8203;"


def _encoded(text: str) -> str:
    apart = _REREAD.sub(lambda found: found.group() + _APART, text)
    return _SPECIAL.sub(lambda found: "".join(f"#{ord(sign)};" for sign in found.group()), apart)


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())
