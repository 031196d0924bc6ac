"""People and teams over HTTP, and whose records each of them sees."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from services.customer.tests.running import Desk, Running, running
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer


@dataclass(frozen=True, slots=True)
class Organisation:
    """Sales leads East; Mona manages Sales, Ines manages East, where Anna and Bob sell; each owns a customer."""

    service: Running
    admin: Desk
    people: dict[str, str]
    customers: dict[str, str]

    async def sees(self, name: str, role: str) -> set[str]:
        """Whose customers somebody's list shows, and by single reads the same."""
        desk = self.service.desk(role, subject=name)
        listed = {one["name"] for one in (await desk.get("/customers")).json()["items"]}
        for owner, id_ in self.customers.items():
            expected = 200 if owner in listed else 404
            assert (await desk.get(f"/customers/{id_}")).status_code == expected
            assert (await desk.get(f"/customers/{id_}/story")).status_code == expected
        return listed


@pytest.fixture(scope="module")
async def organisation(
    fresh_database: Databases, token_issuer: TokenIssuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Organisation]:
    async with running(fresh_database, token_issuer, tmp_path_factory.mktemp("directory")) as service:
        admin = service.desk("admin", subject="root")
        sales = await admin.made("/teams", {"name": "Sales"})
        east = await admin.made("/teams", {"name": "East", "parent_id": sales})
        west = await admin.made("/teams", {"name": "West", "parent_id": sales})
        homes = {"mona": sales, "ines": east, "anna": east, "bob": east, "wendy": west, "solo": None}
        people = {
            name: await admin.made("/people", {"name": name.title(), "subject": name, "team_id": home})
            for name, home in homes.items()
        }
        owners: dict[str, str | None] = {**people, "nobody": None}
        customers = {
            name: await admin.made("/customers", {"name": name, "owner_id": id_}) for name, id_ in owners.items()
        }
        yield Organisation(service, admin, people, customers)


@pytest.mark.parametrize(
    ("name", "role", "seen"),
    [
        ("anna", "rep", "anna nobody"),
        ("ines", "rep", "ines nobody"),
        ("ines", "manager", "anna bob ines nobody"),
        ("mona", "manager", "anna bob ines mona wendy nobody"),
        ("solo", "manager", "solo nobody"),
        ("stranger", "rep", "nobody"),
        ("stranger", "manager", "nobody"),
        ("root", "admin", "anna bob ines mona wendy solo nobody"),
        ("importer", "service", "anna bob ines mona wendy solo nobody"),
    ],
)
async def test_everybody_sees_what_is_theirs(organisation: Organisation, name: str, role: str, seen: str) -> None:
    assert await organisation.sees(name, role) == set(seen.split())


async def test_what_is_not_visible_cannot_be_changed_nor_referred_to(organisation: Organisation) -> None:
    anna, bobs = organisation.service.desk("rep", subject="anna"), organisation.customers["bob"]
    before = await organisation.service.count_events()
    assert (await anna.patch(f"/customers/{bobs}", {"name": "mine"}, version=1)).status_code == 404
    assert (await anna.post(f"/customers/{bobs}/assign", {"owner_id": None}, version=1)).status_code == 404
    batch = {"commands": [{"command": "archive-customer", "id": bobs, "if_match": 1}]}
    assert (await anna.post("/customers:batch", batch)).json()["results"][0]["status"] == 404
    child = await anna.post("/customers", {"name": "child", "parent_id": bobs})
    assert (child.status_code, child.json()["code"]) == (422, "unknown-customer")
    note = await anna.post("/activities", {"kind": "note", "subject": "spy", "customer_id": bobs})
    assert (note.status_code, note.json()["code"]) == (422, "unknown-customer")
    assert await organisation.service.count_events() == before


async def test_contacts_are_seen_where_one_of_their_customers_is(organisation: Organisation) -> None:
    admin, customers = organisation.admin, organisation.customers
    contact = await admin.made("/contacts", {"name": "Wang Fang"})
    anna, bob = (organisation.service.desk("rep", subject=name) for name in ("anna", "bob"))
    assert (await anna.get(f"/contacts/{contact}")).status_code == 200
    await admin.post(f"/contacts/{contact}/link-to-customer", {"customer_id": customers["bob"]}, version=1)
    assert (await anna.get(f"/contacts/{contact}")).status_code == 404
    assert contact not in {one["id"] for one in (await anna.get("/contacts")).json()["items"]}
    assert contact in {one["id"] for one in (await bob.get("/contacts")).json()["items"]}
    await admin.post(f"/contacts/{contact}/link-to-customer", {"customer_id": customers["anna"]}, version=2)
    assert (await anna.get(f"/contacts/{contact}")).status_code == 200


async def test_activities_are_seen_by_their_owner_and_with_their_customer(organisation: Organisation) -> None:
    anna, bob, wendy = (organisation.service.desk("rep", subject=name) for name in ("anna", "bob", "wendy"))
    call = await anna.made(
        "/activities", {"kind": "call", "subject": "Hello", "customer_id": organisation.customers["anna"]}
    )
    visit = await organisation.admin.made(
        "/activities",
        {
            "kind": "visit",
            "subject": "Bob helps Anna",
            "customer_id": organisation.customers["anna"],
            "owner_id": organisation.people["bob"],
        },
    )
    assert (await anna.get(f"/activities/{call}")).json()["owner_id"] == organisation.people["anna"]
    seen = {name: await activities(desk) for name, desk in (("anna", anna), ("bob", bob), ("wendy", wendy))}
    assert seen == {"anna": {call, visit}, "bob": {visit}, "wendy": set()}
    assert (await wendy.get(f"/activities/{visit}")).status_code == 404


async def activities(desk: Desk) -> set[str]:
    """The ids that somebody's list shows."""
    return {one["id"] for one in (await desk.get("/activities")).json()["items"]}


async def test_a_colleague_finds_out_who_they_are(organisation: Organisation) -> None:
    assert (await organisation.service.desk("rep", subject="anna").get("/people/me")).json()["name"] == "Anna"
    assert (await organisation.service.desk("rep", subject="stranger").get("/people/me")).status_code == 404


async def test_a_subject_belongs_to_one_person_until_it_is_given_back(organisation: Organisation) -> None:
    admin = organisation.admin
    first = await admin.made("/people", {"name": "First", "subject": "shared"})
    taken = await admin.post("/people", {"name": "Second", "subject": "shared"})
    assert taken.status_code == 409
    assert (await admin.patch(f"/people/{first}", {"subject": None}, version=1)).status_code == 200
    assert (await admin.post("/people", {"name": "Second", "subject": "shared"})).status_code == 201


async def test_a_colleague_moves_leaves_and_returns(organisation: Organisation) -> None:
    admin = organisation.admin
    team = await admin.made("/teams", {"name": "South"})
    id_ = await admin.made("/people", {"name": "Yuki", "email": "yuki@flowline.test"})
    assert (await admin.post(f"/people/{id_}/move-to-team", {"team_id": team}, version=1)).json()["version"] == 2
    lost = await admin.post(f"/people/{id_}/move-to-team", {"team_id": str(uuid4())}, version=2)
    assert (lost.status_code, lost.json()["code"]) == (422, "unknown-team")
    assert (await admin.post(f"/people/{id_}/deactivate", version=2)).status_code == 200
    assert {one["name"] for one in (await admin.get("/people", active=False)).json()["items"]} == {"Yuki"}
    assert (await admin.post(f"/people/{id_}/reactivate", version=3)).json()["version"] == 4
    assert [one["name"] for one in (await admin.get("/people", team_id=team)).json()["items"]] == ["Yuki"]


async def test_a_team_is_renamed(organisation: Organisation) -> None:
    admin = organisation.admin
    id_ = await admin.made("/teams", {"name": "Nord"})
    assert (await admin.patch(f"/teams/{id_}", {"name": "North"}, version=1)).json()["version"] == 2
    assert (await admin.get(f"/teams/{id_}")).json()["name"] == "North"
    assert (await admin.patch(f"/teams/{uuid4()}", {"name": "North"}, version=1)).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/people", {"name": ""}, "/name"),
        ("/people", {"name": "A", "email": "nobody"}, "/email"),
        ("/people", {"name": "A", "email": "a@b"}, "/email"),
        ("/people", {"name": "A", "team_id": str(uuid4())}, "/team_id"),
        ("/people", {"name": "A", "role": "admin"}, "/role"),
        ("/teams", {"name": "A", "parent_id": str(uuid4())}, "/parent_id"),
        ("/teams", {}, "/name"),
    ],
)
async def test_bad_input_names_its_field(
    organisation: Organisation, path: str, body: dict[str, str], pointer: str
) -> None:
    refused = await organisation.admin.post(path, body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_batch_adds_and_moves_people(organisation: Organisation) -> None:
    admin, id_ = organisation.admin, str(uuid4())
    east = (await admin.get("/people/" + organisation.people["anna"])).json()["team_id"]
    commands = [
        {"command": "add-person", "id": id_, "name": "Batch", "subject": "batch"},
        {"command": "move-person-to-team", "id": id_, "team_id": east},
        {"command": "correct-person", "id": id_, "name": "Batched"},
        {"command": "deactivate-person", "id": id_},
        {"command": "reactivate-person", "id": id_},
        {"command": "add-person", "name": "Other", "subject": "batch"},
        {"command": "deactivate-person", "id": str(uuid4())},
    ]
    results = (await admin.post("/people:batch", {"commands": commands})).json()["results"]
    assert [result["status"] for result in results] == [201, 200, 200, 200, 200, 409, 404]
    assert (await admin.get(f"/people/{id_}")).json()["name"] == "Batched"
    teams = [{"command": "create-team", "name": "B"}, {"command": "rename-team", "id": east, "name": "Far East"}]
    results = (await admin.post("/teams:batch", {"commands": teams})).json()["results"]
    assert [result["status"] for result in results] == [201, 200]
