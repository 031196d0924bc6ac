"""Which row each node stands in: by its rank, or where the arrows put it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shared.drawing.flowchart import Edge, Node

Key = tuple[int, int]  # the rank that a node has or follows, and how many arrows after it
ENDS = ("good_end", "bad_end", "end")


def rows_of(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, int]:
    """Return the row of each node by its id, from 0 at the start.

    Ranks are kept in order; a node without one stands below the nodes that lead to it. Ends that nothing but ends
    would follow share the last row; an end that is only one answer of a decision stands beside it.
    """
    keys = _keys(nodes, edges)
    keys |= {end: keys[decision] for end, decision in answers_beside(nodes, edges).items()}
    row_of_key = {key: row for row, key in enumerate(sorted(set(keys.values())))}
    rows = {node: row_of_key[key] for node, key in keys.items()}
    last = max((rows[node.id] for node in nodes if node.kind not in ENDS), default=-1) + 1
    return {node: min(row, last) for node, row in rows.items()}


def answers_beside(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, str]:
    """Return the ends without a rank that nothing but a decision leads to, each with it; at most one per decision."""
    decisions = {node.id for node in nodes if node.kind == "decision"}
    leading: dict[str, list[str]] = {node.id: [] for node in nodes if node.kind in ENDS and node.rank is None}
    for edge in edges:
        leading.pop(edge.source, None)
        if edge.target in leading:
            leading[edge.target].append(edge.source)
    beside = {sources[0]: end for end, sources in reversed(leading.items()) if len(sources) == 1}
    return {end: decision for decision, end in beside.items() if decision in decisions}


def _keys(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, Key]:
    ranks = {node.id: node.rank for node in nodes if node.rank is not None}
    keys: dict[str, Key] = {node: (rank, 0) for node, rank in ranks.items()}
    if len(ranks) == len(nodes):
        return keys
    order, forward = _without_circles(nodes, edges)
    before: dict[str, list[str]] = {node.id: [] for node in nodes}
    after: dict[str, list[str]] = {node.id: [] for node in nodes}
    for edge in forward:
        before[edge.target].append(edge.source)
        after[edge.source].append(edge.target)
    first = min(ranks.values(), default=0) - 1
    for node in order:
        if node not in keys:
            known = [keys[each] for each in before[node] if each in keys]
            keys[node] = _between(known, [ranks[each] for each in after[node] if each in ranks], first)
    return keys


def _between(before: Sequence[Key], ranks_after: Iterable[int], first: int) -> Key:
    """Stand below what leads here, as far as that is above what is led to."""
    if not before:
        return min(ranks_after, default=first + 1) - 1, 0
    limit = min((rank for rank in ranks_after if rank > min(before)[0]), default=None)
    rank, depth = max(key for key in before if limit is None or key[0] < limit)
    return rank, depth + 1


def _without_circles(nodes: Sequence[Node], edges: Sequence[Edge]) -> tuple[list[str], list[Edge]]:
    """Return the nodes so that arrows lead forward in the list, and the arrows without those that would lead back."""
    leaving: dict[str, list[Edge]] = {node.id: [] for node in nodes}
    for edge in edges:
        leaving[edge.source].append(edge)
    finished: list[str] = []
    back: set[str] = set()
    seen: set[str] = set()
    for root in sorted(nodes, key=lambda node: (node.kind != "start", any(edge.target == node.id for edge in edges))):
        _walk(root.id, leaving, seen, finished, back)
    return finished[::-1], [edge for edge in edges if edge.id not in back]


def _walk(
    root: str, leaving: Mapping[str, Sequence[Edge]], seen: set[str], finished: list[str], back: set[str]
) -> None:
    """Go depth first without recursion, since a drawing may be deeper than the stack."""
    if root in seen:
        return
    seen.add(root)
    path, on_path = [(root, iter(leaving[root]))], {root}
    while path:
        node, rest = path[-1]
        edge = next(rest, None)
        if edge is None:
            path.pop()
            on_path.discard(node)
            finished.append(node)
        elif edge.target in on_path:
            back.add(edge.id)
        elif edge.target not in seen:
            seen.add(edge.target)
            on_path.add(edge.target)
            path.append((edge.target, iter(leaving[edge.target])))
