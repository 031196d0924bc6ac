"""Rules over HTTP: who may make which, what they are answered, and what is refused."""

from typing import Any
from uuid import uuid4

import pytest

from services.notify.tests.running import Running

ME = {"kind": "subject", "subject": "rep"}
BIG = "has(event.data.amount) && event.data.amount.amount > 10000.0"


async def test_a_rule_lives(service: Running) -> None:
    admin = service.desk("admin", subject="root")
    body = {"name": "Big wins", "event_type": "DealWon", "condition": BIG, "recipients": [{"kind": "owner"}]}
    created = await admin.send("POST", "/rules", body)
    assert (created.status_code, created.headers["etag"]) == (201, '"1"')
    path = f"/rules/{created.json()['id']}"
    read = (await admin.get(path)).json()
    assert read | body == read
    assert (read["author"], read["reach"], read["enabled"]) == ("root", "everything", True)
    assert (await admin.send("PATCH", path, {"condition": ""}, version=1)).json()["version"] == 2
    assert (await admin.send("POST", f"{path}/disable", version=2)).json()["version"] == 3
    assert (await admin.get(path)).json()["enabled"] is False
    assert (await admin.send("POST", f"{path}/enable", version=3)).json()["version"] == 4
    assert (await admin.get(f"{path}/errors")).json() == []
    assert (await admin.send("DELETE", path, version=4)).json()["version"] == 5
    assert (await admin.get(path)).status_code == 404
    assert (await admin.send("POST", f"{path}/enable", version=5)).status_code == 404


async def test_a_rep_makes_rules_for_themselves_only(service: Running) -> None:
    person = str(await service.person("rep"))
    rep = service.desk("rep", subject="rep")
    for mine in (ME, {"kind": "person", "person_id": person}, {"kind": "owner"}):
        assert (await rep.get(f"/rules/{await rep.made(recipients=[mine])}")).json()["reach"] == "own"
    for other in (
        {"kind": "subject", "subject": "boss"},
        {"kind": "person", "person_id": str(uuid4())},
        {"kind": "team", "team_id": str(uuid4())},
    ):
        refused = await rep.send("POST", "/rules", {"name": "r", "event_type": "DealWon", "recipients": [ME, other]})
        assert (refused.status_code, refused.json()["code"]) == (403, "others-not-allowed")


async def test_a_rep_cannot_turn_their_rule_on_others(service: Running) -> None:
    rep = service.desk("rep", subject="rep")
    rule = await rep.made(recipients=[ME])
    changed = await rep.send(
        "PATCH", f"/rules/{rule}", {"recipients": [{"kind": "subject", "subject": "x"}]}, version=1
    )
    assert (changed.status_code, changed.json()["code"]) == (403, "others-not-allowed")


async def test_rules_are_seen_by_their_authors_and_who_is_above_them(service: Running) -> None:
    north = await service.team("North")
    south = await service.team("South", parent=north)
    await service.person("nora", north)
    await service.person("saul", south)
    rule = await service.desk("rep", subject="saul").made(recipients=[{"kind": "owner"}])
    path = f"/rules/{rule}"
    for subject, role, status in (
        ("saul", "rep", 200), ("nora", "manager", 200), ("root", "admin", 200), ("job", "service", 200),
        ("nora", "rep", 404), ("mia", "manager", 404), ("rep", "rep", 404), ("guest", "guest", 403),
    ):  # fmt: skip
        desk = service.desk(role, subject=subject)
        assert (await desk.get(path)).status_code == status, (subject, role)
        if status != 200:
            assert (await desk.send("DELETE", path, version=1)).status_code == status
            assert (await desk.get(f"{path}/errors")).status_code == status
    listed = (await service.desk("manager", subject="nora").get("/rules")).json()["items"]
    assert [item["id"] for item in listed] == [rule]


async def test_a_manager_speaks_to_others_within_their_reach(service: Running) -> None:
    manager = service.desk("manager", subject="mona")
    rule = await manager.made(recipients=[{"kind": "team", "team_id": str(uuid4())}])
    assert (await manager.get(f"/rules/{rule}")).json()["reach"] == "team"
    contact = {"name": "r", "event_type": "ContactAdded", "recipients": [{"kind": "subject", "subject": "mona"}]}
    refused = await manager.send("POST", "/rules", contact)
    assert (refused.status_code, refused.json()["code"]) == (403, "event-type-beyond-reach")
    assert (await service.desk("admin", subject="root").send("POST", "/rules", contact)).status_code == 201


BAD: list[tuple[dict[str, Any], str]] = [
    ({"condition": "event.data.nope > 1"}, "/condition"),
    ({"condition": "event.data.amount.amount >"}, "/condition"),
    ({"condition": "x" * 2001}, "/condition"),
    ({"event_type": "DealEaten"}, "/event_type"),
    ({"recipients": []}, "/recipients"),
    ({"recipients": [ME, ME]}, "/recipients"),
    ({"recipients": [{"kind": "role", "role": "rep"}]}, "/recipients/0"),
    ({"recipients": [{"kind": "person", "person_id": "me"}]}, "/recipients/0"),
    ({"recipients": [ME | {"more": 1}]}, "/recipients/0"),
    ({"name": ""}, "/name"),
    ({"name": "a\0b"}, ""),
    ({"reach": "everything"}, "/reach"),
]


@pytest.mark.parametrize(("fault", "pointer"), BAD, ids=[str(fault)[:40] for fault, _ in BAD])
async def test_a_bad_rule_is_refused_by_field(service: Running, fault: dict[str, Any], pointer: str) -> None:
    body = {"name": "r", "event_type": "DealWon", "recipients": [ME]} | fault
    refused = await service.desk("admin", subject="root").send("POST", "/rules", body)
    assert refused.status_code == 422, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["errors"][0]["pointer"].startswith(pointer)


async def test_writes_need_the_version_that_was_seen(service: Running) -> None:
    admin = service.desk("admin", subject="root")
    path = f"/rules/{await admin.made(recipients=[ME])}"
    assert (await admin.send("POST", f"{path}/disable")).status_code == 428
    assert (await admin.send("POST", f"{path}/disable", version=7)).status_code == 412


async def test_a_condition_can_be_checked_before(service: Running) -> None:
    rep = service.desk("rep", subject="rep")
    for condition, valid, words in (
        (BIG, True, ""),
        ("event.data.amount.amount > 1.0", True, "amount"),
        ("event.data.price > 1.0", False, "event.data.price"),
    ):
        body = {"event_type": "DealWon", "condition": condition}
        answer = (await rep.send("POST", "/rules:check", body)).json()
        assert answer["valid"] is valid
        assert words in "".join(answer["problems"] + answer["warnings"])
    unknown = await rep.send("POST", "/rules:check", {"event_type": "Nothing", "condition": ""})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "event-type-unknown")


async def test_event_types_are_shown_with_their_fields(service: Running) -> None:
    types = {one["name"]: one for one in (await service.desk("rep", subject="rep").get("/rules/event-types")).json()}
    assert types["DealWon"]["optional"] == ["amount", "converted", "override"]
    assert types["DealWon"]["sample"]["data"]["amount"] == {"amount": 1.0, "currency": "text"}
    assert "name" not in types["ContactAdded"]["sample"]["data"]


async def test_a_list_has_pages(service: Running) -> None:
    desk = service.desk("rep", subject="pager")
    made = [await desk.made(recipients=[{"kind": "subject", "subject": "pager"}]) for _ in range(5)]
    first = (await desk.get("/rules", limit=3)).json()
    rest = (await desk.get("/rules", limit=3, cursor=first["page"]["next"])).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == list(reversed(made))
    assert rest["page"]["next"] is None
