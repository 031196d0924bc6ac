"""Grafana dashboards out of a few words: panels of equal size, two in a row, one query or several each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 12, 8
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(frozen=True, slots=True)
class Query:
    """One expression in PromQL and how its lines are called (`{{label}}` is the label's value)."""

    expr: str
    legend: str = "{{job}}"


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture; `unit` is Grafana's word (s, reqps, percentunit, bytes, short)."""

    title: str
    unit: str
    queries: tuple[Query, ...]
    kind: str = "timeseries"


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A page; its address ends in `uid`."""

    uid: str
    title: str
    says: str
    panels: Sequence[Panel]


def as_json(dashboard: Dashboard) -> dict[str, Any]:
    """The dashboard as Grafana imports it; the data source is chosen on the page."""
    return {
        "uid": f"flowline-{dashboard.uid}",
        "title": f"Flowline: {dashboard.title}",
        "description": dashboard.says,
        "tags": ["flowline"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]},
        "panels": [_panel(number, panel) for number, panel in enumerate(dashboard.panels)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    place = {"x": WIDTH * (number % 2), "y": HEIGHT * (number // 2), "w": WIDTH, "h": HEIGHT}
    return {
        "id": number + 1,
        "type": panel.kind,
        "title": panel.title,
        "datasource": DATASOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [_target(chr(ord("A") + place), query) for place, query in enumerate(panel.queries)],
    }


def _target(name: str, query: Query) -> dict[str, Any]:
    return {"refId": name, "datasource": DATASOURCE, "expr": query.expr, "legendFormat": query.legend}
