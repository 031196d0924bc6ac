"""The pipeline service over HTTP: what is accepted, what is refused and how, and who sees what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from services.pipeline.tests.calling import USD, Caller, calling, drawing, opening, refused
from services.pipeline.tests.examples import ANNA_ID, CANCITY_ID, DARCEL_ID, ISDOM_ID, PROCESS_ID
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer


@pytest.fixture(scope="module")
async def admin(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Caller]:
    async with calling(fresh_database, token_issuer) as caller:
        yield caller


async def _product(admin: Caller, name: str, price: str = "55") -> str:
    answer = await admin.post("/products", {"name": name, "list_price": {"amount": price, "currency": "USD"}})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_deal_goes_its_way_and_its_story_tells_it(admin: Caller) -> None:
    product = await _product(admin, "MG Special")
    line = {"product_id": product, "quantity": "2"}
    deal_id = await admin.open(customer_id=str(ISDOM_ID), owner_id=str(DARCEL_ID), lines=[line])
    for step, body in (
        ("move-stage", {"to_stage": "paused"}),
        ("move-stage", {"to_stage": "engaging"}),
        ("change-lines", {"lines": [{**line, "unit_price": USD}]}),
        ("change-amount", {"amount": {"amount": "19.99", "currency": "USD"}}),
        ("change-expected-close", {"expected_close": "2017-03-01"}),
        ("assign", {"owner_id": str(ANNA_ID)}),
        ("lose", {"reason": "price", "competitor": "Initech"}),
        ("reopen", {}),
        ("win", {"amount": USD}),
    ):
        answer = await admin.post(f"/deals/{deal_id}/{step}", body)
        assert answer.status_code == 200, (step, answer.text)
    corrected = await admin.send("PATCH", f"/deals/{deal_id}", {"name": "Isdom 伊斯顿", "source": "fair"})
    assert corrected.json() == {"id": deal_id, "version": 11}
    deal = await admin.deal(deal_id)
    won = {"key": "won", "name": "Won", "category": "won", "probability": 100, "forecast_category": None}
    assert deal["stage"] == won
    assert (deal["probability"], deal["forecast_category"], deal["forecast_overridden"]) == (100, "closed", False)
    assert deal["amount"] == {"amount": "10.00", "currency": "USD"}
    assert (deal["owner_name"], deal["customer_name"], deal["name"]) == ("Anna", "Isdom", "Isdom 伊斯顿")
    assert (deal["moves"], deal["version"], deal["lost_reason"]) == ([], 11, None)
    assert deal["lines"][0]["unit_price"] == {"amount": "10.00", "currency": "USD"}
    entries = (await admin.get(f"/deals/{deal_id}/story")).json()["entries"]
    assert [entry["event"] for entry in entries] == [
        "DealOpened", "DealStageChanged", "DealStageChanged", "DealLinesChanged", "DealAmountChanged",
        "DealExpectedCloseChanged", "DealAssigned", "DealLost", "DealReopened", "DealWon", "DealCorrected",
    ]  # fmt: skip
    assert entries[0]["after"]["amount"] == {"amount": "110.00", "currency": "USD"}
    assert entries[-1]["who"] == "ada"


async def test_a_deal_shows_where_it_may_go_next(admin: Caller) -> None:
    deal = await admin.deal(await admin.open())
    assert [stage["key"] for stage in deal["moves"]] == ["prospecting", "paused", "won", "lost"]


async def test_the_list_price_holds_unless_another_is_given(admin: Caller) -> None:
    product = await _product(admin, "Listed", "12.5")
    deal = await admin.deal(await admin.open(lines=[{"product_id": product}]))
    assert deal["amount"] == {"amount": "12.50", "currency": "USD"}


async def test_whoever_opens_a_deal_owns_it_unless_said_otherwise(admin: Caller) -> None:
    anna = admin.as_("rep", subject="anna")
    assert (await anna.deal(await anna.open()))["owner_name"] == "Anna"
    assert (await anna.deal(await anna.open(owner_id=None)))["owner_id"] is None
    assert (await admin.deal(await admin.open()))["owner_id"] is None


UNKNOWN = str(uuid7())
LINE = {"product_id": UNKNOWN, "quantity": "1"}


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"amount": {"amount": "-1", "currency": "USD"}}, "negative-amount", "/amount/amount"),
        ({"amount": {"amount": "1", "currency": "BTC"}}, "unknown-currency", "/amount/currency"),
        ({"amount": {"amount": "1.005", "currency": "USD"}}, "amount-out-of-range", "/amount/amount"),
        ({"amount": {"amount": "1E+15", "currency": "USD"}}, "amount-out-of-range", "/amount/amount"),
        ({"amount": {"amount": "1E+999999999", "currency": "USD"}}, "validation-failed", "/amount/amount"),
        ({"amount": {"amount": "1E-999999999", "currency": "USD"}}, "validation-failed", "/amount/amount"),
        ({"process_id": UNKNOWN}, "process-unknown", "/process_id"),
        ({"process_version": 7}, "process-unknown", "/process_version"),
        ({"stage": "moon"}, "stage-unknown", "/stage"),
        ({"stage": "won"}, "stage-not-open", "/stage"),
        ({"owner_id": UNKNOWN}, "owner-unknown", "/owner_id"),
        ({"customer_id": UNKNOWN}, "customer-unknown", "/customer_id"),
        ({"customer_id": str(CANCITY_ID)}, "customer-unknown", "/customer_id"),
        ({"lines": [LINE]}, "product-unknown", "/lines/0/product_id"),
        ({"name": "   "}, "name-missing", "/name"),
        ({"id": "7"}, "validation-failed", "/id"),
        ({"colour": "red"}, "validation-failed", "/colour"),
        ({"name": 7}, "validation-failed", "/name"),
        ({"process_version": "1"}, "validation-failed", "/process_version"),
        ({"expected_close": "soon"}, "validation-failed", "/expected_close"),
        ({"amount": {"amount": "NaN", "currency": "USD"}}, "validation-failed", "/amount/amount"),
        ({"amount": 5}, "validation-failed", "/amount"),
    ],
)
async def test_a_deal_that_makes_no_sense_is_refused_by_field(
    admin: Caller, fields: dict[str, Any], code: str, pointer: str
) -> None:
    deal_id = str(uuid7())
    refused(await admin.post("/deals", opening(**{"id": deal_id, **fields})), 422, code, pointer)
    refused(await admin.get(f"/deals/{deal_id}"), 404, "deal-not-found")


async def test_an_opening_waits_for_what_its_token_names_and_says_when_it_does_not_come(admin: Caller) -> None:
    deal_id = str(uuid7())
    late = await admin.post("/deals", opening(id=deal_id), consistency_token="customer@1=0:5", prefer="wait=0")
    refused(late, 503, "projection-behind")
    assert late.headers["retry-after"]
    own = await admin.post("/deals", opening(id=deal_id), consistency_token="pipeline@1=0:999", prefer="wait=0")
    assert own.status_code == 201


async def test_a_deal_is_not_opened_on_a_draft(admin: Caller) -> None:
    process_id = str(uuid7())
    await admin.post("/processes", {"id": process_id, "name": "New"})
    unpublished = opening(process_id=process_id)
    refused(await admin.post("/deals", unpublished), 422, "process-not-published", "/process_id")
    await admin.post(f"/processes/{process_id}/versions", drawing())
    refused(await admin.post("/deals", {**unpublished, "process_version": 1}), 422, "process-not-published")


@pytest.mark.parametrize(
    ("step", "body", "code", "pointer"),
    [
        ("move-stage", {"to_stage": "disqualified"}, "move-not-allowed", "/to_stage"),
        ("move-stage", {"to_stage": "won"}, "use-win", "/to_stage"),
        ("move-stage", {"to_stage": "lost"}, "use-lose", "/to_stage"),
        ("move-stage", {"to_stage": "moon"}, "stage-unknown", "/to_stage"),
        ("lose", {"reason": " "}, "reason-missing", "/reason"),
        ("lose", {}, "validation-failed", "/reason"),
        ("reopen", {}, "deal-is-not-closed", None),
        ("win", {"amount": {"amount": "-1", "currency": "USD"}}, "negative-amount", "/amount/amount"),
        ("assign", {"owner_id": UNKNOWN}, "owner-unknown", "/owner_id"),
        ("restore", None, "deal-is-not-deleted", None),
    ],
)
async def test_a_forbidden_step_is_refused_and_leaves_no_event(
    admin: Caller, step: str, body: Any, code: str, pointer: str | None
) -> None:
    deal_id = await admin.open()
    refused(await admin.post(f"/deals/{deal_id}/{step}", body), 422, code, pointer)
    assert (await admin.deal(deal_id))["version"] == 1


async def test_what_one_has_not_seen_cannot_be_changed(admin: Caller) -> None:
    deal_id = await admin.open()
    move = {"to_stage": "paused"}
    moved = await admin.post(f"/deals/{deal_id}/move-stage", move, if_match='"1"')
    assert moved.headers["etag"] == '"2"'
    refused(await admin.post(f"/deals/{deal_id}/move-stage", move, if_match='"1"'), 412, "wrong-version")
    refused(await admin.post(f"/deals/{deal_id}/move-stage", move, if_match=""), 428, "precondition-required")
    refused(await admin.post(f"/deals/{uuid7()}/move-stage", move), 404, "deal-not-found")


async def test_a_key_is_answered_once_and_refused_with_another_body(admin: Caller) -> None:
    body = opening(id=str(uuid7()))
    first = await admin.post("/deals", body, idempotency_key="once")
    again = await admin.post("/deals", body, idempotency_key="once")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    other = await admin.post("/deals", {**body, "name": "other"}, idempotency_key="once")
    refused(other, 422, "idempotency-key-reused")
    refused(await admin.post("/deals", body), 409, "already-exists", "/id")


async def test_a_deleted_deal_is_hidden_until_it_is_restored(admin: Caller) -> None:
    deal_id = await admin.open(name="to be deleted")
    assert (await admin.send("DELETE", f"/deals/{deal_id}")).status_code == 200
    refused(await admin.get(f"/deals/{deal_id}"), 404, "deal-not-found")
    refused(await admin.get(f"/deals/{deal_id}/story"), 404, "deal-not-found")
    refused(await admin.post(f"/deals/{deal_id}/win", {}), 404, "deal-not-found")
    assert [d["id"] for d in (await admin.get("/deals", q="to be deleted", deleted="true")).json()["items"]] == [
        deal_id
    ]
    assert (await admin.get("/deals", q="to be deleted")).json()["items"] == []
    wishes = [{"command": "assign-deal", "id": deal_id, "owner_id": None}, {"command": "restore-deal", "id": deal_id}]
    results = (await admin.post("/deals:batch", {"commands": wishes})).json()["results"]
    assert [result["status"] for result in results] == [404, 200]
    assert (await admin.deal(deal_id))["version"] == 3
    assert (await admin.send("DELETE", f"/deals/{deal_id}")).status_code == 200
    assert (await admin.post(f"/deals/{deal_id}/restore")).status_code == 200


async def test_others_do_not_see_a_deal_nor_change_it(admin: Caller) -> None:
    deal_id = await admin.open(owner_id=str(DARCEL_ID), name="darcel's own")
    anna, darcel = admin.as_("rep", subject="anna"), admin.as_("rep", subject="darcel")
    assert (await darcel.deal(deal_id))["name"] == "darcel's own"
    refused(await anna.get(f"/deals/{deal_id}"), 404, "deal-not-found")
    refused(await anna.get(f"/deals/{deal_id}/story"), 404, "deal-not-found")
    refused(await anna.post(f"/deals/{deal_id}/win", {}), 404, "deal-not-found")
    refused(await anna.send("PATCH", f"/deals/{deal_id}", {"name": "mine"}), 404, "deal-not-found")
    assert (await anna.get("/deals", q="darcel's own")).json()["items"] == []
    assert len((await darcel.get("/deals", q="darcel's own")).json()["items"]) == 1


async def test_roles_without_the_right_are_refused(admin: Caller) -> None:
    deal_id = await admin.open()
    guest, rep = admin.as_("guest"), admin.as_("rep", subject="anna")
    refused(await guest.get("/deals"), 403, "forbidden")
    refused(await guest.get("/board", process=str(PROCESS_ID)), 403, "forbidden")
    refused(await rep.post("/products", {"name": "x", "list_price": USD}), 403, "forbidden")
    refused(await rep.send("DELETE", f"/deals/{deal_id}"), 403, "forbidden")
    refused(await rep.post("/deals", opening(), occurred_at="2017-01-01T00:00:00Z"), 403, "forbidden")
    refused(await rep.get("/events/pipeline"), 403, "forbidden")


async def test_an_import_speaks_of_the_past_but_not_before_the_past_it_told(admin: Caller) -> None:
    answer = await admin.post("/deals", opening(), occurred_at="2017-03-01T00:00:00Z")
    deal_id = answer.json()["id"]
    refused(
        await admin.post(f"/deals/{deal_id}/win", {}, occurred_at="2017-02-01T00:00:00Z"),
        422,
        "occurred-before-last-event",
    )
    assert (await admin.post(f"/deals/{deal_id}/win", {}, occurred_at="2017-03-02T00:00:00Z")).status_code == 200
    deal = await admin.deal(deal_id)
    assert (deal["opened_at"], deal["closed_at"]) == ("2017-03-01T00:00:00Z", "2017-03-02T00:00:00Z")


async def test_products_have_unique_names_whatever_their_case(admin: Caller) -> None:
    product = await _product(admin, "Unique")
    refused(await admin.post("/products", {"name": "UNIQUE", "list_price": USD}), 409, "already-taken")
    assert (await admin.post(f"/products/{product}/rename", {"name": "Freed"})).status_code == 200
    other = await _product(admin, "unique")
    assert (await admin.post(f"/products/{other}/change-price", {"list_price": USD})).headers["etag"] == '"2"'
    assert (await admin.post(f"/products/{other}/retire")).status_code == 200
    page = (await admin.get(f"/products/{other}")).json()
    assert (page["retired"], page["list_price"]) == (True, {"amount": "10.00", "currency": "USD"})
    line = {"product_id": other}
    refused(await admin.post("/deals", opening(lines=[line])), 422, "product-not-offered", "/lines/0/product_id")
    refused(await admin.get(f"/products/{uuid7()}"), 404, "product-not-found")
    assert "Freed" in [item["name"] for item in (await admin.get("/products", q="freed")).json()["items"]]


async def test_the_board_pages_each_stage_and_still_counts_all(admin: Caller) -> None:
    process_id = str(uuid7())
    await admin.post("/processes", {"id": process_id, "name": "Boarded"})
    await admin.publish(process_id, drawing())
    for number in range(5):
        await admin.open(process_id=process_id, amount={"amount": f"{number}.10", "currency": "USD"}, name=str(number))
    board = (await admin.get("/board", process=process_id, limit=2)).json()
    assert [column["stage"]["key"] for column in board["stages"]] == [
        "prospecting", "engaging", "paused", "won", "lost", "disqualified",
    ]  # fmt: skip
    engaging = board["stages"][1]
    assert (engaging["count"], engaging["without_amount"]) == (5, 0)
    assert engaging["sums"] == [{"deals": 5, "amount": "10.50", "currency": "USD"}]
    seen, cursor = [card["name"] for card in engaging["cards"]["items"]], engaging["cards"]["page"]["next"]
    while cursor:
        asked = {"process": process_id, "limit": 2, "stage": "engaging", "cursor": cursor}
        (column,) = (await admin.get("/board", **asked)).json()["stages"]
        assert column["count"] == 5
        seen += [card["name"] for card in column["cards"]["items"]]
        cursor = column["cards"]["page"]["next"]
    assert seen == ["4", "3", "2", "1", "0"]
    refused(await admin.get("/board", process=str(uuid7())), 404, "process-not-found")


async def test_a_stage_is_in_the_order_asked_for_and_holds_what_the_words_find(admin: Caller) -> None:
    process_id = str(uuid7())
    await admin.post("/processes", {"id": process_id, "name": "Ordered"})
    await admin.publish(process_id, drawing())
    for name, amount, day in (("b", "5", "2017-03-01"), ("a", "7", None), ("c", "6", "2017-01-01")):
        worth = {"amount": amount, "currency": "USD"}
        await admin.open(process_id=process_id, name=f"ordered {name}", amount=worth, expected_close=day)

    async def seen(**asked: Any) -> str:
        names = ""
        more: dict[str, str | None] = {}
        for _ in range(3):
            board = (await admin.get("/board", process=process_id, stage="engaging", limit=1, **asked, **more)).json()
            (column,) = board["stages"]
            names += "".join(card["name"][-1] for card in column["cards"]["items"])
            more = {"cursor": column["cards"]["page"]["next"]}
        assert more["cursor"] is None
        return names

    assert [await seen(sort=sort) for sort in ("-stage_entered_at", "stage_entered_at")] == ["cab", "bac"]
    assert [await seen(sort=sort) for sort in ("expected_close", "-amount", "name")] == ["cba", "acb", "abc"]
    found = (await admin.get("/board", process=process_id, q="ORDERED A")).json()["stages"][1]
    assert (found["count"], found["sums"][0]["amount"]) == (1, "7.00")
    refused(await admin.get("/board", process=process_id, sort="colour"), 422, "validation-failed")


async def test_a_deal_is_shown_as_it_was_at_an_instant(admin: Caller) -> None:
    opened = await admin.post("/deals", opening(amount=USD), occurred_at="2017-03-01T00:00:00Z")
    deal_id = opened.json()["id"]
    await admin.post(f"/deals/{deal_id}/move-stage", {"to_stage": "paused"}, occurred_at="2017-03-02T00:00:00Z")
    await admin.post(f"/deals/{deal_id}/change-amount", {"amount": None}, occurred_at="2017-03-03T00:00:00Z")

    async def then(as_of: str) -> tuple[Any, ...]:
        deal = (await admin.get(f"/deals/{deal_id}", as_of=as_of)).json()
        return deal["version"], deal["stage"]["key"], deal["amount"] and deal["amount"]["amount"]

    assert await then("2017-03-01T12:00:00Z") == (1, "engaging", "10.00")
    assert await then("2017-03-02T00:00:00Z") == (2, "paused", "10.00")
    assert await then("2017-03-04T00:00:00+08:00") == (3, "paused", None)
    refused(await admin.get(f"/deals/{deal_id}", as_of="2017-02-01T00:00:00Z"), 404, "deal-not-found")
    refused(await admin.get(f"/deals/{deal_id}", as_of="yesterday"), 422, "validation-failed")


async def test_the_list_walks_on_with_its_cursor_and_not_with_another_filter(admin: Caller) -> None:
    names = {await admin.open(name=f"walk {number}"): number for number in range(3)}
    first = (await admin.get("/deals", q="walk", sort="name", limit=2)).json()
    cursor = first["page"]["next"]
    second = (await admin.get("/deals", q="walk", sort="name", limit=2, cursor=cursor)).json()
    assert [item["name"] for item in first["items"] + second["items"]] == ["walk 0", "walk 1", "walk 2"]
    assert (second["page"]["next"], len(names)) == (None, 3)
    refused(await admin.get("/deals", q="other", sort="name", cursor=cursor), 400, "cursor-mismatch")
    refused(await admin.get("/deals", sort="colour"), 422, "validation-failed")


def _win(deal_id: str, **more: Any) -> dict[str, Any]:
    return {"command": "win-deal", "id": deal_id, "if_match": 1, **more}


async def test_a_batch_opens_and_wins_and_says_what_became_of_each(admin: Caller) -> None:
    one, two = str(uuid7()), str(uuid7())
    wishes = [
        {"command": "open-deal", **opening(id=one, amount=USD), "occurred_at": "2017-01-01T00:00:00Z"},
        {"command": "open-deal", **opening(id=two, amount={"amount": "-1", "currency": "USD"})},
        {"command": "dance", "id": one},
        _win(one, occurred_at="2017-02-01T00:00:00Z"),
        _win(two),
        {"command": "move-deal", "id": one, "if_match": 2, "to_stage": "paused"},
    ]
    answer = await admin.post("/deals:batch", {"commands": wishes}, idempotency_key="batch")
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [201, 422, 422, 200, 404, 422], answer.text
    assert [results[at]["problem"]["code"] for at in (1, 4, 5)] == [
        "negative-amount", "not-found", "deal-is-closed",
    ]  # fmt: skip
    assert results[1]["problem"]["errors"][0]["pointer"] == "/commands/1/amount/amount"
    assert (await admin.deal(one))["stage"]["key"] == "won"
    again = await admin.post("/deals:batch", {"commands": wishes}, idempotency_key="batch")
    assert [result["status"] for result in again.json()["results"]] == [201, 422, 422, 200, 404, 422]
    assert (await admin.deal(one))["version"] == 2


async def test_a_batch_does_not_reach_what_its_caller_cannot_see(admin: Caller) -> None:
    hidden = await admin.open(owner_id=str(DARCEL_ID))
    anna = admin.as_("rep", subject="anna")
    wishes = [{"command": "open-deal", **opening(id=hidden)}, _win(hidden), {"command": "delete-deal", "id": hidden}]
    results = (await anna.post("/deals:batch", {"commands": wishes})).json()["results"]
    assert [result["status"] for result in results] == [409, 404, 403]
    assert (await admin.deal(hidden))["version"] == 1


async def test_products_come_in_batches_too(admin: Caller) -> None:
    product = str(uuid7())
    wishes = [
        {"command": "add-product", "id": product, "name": "Batched", "list_price": USD},
        {"command": "add-product", "name": "batched", "list_price": USD},
        {"command": "rename-product", "id": product, "name": "Batched 2"},
        {"command": "change-product-price", "id": product, "list_price": {"amount": "11", "currency": "USD"}},
        {"command": "retire-product", "id": product},
    ]
    results = (await admin.post("/products:batch", {"commands": wishes})).json()["results"]
    assert [result["status"] for result in results] == [201, 409, 200, 200, 200]
    assert UUID(results[-1]["id"]) == UUID(product)


async def test_the_service_describes_itself(admin: Caller) -> None:
    document = (await admin.client.get("/openapi.json")).json()
    operations = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    assert {"openDeal", "winDeal", "batchDeals", "getBoard", "publishProcessVersion"} <= operations
