"""Writes a flowchart as BPMN 2.0 XML with its layout: steps are user tasks, decisions exclusive gateways."""

from __future__ import annotations

from collections.abc import Iterator

from shared.drawing import wording
from shared.drawing.bpmn_diagram import NAMESPACES, diagram
from shared.drawing.flowchart import Annotation, Edge, Flowchart, Node
from shared.drawing.layout import layout
from shared.drawing.lettering import clean
from shared.drawing.markup import escaped, name_for, tag


def written(chart: Flowchart) -> str:
    """Return the chart as a process that describes and is not executed; valid against the OMG's schema.

    Small print becomes documentation, a condition the expression of its flow. Raises UnknownElement.
    """
    return _Model(chart).written()


class _Model:
    def __init__(self, chart: Flowchart) -> None:
        self._chart, self._drawing = chart, layout(chart)
        self._process = name_for("Process", chart.id)
        self._ids = {node.id: name_for("Node", node.id) for node in chart.nodes}
        self._ids |= {edge.id: name_for("Flow", edge.id) for edge in chart.edges}
        self._ids |= {note.id: name_for("Note", note.id) for note in chart.notes}

    def written(self) -> str:
        about: dict[str, object] = dict(NAMESPACES)
        about |= {"id": name_for("Definitions", self._chart.id), "targetNamespace": "urn:flowline:flowchart"}
        content = [_indented(self._process_element()), diagram(self._drawing, self._process, self._ids)]
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + tag("bpmn:definitions", about, content) + "\n"

    def _process_element(self) -> str:
        about: dict[str, object] = {"id": self._process, "name": _name(self._chart.title), "isExecutable": "false"}
        return tag("bpmn:process", about, self._elements())

    def _elements(self) -> Iterator[str]:
        yield _documentation(self._chart.description)
        yield from map(self._node, self._chart.nodes)
        yield from map(self._flow, self._chart.edges)
        for note in self._chart.notes:
            yield self._annotation(note)
        for note in self._chart.notes:
            yield self._association(note)

    def _node(self, node: Node) -> str:
        coming = [edge for edge in self._chart.edges if edge.target == node.id]
        leaving = [edge for edge in self._chart.edges if edge.source == node.id]
        kind = _element(node, coming, leaving)
        about: dict[str, object] = {"id": self._ids[node.id], "name": _name(node.label)}
        if kind in ("bpmn:exclusiveGateway", "bpmn:userTask"):
            about["default"] = next((self._ids[edge.id] for edge in leaving if edge.default), None)
        mark = wording.said(wording.MARKS[node.mark], self._chart.language) if node.mark else ""
        inside = [_documentation("\n".join(each for each in (*node.lines, node.title, mark) if each))]
        inside += [tag("bpmn:incoming", None, self._ids[edge.id]) for edge in coming]
        inside += [tag("bpmn:outgoing", None, self._ids[edge.id]) for edge in leaving]
        return tag(kind, about, inside)

    def _flow(self, edge: Edge) -> str:
        about: dict[str, object] = {"id": self._ids[edge.id], "name": _name(edge.label) if edge.label else None}
        about |= {"sourceRef": self._ids[edge.source], "targetRef": self._ids[edge.target]}
        mark = wording.said(wording.MARKS[edge.mark], self._chart.language) if edge.mark else ""
        inside = _documentation("\n".join(each for each in (edge.title, mark) if each))
        if edge.condition and not edge.default:  # the way out else has no condition of its own
            inside += tag("bpmn:conditionExpression", {"xsi:type": "bpmn:tFormalExpression"}, escaped(edge.condition))
        return tag("bpmn:sequenceFlow", about, inside)

    def _annotation(self, note: Annotation) -> str:
        return tag("bpmn:textAnnotation", {"id": self._ids[note.id]}, tag("bpmn:text", None, escaped(note.text)))

    def _association(self, note: Annotation) -> str:
        if note.element is None:
            return ""
        about: dict[str, object] = {"id": f"Link-{self._ids[note.id]}", "sourceRef": self._ids[note.element]}
        return tag("bpmn:association", about | {"targetRef": self._ids[note.id]})


def _element(node: Node, coming: list[Edge], leaving: list[Edge]) -> str:
    """Return the element of a node; a start that is come back to and an end that is left are intermediate events."""
    match node.kind:
        case "step":
            return "bpmn:userTask"
        case "decision":
            return "bpmn:exclusiveGateway"
        case "start":
            return "bpmn:intermediateThrowEvent" if coming else "bpmn:startEvent"
        case _:
            return "bpmn:intermediateThrowEvent" if leaving else "bpmn:endEvent"


def _documentation(text: str | None) -> str:
    return tag("bpmn:documentation", None, escaped(text)) if text and clean(text) else ""


def _name(text: str) -> str:
    return clean(text)


def _indented(element: str) -> str:
    """One element a line, so that two versions of a file can be compared by people."""
    return "\n" + element.replace("><bpmn:", ">\n<bpmn:").replace("></bpmn:process", ">\n</bpmn:process") + "\n"
