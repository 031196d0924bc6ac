"""Analytics over HTTP: the shape of the answers, who gets them, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.analytics.api.reports import DEFINITIONS
from services.analytics.tests.happening import START, Log, line, named, stage, usd
from services.analytics.tests.histories import directory
from services.analytics.tests.running import Running, running
from services.analytics.tests.tables import applied
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

STAGES = (stage("talk") | {"idle_days": 5}, stage("won", "won"), stage("lost", "lost"))
REPORTS = [name for name in DEFINITIONS if name != "deals"]


def small_company() -> Log:
    """Anna wins two, Cleo loses one, nobody's deal is open, and a deleted one counts nowhere."""
    log, process = Log("pipeline"), named("process", "direct")
    log.happened(process, "SalesProcessCreated", name="Direct")
    log.happened(process, "SalesProcessVersionDrafted", number=1, stages=STAGES, moves=[])
    log.happened(named("product", "GTX"), "ProductAdded", name="GTX", list_price=usd("100"))
    talk, won, lost = STAGES
    for deal, owner in enumerate(("anna", "anna", "cleo", None, "anna")):
        log.happened(
            named("deal", deal),
            "DealOpened",
            name=f"Deal {deal}",
            process_id=process,
            process_version=1,
            stage=talk,
            lines=[line("GTX")],
            owner_id=owner and named("person", owner),
            amount=usd("100"),
            expected_close="2026-02-10",
        )
    for deal, days in ((0, 10), (1, 100), (4, 1)):
        at = START + timedelta(days=days)
        log.happened(named("deal", deal), "DealWon", at, from_stage=talk, stage=won, amount=usd(f"{deal + 1}50.5"))
    log.happened(named("deal", 2), "DealLost", START + timedelta(days=5), from_stage=talk, stage=lost, reason="price")
    log.happened(named("deal", 4), "DealDeleted", START + timedelta(days=6))
    anna, later = named("person", "anna"), START + timedelta(days=40)
    quota: dict[str, Any] = {"of": "person", "of_id": anna, "period": "2026-Q1", "amount": usd("1000")}
    log.happened(named("quota", "anna"), "QuotaSet", **quota)
    log.happened(named("task", "call"), "TaskCreated", title="Call", due="2026-02-01", assignee_id=anna)
    log.happened(named("deal", 3), "DealExpectedCloseChanged", later, before="2026-02-10", after="2026-04-01")
    return log


@pytest.fixture(scope="module")
async def service(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        await applied(service.pool, directory().events)
        await applied(service.pool, small_company().events)
        yield service


async def report(service: Running, name: str, **query: Any) -> Any:
    answer = await service.desk("admin").get(f"/reports/{name}", query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_overview_says_it_all_at_a_glance(service: Running) -> None:
    answer = await report(service, "overview")
    assert answer["deals_total"] == 4
    stages = [{name: one[name] for name in ("stage", "category", "count", "amount")} for one in answer["by_stage"]]
    assert stages == [
        {"stage": "Talk", "category": "open", "count": 1, "amount": usd("100.00")},
        {"stage": "Won", "category": "won", "count": 2, "amount": usd("401.00")},
        {"stage": "Lost", "category": "lost", "count": 1, "amount": usd("100.00")},
    ]
    assert answer["won_value"] == [usd("401.00")]
    quarters = [(one["quarter"], one["amount"], one["currency"]) for one in answer["won_value_by_quarter"]]
    assert quarters == [("2026-Q1", "150.50", "USD"), ("2026-Q2", "250.50", "USD")]
    assert (answer["win_rate"], answer["sales_cycle_days"]) == ("0.6667", {"mean": "55.00", "median": "55"})
    assert [(one["owner"], one["amount"]) for one in answer["top_owners"]] == [("Anna", "401.00")]
    assert answer["as_of"] == "2026-06-01T00:00:16Z"


@pytest.mark.parametrize("name", REPORTS)
async def test_every_report_says_how_it_is_made_and_from_what(service: Running, name: str) -> None:
    answer = await report(service, name)
    assert answer["definition"]
    assert (answer["time_zone"], answer["positions"]) == ("UTC", {})
    listed = (await service.desk("rep").get("/reports")).json()
    assert f"/api/v1/reports/{name}" in {one["path"] for one in listed}


@pytest.mark.parametrize("name", REPORTS)
async def test_every_grouping_that_is_offered_is_answered_also_without_days(service: Running, name: str) -> None:
    schema, desk = (await service.client.get("/openapi.json")).json(), service.desk("admin")
    parameters = schema["paths"][f"/api/v1/reports/{name}"]["get"]["parameters"]
    offered = [one["schema"] for one in parameters if one.get("name") == "group_by"]
    for group in [value for schema in offered for one in schema["anyOf"] for value in one.get("enum", ())]:
        answer = await desk.get(f"/reports/{name}", {"group_by": group})
        assert answer.status_code == 200, (group, answer.text)


async def test_a_figure_leads_to_its_deals_page_by_page(service: Running) -> None:
    won = next(one for one in (await report(service, "overview"))["by_stage"] if one["stage"] == "Won")
    desk, names, path = service.desk("admin"), [], f"{won['drill']}&limit=1"
    while path:
        page = (await desk.get(path)).json()
        names += [deal["name"] for deal in page["items"]]
        after = page["page"]["next"]
        path = f"{won['drill']}&limit=1&cursor={after}" if after else ""
    assert sorted(names) == ["Deal 0", "Deal 1"]


async def test_a_period_counts_closings_of_its_days_only(service: Running) -> None:
    first = START.date() + timedelta(days=10)
    answer = await report(service, "won", **{"from": str(first), "to": str(first)})
    assert [(one["amount"], one["deals"]) for one in answer["total"]] == [("150.50", 1)]
    late = await report(service, "overview", **{"from": str(first + timedelta(days=1))})
    assert (late["deals_total"], late["won_value"]) == (4, [usd("250.50")])
    none = await report(service, "overview", to="2020-01-01")
    assert (none["win_rate"], none["sales_cycle_days"]) == (None, {"mean": None, "median": None})


async def test_numbers_are_about_what_somebody_may_see(service: Running) -> None:
    seen = {
        who: (await service.desk(role, subject=who).get("/reports/overview")).json()["deals_total"]
        for who, role in (("anna", "manager"), ("ben", "rep"), ("cleo", "rep"), ("stranger", "manager"))
    }
    assert seen == {"anna": 3, "ben": 1, "cleo": 2, "stranger": 1}


async def test_guests_and_strangers_get_no_report(service: Running) -> None:
    assert (await service.desk("guest").get("/reports/overview")).status_code == 403
    assert (await service.client.get("/api/v1/reports/overview")).status_code == 401


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"ownre": "x"}, "ownre"),
        ({"owner": "anna"}, "owner"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "2026-03-01", "to": "2026-02-01"}, "from"),
        ({"process_version": "0"}, "process_version"),
        ({"kind": "donut"}, "kind"),
        ({"group_by": "stage"}, "group_by"),
        ({"as_of": "0001-01-01T00:00:00Z"}, "as_of"),
        ({"known_at": "9999-12-31T00:00:00Z"}, "known_at"),
    ],
)
async def test_a_filter_that_makes_no_sense_is_refused_by_name(
    service: Running, query: dict[str, str], names: str
) -> None:
    answer = await service.desk("admin").get("/reports/funnel", query)
    assert answer.status_code == 422
    assert names in answer.text


async def test_a_read_waits_for_the_write_it_is_told_of(service: Running) -> None:
    answer = await service.desk("admin").get("/reports/overview", consistency_token="pipeline@1=0:99", prefer="wait=0")
    assert (answer.status_code, answer.json()["code"]) == (503, "projection-behind")
    assert "retry-after" in answer.headers


@pytest.mark.parametrize("missing", ["column", "table"])
async def test_what_a_new_version_has_not_built_yet_is_answered_later(service: Running, missing: str) -> None:
    desk, view = service.desk("admin"), "read.closing_all_ever"
    away, back = {
        "column": (f"{view} RENAME COLUMN days TO before", f"{view} RENAME COLUMN before TO days"),
        "table": (f"{view} RENAME TO before", "read.before RENAME TO closing_all_ever"),
    }[missing]
    await service.pool.execute(f"ALTER VIEW {away}")
    try:
        answer = await desk.get("/reports/overview")
    finally:
        await service.pool.execute(f"ALTER VIEW {back}")
    assert (answer.status_code, answer.json()["code"]) == (503, "projection-behind")
    assert "retry-after" in answer.headers
    assert (await desk.get("/reports/overview")).status_code == 200


async def test_a_report_is_saved_renamed_and_deleted_by_its_owner(service: Running) -> None:
    anna, cleo = service.desk("rep", subject="anna"), service.desk("rep", subject="cleo")
    asked = {"region": ["North", "上海"], "from": "2026-01-01", "kind": "flow"}
    made = await anna.send("POST", "/saved-reports", {"name": "North", "report": "funnel", "filters": asked})
    assert made.status_code == 201, made.text
    path = f"/saved-reports/{made.json()['id']}"
    assert (await anna.send("POST", f"{path}/rename", {"name": "Norden"}, version=1)).status_code == 200
    shown = (await anna.get(path)).json()
    assert (shown["name"], shown["version"], shown["owner_id"]) == ("Norden", 2, str(named("person", "anna")))
    assert shown["filters"] == {"region": ["North", "上海"], "from": ["2026-01-01"], "kind": ["flow"]}
    again = await anna.get(f"/reports/{shown['report']}", shown["filters"])
    assert again.status_code == 200
    assert (await cleo.get(path)).status_code == 404
    assert (await cleo.send("DELETE", path, version=2)).status_code == 404
    assert (await anna.send("DELETE", path, version=1)).status_code == 412
    assert (await anna.send("DELETE", path, version=2)).status_code == 200
    assert (await anna.get("/saved-reports")).json()["items"] == []
    assert (await anna.get(path)).status_code == 404


async def test_a_saved_report_is_somebodys_or_everybodys(service: Running) -> None:
    stranger, ben = service.desk("rep", subject="stranger"), service.desk("rep", subject="ben")
    mine = {"name": "Mine", "report": "won"}
    refused = await stranger.send("POST", "/saved-reports", mine)
    assert (refused.status_code, refused.json()["code"]) == (422, "not-in-the-directory")
    shared = await stranger.send("POST", "/saved-reports", mine | {"name": "Ours", "shared": True})
    assert shared.status_code == 201
    assert [one["name"] for one in (await ben.get("/saved-reports")).json()["items"]] == ["Ours"]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "report": "won"},
        {"name": "x", "report": "weather"},
        {"name": "x", "report": "won", "filters": {"ownre": []}},
        {"name": "x", "report": "won", "filters": {"from": "2026-02-01", "to": "2026-01-01"}},
    ],
)
async def test_a_question_that_cannot_be_asked_is_not_saved(service: Running, body: dict[str, Any]) -> None:
    assert (await service.desk("admin").send("POST", "/saved-reports", body)).status_code == 422


@pytest.mark.parametrize("report", ["win-rate", "velocity"])
async def test_what_is_decided_is_not_cut_by_stages(service: Running, report: str) -> None:
    admin = service.desk("admin")
    for group in ("owner", "team", "source", "region", "process", "process_version"):
        assert (await admin.get(f"/reports/{report}", {"group_by": group})).status_code == 200
    refused = await admin.get(f"/reports/{report}", {"group_by": "stage"})
    assert refused.status_code == 422
    assert "group_by" in str(refused.json()["errors"])


async def test_a_reader_chooses_among_periods_of_today_and_words_that_occur(service: Running) -> None:
    answer = (await service.desk("admin").get("/reports/choices")).json()
    today = answer["today"]
    spans = {one["key"]: (one["first_day"], one["last_day"]) for one in answer["periods"]}
    assert spans["today"] == (today, today)
    assert spans["this_year"] == (f"{today[:4]}-01-01", f"{today[:4]}-12-31")
    assert answer["time_zone"] == "UTC"
    assert answer["currencies"] == ["USD"]
    assert answer["sources"] == sorted(answer["sources"])


async def test_a_guest_chooses_from_nothing(service: Running) -> None:
    assert (await service.desk("guest").get("/reports/choices")).status_code == 403
