"""Tasks over HTTP: what is accepted, what is refused and how, who sees what, and when something is overdue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from services.pipeline.tests.calling import Caller, calling, refused
from services.pipeline.tests.examples import ANNA_ID, CANCITY_ID, DARCEL_ID, ISDOM_ID
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer


@pytest.fixture(scope="module")
async def admin(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Caller]:
    async with calling(fresh_database, token_issuer) as caller:
        yield caller


def due(days: int = 0) -> str:
    """A day of the company, which is in UTC here, as seen from today."""
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


async def create(caller: Caller, **fields: Any) -> str:
    answer = await caller.post("/tasks", {"title": "Call", "due": due(), "assignee_id": None, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def listed(caller: Caller, **query: Any) -> list[str]:
    answer = await caller.get("/tasks", **query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_a_task_goes_its_way(admin: Caller) -> None:
    deal_id = await admin.open()
    task_id = await create(
        admin, deal_id=deal_id, customer_id=str(ISDOM_ID), recurrence="FREQ=DAILY;INTERVAL=2", note="n"
    )
    for step, body in (
        ("assign", {"assignee_id": str(ANNA_ID)}),
        ("complete", {"outcome": "spoke"}),
        ("reopen", None),
        ("reschedule", {"due": due(-1)}),
        ("change-recurrence", {"recurrence": None}),
        ("complete", {}),
        ("reopen", None),
        ("cancel", {"reason": "moot"}),
    ):
        answer = await admin.post(f"/tasks/{task_id}/{step}", body)
        assert answer.status_code == 200, (step, answer.text)
    refused(await admin.send("PATCH", f"/tasks/{task_id}", {"title": "Write"}), 422, "task-is-closed")
    assert (await admin.post(f"/tasks/{task_id}/reopen")).status_code == 200
    assert (await admin.send("PATCH", f"/tasks/{task_id}", {"title": "Write", "note": None})).status_code == 200
    page = await admin.get(f"/tasks/{task_id}")
    assert page.headers["etag"] == '"11"'
    shown = page.json()
    del shown["created_at"], shown["updated_at"]
    assert shown == {
        "id": task_id, "version": 11, "title": "Write", "status": "open", "due": due(-1), "overdue": True,
        "assignee_id": str(ANNA_ID), "assignee_name": "Anna", "deal_id": deal_id, "deal_name": "Isdom: GTX Pro",
        "customer_id": str(ISDOM_ID), "customer_name": "Isdom", "note": None, "recurrence": None, "automation": None,
        "reason": None, "outcome": None, "created_by": "ada", "closed_at": None,
    }  # fmt: skip


async def test_a_completed_recurring_task_is_due_again(admin: Caller) -> None:
    task_id = await create(admin, due=due(-10), recurrence="FREQ=DAILY;INTERVAL=7")
    await admin.post(f"/tasks/{task_id}/complete", {})
    shown = (await admin.get(f"/tasks/{task_id}")).json()
    assert (shown["status"], shown["due"], shown["overdue"]) == ("open", due(4), False)


async def test_whoever_creates_a_task_is_to_do_it_unless_said_otherwise(admin: Caller) -> None:
    anna = admin.as_("rep", subject="anna")
    answer = await anna.post("/tasks", {"title": "Call", "due": due()})
    assert (await anna.get(f"/tasks/{answer.json()['id']}")).json()["assignee_name"] == "Anna"


async def test_overdue_today_and_upcoming_are_by_the_companys_day(admin: Caller) -> None:
    deal_id = await admin.open()
    late, now, later = [await create(admin, deal_id=deal_id, due=due(days)) for days in (-1, 0, 1)]
    closed = await create(admin, deal_id=deal_id, due=due(-1))
    await admin.post(f"/tasks/{closed}/complete", {})
    assert await listed(admin, deal=deal_id, when="overdue") == [late]
    assert await listed(admin, deal=deal_id, when="today") == [now]
    assert await listed(admin, deal=deal_id, when="upcoming") == [later]
    assert await listed(admin, deal=deal_id, status="done") == [closed]
    assert await listed(admin, deal=deal_id, due_from=due(), due_to=due(1)) == [now, later]
    assert await listed(admin, deal=deal_id, status="open", sort="-due") == [later, now, late]


async def test_lists_by_person_team_customer_and_title(admin: Caller) -> None:
    anna, darcel = admin.as_("rep", subject="anna"), admin.as_("rep", subject="darcel")
    annas = await create(admin, title="Anna's 100% job", assignee_id=str(ANNA_ID), customer_id=str(ISDOM_ID))
    darcels = await create(admin, title="Darcel's job", assignee_id=str(DARCEL_ID), customer_id=str(ISDOM_ID))
    assert set(await listed(admin, customer=str(ISDOM_ID), q="job")) == {annas, darcels}
    assert await listed(admin, q="100%") == [annas]
    assert await listed(admin, team=str(UUID(int=1)), q="job") == []
    assert annas in await listed(anna, mine=True)
    assert darcels in await listed(darcel, mine=True)
    assert await listed(admin.as_("admin", subject="nobody"), mine=True) == []
    assert await listed(admin, assignee=str(DARCEL_ID), q="job") == [darcels]


async def test_a_list_is_read_page_by_page(admin: Caller) -> None:
    deal_id = await admin.open()
    made = {await create(admin, deal_id=deal_id, due=due(number // 2)) for number in range(5)}
    for sort in ("due", "-due", "updated_at", "-updated_at"):
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = (await admin.get("/tasks", deal=deal_id, limit=2, sort=sort, **cursor)).json()
            found += [item["id"] for item in page["items"]]
            if page["page"]["next"] is None:
                break
            cursor = {"cursor": page["page"]["next"]}
        assert (len(found), set(found)) == (5, made)


async def test_who_sees_a_task(admin: Caller) -> None:
    anna, darcel = admin.as_("rep", subject="anna"), admin.as_("rep", subject="darcel")
    annas_deal = await admin.open(owner_id=str(ANNA_ID))
    for_darcel = await create(admin, deal_id=annas_deal, assignee_id=str(DARCEL_ID))
    for_nobody = await create(admin, deal_id=annas_deal)
    free = await create(admin)
    assert set(await listed(anna, deal=annas_deal)) == {for_darcel, for_nobody}
    assert await listed(darcel, deal=annas_deal) == [for_darcel]
    assert (await darcel.get(f"/tasks/{free}")).status_code == 200
    refused(await darcel.get(f"/tasks/{for_nobody}"), 404, "task-not-found")
    refused(await darcel.post(f"/tasks/{for_nobody}/complete", {}), 404, "task-not-found")
    refused(await admin.as_("guest").get("/tasks"), 403, "forbidden")
    await admin.send("DELETE", f"/deals/{annas_deal}")
    assert await listed(admin, deal=annas_deal) == []
    refused(await admin.get(f"/tasks/{for_darcel}"), 404, "task-not-found")


async def test_what_a_task_refers_to_is_there(admin: Caller) -> None:
    fields = {"title": "Call", "due": due()}
    darcel = admin.as_("rep", subject="darcel")
    hidden = await admin.open(owner_id=str(ANNA_ID))
    for body, code, pointer in (
        ({"assignee_id": str(uuid7())}, "assignee-unknown", "/assignee_id"),
        ({"deal_id": str(uuid7())}, "deal-unknown", "/deal_id"),
        ({"deal_id": hidden}, "deal-unknown", "/deal_id"),
        ({"customer_id": str(CANCITY_ID)}, "customer-unknown", "/customer_id"),
        ({"recurrence": "FREQ=SECONDLY"}, "recurrence-not-understood", "/recurrence"),
        ({"recurrence": "FREQ=DAILY;COUNT=1"}, "recurrence-never-comes", "/recurrence"),
        ({"due": "9999-12-31"}, "due-out-of-range", "/due"),
        ({"due": "soon"}, "validation-failed", "/due"),
        ({"title": "  "}, "name-missing", "/title"),
        ({"origin": {}}, "validation-failed", "/origin"),
    ):
        refused(await darcel.post("/tasks", {**fields, **body}), 422, code, pointer)
    task_id = await create(admin)
    refused(
        await admin.post(f"/tasks/{task_id}/assign", {"assignee_id": str(uuid7())}),
        422, "assignee-unknown", "/assignee_id",
    )  # fmt: skip
    refused(await admin.post("/tasks", {**fields, "id": task_id}), 409, "already-exists", "/id")


async def test_a_batch_of_tasks(admin: Caller) -> None:
    anna = admin.as_("rep", subject="anna")
    mine, theirs, new = await create(anna), await create(admin, assignee_id=str(DARCEL_ID)), str(uuid7())
    commands = [
        {"command": "create-task", "id": new, "title": "New", "due": due()},
        {"command": "complete-task", "id": new, "outcome": "at once"},
        {"command": "correct-task", "id": mine, "title": "Better"},
        {"command": "reschedule-task", "id": mine, "due": due(3)},
        {"command": "assign-task", "id": mine, "assignee_id": str(DARCEL_ID)},
        {"command": "change-task-recurrence", "id": mine, "recurrence": "FREQ=DAILY"},
        {"command": "cancel-task", "id": mine},
        {"command": "reopen-task", "id": mine},
        {"command": "complete-task", "id": theirs},
        {"command": "reschedule-task", "id": mine, "due": "never"},
    ]
    answer = await anna.post("/tasks:batch", {"commands": commands})
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [201, *[200] * 7, 404, 422], answer.text
    assert (await admin.get(f"/tasks/{new}")).json()["status"] == "done"
    shown = (await admin.get(f"/tasks/{mine}")).json()
    assert (shown["title"], shown["due"], shown["assignee_name"]) == ("Better", due(3), "Darcel")
