"""The map as a flowchart: depth and width tell how much goes where, the happy path is marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from services.analytics.projections.process_map.map_answer import Activity, Flow, ProcessMap
from shared.drawing.flowchart import Edge, Flowchart, Node, NodeKind

Metric = Literal["deals", "times", "median", "mean", "p90", "total"]
Language = Literal["en", "zh"]
START = "start"
KINDS: dict[str | None, NodeKind] = {"won": "good_end", "lost": "bad_end"}
SAID = {
    "en": {"start": "Start", "deals": "deals", "times": "times", "open": "open", "map": "as it really runs"},
    "zh": {"start": "开始", "deals": "个商机", "times": "次", "open": "进行中", "map": "实际流程"},
}
HOURS_A_DAY = 24


def chart_of(shown: ProcessMap, metric: Metric, language: Language) -> Flowchart:
    """A flowchart of the map; `metric` is what its arrows say and are as wide as."""
    said = SAID[language]
    most = max((one.times for one in shown.activities), default=0)
    begun = [one for one in shown.activities if one.starts]
    nodes = [Node(id=START, kind="start", label=said["start"], rank=0)] if begun else []
    nodes += [_node(one, most, said) for one in shown.activities]
    first = [_begin(one, max(each.starts for each in begun), shown) for one in begun]
    return Flowchart(
        id=f"map-{shown.process_id}",
        title=f"{shown.process}: {said['map']}",
        nodes=tuple(nodes),
        edges=(*first, *_edges(shown.flows, metric)),
        description=f"{shown.deals} {said['deals']}, {shown.open} {said['open']}",
        language=language,
    )


def node_id(key: str) -> str:
    """A stage or decision of a chart, which also has nodes of its own."""
    return f"stage:{key}"


def spoken(hours: str | None) -> str:
    """Hours as people say them."""
    if hours is None:
        return "?"
    value = float(hours)
    return f"{value / HOURS_A_DAY:.1f} d" if value >= HOURS_A_DAY else f"{value:.1f} h"


def _node(one: Activity, most: int, said: dict[str, str]) -> Node:
    lines = [f"{one.deals} {said['deals']} · {one.times} {said['times']}"]
    if one.open:
        lines.append(f"{one.open} {said['open']}")
    if one.stay.times:
        lines.append(f"{spoken(one.stay.median_hours)} · p90 {spoken(one.stay.p90_hours)}")
    return Node(
        id=node_id(one.key),
        kind=KINDS.get(one.category, "step"),
        label=one.name,
        rank=one.rank,
        lines=tuple(lines),
        mark="happy" if one.on_happy_path else None,
        weight=one.times / most if most else None,
    )


def _begin(one: Activity, most: int, shown: ProcessMap) -> Edge:
    happy = shown.happy_path[:1] == [one.key]
    return Edge(
        id=f"{START}->{one.key}",
        source=START,
        target=node_id(one.key),
        label=str(one.starts),
        mark="happy" if happy else None,
        weight=one.starts / most,
    )


def _edges(flows: Iterable[Flow], metric: Metric) -> list[Edge]:
    measured = [(flow, _measure(flow, metric)) for flow in flows]
    most = max((value for _, (value, _) in measured), default=0)
    return [
        Edge(
            id=f"{flow.source}->{flow.target}",
            source=node_id(flow.source),
            target=node_id(flow.target),
            label=text,
            mark="happy"
            if flow.on_happy_path
            else "violation"
            if flow.drawn is False and flow.kind != "reopened"
            else None,
            weight=value / most if most else None,
            title=f"{flow.source} → {flow.target}: {flow.times}",
        )
        for flow, (value, text) in measured
    ]


def _measure(flow: Flow, metric: Metric) -> tuple[float, str]:
    if metric in ("deals", "times"):
        count = flow.deals if metric == "deals" else flow.times
        return float(count), str(count)
    duration = flow.duration
    by_metric = {"median": duration.median_hours, "mean": duration.mean_hours, "p90": duration.p90_hours}
    hours = by_metric.get(metric, flow.total_hours)
    return float(hours or 0), spoken(hours)
