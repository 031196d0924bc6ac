"""Every format is read back: by schemas and rules, and by the programs that people open drawings with."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import assume, given, settings
from lxml import etree

from shared.drawing import bpmn, drawio, mermaid, svg
from shared.drawing.flowchart import Edge, Flowchart, Node
from shared.drawing.layout import UnknownElement
from shared.drawing.lettering import clean
from shared.tests.bpmn_rules import DI, MODEL, faults
from shared.tests.drawn import CALM, HOSTILE, charts, hostile
from shared.tests.readers import Readers, open_readers

SLOW = settings(CALM, max_examples=15)
KINDS = ("bpmn:UserTask", "bpmn:ExclusiveGateway", "bpmn:StartEvent", "bpmn:EndEvent", "bpmn:IntermediateThrowEvent")


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with open_readers() as opened:
        yield opened


@given(charts())
@CALM
def test_bpmn_is_valid_and_every_reference_is_found(chart: Flowchart) -> None:
    assert faults(bpmn.written(chart)) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_survive_in_bpmn(name: str, readers: Readers) -> None:
    chart = hostile(name)
    text = bpmn.written(chart)
    assert faults(text) == []
    _opens_in_bpmn_js(readers, chart, text)
    root = _read(text)
    assert [each.text for each in root.iter(f"{MODEL}text")] == [clean(name)] * 3
    assert [each.text for each in root.iter(f"{MODEL}conditionExpression")] == [clean(name)]


@given(chart=charts())
@SLOW
def test_bpmn_js_opens_any_drawing_without_a_warning(chart: Flowchart, readers: Readers) -> None:
    _opens_in_bpmn_js(readers, chart, bpmn.written(chart))


def _read(text: str) -> etree._Element:
    return etree.fromstring(text.encode())


def _opens_in_bpmn_js(readers: Readers, chart: Flowchart, text: str) -> None:
    seen = readers.read("bpmn", text)
    assert seen.get("warnings") == [], seen
    assert seen["alerts"] == []
    names = [each["name"] or "" for each in seen["elements"] if each["type"] in KINDS]
    assert names == [clean(node.label) for node in chart.nodes]
    flows = [each["name"] or "" for each in seen["elements"] if each["type"] == "bpmn:SequenceFlow"]
    assert sorted(flows) == sorted(clean(edge.label or "") for edge in chart.edges)
    notes = [each["name"] or "" for each in seen["elements"] if each["type"] == "bpmn:TextAnnotation"]
    assert notes == [clean(note.text) for note in chart.notes]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_survive_in_mermaid(name: str, readers: Readers) -> None:
    _opens_in_mermaid(readers, hostile(name))


@given(chart=charts())
@SLOW
def test_mermaid_draws_any_drawing(chart: Flowchart, readers: Readers) -> None:
    loops = [edge.source for edge in chart.edges if edge.source == edge.target]
    assume(len(set(loops)) == len(loops))  # of several arrows from a node to itself Mermaid draws one
    _opens_in_mermaid(readers, chart)


def _opens_in_mermaid(readers: Readers, chart: Flowchart) -> None:
    seen = readers.read("mermaid", mermaid.written(chart))
    assert "refused" not in seen, (seen, mermaid.written(chart))
    assert seen["scripts"] == 0
    assert seen["alerts"] == []
    shown = [_words("\n".join((node.label, *node.lines))) for node in chart.nodes]
    names = {node.id: node.label for node in chart.nodes}
    arrows = {edge.id: f"{names[edge.source]} \u2192 {names[edge.target]}:" for edge in chart.edges}
    shown += [_words(f"{arrows.get(note.element or '', '')}\n{note.text}") for note in chart.notes]
    assert [_words(text) for text in seen["nodes"]] == shown
    assert seen["arrows"] == len(chart.edges) + sum(note.element is not None for note in chart.notes)
    said = [_words(edge.label) for edge in chart.edges if edge.label and _words(edge.label)]
    otherwise = {"en": "otherwise", "zh": "\u5426\u5219"}[chart.language]
    said += [otherwise for edge in chart.edges if edge.default and not edge.label]
    assert sorted(filter(None, (_words(text) for text in seen["edges"]))) == sorted(said)


def _words(text: str) -> str:
    """A text as a browser shows it: how much space is between words does not show."""
    return " ".join(clean(text).replace("\u200b", "").split())


@given(charts())
@CALM
def test_draw_io_files_keep_its_rules(chart: Flowchart) -> None:
    _keeps_the_rules(chart)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_survive_in_draw_io(name: str) -> None:
    _keeps_the_rules(hostile(name))


def _keeps_the_rules(chart: Flowchart) -> None:
    root = _read(drawio.written(chart))
    assert [root.tag, root[0].tag, root[0][0].tag, root[0][0][0].tag] == ["mxfile", "diagram", "mxGraphModel", "root"]
    cells = list(root.iter("mxCell"))
    assert [cell.attrib for cell in cells[:2]] == [{"id": "0"}, {"id": "1", "parent": "0"}]
    ids = [cell.get("id") for cell in cells]
    assert len(set(ids)) == len(ids)
    for cell in cells[2:]:
        assert cell.get("parent") == "1"
        assert (cell.get("style") or "").endswith(";")
        assert (cell.get("vertex") == "1") != (cell.get("edge") == "1")
        geometry = cell.find("mxGeometry")
        assert geometry is not None
        assert geometry.get("as") == "geometry"
        assert geometry.get("relative") == ("1" if cell.get("edge") else None)
        for end in ("source", "target"):
            assert cell.get(end) is None or cell.get(end) in ids
    boxes = [cell for cell in cells if cell.get("vertex")]
    shown = ["\n".join(map(clean, (node.label, *node.lines))) for node in chart.nodes] + [
        clean(n.text) for n in chart.notes
    ]
    assert [_without_tags(cell.get("value") or "") for cell in boxes] == shown
    arrows = [cell for cell in cells if cell.get("edge") and cell.get("value") is not None]
    assert [_without_tags(cell.get("value") or "") for cell in arrows] == [clean(e.label or "") for e in chart.edges]


def _without_tags(value: str) -> str:
    """Read the HTML of a value, in which only our own tags are tags."""
    return html.unescape(re.sub(r"<(?!br>)[^>]*>", "", value.replace("<br>", "\n")))


@given(chart=charts())
@SLOW
def test_svg_tells_everything_aloud(chart: Flowchart, readers: Readers) -> None:
    _tells(readers, chart)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_survive_in_svg(name: str, readers: Readers) -> None:
    _tells(readers, hostile(name))


def _tells(readers: Readers, chart: Flowchart) -> None:
    text = svg.written(chart)
    root = _read(text)
    space = "{http://www.w3.org/2000/svg}"
    symbols = [each for each in root.iter(f"{space}g") if "graphics-symbol" in each.get("role", "")]
    titles = [each.findtext(f"{space}title") or "" for each in symbols]
    assert len(titles) == len(chart.nodes) + len(chart.edges) + len(chart.notes)
    for node in chart.nodes:
        assert any(clean(node.label) in title for title in titles)
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(set(ids)) == len(ids)
    assert set((root.get("aria-labelledby") or "").split()) <= set(ids)
    assert not {each.tag for each in root.iter()} & {
        f"{space}script",
        f"{space}style",
        f"{space}image",
        f"{space}foreignObject",
    }
    seen = readers.read("svg", text)
    assert (seen["error"], seen["scripts"], seen["alerts"]) == (None, 0, [])
    assert seen["inside"], "a text hangs out of the picture"


def test_every_part_that_is_met_is_in_the_legend_and_no_other() -> None:
    nodes = (Node(id="a", kind="start", label="A"), Node(id="b", kind="step", label="B", mark="violation"))
    chart = Flowchart(id="x", title="X", nodes=nodes, edges=(Edge(id="e", source="a", target="b", mark="unused"),))
    text = svg.written(chart)
    for words in ("Legend", ">start<", ">step<", ">allowed move<", ">never used<", ">not allowed, but happens<"):
        assert words in text
    assert not any(words in text for words in (">decision<", ">note<", ">added<", "the darker"))


def test_marks_are_told_apart_without_colour() -> None:
    looks = [
        re.sub(
            r"#[0-9a-f]{6}",
            "",
            svg.written(
                Flowchart(id="x", title="x", nodes=(Node(id="a", kind="step", label="a", mark=mark),), edges=())
            ),
        )
        for mark in ("added", "removed", "changed", "used", "unused", "violation", "happy")
    ]
    assert len({re.sub(r"<title>.*?</title>|<desc.*?</desc>", "", look.split("\n</g>")[0]) for look in looks}) == 7


def test_decisions_are_gateways_with_conditions_and_a_default() -> None:
    nodes = (
        Node(id="d", kind="decision", label="big?"),
        Node(id="a", kind="step", label="a", lines=("10 %", "14 d")),
        Node(id="w", kind="good_end", label="won"),
    )
    edges = (
        Edge(id="da", source="d", target="a", label="yes", condition="amount >= 1000"),
        Edge(id="dw", source="d", target="w", default=True),
        Edge(id="ad", source="a", target="d", condition="has(deal.owner)"),
        Edge(id="aw", source="a", target="w", condition="true"),
    )
    root = _read(bpmn.written(Flowchart(id="x", title="x", nodes=nodes, edges=edges)))
    gateway = root.find(f".//{MODEL}exclusiveGateway")
    assert gateway is not None
    assert gateway.get("default") == "Flow_dw"
    conditions = {
        each.get("id"): each.findtext(f"{MODEL}conditionExpression") for each in root.iter(f"{MODEL}sequenceFlow")
    }
    expected = {"Flow_da": "amount >= 1000", "Flow_dw": None, "Flow_ad": "has(deal.owner)", "Flow_aw": "true"}
    assert conditions == expected
    assert root.findtext(f".//{MODEL}userTask/{MODEL}documentation") == "10 %\n14 d"
    assert len(list(root.iter(f"{DI}BPMNShape"))) == 3


@pytest.mark.parametrize("written", [bpmn.written, drawio.written, mermaid.written, svg.written])
def test_every_writer_refuses_what_does_not_hang_together(written: Callable[[Flowchart], str]) -> None:
    chart = Flowchart(id="x", title="x", nodes=(), edges=(Edge(id="e", source="a", target="b"),))
    with pytest.raises(UnknownElement):
        written(chart)
