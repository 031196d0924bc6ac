"""A generated history in the real system: reports say what the generator counted, killed or not, once or twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import psutil
import pytest

from flowline.generation.blocks import tell
from flowline.generation.parameters import Parameters
from flowline.generation.process import PROCESS
from tests.system import System, eventually, read_json

DEALS = 2000
OPTIONS = ("--deals", str(DEALS), "--seed", "11", "--owners", "12", "--teams", "3", "--customers", "40")
TOLD = Parameters(deals=DEALS, seed=11, owners=12, teams=3, customers=40)


@pytest.fixture(scope="module")
def generated(system: System) -> dict[str, Any]:
    """A run that is killed as soon as its first deals are in the reports, and one more to the end."""
    started = system.start_flowline("generate", *OPTIONS, "--json")
    with system.client() as client:
        eventually(lambda: deals_total(client) > 0, "the first deals are in the reports")
    workers = psutil.Process(started.pid).children(recursive=True)
    started.kill()
    started.communicate()
    _, left = psutil.wait_procs(workers, timeout=20)
    assert left == []
    return dict(read_json(system.flowline("generate", *OPTIONS, "--json")))


def overview(client: httpx.Client) -> dict[str, Any]:
    answer = client.get("/reports/overview", params={"process": str(PROCESS)})
    assert answer.is_success, answer.text
    return dict(answer.json())


def deals_total(client: httpx.Client) -> int:
    return int(overview(client)["deals_total"])


def test_reports_say_what_the_generator_counted(system: System, generated: dict[str, Any]) -> None:
    tally = generated["tally"]
    assert tally == tell(TOLD, 0, DEALS).tally.summary()
    with system.client() as client:
        said = overview(client)
    assert said["deals_total"] == tally["deals"] - tally["deleted"]
    assert {stage["stage_key"]: stage["count"] for stage in said["by_stage"]} == tally["by_stage"]
    won = {value["currency"]: Decimal(value["amount"]) for value in said["won_value"]}
    assert won == {currency: Decimal(amount) for currency, amount in tally["won_value"].items()}


def test_a_killed_run_left_nothing_twice(system: System, generated: dict[str, Any]) -> None:
    assert generated["known_before"] > 0
    assert generated["deals"] + generated["known_before"] == DEALS
    with system.client() as client:
        before = overview(client)["positions"]["pipeline"]
    again = read_json(system.flowline("generate", *OPTIONS, "--json"))
    assert (again["deals"], again["events"], again["known_before"]) == (0, 0, DEALS)
    assert again["tally"] == generated["tally"]
    with system.client() as client:
        assert overview(client)["positions"]["pipeline"] == before


def test_every_promise_holds_for_it(system: System, generated: dict[str, Any]) -> None:
    del generated
    verified = read_json(system.flowline("verify", "--json", check=False))
    assert verified["ok"], verified
