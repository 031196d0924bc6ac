"""A version tried on the past over HTTP: sums, pages, who may see what, and nothing changes by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from services.pipeline.tests.calling import Caller, drawing, refused
from services.pipeline.tests.examples import DARCEL_ID, ISDOM_ID, PROCESS_ID
from services.pipeline.tests.strictly import Strictly, strictly
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

CNY = {"amount": "2000", "currency": "CNY"}
PERIOD = {"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}
WAKE = {"key": "wake", "when": "idle", "reason": "silence is bad", "action": {"kind": "notify", "text": "Wake up"}}
DELETED = frozenset({1, 5})
PATH = f"/processes/{PROCESS_ID}/versions"


@pytest.fixture(scope="module")
async def service(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Strictly]:
    async with strictly(fresh_database, token_issuer) as running:
        for number in range(7):
            deal_id = await _lived(running.admin, f"deal {number}", overridden=number < 2)
            if number in DELETED:
                await _delete(running.admin, deal_id)
        yield running


@pytest.fixture
def admin(service: Strictly) -> Caller:
    return service.admin


async def _lived(admin: Caller, name: str, *, overridden: bool) -> str:
    """A deal that goes from qualify to negotiate on version 1; its id."""
    deal_id = await admin.open(
        process_version=1, stage="qualify", name=name, amount=CNY, customer_id=str(ISDOM_ID),
        owner_id=str(DARCEL_ID) if name == "deal 6" else None,
    )  # fmt: skip
    steps: list[tuple[str, Any]] = [("move-stage", {"to_stage": "propose", "override": {"reason": "a promise"}})]
    if not overridden:
        steps.insert(0, ("tick", {"stage": "qualify", "item": "budget"}))
    for step, body in (*steps, ("move-stage", {"to_stage": "negotiate"})):
        answer = await admin.post(f"/deals/{deal_id}/{step}", body)
        assert answer.status_code == 200, answer.text
    return deal_id


async def _delete(admin: Caller, deal_id: str) -> None:
    assert (await admin.send("DELETE", f"/deals/{deal_id}")).status_code == 200


async def _tried(admin: Caller, number: int, **more: Any) -> dict[str, Any]:
    answer = await admin.post(f"{PATH}/{number}/trial", {**PERIOD, **more})
    assert answer.status_code == 200, answer.text
    tried: dict[str, Any] = answer.json()
    return tried


async def test_the_version_itself_refuses_only_what_was_overridden(admin: Caller) -> None:
    before = (await admin.get("/events/pipeline", limit=1000)).json()["next"]
    tried = await _tried(admin, 1)
    assert tried["sums"] == {
        "deals": 7,
        "deals_with_findings": 2,
        "by_rule": [
            {
                "kind": "refused",
                "step": "qualify->propose",
                "rule": "checklist-not-done",
                "overridden": True,
                "times": 2,
                "deals": 2,
            }
        ],
    }
    assert [(deal["name"], len(deal["findings"])) for deal in tried["deals"]] == [("deal 0", 1), ("deal 1", 1)]
    assert (await admin.get("/events/pipeline", limit=1000)).json()["next"] == before


async def test_a_draft_is_tried_with_a_map_of_stages_page_by_page(admin: Caller) -> None:
    stages = {"propose": "offer"}
    first = await _tried(admin, 3, stages=stages, limit=3)
    by_rule = {found["rule"]: (found["kind"], found["times"]) for found in first["sums"]["by_rule"]}
    assert by_rule == {"checklist-not-done": ("refused", 2), "fields-missing": ("refused", 7)}
    walked, page = first["deals"], first["page"]
    while page["next"]:
        following = await _tried(admin, 3, stages=stages, limit=3, cursor=page["next"])
        assert following["sums"] is None
        walked, page = walked + following["deals"], following["page"]
    assert sorted(deal["name"] for deal in walked) == [f"deal {number}" for number in range(7)]
    assert walked[0]["findings"][0]["missing"] == ["source"]
    unmapped = await _tried(admin, 3)
    assert {found["kind"] for found in unmapped["sums"]["by_rule"]} == {"stage_unknown"}
    other = {**PERIOD, "cursor": first["page"]["next"]}
    refused(await admin.post(f"{PATH}/3/trial", other), 400, "cursor-mismatch")


async def test_sums_and_list_go_on_where_a_request_had_to_stop(admin: Caller) -> None:
    stages, deals, times, answers = {"propose": "offer"}, 0, 0, 0
    cursor: dict[str, Any] = {}
    while True:
        tried = await _tried(admin, 3, stages=stages, at_most=3, **cursor)
        deals, answers = deals + tried["sums"]["deals"], answers + 1
        times += sum(found["times"] for found in tried["sums"]["by_rule"])
        if tried["rest"] is None:
            break
        cursor = {"cursor": tried["rest"]}
    assert (answers, deals, times) == (3, 7, 9)
    walked, cursor = list[str](), {}
    while True:
        tried = await _tried(admin, 1, at_most=1, limit=1, **cursor)
        walked += [deal["name"] for deal in tried["deals"]]
        if tried["page"]["next"] is None:
            break
        cursor = {"cursor": tried["page"]["next"]}
    assert sorted(walked) == ["deal 0", "deal 1"]


async def test_deleted_deals_are_tried_up_to_their_deletion_and_marked(admin: Caller) -> None:
    tried = await _tried(admin, 3, stages={"propose": "offer"})
    assert {deal["name"] for deal in tried["deals"] if deal["deleted"]} == {f"deal {number}" for number in DELETED}
    assert tried["sums"]["deals"] == 7


async def test_a_deal_deleted_before_the_period_was_silent_for_nobody(admin: Caller) -> None:
    process_id = str(uuid7())
    stages = [
        {**stage, "idle_days": 1, "automations": [WAKE]} if stage["category"] == "open" else stage
        for stage in drawing()["stages"]
    ]
    answer = await admin.post("/processes", {"id": process_id, "name": "Waits"})
    assert answer.status_code == 201, answer.text
    await admin.publish(process_id, {**drawing(), "stages": stages})
    kept, gone = [await admin.open(process_id=process_id, name=name) for name in ("kept", "gone")]
    await _delete(admin, gone)
    after = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    body = {"from": after, "to": "2100-01-01T00:00:00Z"}
    tried = (await admin.post(f"/processes/{process_id}/versions/1/trial", body)).json()
    assert [(deal["id"], deal["findings"][0]["rule"]) for deal in tried["deals"]] == [(kept, "wake")]
    assert tried["sums"]["deals"] == 1


async def test_a_period_without_events_finds_nothing(admin: Caller) -> None:
    tried = await _tried(admin, 3, to="2020-01-02T00:00:00Z")
    assert tried["sums"] == {"deals": 0, "deals_with_findings": 0, "by_rule": []}


async def test_one_sees_only_what_one_may_see(admin: Caller) -> None:
    boss = admin.as_("manager", subject="anna")
    assert (await _tried(boss, 1))["sums"]["deals"] == 6
    refused(await admin.as_("rep", subject="anna").post(f"{PATH}/1/trial", PERIOD), 403, "forbidden")


@pytest.mark.parametrize(
    ("number", "body", "status", "code", "pointer"),
    [
        (9, PERIOD, 404, "process-version-not-found", None),
        (1, {**PERIOD, "to": PERIOD["from"]}, 422, "period-empty", "/to"),
        (1, {**PERIOD, "from": "yesterday"}, 422, "validation-failed", "/from"),
        (1, {**PERIOD, "from": "2020-01-01T00:00:00"}, 422, "validation-failed", "/from"),
        (1, {**PERIOD, "from": 5}, 422, "validation-failed", "/from"),
        (1, {**PERIOD, "limit": 0}, 422, "validation-failed", "/limit"),
        (1, {**PERIOD, "cursor": "x"}, 400, "cursor-mismatch", None),
        (1, {**PERIOD, "stages": {"qualify": ""}}, 422, "validation-failed", "/stages/qualify"),
    ],
)
async def test_a_trial_that_makes_no_sense_is_refused(
    admin: Caller, number: int, body: Any, status: int, code: str, pointer: str | None
) -> None:
    refused(await admin.post(f"{PATH}/{number}/trial", body), status, code, pointer)
