"""What every placed drawing promises, for any flowchart."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.drawing.flowchart import Annotation, Edge, Flowchart, Node
from shared.drawing.lanes import EXTRA
from shared.drawing.layout import UnknownElement, layout
from shared.drawing.placement import Box, Drawing, PlacedEdge, PlacedNode, Point
from shared.tests.drawn import CALM, charts


@given(charts())
@CALM
def test_no_two_boxes_overlap(chart: Flowchart) -> None:
    drawing = layout(chart)
    boxes = [*(node.box for node in drawing.nodes), *(note.box for note in drawing.notes)]
    for one, other in combinations(boxes, 2):
        assert not _overlap(one, other)


@given(charts())
@CALM
def test_an_arrow_runs_level_or_upright_from_border_to_border(chart: Flowchart) -> None:
    drawing = layout(chart)
    nodes = {placed.node.id: placed for placed in drawing.nodes}
    for placed in drawing.edges:
        assert len(placed.points) >= 2
        assert all((x1 == x2) != (y1 == y2) for (x1, y1), (x2, y2) in pairwise(placed.points))
        assert _on_border(nodes[placed.edge.source], placed.points[0])
        assert _on_border(nodes[placed.edge.target], placed.points[-1])


@given(charts())
@CALM
def test_no_arrow_crosses_a_box(chart: Flowchart) -> None:
    drawing = layout(chart)
    for placed in drawing.edges:
        for stretch in pairwise(placed.points):
            for box in (node.box for node in drawing.nodes):
                assert not _passes(stretch, box), (placed.edge, box)


@given(charts())
@CALM
def test_everything_lies_on_the_canvas_and_texts_on_no_box(chart: Flowchart) -> None:
    drawing = layout(chart)
    labels = [edge.label.box for edge in drawing.edges if edge.label]
    for box in [*labels, *(node.box for node in drawing.nodes), *(note.box for note in drawing.notes)]:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.w <= drawing.width
        assert box.y + box.h <= drawing.height
    for x, y in (point for edge in drawing.edges for point in edge.points):
        assert 0 <= x <= drawing.width
        assert 0 <= y <= drawing.height
    for label in labels:
        assert not any(_overlap(label, node.box) for node in drawing.nodes)


@given(charts(ranked=True), st.integers(0, 2**32))
@CALM
def test_where_ranks_are_given_the_order_of_the_lists_means_nothing(chart: Flowchart, seed: int) -> None:
    dice = random.Random(seed)
    nodes, edges = list(chart.nodes), list(chart.edges)
    dice.shuffle(nodes)
    dice.shuffle(edges)
    other = replace(chart, nodes=tuple(nodes), edges=tuple(edges))
    assert _places(layout(other)) == _places(layout(chart))


@given(charts())
@CALM
def test_marks_and_notes_move_no_node(chart: Flowchart) -> None:
    """A drawing keeps its shape when it is coloured: the designed one and the real one lie on each other."""
    nodes = tuple(replace(node, mark=None) for node in chart.nodes)
    edges = tuple(edge if edge.mark in EXTRA else replace(edge, mark=None) for edge in chart.edges)
    plain = replace(chart, notes=(), nodes=nodes, edges=edges)
    assert _shape(layout(plain)) == _shape(layout(chart))


@given(charts(ranked=True))
@CALM
def test_rows_follow_the_ranks(chart: Flowchart) -> None:
    placed = {node.node.id: node.box.middle[1] for node in layout(chart).nodes}
    steps = [node for node in chart.nodes if not node.kind.endswith("end")]
    for one, other in combinations(steps, 2):
        assert one.rank is not None
        assert other.rank is not None
        if one.rank < other.rank:
            assert placed[one.id] < placed[other.id]


def test_the_main_way_runs_straight_down() -> None:
    nodes = [Node(id=key, kind="step", label=key, rank=rank) for rank, key in enumerate("abcd")]
    edges = [Edge(id=one + two, source=one, target=two) for one, two in ("ab", "bc", "cd", "ad", "da", "db")]
    drawing = layout(Flowchart(id="x", title="x", nodes=tuple(nodes), edges=tuple(edges)))
    assert len({node.box.middle[0] for node in drawing.nodes}) == 1
    ways = {placed.edge.id: placed for placed in drawing.edges}
    box = drawing.nodes[0].box
    assert all(len(ways[edge].points) == 2 for edge in ("ab", "bc", "cd"))
    assert max(x for x, _ in ways["ad"].points) > box.x + box.w, "what passes rows is outside"
    assert min(x for x, _ in ways["da"].points) < box.x, "what goes back is outside"


def test_a_note_stands_at_the_height_of_its_element() -> None:
    nodes = tuple(Node(id=key, kind="step", label=key, rank=rank) for rank, key in enumerate("abc"))
    notes = (Annotation(id="n", text="about b", element="b"),)
    drawing = layout(Flowchart(id="x", title="x", nodes=nodes, edges=(), notes=notes))
    note, box = drawing.notes[0], drawing.nodes[1].box
    assert note.box.y <= box.middle[1] <= note.box.y + note.box.h
    assert note.box.x > box.x + box.w
    assert note.link[0][0] == box.x + box.w
    assert note.link[-1][0] == note.box.x


def test_a_deep_drawing_and_one_without_nodes_are_drawn() -> None:
    nodes = tuple(Node(id=str(number), kind="step", label="x") for number in range(3000))
    edges = tuple(Edge(id=f"e{number}", source=str(number), target=str(number + 1)) for number in range(2999))
    assert layout(Flowchart(id="deep", title="", nodes=nodes, edges=edges)).height > 3000 * 40
    assert layout(Flowchart(id="none", title="", nodes=(), edges=())).nodes == ()


@pytest.mark.parametrize(
    ("edges", "notes"),
    [
        ((Edge(id="e", source="a", target="gone"),), ()),
        ((), (Annotation(id="n", text="", element="gone"),)),
        ((Edge(id="a", source="a", target="a"),), ()),
    ],
)
def test_what_does_not_find_its_element_is_refused(edges: tuple[Edge, ...], notes: tuple[Annotation, ...]) -> None:
    nodes = (Node(id="a", kind="step", label="a"),)
    with pytest.raises(UnknownElement):
        layout(Flowchart(id="x", title="x", nodes=nodes, edges=edges, notes=notes))


def _overlap(one: Box, other: Box) -> bool:
    across = one.x < other.x + other.w and other.x < one.x + one.w
    return across and one.y < other.y + other.h and other.y < one.y + one.h


def _passes(stretch: tuple[Point, Point], box: Box) -> bool:
    (x1, y1), (x2, y2) = stretch
    across = max(x1, x2) > box.x and min(x1, x2) < box.x + box.w
    return across and max(y1, y2) > box.y and min(y1, y2) < box.y + box.h


def _on_border(placed: PlacedNode, point: Point) -> bool:
    box, (x, y) = placed.box, point
    middles = {(box.middle[0], box.y), (box.middle[0], box.y + box.h), (box.x, box.middle[1])}
    middles.add((box.x + box.w, box.middle[1]))
    if placed.node.kind != "step":
        return point in middles
    upright = x in (box.x, box.x + box.w) and box.y <= y <= box.y + box.h
    return upright or (y in (box.y, box.y + box.h) and box.x <= x <= box.x + box.w)


def _places(drawing: Drawing) -> tuple[dict[str, Box], dict[str, PlacedEdge]]:
    nodes = {placed.node.id: placed.box for placed in drawing.nodes}
    return nodes, {placed.edge.id: placed for placed in drawing.edges}


def _shape(drawing: Drawing) -> list[tuple[int, int, int, int]]:
    """Return the boxes seen from the first one."""
    first = drawing.nodes[0].box
    return [(p.box.x - first.x, p.box.y - first.y, p.box.w, p.box.h) for p in drawing.nodes]
