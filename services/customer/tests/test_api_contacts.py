"""Contacts over HTTP: sealed in the log, readable by whoever may, gone once erased."""

from __future__ import annotations

from uuid import UUID, uuid4

import asyncpg
import pytest

from services.customer.projections.contact_list import OPENED_AT_ONCE
from services.customer.tests.running import Desk, Running

WANG = {"name": "王芳", "email": "wang.fang@acme.test", "phone": "+86 138 0000 0000", "title": "CTO"}


async def stored(service: Running, contact: str) -> str:
    """What the log keeps about a contact, as text."""
    connection = await asyncpg.connect(service.database)
    try:
        rows = await connection.fetch("SELECT data::text AS data FROM ev.events WHERE stream_id = $1", UUID(contact))
    finally:
        await connection.close()
    return " ".join(row["data"] for row in rows)


async def test_a_contact_is_read_back_but_sealed_in_the_log(service: Running, admin: Desk) -> None:
    contact = await admin.made("/contacts", WANG)
    read = (await admin.get(f"/contacts/{contact}")).json()
    assert read | WANG == read
    await admin.patch(f"/contacts/{contact}", {"name": "王芳芳", "phone": None}, version=1)
    read = (await admin.get(f"/contacts/{contact}")).json()
    assert (read["name"], read["email"], read["phone"], read["version"]) == ("王芳芳", WANG["email"], None, 2)
    kept = await stored(service, contact)
    assert "$enc" in kept
    assert not [secret for secret in ("王芳", "wang.fang", "138 0000") if secret in kept]


async def test_a_contact_has_roles_at_customers(admin: Desk) -> None:
    contact = await admin.made("/contacts", WANG)
    acme, other = [await admin.made("/customers", {"name": name}) for name in ("Acme", "Other")]
    for version, customer in enumerate((acme, other), 1):
        link = {"customer_id": customer, "role": "decides"}
        assert (await admin.post(f"/contacts/{contact}/link-to-customer", link, version=version)).status_code == 200
    assert (await admin.get(f"/contacts/{contact}")).json()["roles"] == {acme: "decides", other: "decides"}
    assert [one["id"] for one in (await admin.get(f"/customers/{acme}/contacts")).json()["items"]] == [contact]
    unlinked = await admin.post(f"/contacts/{contact}/unlink-from-customer", {"customer_id": acme}, version=3)
    assert unlinked.json()["version"] == 4
    assert (await admin.get(f"/customers/{acme}/contacts")).json()["items"] == []
    again = await admin.post(f"/contacts/{contact}/unlink-from-customer", {"customer_id": acme}, version=4)
    assert (again.status_code, again.json()["code"]) == (422, "contact-is-not-linked")
    unknown = await admin.post(f"/contacts/{contact}/link-to-customer", {"customer_id": str(uuid4())}, version=4)
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/customer_id")


async def test_contacts_are_found_by_name_although_sealed(admin: Desk) -> None:
    names = [f"Zoë Zhang {number}" for number in range(5)]
    for name in names:
        await admin.made("/contacts", {"name": name})
    first = (await admin.get("/contacts", q="zOË zhang", limit=3)).json()
    rest = (await admin.get("/contacts", q="zOË zhang", limit=3, cursor=first["page"]["next"])).json()
    assert [one["name"] for one in first["items"] + rest["items"]] == names[::-1]
    assert rest["page"]["next"] is None
    assert (await admin.get("/contacts", q="nobody is called this")).json()["items"] == []


async def test_a_search_goes_on_behind_many_that_do_not_match(admin: Desk) -> None:
    needle = await admin.made("/contacts", {"name": "Needle of the haystack"})
    hay = [{"command": "add-contact", "name": f"Hay {number}"} for number in range(OPENED_AT_ONCE + 10)]
    for part in (hay[:200], hay[200:]):
        assert (await admin.post("/contacts:batch", {"commands": part})).status_code == 200
    assert [one["id"] for one in (await admin.get("/contacts", q="needle of")).json()["items"]] == [needle]


async def test_an_erased_person_is_unreadable_for_ever(service: Running, admin: Desk) -> None:
    contact = await admin.made("/contacts", WANG)
    acme = await admin.made("/customers", {"name": "Acme"})
    await admin.post(f"/contacts/{contact}/link-to-customer", {"customer_id": acme, "role": "decides"}, version=1)
    await admin.patch(f"/contacts/{contact}", {"name": "王芳芳"}, version=2)
    assert (await service.desk("manager").post(f"/contacts/{contact}/erase", version=3)).status_code == 403
    assert (await admin.post(f"/contacts/{contact}/erase", version=3)).json()["version"] == 4
    read = (await admin.get(f"/contacts/{contact}")).json()
    assert (read["name"], read["email"], read["phone"], read["erased"]) == ("[erased]", None, None, True)
    assert (await admin.get(f"/customers/{acme}/contacts")).json()["items"][0]["name"] == "[erased]"
    refused = await admin.patch(f"/contacts/{contact}", {"name": "back"}, version=4)
    assert (refused.status_code, refused.json()["code"]) == (422, "contact-is-erased")
    assert await left_keys(service, contact) == 0
    assert (await admin.post(f"/contacts/{contact}/erase", version=4)).json()["version"] == 4


async def left_keys(service: Running, contact: str) -> int:
    """How many keys open what the log keeps about a contact."""
    connection = await asyncpg.connect(service.database)
    try:
        query = "SELECT count(*) FROM vault.keys WHERE stream_id = $1 AND wrapped IS NOT NULL"
        return int(await connection.fetchval(query, UUID(contact)))
    finally:
        await connection.close()


async def test_a_deleted_contact_is_hidden_until_restored(service: Running, admin: Desk) -> None:
    contact = await admin.made("/contacts", WANG)
    assert (await service.desk("rep").delete(f"/contacts/{contact}", version=1)).status_code == 403
    assert (await admin.delete(f"/contacts/{contact}", version=1)).status_code == 200
    assert (await admin.get(f"/contacts/{contact}")).status_code == 404
    assert (await admin.patch(f"/contacts/{contact}", {"title": "CEO"}, version=2)).status_code == 404
    hidden = (await admin.get("/contacts", deleted=True)).json()["items"]
    assert (contact, 2) in [(one["id"], one["version"]) for one in hidden]
    assert (await service.desk("manager").get("/contacts", deleted=True)).status_code == 403
    assert (await admin.post(f"/contacts/{contact}/restore", version=2)).json()["version"] == 3
    assert (await admin.get(f"/contacts/{contact}")).json()["name"] == WANG["name"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": " "}, "/name"),
        ({"name": "A", "email": "a at b"}, "/email"),
        ({"name": "A", "phone": "0"}, "/phone"),
        ({"name": "A", "title": "\0"}, "/title"),
        ({"name": "A", "wechat": "a"}, "/wechat"),
    ],
)
async def test_bad_input_names_its_field(service: Running, admin: Desk, body: dict[str, str], pointer: str) -> None:
    before = await service.count_events()
    refused = await admin.post("/contacts", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await service.count_events() == before


async def test_a_batch_takes_every_command_of_a_contact(admin: Desk) -> None:
    contact, acme = str(uuid4()), await admin.made("/customers", {"name": "Acme"})
    commands = [
        {"command": "add-contact", "id": contact, **WANG},
        {"command": "correct-contact", "id": contact, "title": "CEO"},
        {"command": "link-contact-to-customer", "id": contact, "customer_id": acme},
        {"command": "unlink-contact-from-customer", "id": contact, "customer_id": acme},
        {"command": "delete-contact", "id": contact},
        {"command": "restore-contact", "id": contact},
        {"command": "erase-contact", "id": contact},
        {"command": "link-contact-to-customer", "id": contact, "customer_id": str(uuid4())},
    ]
    results = (await admin.post("/contacts:batch", {"commands": commands})).json()["results"]
    assert [result["status"] for result in results] == [201, 200, 200, 200, 200, 200, 200, 422]
    assert results[7]["problem"]["errors"][0]["pointer"] == "/commands/7/customer_id"
