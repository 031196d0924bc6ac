"""A few words for writing down a flow of the system as a flowchart, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Sequence

from shared.drawing.flowchart import Annotation, Edge, Mark, Node

Arrow = tuple[str, str] | tuple[str, str, str]


def begin(id_: str, label: str) -> Node:
    """Where a flow starts."""
    return Node(id=id_, kind="start", label=label)


def step(id_: str, label: str, *lines: str, mark: Mark | None = None) -> Node:
    """What is done, and where in the system."""
    return Node(id=id_, kind="step", label=label, lines=lines, mark=mark)


def ask(id_: str, label: str) -> Node:
    """What decides how it goes on."""
    return Node(id=id_, kind="decision", label=label)


def good(id_: str, label: str, *lines: str) -> Node:
    """Where a flow ends well."""
    return Node(id=id_, kind="good_end", label=label, lines=lines)


def bad(id_: str, label: str, *lines: str) -> Node:
    """Where a flow ends with a refusal: nothing has been stored."""
    return Node(id=id_, kind="bad_end", label=label, lines=lines)


def arrows(*given: Arrow) -> tuple[Edge, ...]:
    """Join nodes; a third word is the text of an arrow."""
    return tuple(
        Edge(id=f"{source}->{target}", source=source, target=target, label=text[0] if text else None)
        for source, target, *text in given
    )


def otherwise(edges: Sequence[Edge], *ids: str) -> tuple[Edge, ...]:
    """Say which arrows are the way out of a decision when no other one holds."""
    return tuple(
        Edge(id=edge.id, source=edge.source, target=edge.target, label=edge.label, default=edge.id in ids)
        for edge in edges
    )


def remark(id_: str, text: str, element: str | None = None) -> Annotation:
    """Say something about an element, or about the whole."""
    return Annotation(id=id_, text=text, element=element)
