"""The alerts, dashboards and scrape jobs as they stand in the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

PLACE = Path(__file__).resolve().parents[1]
RULES = [rule for group in yaml.safe_load((PLACE / "alerts.yaml").read_text())["groups"] for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    """Every alert."""
    return [rule for rule in RULES if "alert" in rule]


def recorded() -> set[str]:
    """The metrics that Prometheus itself computes."""
    return {rule["record"] for rule in RULES if "record" in rule}


def scraped() -> set[str]:
    """The names of the jobs."""
    return {job["job_name"] for job in yaml.safe_load((PLACE / "prometheus.yaml").read_text())["scrape_configs"]}


def exprs() -> list[tuple[str, str]]:
    """(where, expression) of every rule and panel."""
    found = [(rule.get("alert") or rule["record"], rule["expr"]) for rule in RULES]
    for path in sorted((PLACE / "grafana").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            found += [(f"{path.stem}: {panel['title']}", target["expr"]) for target in panel["targets"]]
    return found
