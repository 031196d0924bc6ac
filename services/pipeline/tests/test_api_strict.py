"""Deals on a process that asks for something, over HTTP: requirements, guards, overrides, forecast, migration."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import Response
from uuid_utils.compat import uuid7

from services.pipeline.api import migrations
from services.pipeline.domain.sales_process.decider import SALES_PROCESS
from services.pipeline.domain.sales_process.events import SalesProcessVersionRetired
from services.pipeline.tests.calling import Caller, opening, refused
from services.pipeline.tests.examples import ANNA_ID, DARCEL_ID, ISDOM_ID, PROCESS_ID
from services.pipeline.tests.strict import PLAN
from services.pipeline.tests.strictly import Strictly, strictly
from shared.errors import Unavailable
from shared.http.calls import Call
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

CNY, USD = {"amount": "2000", "currency": "CNY"}, {"amount": "100", "currency": "USD"}


@pytest.fixture(scope="module")
async def service(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Strictly]:
    async with strictly(fresh_database, token_issuer) as running:
        yield running


@pytest.fixture
def admin(service: Strictly) -> Caller:
    return service.admin


async def _opened(admin: Caller, stage: str = "qualify", **fields: Any) -> str:
    return await admin.open(process_version=1, stage=stage, **fields)


async def _done(admin: Caller, deal_id: str, step: str, body: Any) -> Response:
    answer = await admin.post(f"/deals/{deal_id}/{step}", body)
    assert answer.status_code == 200, answer.text
    return answer


def _faults(answer: Response) -> dict[str, str]:
    return {fault["pointer"]: fault["detail"] for fault in answer.json()["errors"]}


# Moves


async def test_one_problem_lists_every_field_that_is_missing(admin: Caller) -> None:
    deal_id = await _opened(admin)
    await _done(admin, deal_id, "tick", {"stage": "qualify", "item": "budget"})
    answer = await admin.post(f"/deals/{deal_id}/move-stage", {"to_stage": "propose"})
    refused(answer, 422, "fields-missing")
    assert _faults(answer) == {
        "/amount": "Propose requires amount.", "/customer_id": "Propose requires customer_id.",
    }  # fmt: skip
    refused(await admin.post("/deals", opening(process_version=1, stage="propose", customer_id=str(ISDOM_ID))),
            422, "fields-missing", "/amount")  # fmt: skip


async def test_a_deal_says_where_it_may_go_and_what_is_in_the_way(admin: Caller) -> None:
    deal_id = await _opened(admin, amount=CNY)
    before = (await admin.get(f"/deals/{deal_id}/moves")).json()
    moves = {move["stage"]["key"]: move for move in before["moves"]}
    assert {key: (move["by"], move["open"]) for key, move in moves.items()} == {
        "propose": ("move-stage", False), "paused": ("move-stage", True), "lost": ("lose", False),
    }  # fmt: skip
    assert moves["propose"]["missing"] == ["customer_id"]
    assert moves["propose"]["undone"] == [{"key": "budget", "text": "Budget confirmed 预算已确认"}]
    assert [refusal["code"] for refusal in moves["propose"]["refusals"]] == ["fields-missing", "checklist-not-done"]
    assert moves["lost"]["missing"] == ["region"]
    assert (await admin.deal(deal_id))["version"] == before["version"] == 1


async def test_a_guard_says_no_with_its_reason_and_its_decision_is_told_in_the_story(admin: Caller) -> None:
    deal_id = await _opened(admin, "propose", amount={"amount": "10", "currency": "CNY"}, customer_id=str(ISDOM_ID))
    moves = {m["stage"]["key"]: m for m in (await admin.get(f"/deals/{deal_id}/moves")).json()["moves"]}
    (guard,) = moves["negotiate"]["guards"]
    assert (guard["move"], guard["passed"], guard["reason"]) == (
        "size->negotiate", False, "amount >= 1000: not so.",
    )  # fmt: skip
    answer = await admin.post(f"/deals/{deal_id}/move-stage", {"to_stage": "negotiate"})
    refused(answer, 422, "guard-not-passed", "/guards/size->negotiate")
    await _done(admin, deal_id, "change-amount", {"amount": CNY})
    await _done(admin, deal_id, "move-stage", {"to_stage": "negotiate"})
    entry = (await admin.get(f"/deals/{deal_id}/story")).json()["entries"][-1]
    assert entry["what"] == "Moved from Propose to Negotiate"
    assert [(d["guard"], d["passed"]) for d in entry["after"]["decisions"]] == [
        ("(has(deal.amount) && deal.amount >= 1000.0)", True)
    ]


async def test_only_who_may_override_sets_rules_aside_and_the_story_says_why(admin: Caller) -> None:
    deal_id = await _opened(admin, owner_id=str(ANNA_ID))
    rep, wish = admin.as_("rep", subject="anna"), {"to_stage": "propose", "override": {"reason": "a promise"}}
    refused(await rep.post(f"/deals/{deal_id}/move-stage", wish), 403, "forbidden")
    refused(await rep.post(f"/deals/{deal_id}/lose", {"reason": "x", "override": {"reason": "y"}}), 403, "forbidden")
    boss = admin.as_("manager", subject="anna")
    await _done(boss, deal_id, "move-stage", wish)
    refused(await boss.post(f"/deals/{deal_id}/move-stage", {**wish, "to_stage": "negotiate", "override": {}}),
            422, "validation-failed", "/override/reason")  # fmt: skip
    blank = {**wish, "to_stage": "negotiate", "override": {"reason": " "}}
    refused(await boss.post(f"/deals/{deal_id}/move-stage", blank), 422, "override-reason-missing", "/override/reason")
    entry = (await admin.get(f"/deals/{deal_id}/story")).json()["entries"][-1]
    assert entry["what"] == "Moved from Qualify to Propose against fields-missing, checklist-not-done: a promise"
    assert entry["after"]["override"] == {"reason": "a promise", "rules": ["fields-missing", "checklist-not-done"]}


async def test_a_checklist_is_ticked_and_shown(admin: Caller) -> None:
    deal_id = await _opened(admin)
    tick = {"stage": "qualify", "item": "budget"}
    await _done(admin, deal_id, "tick", tick)
    shown = {item["key"]: (item["required"], item["done"]) for item in (await admin.deal(deal_id))["checklist"]}
    assert shown == {"budget": (True, True), "note": (False, False)}
    await _done(admin, deal_id, "tick", {**tick, "done": False})
    assert not (await admin.deal(deal_id))["checklist"][0]["done"]
    refused(
        await admin.post(f"/deals/{deal_id}/tick", {**tick, "item": "moon"}), 422, "checklist-item-unknown", "/item"
    )
    refused(await admin.post(f"/deals/{uuid7()}/tick", tick), 404, "deal-not-found")


# Forecast


async def test_a_forecast_is_the_stages_until_somebody_says_otherwise(admin: Caller) -> None:
    deal_id = await _opened(admin, name="foreseen")
    await _done(admin, deal_id, "change-forecast", {"category": "commit", "probability": 77})
    await _done(admin, deal_id, "move-stage", {"to_stage": "paused"})
    deal = await admin.deal(deal_id)
    assert (deal["probability"], deal["probability_overridden"]) == (77, True)
    assert (deal["forecast_category"], deal["forecast_overridden"]) == ("commit", True)
    assert deal["stage"]["probability"] == 20
    listed = (await admin.get("/deals", q="foreseen", forecast_category="commit")).json()["items"]
    assert [item["probability"] for item in listed] == [77]
    assert (await admin.get("/deals", q="foreseen", forecast_category="pipeline")).json()["items"] == []
    await _done(admin, deal_id, "change-forecast", {"category": None})
    deal = await admin.deal(deal_id)
    assert (deal["probability"], deal["forecast_category"], deal["forecast_overridden"]) == (77, "most_likely", False)
    refused(await admin.post(f"/deals/{deal_id}/change-forecast", {"probability": 101}),
            422, "probability-out-of-range", "/probability")  # fmt: skip
    refused(await admin.post(f"/deals/{deal_id}/change-forecast", {"category": "moon"}), 422, "validation-failed")


# Amounts in the company's currency


async def test_amounts_are_converted_at_the_rate_of_the_events_day(admin: Caller) -> None:
    await admin.send("PUT", "/exchange-rates/USD/2017-01-01", {"rate": "7"})
    await admin.send("PUT", "/exchange-rates/USD/2017-02-01", {"rate": "6.5"})
    old = {"occurred_at": "2017-01-15T00:00:00Z"}
    body = opening(process_version=1, stage="qualify", amount=USD)
    deal_id = (await admin.post("/deals", body, **old)).json()["id"]
    later = {"occurred_at": "2017-02-10T00:00:00Z"}
    assert (await admin.post(f"/deals/{deal_id}/change-amount", {"amount": CNY}, **later)).status_code == 200
    assert (await admin.post(f"/deals/{deal_id}/change-amount", {"amount": USD}, **later)).status_code == 200
    unknown = {"amount": {"amount": "1", "currency": "EUR"}}
    assert (await admin.post(f"/deals/{deal_id}/change-amount", unknown, **later)).status_code == 200
    feed = (await admin.get("/events/pipeline", limit=200)).json()
    kept = [e["data"].get("converted") for e in feed["events"] if e["subject"] == deal_id]
    assert kept == [
        {"amount": "700.00", "currency": "CNY", "rate": "7", "rate_day": "2017-01-01"},
        {"amount": "2000.00", "currency": "CNY", "rate": "1", "rate_day": "2017-02-10"},
        {"amount": "650.00", "currency": "CNY", "rate": "6.5", "rate_day": "2017-02-01"},
        None,
    ]


async def test_a_batch_takes_the_new_commands_each_at_its_own_time(admin: Caller) -> None:
    await admin.send("PUT", "/exchange-rates/GBP/2017-01-01", {"rate": "9"})
    deal_id = str(uuid7())
    at = {"occurred_at": "2017-03-01T00:00:00Z"}
    pounds = {"amount": "10", "currency": "GBP"}
    wishes = [
        {"command": "open-deal", **opening(id=deal_id, process_version=1, stage="qualify", amount=pounds), **at},
        {"command": "change-deal-forecast", "id": deal_id, "probability": 33, **at},
        {"command": "tick-deal", "id": deal_id, "stage": "qualify", "item": "budget", **at},
        {"command": "move-deal", "id": deal_id, "to_stage": "propose", "override": {"reason": "a promise"}, **at},
        {"command": "win-deal", "id": deal_id, "occurred_at": "2016-03-01T00:00:00Z", "override": {"reason": "x"}},
        {"command": "win-deal", "id": deal_id, "occurred_at": "soon"},
        {"command": "tick-deal", "id": deal_id, "stage": "moon", "item": "budget", **at},
    ]
    answer = await admin.post("/deals:batch", {"commands": wishes})
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [201, 200, 200, 200, 422, 422, 422], answer.text
    assert [results[place]["problem"]["code"] for place in (4, 5, 6)] == [
        "occurred-before-last-event", "invalid", "stage-unknown",
    ]  # fmt: skip
    deal = await admin.deal(deal_id)
    assert (deal["stage"]["key"], deal["probability"]) == ("propose", 33)
    rep = admin.as_("rep", subject="anna")
    wish = {"command": "move-deal", "id": deal_id, "to_stage": "negotiate", "override": {"reason": "x"}}
    (result,) = (await rep.post("/deals:batch", {"commands": [wish]})).json()["results"]
    assert (result["status"], result["problem"]["code"]) == (403, "forbidden")


# Migration


def _plan(**changed: Any) -> dict[str, Any]:
    return {"from_version": 1, "to_version": 2, "stages": PLAN, "reason": "Offers are new", **changed}


async def test_a_plan_is_looked_at_first_then_done_and_done_again_for_nothing(admin: Caller) -> None:
    path, only = f"/processes/{PROCESS_ID}/migrations", {"owner_id": str(DARCEL_ID)}
    mine = {"owner_id": str(DARCEL_ID), "region": "West"}
    rich = {"amount": CNY, "customer_id": str(ISDOM_ID), **mine}
    one, two, lost = await _opened(admin, **mine), await _opened(admin, "propose", **rich), await _opened(admin, **mine)
    await _done(admin, lost, "lose", {"reason": "price"})
    preview = (await admin.post(f"{path}/preview", _plan(deals=only))).json()
    assert (preview["deals"], preview["faults"], preview["lacking_count"]) == (2, {}, 1)
    assert [(stage["stage"], stage["to_stage"], stage["deals"]) for stage in preview["stages"]] == [
        ("propose", "offer", 1), ("qualify", "qualify", 1),
    ]  # fmt: skip
    assert [(deal["id"], deal["missing"]) for deal in preview["lacking"]] == [(two, ["source"])]
    done = (await admin.post(path, _plan(deals=only, at_most=1))).json()
    assert (done["migrated"], done["refused"], done["left"]) == (1, 0, 1)
    done = await admin.post(path, _plan(deals=only))
    assert (done.json()["migrated"], done.json()["left"]) == (1, 0)
    assert done.headers["consistency-token"].startswith("pipeline@")
    assert (await admin.post(path, _plan(deals=only))).json() == {
        "migrated": 0, "refused": 0, "refusals": [], "left": 0,
    }  # fmt: skip
    deals = [await admin.deal(deal_id) for deal_id in (one, two, lost)]
    assert [(deal["process_version"], deal["stage"]["key"]) for deal in deals] == [
        (2, "qualify"), (2, "offer"), (1, "lost"),
    ]  # fmt: skip
    entry = (await admin.get(f"/deals/{two}/story")).json()["entries"][-1]
    assert entry["what"] == "Runs on version 2 in Offer from now on: Offers are new"
    await _done(admin, lost, "reopen", {})
    assert (await admin.deal(lost))["process_version"] == 1


async def test_a_plan_that_does_not_fit_is_refused_as_a_whole(admin: Caller) -> None:
    path = f"/processes/{PROCESS_ID}/migrations"
    deal_id = await _opened(admin, owner_id=str(ANNA_ID), amount=CNY)
    only = {"owner_id": str(ANNA_ID)}
    unfit = _plan(stages={"propose": "won", "moon": "offer"}, deals=only)
    faults = {
        "/stages/propose": "'Won' is closed; only open deals are migrated, and they stay open.",
        "/stages/moon": "Version 1 has no stage 'moon'.",
        "/stages/qualify": "There are deals in 'qualify', and no stage takes its place.",
    }
    preview = (await admin.post(f"{path}/preview", unfit)).json()
    assert preview["faults"] == faults
    assert [(stage["stage"], stage["to_stage"]) for stage in preview["stages"] if stage["stage"] == "qualify"] == [
        ("qualify", None)
    ]
    answer = await admin.post(path, unfit)
    refused(answer, 422, "plan-not-sound")
    assert _faults(answer) == faults
    refused(await admin.post(path, _plan(to_version=3)), 422, "process-not-published", "/to_version")
    refused(await admin.post(path, _plan(to_version=9)), 422, "process-unknown", "/to_version")
    refused(await admin.post(path, _plan(from_version=9)), 422, "process-unknown", "/from_version")
    refused(await admin.post(path, _plan(to_version=1)), 422, "migration-to-itself", "/to_version")
    nowhere = f"/processes/{uuid7()}/migrations"
    refused(await admin.post(nowhere, _plan()), 404, "process-not-found")
    refused(await admin.post(f"{nowhere}/preview", _plan()), 404, "process-not-found")
    refused(await admin.post(path, _plan(reason=" ")), 422, "migration-reason-missing", "/reason")
    refused(await admin.post(path, _plan(stages={})), 422, "validation-failed", "/stages")
    refused(await admin.as_("manager").post(path, _plan()), 403, "forbidden")
    assert (await admin.deal(deal_id))["process_version"] == 1


async def test_two_migrations_at_once_migrate_every_deal_once(admin: Caller) -> None:
    ids = [await _opened(admin, name="twice") for _ in range(30)]
    wish = _plan(deals={"deal_ids": ids})
    answers = await asyncio.gather(*(admin.post(f"/processes/{PROCESS_ID}/migrations", wish) for _ in range(3)))
    assert [answer.json()["refused"] for answer in answers] == [0, 0, 0]
    stories = [(await admin.get(f"/deals/{deal_id}/story")).json()["entries"] for deal_id in ids]
    assert all([entry["event"] for entry in story] == ["DealOpened", "DealMigrated"] for story in stories)


async def test_a_deal_that_cannot_be_migrated_is_named_and_the_others_go_on(admin: Caller) -> None:
    ids = [await _opened(admin), await _opened(admin)]
    late = {"occurred_at": datetime(2026, 1, 1, tzinfo=UTC).isoformat()}
    wish = _plan(deals={"deal_ids": ids})
    answer = await admin.post(f"/processes/{PROCESS_ID}/migrations", wish, **late)
    done = answer.json()
    assert (done["migrated"], done["refused"], done["left"]) == (0, 2, 0)
    assert {refusal["code"] for refusal in done["refusals"]} == {"occurred-before-last-event"}
    assert (await admin.post(f"/processes/{PROCESS_ID}/migrations", wish)).json()["migrated"] == 2


async def test_a_migration_that_broke_off_is_gone_on_with(admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a crash: some batches are done, the next one is not."""
    ids = [await _opened(admin, name="broken off") for _ in range(7)]
    path, wish = f"/processes/{PROCESS_ID}/migrations", _plan(deals={"deal_ids": ids})
    run_many, batches = Call.run_many, []

    async def breaks_off(self: Call, *wishes: Any) -> Any:
        batches.append(wishes)
        if len(batches) == 3:
            raise Unavailable
        return await run_many(self, *wishes)

    with monkeypatch.context() as patched:
        patched.setattr(migrations, "AT_ONCE", 2)
        patched.setattr(Call, "run_many", breaks_off)
        refused(await admin.post(path, wish), 503, "unavailable")
    versions = [(await admin.deal(deal_id))["process_version"] for deal_id in ids]
    assert sorted(versions) == [1, 1, 1, 2, 2, 2, 2]
    assert (await admin.post(path, wish)).json()["migrated"] == 3
    stories = [(await admin.get(f"/deals/{deal_id}/story")).json()["entries"] for deal_id in ids]
    assert all([entry["event"] for entry in story] == ["DealOpened", "DealMigrated"] for story in stories)


async def test_a_retired_version_takes_no_deal_but_keeps_those_it_has(
    fresh_database: Databases, token_issuer: TokenIssuer
) -> None:
    async with strictly(fresh_database, token_issuer) as running:
        admin, path = running.admin, f"/processes/{PROCESS_ID}/migrations"
        lost, going = await _opened(admin, region="West"), await _opened(admin)
        await _done(admin, lost, "lose", {"reason": "price"})
        back = await admin.open(process_version=2, stage="qualify")
        assert (await admin.post(f"{path}/preview", _plan())).status_code == 200
        for number in (1, 2):
            retired = SalesProcessVersionRetired(number=number, retired_by="grace", reason="old")
            await running.tell(SALES_PROCESS, PROCESS_ID, retired)
        refused(await admin.post(path, _plan()), 422, "process-version-retired", "/to_version")
        refused(await admin.post("/deals", opening(process_version=1, stage="qualify")), 422, "process-version-retired")
        await _done(admin, lost, "reopen", {})
        for deal_id in (lost, going):
            await _done(admin, deal_id, "move-stage", {"to_stage": "paused"})
        await _done(admin, back, "tick", {"stage": "qualify", "item": "budget"})
