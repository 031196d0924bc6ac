"""Less of the map, the happy path first: a share of the other stages and of the other ways, the most frequent ones."""

from __future__ import annotations

import math
from dataclasses import replace

from services.analytics.projections.process_map.map_answer import Flow, ProcessMap


def simplified(shown: ProcessMap, activities: float, paths: float) -> ProcessMap:
    """Keep the happy path and, rounded up, these shares (0 to 1) of the stages and of the ways beside it.

    A way needs both its ends; what is left out is counted in `hidden_activities` and `hidden_flows`, and every number
    of what is kept stays what it was.
    """
    beside = sorted((one for one in shown.activities if not one.on_happy_path), key=lambda one: (-one.times, one.key))
    kept = {one.key for one in shown.activities if one.on_happy_path}
    kept |= {one.key for one in beside[: _part(activities, len(beside))]}
    possible = [flow for flow in shown.flows if flow.source in kept and flow.target in kept]
    others = [flow for flow in possible if not flow.on_happy_path]
    chosen = {_way(flow) for flow in others[: _part(paths, len(others))]}
    flows = [flow for flow in possible if flow.on_happy_path or _way(flow) in chosen]
    return replace(
        shown,
        activities=[one for one in shown.activities if one.key in kept],
        flows=flows,
        hidden_activities=len(shown.activities) - len(kept),
        hidden_flows=len(shown.flows) - len(flows),
    )


def _part(share: float, whole: int) -> int:
    return math.ceil(round(share * whole, 9))


def _way(flow: Flow) -> tuple[str, str]:
    return flow.source, flow.target
