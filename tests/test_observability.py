"""Alerts and dashboards name only what a running system shows; names are checked one by one, labels and values too."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from urllib.request import urlopen

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.processes import ROOT
from deploy.observability.tests.asked import asked
from deploy.observability.tests.rules import exprs, recorded, scraped
from shared.errors import Unavailable
from tests.system import System, eventually, read_json

# What Prometheus adds to every sample it scrapes, and what it and the kubelet say themselves.
OF_THE_TARGET = {"job", "instance"}
OF_THE_PLATFORM = {"up", "kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"}
PATTERNS = {"method", "status"}  # of HTTP itself
OUTCOMES = {"written", "replayed", Unavailable.code}

Shown = dict[str, dict[str, set[str]]]


@pytest.fixture(scope="module")
def shown(system: System) -> Shown:
    """Metric → label → values, of all four services after everything that is counted has happened once."""
    system.flowline("demo")
    use(system)
    system.flowline("verify")
    found: Shown = defaultdict(lambda: defaultdict(set))

    def everything_is_counted() -> bool:
        for address in system.record["services"].values():
            look(f"{address}/metrics", found)
        return bool(found["crm_consumer_processed_total"]) and bool(found["crm_projection_position"])

    eventually(everything_is_counted, "all loops have looked around")
    return found


def use(system: System) -> None:
    """A refused request, and a read that waits for a write."""
    with system.client("lilei") as rep:
        assert rep.get("/operations/customer/parked").status_code == httpx.codes.FORBIDDEN
    with system.client() as admin:
        made = admin.post("/teams", json={"name": "Night shift"}, headers={"idempotency-key": "night-shift"})
        token = made.headers["consistency-token"]
        assert admin.get("/reports/overview", headers={"consistency-token": token, "prefer": "wait=20"}).is_success


def test_one_correlation_id_is_followed_through_all_services(system: System, shown: Shown, tmp_path: Path) -> None:
    del shown  # the system has calmed down
    with system.client() as admin:
        headers = {"idempotency-key": "followed", "x-correlation-id": "follow-me"}
        assert admin.post("/teams", json={"name": "Early shift"}, headers=headers).is_success
    lanes = {"gateway", "customer", "customer log", "Kafka", "analytics/directory", "notify/directory"}

    def followed() -> bool:
        told = read_json(system.flowline("trace", "follow-me", "--json"))
        return {moment["where"] for moment in told} >= lanes

    eventually(followed, "the team has reached everybody")
    system.flowline("trace", "follow-me", "--svg", str(tmp_path / "followed.svg"))
    assert "analytics/directory" in (tmp_path / "followed.svg").read_text()


def look(url: str, found: Shown) -> None:
    with urlopen(url, timeout=10) as answer:  # noqa: S310  loopback, from the runner's record
        text = answer.read().decode()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            for label, value in sample.labels.items():
                found[sample.name][label].add(value)
            found[sample.name].setdefault("", set())


def test_every_metric_and_label_of_alerts_and_dashboards_is_shown_by_a_running_system(shown: Shown) -> None:
    known = shown.keys() | OF_THE_PLATFORM | recorded()
    for where, expr in exprs():
        for each in asked(expr):
            assert each.metric in known, f"{where}: no service shows {each.metric}"
            if each.metric in shown:
                lacking = each.labels - shown[each.metric].keys() - OF_THE_TARGET
                assert not lacking, f"{where}: {each.metric} has no label {lacking}"


def test_the_values_they_choose_exist_too(shown: Shown) -> None:
    events = {path.name.split(".")[0] for path in (ROOT / "docs" / "events").glob("*/*.v*.json")}
    for where, expr in exprs():
        for each in asked(expr):
            for label, values in each.values.items():
                known = shown[each.metric][label] if each.metric in shown else set()
                known = known | {"type": events, "outcome": OUTCOMES, "job": scraped() | {"flowline-.*"}}.get(
                    label, set()
                )
                lacking = set() if label in PATTERNS else values - known
                assert not lacking, f"{where}: {each.metric}{{{label}}} is never one of {lacking}"


def test_no_label_is_an_id_or_a_person(shown: Shown) -> None:
    for metric, labels in shown.items():
        for label, values in labels.items():
            assert len(values) < 150, f"{metric}{{{label}}} has {len(values)} values"
            assert not any(len(value) == 36 and value.count("-") == 4 for value in values), f"{metric}{{{label}}}"
