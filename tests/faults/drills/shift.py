"""What somebody on call has at hand in a drill: metrics, alerts, the flowline command, a look into the databases."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.request import urlopen

import asyncpg
import httpx
import promql_parser as promql
from prometheus_client.parser import text_string_to_metric_families

from deploy.local import control
from deploy.local.places import Places
from deploy.observability.tests.asked import asked
from deploy.observability.tests.rules import alerts
from tests.faults.storm import say
from tests.system import PATIENCE, System, eventually, read_json


@dataclass(slots=True)
class Shift:
    """One drill on a running system; every line says how many seconds it is old."""

    system: System
    began: float = field(default_factory=time.monotonic)

    def tell(self, what: str) -> None:
        """Print a line of the report."""
        say(f"{time.monotonic() - self.began:6.1f} s  {what}")

    def metric(self, service: str, name: str, **labels: str) -> float:
        """The highest sample of a metric that a service shows; -1 when it shows none."""
        try:
            with urlopen(f"{self.system.record['services'][service]}/metrics", timeout=5) as answer:  # noqa: S310
                families = list(text_string_to_metric_families(answer.read().decode()))
        except OSError:
            return -1.0
        found = [
            sample.value
            for family in families
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
        return max(found, default=-1.0)

    def alarmed(self, alert: str, service: str) -> None:
        """Wait until the condition of an alert of alerts.yaml (a metric, a comparison, a number) holds here."""
        metric, holds, bound = _condition(alert)
        eventually(lambda: holds(self.metric(service, metric)), f"{alert} on {service}", PATIENCE)
        self.tell(f"symptom: {alert}: {metric} of {service} is {self.metric(service, metric):.0f} (bound {bound:g})")

    def calm(self, alert: str, service: str) -> None:
        """Wait until it holds no more."""
        metric, holds, _ = _condition(alert)

        def over() -> bool:
            shown = self.metric(service, metric)
            return shown >= 0 and not holds(shown)

        eventually(over, f"{alert} on {service} is over", PATIENCE)
        self.tell(f"verify: {alert} is over: {metric} of {service} is {self.metric(service, metric):.0f}")

    def write(self, customers: int, name: str = "Drill") -> list[str]:
        """Create customers through the gateway; their ids."""
        with self.system.client() as client:
            made = [_post(client, "/customers", {"name": f"{name} {number}"}) for number in range(customers)]
        return [answer.json()["id"] for answer in made]

    def sql(self, service: str, statement: str, *arguments: Any) -> list[Mapping[str, Any]]:
        """Ask the database of a service."""
        return asyncio.run(_asked(self.system.record["databases"][service], statement, arguments))

    def superuser_of(self, url: str, statement: str) -> list[Mapping[str, Any]]:
        """Ask a Postgres as its superuser."""
        return asyncio.run(_asked(url, statement, ()))

    def take_down(self, part: str) -> None:
        """Stop a part and leave it down."""
        control.set_down(Places(self.system.home), part, down=True)

    def bring_up(self, part: str) -> None:
        """Start it again."""
        control.set_down(Places(self.system.home), part, down=False)

    def everything_holds(self) -> None:
        """`flowline verify` finds nothing, in any service."""
        verified = read_json(self.system.flowline("verify", "--json", check=False))
        checks = [check for result in verified["services"].values() for check in result["checks"]]
        wrong = [check for check in checks if check["findings"]]
        assert not wrong, wrong
        self.tell(f"verify: flowline verify: {len(checks)} checks in {len(verified['services'])} services hold")


def _post(client: httpx.Client, path: str, body: Mapping[str, Any]) -> httpx.Response:
    """A command is sent again with its key while it is answered 503, as every client does."""
    headers = {"idempotency-key": str(uuid.uuid4())}
    answer = client.post(path, json=body, headers=headers)
    deadline = time.monotonic() + PATIENCE
    while answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and time.monotonic() < deadline:
        time.sleep(0.3)
        answer = client.post(path, json=body, headers=headers)
    return answer.raise_for_status()


def _condition(alert: str) -> tuple[str, Callable[[float], bool], float]:
    [rule] = [rule for rule in alerts() if rule["alert"] == alert]
    expr = promql.parse(rule["expr"])
    assert isinstance(expr, promql.BinaryExpr), f"{alert} compares nothing"
    assert isinstance(expr.rhs, promql.NumberLiteral), f"{alert} compares with no number"
    bound = expr.rhs.val
    holds = (lambda value: value > bound) if ") >" in rule["expr"] else (lambda value: value == bound)
    return asked(rule["expr"])[0].metric, holds, bound


async def _asked(url: str, statement: str, arguments: Sequence[Any]) -> list[Mapping[str, Any]]:
    connection = await asyncpg.connect(url)
    try:
        return [dict(row) for row in await connection.fetch(statement, *arguments)]
    finally:
        await connection.close()
