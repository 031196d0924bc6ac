"""The files of deploy/observability by themselves; what they name in a running system: tests/test_observability.py."""

from __future__ import annotations

from typing import Any

import pytest

from deploy.gateway.render import SERVICES
from deploy.local.processes import ROOT
from deploy.observability.__main__ import PLACE, written
from deploy.observability.tests.asked import asked
from deploy.observability.tests.rules import alerts, exprs, scraped


def test_the_dashboards_are_written_anew_from_their_description() -> None:
    assert {path: path.read_text() for path in PLACE.glob("*.json")} == written()


def test_every_expression_is_promql() -> None:
    for where, expr in exprs():
        assert asked(expr), where


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: str(alert["alert"]))
def test_an_alert_says_how_bad_it_is_in_which_service_and_where_to_read_on(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"page", "ticket"}
    assert len(alert["annotations"]["summary"]) > 20
    page = ROOT / alert["annotations"]["runbook"]
    assert alert["alert"] in page.read_text() or alert["alert"] in (page.parent / "README.md").read_text()


def test_every_service_is_scraped_under_the_name_that_alerts_and_dashboards_use() -> None:
    assert scraped() == {f"flowline-{service}" for service in SERVICES}
