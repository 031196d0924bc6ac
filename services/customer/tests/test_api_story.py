"""The story of one customer: who did what when, with before and after, newest first."""

from __future__ import annotations

from typing import Any

from services.customer.tests.running import Desk, Running


async def told(desk: Desk, customer: str, **query: Any) -> list[dict[str, Any]]:
    """The entries of one page."""
    answer = await desk.get(f"/customers/{customer}/story", **query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_story_tells_the_customer_its_contacts_and_activities(service: Running) -> None:
    root = service.desk("admin", subject="story-teller")
    anna = await root.made("/people", {"name": "Anna Wu", "subject": "story-teller"})
    bob = await root.made("/people", {"name": "Bob"})
    acme = await root.made("/customers", {"name": "Acme", "owner_id": anna, "industry": "technology"})
    contact = await root.made("/contacts", {"name": "Wang Fang"})
    link = {"customer_id": acme, "role": "decides"}
    await root.post(f"/contacts/{contact}/link-to-customer", link, version=1)
    await root.patch(f"/customers/{acme}", {"industry": "retail", "region": "Shanghai"}, version=1)
    await root.post(f"/customers/{acme}/assign", {"owner_id": bob}, version=2)
    plan = {"kind": "visit", "subject": "Demo", "due_at": "2030-01-01T00:00:00Z", "customer_id": acme}
    visit = await root.made("/activities/plan", plan)
    await root.post(f"/activities/{visit}/complete", {"outcome": "They want an offer."}, version=1)
    await root.made("/activities", {"kind": "note", "subject": "About nobody"})
    entries = await told(root, acme)
    assert [(entry["type"], entry["text"]) for entry in entries] == [
        ("ActivityCompleted", "Completed a plan: They want an offer."),
        ("ActivityPlanned", "Planned a visit: Demo"),
        ("CustomerAssigned", "Assigned to Bob (before: Anna Wu)"),
        ("CustomerCorrected", "Corrected industry, region"),
        ("ContactLinkedToCustomer", "Linked a contact: decides"),
        ("CustomerCreated", "Created Acme"),
    ]
    assert {entry["who"] for entry in entries} == {"Anna Wu"}
    assert entries[3]["changes"] == [
        {"field": "industry", "before": "technology", "after": "retail"},
        {"field": "region", "before": None, "after": "Shanghai"},
    ]
    assert entries[2]["changes"] == [{"field": "owner_id", "before": anna, "after": bob}]
    assert [entries[0]["subject_id"], entries[4]["subject_id"], entries[5]["subject_id"]] == [visit, contact, acme]


async def test_a_story_comes_in_pages(admin: Desk) -> None:
    acme = await admin.made("/customers", {"name": "Acme"})
    for version in range(1, 6):
        await admin.post(f"/customers/{acme}/{'archive' if version % 2 else 'unarchive'}", version=version)
    whole = [entry["text"] for entry in await told(admin, acme)]
    assert whole == ["Archived", "Taken up again", "Archived", "Taken up again", "Archived", "Created Acme"]
    first = (await admin.get(f"/customers/{acme}/story", limit=4)).json()
    rest = await told(admin, acme, limit=4, cursor=first["page"]["next"])
    assert [entry["text"] for entry in first["items"] + rest] == whole


async def test_a_story_follows_business_time(admin: Desk) -> None:
    acme = (await admin.post("/customers", {"name": "Acme"}, occurred_at="2017-01-01T00:00:00Z")).json()["id"]
    call = {"kind": "call", "subject": "Late news", "customer_id": acme}
    for month in ("03", "02"):
        await admin.post("/activities", call, occurred_at=f"2017-{month}-01T00:00:00Z")
    assert [entry["occurred_at"][:7] for entry in await told(admin, acme)] == ["2017-03", "2017-02", "2017-01"]


async def test_nothing_personal_stands_in_a_story(admin: Desk) -> None:
    acme = await admin.made("/customers", {"name": "Acme"})
    contact = await admin.made("/contacts", {"name": "Wang Fang", "email": "wang@acme.test"})
    await admin.post(f"/contacts/{contact}/link-to-customer", {"customer_id": acme}, version=1)
    await admin.post(f"/contacts/{contact}/unlink-from-customer", {"customer_id": acme}, version=2)
    answer = await admin.get(f"/customers/{acme}/story")
    assert [entry["text"] for entry in answer.json()["items"]][:2] == ["Unlinked a contact", "Linked a contact"]
    assert "Wang" not in answer.text
