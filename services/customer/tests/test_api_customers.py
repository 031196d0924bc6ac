"""Customers over HTTP: what is asked, answered and refused."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from services.customer.tests.running import Desk, Running

NOBODY = "00000000-0000-4000-8000-000000000000"
ACME = {"name": "Acme", "industry": "technology", "annual_revenue": {"amount": "1100.04", "currency": "USD"}}


async def test_a_customer_is_created_and_read_back(admin: Desk) -> None:
    created = await admin.post("/customers", ACME)
    assert created.status_code == 201
    assert created.headers["etag"] == '"1"'
    assert created.headers["consistency-token"]
    read = await admin.get(f"/customers/{created.json()['id']}")
    assert read.headers["etag"] == '"1"'
    assert created.headers["location"] == f"/api/v1/customers/{created.json()['id']}"
    assert read.json() | ACME == read.json()
    assert read.json()["kind"] == "company"


async def test_a_client_may_choose_the_id_once(admin: Desk) -> None:
    acme = str(uuid4())
    assert (await admin.post("/customers", {"id": acme, "name": "Acme"})).json() == {"id": acme, "version": 1}
    again = await admin.post("/customers", {"id": acme, "name": "Acme"})
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/id")


async def test_an_id_that_belongs_to_something_else_is_refused(admin: Desk) -> None:
    team = await admin.made("/teams", {"name": "North"})
    assert (await admin.post("/customers", {"id": team, "name": "Acme"})).status_code == 409


async def test_a_correction_names_only_what_changes(admin: Desk) -> None:
    acme = await admin.made("/customers", ACME)
    corrected = await admin.patch(f"/customers/{acme}", {"industry": "retail", "annual_revenue": None}, version=1)
    assert corrected.json() == {"id": acme, "version": 2}
    customer = (await admin.get(f"/customers/{acme}")).json()
    assert (customer["name"], customer["industry"], customer["annual_revenue"]) == ("Acme", "retail", None)


async def test_a_correction_without_difference_leaves_no_event(service: Running, admin: Desk) -> None:
    acme = await admin.made("/customers", ACME)
    before = await service.count_events()
    assert (await admin.patch(f"/customers/{acme}", {"name": "Acme"}, version=1)).json()["version"] == 1
    assert await service.count_events() == before


async def test_a_customer_lives_archived_deleted_and_back(admin: Desk) -> None:
    acme = await admin.made("/customers", {"name": "Phoenix"})
    assert (await admin.post(f"/customers/{acme}/archive", version=1)).json()["version"] == 2
    assert (await admin.get(f"/customers/{acme}")).json()["archived"] is True
    refused = await admin.patch(f"/customers/{acme}", {"name": "Ash"}, version=2)
    assert (refused.status_code, refused.json()["code"]) == (422, "customer-is-archived")
    assert (await admin.post(f"/customers/{acme}/unarchive", version=2)).status_code == 200
    assert (await admin.delete(f"/customers/{acme}", version=3)).status_code == 200
    assert (await admin.get(f"/customers/{acme}")).status_code == 404
    assert (await admin.post(f"/customers/{acme}/archive", version=4)).status_code == 404
    assert (await admin.get("/customers", q="phoenix")).json()["items"] == []
    assert [one["id"] for one in (await admin.get("/customers", deleted=True, q="phoenix")).json()["items"]] == [acme]
    assert (await admin.post(f"/customers/{acme}/restore", version=4)).json()["version"] == 5
    assert (await admin.get(f"/customers/{acme}")).json()["archived"] is False


async def test_an_owner_is_an_active_colleague(admin: Desk) -> None:
    anna = await admin.made("/people", {"name": "Anna"})
    acme = await admin.made("/customers", {"name": "Acme", "owner_id": anna})
    gone = await admin.made("/people", {"name": "Gone"})
    await admin.post(f"/people/{gone}/deactivate", version=1)
    for owner in (gone, str(uuid4())):
        refused = await admin.post(f"/customers/{acme}/assign", {"owner_id": owner}, version=1)
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown-person")
        assert refused.json()["errors"][0]["pointer"] == "/owner_id"
    assert (await admin.post(f"/customers/{acme}/assign", {"owner_id": None}, version=1)).json()["version"] == 2


async def test_the_tree_of_parents_stays_a_tree(admin: Desk) -> None:
    group = await admin.made("/customers", {"name": "Group"})
    firm = await admin.made("/customers", {"name": "Firm", "parent_id": group})
    shop = await admin.made("/customers", {"name": "Shop", "parent_id": firm})
    for parent in (group, firm, shop):
        refused = await admin.patch(f"/customers/{group}", {"parent_id": parent}, version=1)
        assert (refused.status_code, refused.json()["code"]) == (422, "parent-closes-circle")
        assert refused.json()["errors"][0]["pointer"] == "/parent_id"
    assert (await admin.patch(f"/customers/{shop}", {"parent_id": group}, version=1)).status_code == 200
    assert {one["id"] for one in (await admin.get("/customers", parent_id=group)).json()["items"]} == {firm, shop}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 201),
        ("name", None),
        ("name", 7),
        ("name", "a\0b"),
        ("name", "a\x1bb"),
        ("kind", "planet"),
        ("owner_id", "not-an-id"),
        ("owner_id", NOBODY),
        ("parent_id", NOBODY),
        ("website", "acme"),
        ("website", "javascript:alert(1)"),
        ("phone", "call me"),
        ("employees", -1),
        ("employees", "12"),
        ("founded", 12),
        ("annual_revenue/amount", {"amount": "-1", "currency": "USD"}),
        ("annual_revenue/amount", {"amount": "1.001", "currency": "USD"}),
        ("annual_revenue/amount", {"amount": "much", "currency": "USD"}),
        ("annual_revenue/currency", {"amount": "1", "currency": "XYZ"}),
        ("annual_revenue/currency", {"amount": "1"}),
        ("colour", "red"),
    ],
)
async def test_bad_input_names_its_field_and_leaves_no_event(
    service: Running, admin: Desk, field: str, value: Any
) -> None:
    before = await service.count_events()
    refused = await admin.post("/customers", {"name": "Acme"} | {field.split("/", maxsplit=1)[0]: value})
    assert refused.status_code == 422, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["errors"][0]["pointer"] == f"/{field}"
    assert await service.count_events() == before


async def test_a_body_that_is_no_json_or_too_large_is_refused(service: Running, admin: Desk) -> None:
    before = await service.count_events()
    headers = {"authorization": f"Bearer {admin.token}", "idempotency-key": "k", "content-type": "application/json"}
    broken = await service.client.post("/api/v1/customers", content=b'{"name": ', headers=headers)
    assert broken.status_code == 400
    assert (await admin.post("/customers", {"name": "Acme", "address": "x" * 2_097_152})).status_code == 413
    assert await service.count_events() == before


async def test_a_write_needs_a_key_and_the_version_it_saw(service: Running, admin: Desk) -> None:
    acme = await admin.made("/customers", {"name": "Acme"})
    authorization = {"authorization": f"Bearer {admin.token}"}
    keyless = await service.client.post("/api/v1/customers", json={"name": "Acme"}, headers=authorization)
    assert keyless.status_code == 400
    assert (await admin.patch(f"/customers/{acme}", {"name": "A"}, version=None)).status_code == 428
    assert (await admin.patch(f"/customers/{acme}", {"name": "A"}, version=7)).status_code == 412
    unknown = await admin.patch(f"/customers/{uuid4()}", {"name": "A"}, version=1)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "customer-not-found")


async def test_a_repeated_key_gets_the_first_answer_and_no_second_customer(service: Running, admin: Desk) -> None:
    first = await admin.post("/customers", {"name": "Once"}, idempotency_key="once")
    before = await service.count_events()
    again = await admin.post("/customers", {"name": "Once"}, idempotency_key="once")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    other = await admin.post("/customers", {"name": "Twice"}, idempotency_key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert await service.count_events() == before


async def test_a_token_must_be_ours_and_alive(service: Running) -> None:
    assert (await Desk(service.client, "").get("/customers")).status_code == 401
    assert (await Desk(service.client, "abc.def.ghi").get("/customers")).status_code == 401
    assert (await service.desk("admin", seconds=-60).get("/customers")).json()["code"] == "token-expired"
    assert (await service.desk("admin", aud="others").get("/customers")).status_code == 401


async def test_only_the_right_to_backdate_moves_an_event_into_the_past(service: Running, admin: Desk) -> None:
    past = "2017-01-02T00:00:00Z"
    acme = (await admin.post("/customers", {"name": "Old"}, occurred_at=past)).json()["id"]
    assert (await admin.get(f"/customers/{acme}")).json()["created_at"] == past
    refused = await service.desk("rep").post("/customers", {"name": "Old"}, occurred_at=past)
    assert refused.status_code == 403
    earlier = await admin.send("POST", f"/customers/{acme}/archive", version=1, occurred_at="2016-01-02T00:00:00Z")
    assert (earlier.status_code, earlier.json()["code"]) == (422, "occurred-before-last-event")
