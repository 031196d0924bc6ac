"""Whether a BPMN file is right: the OMG's schema, and the references that the schema does not follow."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree

MODEL, DI = "{http://www.omg.org/spec/BPMN/20100524/MODEL}", "{http://www.omg.org/spec/BPMN/20100524/DI}"
FLOWS = {f"{MODEL}sequenceFlow", f"{MODEL}association"}


def faults(text: str) -> list[str]:
    """Return what is wrong with a file, nothing if all is right."""
    root = etree.fromstring(text.encode())
    schema = _schema()
    schema.validate(root)
    return [*(str(error) for error in schema.error_log), *_broken_references(root), *_one_sided_flows(root)]


def _broken_references(root: etree._Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    yield from (f"{id_} is there {times} times" for id_, times in ids.items() if times > 1)
    kinds = {element.get("id"): element.tag for element in root.iter()}
    for element in root.iter():
        for name in ("sourceRef", "targetRef", "bpmnElement", "default"):
            if element.get(name) is not None and element.get(name) not in ids:
                yield f"{element.get('id')}: its {name} {element.get(name)} is not there"
        if element.tag == f"{MODEL}sequenceFlow" and kinds.get(element.get("targetRef")) == f"{MODEL}textAnnotation":
            yield f"{element.get('id')} leads to a note"
    shown = Counter(element.get("bpmnElement") for element in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge"))
    process = root.find(f"{MODEL}process")
    assert process is not None
    for element in process:
        if element.get("id") and shown[element.get("id")] != 1:
            yield f"{element.get('id')} is shown {shown[element.get('id')]} times"


def _one_sided_flows(root: etree._Element) -> Iterator[str]:
    """Nodes and flows name each other, and a way out otherwise has no condition."""
    flows = {flow.get("id"): flow for flow in root.iter(f"{MODEL}sequenceFlow")}
    for which, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
        named = {(each.getparent().get("id"), each.text) for each in root.iter(f"{MODEL}{which}")}
        real = {(flow.get(end), id_) for id_, flow in flows.items()}
        yield from (f"{which} of {node}: {flow}" for node, flow in named ^ real)
    for node in root.iter():
        default = flows.get(node.get("default"))
        if default is not None and default.get("sourceRef") != node.get("id"):
            yield f"the default of {node.get('id')} leaves another node"
        if default is not None and default.find(f"{MODEL}conditionExpression") is not None:
            yield f"the default of {node.get('id')} has a condition"
    for start in root.iter(f"{MODEL}startEvent"):
        if start.find(f"{MODEL}incoming") is not None:
            yield f"the start {start.get('id')} is led to"
    for end_event in root.iter(f"{MODEL}endEvent"):
        if end_event.find(f"{MODEL}outgoing") is not None:
            yield f"the end {end_event.get('id')} is left"


@cache
def _schema() -> etree.XMLSchema:
    spec = importlib.util.find_spec("SpiffWorkflow")
    assert spec
    assert spec.submodule_search_locations
    place = Path(spec.submodule_search_locations[0]) / "bpmn/parser/schema/BPMN20.xsd"
    return etree.XMLSchema(etree.parse(place))
