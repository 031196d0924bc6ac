"""The map of a process as a flowchart: depth of colour and width of arrows show how much passes."""

from __future__ import annotations

from datetime import timedelta

from shared.drawing.flowchart import Edge, Flowchart, Node
from shared.mining.process_map import ActivityOnMap, MoveOnMap, ProcessMap

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))
_START, _END = "start", "finish"


def flowchart(found: ProcessMap, title: str) -> Flowchart:
    """Draw a map with a start, where cases begin, and an end, where they are now; ids follow the order of the map."""
    ids = {activity.name: f"a{number}" for number, activity in enumerate(found.activities)}
    last = max((activity.rank for activity in found.activities), default=0) + 2
    most = max((activity.events for activity in found.activities), default=1)
    nodes = [_node(activity, ids, most) for activity in found.activities]
    busiest = max((move.events for move in found.moves), default=1)
    moves = [_edge(number, move, ids, busiest) for number, move in enumerate(found.moves)]
    return Flowchart(
        id="map",
        title=title,
        nodes=(
            Node(id=_START, kind="start", label="start", rank=0),
            *nodes,
            Node(id=_END, kind="end", label="end", rank=last),
        ),
        edges=(*moves, *_borders(found, ids)),
        description=_described(found),
    )


def spoken(duration: timedelta | None) -> str:
    """Return a duration in its largest unit with three figures: 1.50 d, 40.0 h, 12.0 min, 3.00 s."""
    if duration is None:
        return "-"
    seconds = duration.total_seconds()
    length, unit = next((each for each in _UNITS if abs(seconds) >= each[0]), (1, "s"))
    return f"{float(f'{seconds / length:.3g}'):g} {unit}"


def _node(activity: ActivityOnMap, ids: dict[str, str], most: int) -> Node:
    return Node(
        id=ids[activity.name],
        kind="step",
        label=activity.name,
        rank=activity.rank + 1,
        lines=(f"{activity.events} times in {activity.cases} cases",),
        weight=activity.events / most,
        title=f"median stay {spoken(activity.stay.percentile(0.5))}, p90 {spoken(activity.stay.percentile(0.9))}",
    )


def _edge(number: int, move: MoveOnMap, ids: dict[str, str], busiest: int) -> Edge:
    return Edge(
        id=f"m{number}",
        source=ids[move.source],
        target=ids[move.target],
        label=f"{move.events} · {spoken(move.took.percentile(0.5))}",
        mark="happy" if move.happy else None,
        weight=move.events / busiest,
        title=f"{move.events} times in {move.cases} cases, mean {spoken(move.took.mean)}",
    )


def _borders(found: ProcessMap, ids: dict[str, str]) -> list[Edge]:
    """Return the arrows from the start and to the end."""
    begins = [(_START, ids[each.name], each.starts) for each in found.activities if each.starts]
    stops = [(ids[each.name], _END, each.ends) for each in found.activities if each.ends]
    return [
        Edge(id=f"b{number}", source=source, target=target, label=str(cases), weight=cases / max(1, found.cases))
        for number, (source, target, cases) in enumerate([*begins, *stops])
    ]


def _described(found: ProcessMap) -> str:
    shown = f"{found.cases} cases, {len(found.activities)} activities, {len(found.moves)} moves"
    activities, moves = found.hidden
    return f"{shown}; {activities} activities and {moves} moves are hidden" if activities or moves else shown
