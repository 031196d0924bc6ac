"""Activities over HTTP: recorded, or planned and then completed or cancelled."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from services.customer.tests.running import Desk, Running

DUE = "2026-03-02T09:00:00Z"


async def test_what_was_done_is_recorded(admin: Desk) -> None:
    acme = await admin.made("/customers", {"name": "Acme"})
    contact = await admin.made("/contacts", {"name": "Wang Fang"})
    call = {"kind": "call", "subject": "First call", "customer_id": acme, "contact_ids": [contact], "notes": "Demo?"}
    activity = await admin.made("/activities", call)
    read = (await admin.get(f"/activities/{activity}")).json()
    assert read | call == read
    assert (read["status"], read["done_at"]) == ("done", read["created_at"])
    assert [one["id"] for one in (await admin.get(f"/customers/{acme}/activities")).json()["items"]] == [activity]
    refused = await admin.post(f"/activities/{activity}/complete", {}, version=1)
    assert (refused.status_code, refused.json()["code"]) == (422, "activity-is-done")


async def test_a_plan_is_due_and_then_done_or_cancelled(admin: Desk) -> None:
    acme = await admin.made("/customers", {"name": "Acme"})
    plan = {"kind": "visit", "subject": "Demo", "due_at": DUE, "customer_id": acme}
    first, second = [await admin.made("/activities/plan", plan) for _ in range(2)]
    query = {"customer_id": acme, "status": "planned", "due_from": DUE, "due_before": "2026-03-03T00:00:00Z"}
    assert await ids(admin, **query) == {first, second}
    assert await ids(admin, customer_id=acme, due_before=DUE) == set()
    done = await admin.post(f"/activities/{first}/complete", {"outcome": "They want an offer."}, version=1)
    assert done.json()["version"] == 2
    assert (await admin.post(f"/activities/{second}/cancel", version=1)).json()["version"] == 2
    assert await ids(admin, **query) == set()
    read = (await admin.get(f"/activities/{first}")).json()
    assert (read["status"], read["outcome"], read["due_at"]) == ("done", "They want an offer.", DUE)
    refused = await admin.post(f"/activities/{second}/complete", {}, version=2)
    assert (refused.status_code, refused.json()["code"]) == (422, "activity-is-cancelled")


async def ids(desk: Desk, **query: str) -> set[str]:
    """The activities that a list shows."""
    return {one["id"] for one in (await desk.get("/activities", **query)).json()["items"]}


@pytest.mark.parametrize(
    ("path", "wrong", "pointer"),
    [
        ("/activities", {"kind": "dance"}, "/kind"),
        ("/activities", {"subject": ""}, "/subject"),
        ("/activities", {"customer_id": str(uuid4())}, "/customer_id"),
        ("/activities", {"owner_id": str(uuid4())}, "/owner_id"),
        ("/activities", {"contact_ids": [str(uuid4())]}, "/contact_ids/0"),
        ("/activities", {"due_at": DUE}, "/due_at"),
        ("/activities/plan", {}, "/due_at"),
        ("/activities/plan", {"due_at": "2026-03-02T09:00:00"}, "/due_at"),
        ("/activities/plan", {"due_at": "tomorrow"}, "/due_at"),
        ("/activities/plan", {"due_at": 1772442000}, "/due_at"),
        ("/activities/plan", {"due_at": "1772442000"}, "/due_at"),
        ("/activities/plan", {"due_at": "9999-12-31T23:59:59-14:00"}, "/due_at"),
    ],
)
async def test_bad_input_names_its_field(
    service: Running, admin: Desk, path: str, wrong: dict[str, Any], pointer: str
) -> None:
    before = await service.count_events()
    refused = await admin.post(path, {"kind": "call", "subject": "Hello"} | wrong)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await service.count_events() == before


async def test_a_batch_takes_every_command_of_an_activity(admin: Desk) -> None:
    done, gone = str(uuid4()), str(uuid4())
    plan = {"command": "plan-activity", "kind": "visit", "subject": "Demo", "due_at": DUE}
    commands = [
        {"command": "record-activity", "kind": "note", "subject": "Noted"},
        {**plan, "id": done},
        {**plan, "id": gone},
        {"command": "complete-activity", "id": done},
        {"command": "cancel-activity", "id": gone},
        {"command": "complete-activity", "id": str(uuid4())},
    ]
    results = (await admin.post("/activities:batch", {"commands": commands})).json()["results"]
    assert [result["status"] for result in results] == [201, 201, 201, 200, 200, 404]
