"""The way down the middle of a drawing: the path that most of what matters takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.drawing.flowchart import Edge, Node

_WORTH = {"start": 3.0, "step": 2.0, "decision": 2.0, "good_end": 3.0, "end": 0.5, "bad_end": -5.0}
_DEFAULT, _HEAVY = 0.5, 40.0


def spine_of(nodes: Sequence[Node], edges: Sequence[Edge], rows: Mapping[str, int]) -> list[Edge]:
    """Return the arrows of the worthiest way down: many steps, a good end, heavy arrows before light ones.

    Marks play no part, so that a drawing keeps its shape when it is coloured.
    """
    best = {node.id: _WORTH[node.kind] for node in nodes}
    worth = dict(best)
    through: dict[str, Edge] = {}
    for edge in sorted(edges, key=lambda edge: rows[edge.target]):
        if rows[edge.source] < rows[edge.target]:
            reached = best[edge.source] + worth[edge.target] + _gain(edge)
            if reached > best[edge.target]:
                best[edge.target], through[edge.target] = reached, edge
    return _back_from(max(best, key=lambda node: best[node], default=None), through)


def _gain(edge: Edge) -> float:
    return (_DEFAULT if edge.default else 0.0) + _HEAVY * (edge.weight or 0.0)


def _back_from(node: str | None, through: Mapping[str, Edge]) -> list[Edge]:
    way: list[Edge] = []
    while node is not None and node in through:
        way.append(through[node])
        node = way[-1].source
    return way[::-1]
