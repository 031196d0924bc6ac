"""Flowcharts for tests: small ones, random ones and such whose names want to break out."""

from __future__ import annotations

from typing import Literal, get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from shared.drawing.flowchart import Annotation, Edge, Flowchart, Mark, Node, NodeKind

HOSTILE = (
    "end",
    "class",
    "graph TD",
    'say "yes"',
    "it's",
    "<script>alert(1)</script>",
    "]]>",
    "<!-- & -->",
    "&amp;amp; &lt;b&gt;",
    "🚀 launch 👩‍👩‍👧 👍🏽",
    "需求评审（通过？）",  # noqa: RUF001  the marks of Chinese
    "مرحلة التفاوض",
    "שלב א (abc)",
    "a|b|c",
    "```code```",
    "`**bold**` _it_",
    "1. first",
    "- item",
    "# heading",
    "%% comment",
    "a --> b; c",
    "\\n \\",
    "{{x}} [y] (z) ((w)) >v]",
    "#quot; #35;",
    "$$x^2$$",
    "click n0 call f()",
    "x" * 200,
    "长" * 200,
    "two\nlines",
    "tab\there",
    "bell\x07 null\x00 surrogate\ud800 fffe\ufffe",
    "e\u0301 \u202egnirts",
    "---",
    ":::cls",
    "'; DROP TABLE deals; --",
    "@{shape: rect}",
    "http://example.com/?a=1&b=2",
    "fa:fa-ban",
)
CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no reason to fail."""
MARKS: tuple[Mark, ...] = get_args(Mark)
KINDS: tuple[NodeKind, ...] = get_args(NodeKind)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=40))
_WEIGHTS = st.none() | st.floats(0, 1)
_MARKS = st.none() | st.sampled_from(MARKS)


@st.composite
def charts(draw: st.DrawFn, *, ranked: bool | None = None, most: int = 9) -> Flowchart:
    """Any flowchart of up to `most` nodes with any arrows: circles, arrows to itself, several between the same two."""
    count = draw(st.integers(1, most))
    all_ranked = draw(st.booleans()) if ranked is None else ranked
    nodes = tuple(draw(_nodes(f"node {number}", all_ranked=all_ranked)) for number in range(count))
    ends = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=3 * count))
    edges = tuple(draw(_edges(f"e{number}", f"node {a}", f"node {b}")) for number, (a, b) in enumerate(pairs))
    elements = [None, *(node.id for node in nodes), *(edge.id for edge in edges)]
    about = draw(st.lists(st.sampled_from(elements), max_size=3))
    notes = tuple(draw(_notes(f"note{number}", element)) for number, element in enumerate(about))
    language: Literal["en", "zh"] = draw(st.sampled_from(("en", "zh")))
    return Flowchart(id="chart", title=draw(TEXTS), nodes=nodes, edges=edges, notes=notes, language=language)


@st.composite
def _nodes(draw: st.DrawFn, id_: str, *, all_ranked: bool) -> Node:
    rank = draw(st.integers(0, 5) if all_ranked else st.none() | st.integers(0, 5))
    lines = tuple(draw(st.lists(TEXTS, max_size=2)))
    kind, mark, weight = draw(st.sampled_from(KINDS)), draw(_MARKS), draw(_WEIGHTS)
    return Node(id=id_, kind=kind, label=draw(TEXTS), rank=rank, lines=lines, mark=mark, weight=weight)


@st.composite
def _edges(draw: st.DrawFn, id_: str, source: str, target: str) -> Edge:
    label, condition, default = draw(st.none() | TEXTS), draw(st.none() | TEXTS), draw(st.booleans())
    mark, weight = draw(_MARKS), draw(_WEIGHTS)
    return Edge(
        id=id_,
        source=source,
        target=target,
        label=label,
        condition=condition,
        default=default,
        mark=mark,
        weight=weight,
    )


@st.composite
def _notes(draw: st.DrawFn, id_: str, element: str | None) -> Annotation:
    return Annotation(id=id_, text=draw(TEXTS), element=element, mark=draw(_MARKS))


def hostile(name: str) -> Flowchart:
    """Return a chart whose every text is this name."""
    nodes = (
        Node(id="start", kind="start", label=name, lines=(name,), title=name),
        Node(id=name, kind="decision", label=name, lines=(name, name), title=name),
        Node(id="other " + name, kind="step", label=name, lines=(name,), mark="added"),
        Node(id="last one", kind="bad_end", label=name),
    )
    edges = (
        Edge(id="first " + name, source="start", target=name),
        Edge(id="yes " + name, source=name, target="other " + name, label=name, condition=name, title=name),
        Edge(id="no " + name, source=name, target="last one", label=name, default=True),
        Edge(id="back " + name, source="other " + name, target="start", label=name, mark="violation"),
    )
    notes = (
        Annotation(id="on node", text=name, element=name),
        Annotation(id="on edge", text=name, element="yes " + name),
        Annotation(id="on all", text=name),
    )
    return Flowchart(id=name, title=name, nodes=nodes, edges=edges, notes=notes, description=name)
