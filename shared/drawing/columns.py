"""Where in its row each node stands: the spine in the middle, everything else to its right or left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.drawing.flowchart import Edge, Node
from shared.drawing.rows import answers_beside

GAP, CORRIDOR = 48, 28


@dataclass(slots=True)
class _Row:
    """`centre`: the node in the middle; the sides are ordered from the middle outwards."""

    centre: str | None = None
    passed: bool = False
    right: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How wide a node is, and how much more it needs on its right for an arrow to itself."""

    width: int
    right: int = 0


def columns_of(
    rows: Sequence[Sequence[Node]],
    edges: Sequence[Edge],
    spine: Sequence[Edge],
    room: Mapping[str, Room],
    gaps: Sequence[int],
) -> tuple[dict[str, int], list[list[str]]]:
    """Return the middle of each node, 0 = the middle of the spine, and the rows from left to right.

    `gaps`: how far apart the nodes of each row stand.
    """
    row_of = {node.id: number for number, row in enumerate(rows) for node in row}
    parents = _parents(edges, row_of)
    on_spine = {edge.source for edge in spine} | {edge.target for edge in spine}
    passed = {row for edge in spine for row in range(row_of[edge.source] + 1, row_of[edge.target])}
    middles: dict[str, int] = {}
    ordered = []
    beside = answers_beside([node for row in rows for node in row], edges)
    for number, nodes in enumerate(rows):
        wanted = {node.id: _mean(parents[node.id], middles) for node in nodes}
        row = _sided([node for node in nodes if node.id not in beside], on_spine, wanted)
        row.passed = number in passed
        if row.centre is None and not row.passed:
            row.centre = _comes_to_the_middle(row, wanted)
        for node in nodes:
            if node.id in beside:
                _set_beside(row, node.id, beside[node.id])
        _seat(row, room, middles, wanted, gaps[number])
        ordered.append([*row.left[::-1], *([row.centre] if row.centre else []), *row.right])
    return middles, ordered


def _parents(edges: Sequence[Edge], row_of: Mapping[str, int]) -> dict[str, list[str]]:
    parents: dict[str, list[str]] = {node: [] for node in row_of}
    for edge in edges:
        if row_of[edge.source] < row_of[edge.target]:
            parents[edge.target].append(edge.source)
    return parents


def _mean(parents: Sequence[str], middles: Mapping[str, int]) -> int:
    return round(sum(middles[parent] for parent in parents) / len(parents)) if parents else 0


def _sided(nodes: Sequence[Node], on_spine: set[str], wanted: Mapping[str, int]) -> _Row:
    row = _Row(centre=next((node.id for node in nodes if node.id in on_spine), None))
    for node in sorted(nodes, key=lambda node: abs(wanted[node.id])):
        if node.id != row.centre:
            side = row.right if _belongs_right(node, wanted[node.id], row) else row.left
            side.append(node.id)
    return row


def _belongs_right(node: Node, wanted: int, row: _Row) -> bool:
    if wanted:
        return wanted > 0
    return node.kind == "bad_end" or len(row.right) <= len(row.left)


def _seat(row: _Row, room: Mapping[str, Room], middles: dict[str, int], wanted: Mapping[str, int], gap: int) -> None:
    taken = CORRIDOR if row.passed else -gap
    right, left = taken, taken
    if row.centre is not None:
        half = room[row.centre].width // 2
        middles[row.centre], right, left = 0, half + room[row.centre].right, half
    for node in row.right:
        middles[node] = max(right + gap + room[node].width // 2, wanted[node])
        right = middles[node] + room[node].width // 2 + room[node].right
    for node in row.left:
        middles[node] = -max(left + gap + room[node].width // 2 + room[node].right, -wanted[node])
        left = -middles[node] + room[node].width // 2


def _set_beside(row: _Row, end: str, decision: str) -> None:
    side = row.left if decision in row.left else row.right
    side.insert(side.index(decision) + 1 if decision in side else 0, end)


def _comes_to_the_middle(row: _Row, wanted: Mapping[str, int]) -> str | None:
    side = row.right or row.left
    return side.pop(0) if side and wanted[side[0]] == 0 else None
