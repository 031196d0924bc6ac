"""The values of metrics: equal to a plain count of the events, beside each other, swapped in one step."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from services.analytics.projections.base_counts import base_counts
from services.analytics.projections.metric_values import MetricValues
from services.analytics.tests.happening import START, Log, named, stage
from services.analytics.tests.histories import ACTIONS, PROCESSES, Action, deals_log, directory
from services.analytics.tests.naive import Deal, remember
from services.analytics.tests.running import Running, running
from services.analytics.tests.tables import applied, emptied
from services.analytics.tests.test_api import small_company
from shared.eventstore.recorded import Recorded
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

ZONE = "Asia/Shanghai"
TODAY = date(2018, 1, 1)
DEFINE = {"key": "win_rate", "name": "Win rate", "name_zh": "赢单率", "formula": "won/(won+lost)", "reason": "we steer"}
STRICTER = {"formula": "won / (won + lost + overdue)", "reason": "overdue is as good as lost"}


@pytest.fixture(scope="module")
async def service(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        yield service


def overdue_company() -> Log:
    """Nobody's deal stays open beyond its day and is overdue; Cleo's was lost before its day and is not."""
    log = small_company()
    for deal in (3, 2):
        expected: dict[str, Any] = {"after": str(START.date() + timedelta(days=20))}
        log.happened(named("deal", deal), "DealExpectedCloseChanged", START + timedelta(days=7), **expected)
    return log


@pytest.fixture
async def company(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        await applied(service.pool, directory().events)
        await applied(service.pool, overdue_company().events)
        yield service


def naively(events: Sequence[Recorded], names: dict[str, str]) -> dict[tuple[date, str, str], int]:
    """Count by (month, process, key), one deal after another."""
    found: Counter[tuple[date, str, str]] = Counter()
    for deal in (deal for deal in remember(events, names) if not deal.deleted):
        expected = expected_close(events, deal)
        if expected and expected < TODAY and (deal.closed is None or day(deal.closed) > expected):
            found[expected.replace(day=1), deal.process, "overdue"] += 1
        opened = day(deal.opened)
        found[opened.replace(day=1), deal.process, "opened"] += 1
        category = deal.stage["category"]
        if deal.closed and category in ("won", "lost"):
            found[day(deal.closed).replace(day=1), deal.process, category] += 1
            if category == "won":
                found[day(deal.closed).replace(day=1), deal.process, "cycle_days"] += (day(deal.closed) - opened).days
        for _, at, how, _ in deal.stages[1:]:
            key = {"DealStageChanged": "moves", "DealReopened": "reopened"}.get(how)
            if key:
                found[day(at).replace(day=1), deal.process, key] += 1
    return {place: count for place, count in found.items() if count}


def expected_close(events: Sequence[Recorded], deal: Deal) -> date | None:
    """The last day that any event of the deal set."""
    told: str | None = None
    for event in (event for event in events if event.stream_id == deal.id):
        data = json.loads(event.data)
        if event.type in ("DealOpened", "DealExpectedCloseChanged"):
            told = data.get("expected_close") if event.type == "DealOpened" else data["after"]
    return None if told is None else date.fromisoformat(told)


def day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(ZONE)).date()


@settings(max_examples=10, deadline=None)
@given(actions=ACTIONS)
async def test_base_counts_are_what_a_plain_count_of_the_deals_says(service: Running, actions: list[Action]) -> None:
    log, names = deals_log(actions), {str(named("process", name)): name for name, _ in PROCESSES}
    await emptied(service.pool)
    await applied(service.pool, log.events, batch=10_000)
    async with service.pool.acquire() as connection:
        counted = await base_counts(connection, ZONE, TODAY)
    found = {
        (month, names[str(process)], key): int(count)
        for (month, process), counts in counted.cells.items()
        for key, count in counts.items()
        if process is not None and count
    }
    assert {place: count for place, count in found.items() if "amount" not in place[2]} == naively(log.events, names)
    months = sorted({month for month, _ in counted.cells})
    assert [month for month in months if month.day != 1] == []
    for month in months:
        parts = [counts for (at, process), counts in counted.cells.items() if at == month and process is not None]
        whole = counted.cells[month, None]
        assert {key: sum((part[key] for part in parts), Fraction(0)) for key in whole} == whole


async def defined(service: Running) -> Any:
    admin = service.desk("admin")
    assert (await admin.send("POST", "/metrics", DEFINE)).status_code == 201
    assert (await admin.send("POST", "/metrics/win_rate/rebuild", {"version": 1}, version=1)).status_code == 200
    assert (await admin.send("POST", "/metrics/win_rate/redefine", STRICTER, version=2)).status_code == 200
    return admin


async def values(service: Running, **query: Any) -> dict[str, str | None]:
    """Month → value over all processes."""
    answer = await service.desk("manager").get("/metrics/win_rate/series", query)
    assert answer.status_code == 200, answer.text
    return {one["month"][:7]: one["value"] for one in answer.json()["values"] if one["process_id"] is None}


async def test_a_redefinition_is_built_beside_the_live_one_compared_and_swapped(company: Running) -> None:
    admin = await defined(company)
    live = {"2026-01": "0.500000", "2026-02": None, "2026-03": None, "2026-04": "1.000000"}
    assert await values(company) == live
    assert await values(company, version=2) == {}
    swap = {"version": 2, "reason": "agreed"}
    refused = await admin.send("POST", "/metrics/win_rate/swap", swap, version=3)
    assert (refused.status_code, refused.json()["code"]) == (409, "version-not-rebuilt")
    assert (await admin.send("POST", "/metrics/win_rate/rebuild", {"version": 2}, version=3)).status_code == 200
    assert await values(company) == live
    compared = (await admin.get("/metrics/win_rate/comparison", {"left": 1, "right": 2})).json()
    january = next(one for one in compared["values"] if one["month"] == "2026-01-01" and one["process_id"] is None)
    assert (january["left"], january["right"]) == ("0.500000", "0.333333")
    assert (january["difference"], january["relative"]) == ("-0.166667", "-0.3333")
    assert (await admin.send("POST", "/metrics/win_rate/swap", swap, version=4)).status_code == 200
    assert (await values(company))["2026-01"] == "0.333333"
    assert await values(company, version=1) == live
    shown = (await admin.get("/metrics/win_rate")).json()
    assert (shown["live"], [one["stand"] for one in shown["versions"]]) == (2, ["rebuilt", "rebuilt"])
    assert [one["key"] for one in (await admin.get("/metrics")).json()["items"]] == ["win_rate"]


async def test_months_can_be_chosen_and_processes_have_values_of_their_own(company: Running) -> None:
    await defined(company)
    assert set(await values(company, **{"from": "2026-01-15", "to": "2026-02-01"})) == {"2026-01", "2026-02"}
    answer = (await company.desk("admin").get("/metrics/win_rate/series", {"to": "2026-01-31"})).json()
    assert [(one["process"], one["value"]) for one in answer["values"]] == [(None, "0.500000"), ("Direct", "0.500000")]
    assert (answer["unit"], answer["formula"]) == ("1", "won / (won + lost)")


async def test_values_follow_the_deals_when_they_are_made_fresh(company: Running) -> None:
    await defined(company)
    lost: dict[str, Any] = {"from_stage": stage("talk"), "stage": stage("lost", "lost"), "reason": "price"}
    late = overdue_company().happened(named("deal", 3), "DealLost", START + timedelta(days=9), **lost)
    await applied(company.pool, [late])
    assert (await values(company))["2026-01"] == "0.500000"
    assert await MetricValues(company.pool, "UTC", lambda: date(2026, 7, 1)).refresh() == 1
    assert (await values(company))["2026-01"] == "0.333333"


async def test_a_dropped_version_is_gone(company: Running) -> None:
    admin = await defined(company)
    drop = {"version": 2, "reason": "no"}
    assert (await admin.send("POST", "/metrics/win_rate/drop", drop, version=3)).status_code == 200
    gone = await admin.get("/metrics/win_rate/series", {"version": "2"})
    assert (gone.status_code, gone.json()["code"]) == (422, "metric-version-not-found")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"formula": "won / "}, "formula-not-understood"),
        ({"formula": "luck"}, "count-not-known"),
        ({"formula": "won + won_amount"}, "units-do-not-match"),
        ({"formula": "(" * 30 + "won" + ")" * 30}, "formula-too-long"),
        ({"reason": " "}, "reason-missing"),
        ({"key": "Win Rate"}, "validation-failed"),
        ({"formula": 3}, "validation-failed"),
    ],
)
async def test_a_metric_that_makes_no_sense_is_refused(service: Running, body: dict[str, Any], code: str) -> None:
    answer = await service.desk("admin").send("POST", "/metrics", DEFINE | {"key": "x"} | body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["pointer"] == "/" + next(iter(body))


async def test_who_may_see_and_change_metrics(service: Running) -> None:
    for role, reads, defines in (("rep", 403, 403), ("guest", 403, 403), ("manager", 200, 403), ("admin", 200, 201)):
        desk = service.desk(role)
        assert (await desk.get("/metrics")).status_code == reads
        assert (await desk.send("POST", "/metrics", DEFINE | {"key": role})).status_code == defines
    admin = service.desk("admin")
    assert (await admin.send("POST", "/metrics", DEFINE | {"key": "admin"})).status_code == 409
    assert (await admin.get("/metrics/nothing")).status_code == 404
    assert (await admin.send("POST", "/metrics/nothing/rebuild", {"version": 1}, version=1)).status_code == 404
    assert (await admin.send("POST", "/metrics/admin/rebuild", {"version": 7}, version=1)).status_code == 422
    assert {one["key"] for one in (await admin.get("/metrics/base-counts")).json()} >= {"won", "lost", "overdue"}
