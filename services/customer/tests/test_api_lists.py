"""The list of customers: filters, search, order and pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from services.customer.tests.running import Desk, Running, running
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

CUSTOMERS: dict[str, dict[str, Any]] = {
    "Acme Corporation": {"industry": "technology", "region": "Shanghai", "source": "fair"},
    "上海测试有限公司": {"industry": "technology", "region": "Shanghai"},
    "50% Off": {"kind": "person", "region": "Beijing"},
    "Straße & Söhne": {"industry": "retail"},
    "under_score": {"industry": "retail", "source": "fair"},
}


@dataclass(frozen=True, slots=True)
class Books:
    """A service with five customers, one of them archived and one owned."""

    service: Running
    desk: Desk
    ids: dict[str, str]
    owner: str

    async def names(self, **query: Any) -> list[str]:
        """The names that a list shows, in its order."""
        answer = await self.desk.get("/customers", **query)
        assert answer.status_code == 200, answer.text
        return [one["name"] for one in answer.json()["items"]]

    async def walked(self, **query: Any) -> list[str]:
        """The names of all pages of two."""
        names: list[str] = []
        cursor: str | None = None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = (await self.desk.get("/customers", limit=2, **query, **more)).json()
            names += [one["name"] for one in page["items"]]
            cursor = page["page"]["next"]
            if cursor is None:
                return names


@pytest.fixture(scope="module")
async def books(
    fresh_database: Databases, token_issuer: TokenIssuer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Books]:
    async with running(fresh_database, token_issuer, tmp_path_factory.mktemp("lists")) as service:
        desk = service.desk("admin", subject="root")
        owner = await desk.made("/people", {"name": "Anna"})
        ids = {name: await desk.made("/customers", {"name": name, **fields}) for name, fields in CUSTOMERS.items()}
        await desk.post(f"/customers/{ids['50% Off']}/archive", version=1)
        await desk.post(f"/customers/{ids['Acme Corporation']}/assign", {"owner_id": owner}, version=1)
        yield Books(service, desk, ids, owner)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"industry": "technology"}, {"Acme Corporation", "上海测试有限公司"}),
        ({"industry": "technology", "source": "fair"}, {"Acme Corporation"}),
        ({"kind": "person"}, {"50% Off"}),
        ({"region": "Shanghai", "q": "测试"}, {"上海测试有限公司"}),
        ({"archived": True}, {"50% Off"}),
        ({"archived": False, "region": "Beijing"}, set()),
        ({"q": "ACME"}, {"Acme Corporation"}),
        ({"q": "STRASSE"}, {"Straße & Söhne"}),
        ({"q": "straße"}, {"Straße & Söhne"}),
        ({"q": "SÖHNE"}, {"Straße & Söhne"}),
        ({"q": "%"}, {"50% Off"}),
        ({"q": "_"}, {"under_score"}),
        ({"q": "\\"}, set()),
        ({"q": "测试有限"}, {"上海测试有限公司"}),
        ({"deleted": True}, set()),
        ({"name": ["ACME corporation", "straße & söhne", "Acme"]}, {"Acme Corporation", "Straße & Söhne"}),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
async def test_a_filter_leaves_what_it_names(books: Books, query: dict[str, Any], found: set[str]) -> None:
    assert set(await books.names(**query)) == found


async def test_customers_are_found_by_owner(books: Books) -> None:
    assert await books.names(owner_id=books.owner) == ["Acme Corporation"]


async def test_customers_are_found_by_team_and_the_teams_below(books: Books) -> None:
    above = await books.desk.made("/teams", {"name": "Asia"})
    below = await books.desk.made("/teams", {"name": "China", "parent_id": above})
    other = await books.desk.made("/teams", {"name": "Europe"})
    version = (await books.desk.get(f"/people/{books.owner}")).json()["version"]
    await books.desk.post(f"/people/{books.owner}/move-to-team", {"team_id": below}, version=version)
    assert await books.names(team=above) == await books.names(team=below) == ["Acme Corporation"]
    assert await books.names(team=other) == []


@pytest.mark.parametrize("sort", ["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"])
async def test_pages_in_every_order_show_every_customer_once(books: Books, sort: str) -> None:
    whole = await books.names(sort=sort)
    assert await books.walked(sort=sort) == whole
    assert sorted(whole) == sorted(CUSTOMERS)


async def test_orders_say_what_they_mean(books: Books) -> None:
    created = list(CUSTOMERS)
    assert await books.names(sort="created_at") == created
    assert await books.names(sort="-created_at") == created[::-1]
    assert (await books.names(sort="-updated_at"))[:2] == ["Acme Corporation", "50% Off"]
    by_name = await books.names(sort="name")
    assert by_name == (await books.names(sort="-name"))[::-1]


async def test_a_cursor_continues_only_its_own_list(books: Books) -> None:
    cursor = (await books.desk.get("/customers", limit=2)).json()["page"]["next"]
    for wrong in ({"q": "acme"}, {"sort": "-name"}):
        refused = await books.desk.get("/customers", limit=2, cursor=cursor, **wrong)
        assert (refused.status_code, refused.json()["code"]) == (400, "cursor-mismatch")
    assert (await books.desk.get("/customers", cursor="garbage")).status_code == 400


async def test_only_those_who_may_restore_see_what_is_deleted(books: Books) -> None:
    refused = await books.service.desk("manager").get("/customers", deleted=True)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "query", [{"kind": "planet"}, {"owner_id": "x"}, {"limit": 0}, {"limit": 201}, {"sort": "size"}, {"q": ""}], ids=str
)
async def test_a_wrong_question_is_refused(books: Books, query: dict[str, Any]) -> None:
    assert (await books.desk.get("/customers", **query)).status_code == 422


async def test_a_batch_takes_every_command_of_a_customer(books: Books) -> None:
    one, other = str(uuid4()), str(uuid4())
    commands = [
        {"command": "create-customer", "id": one, "name": "Batch", "occurred_at": "2017-01-01T00:00:00Z"},
        {"command": "correct-customer", "id": one, "industry": "medical", "if_match": 1},
        {"command": "assign-customer", "id": one, "owner_id": books.owner},
        {"command": "archive-customer", "id": one},
        {"command": "unarchive-customer", "id": one},
        {"command": "delete-customer", "id": one},
        {"command": "restore-customer", "id": one},
        {"command": "delete-customer", "id": one, "if_match": 99},
        {"command": "create-customer", "id": one, "name": "Batch"},
        {"command": "create-customer", "id": other, "name": "Bad", "owner_id": str(uuid4())},
        {"command": "create-customer", "name": ""},
        {"command": "dance"},
        {"command": "archive-customer", "id": str(uuid4())},
        {"command": "delete-customer", "id": one},
    ]
    answer = await books.desk.post("/customers:batch", {"commands": commands})
    assert answer.status_code == 200
    assert answer.headers["consistency-token"]
    results = answer.json()["results"]
    expected = [201, 200, 200, 200, 200, 200, 200, 412, 409, 422, 422, 422, 404, 200]
    assert [result["status"] for result in results] == expected
    assert results[9]["problem"]["errors"][0]["pointer"] == "/commands/9/owner_id"
    assert results[10]["problem"]["errors"][0]["pointer"] == "/commands/10/name"


async def test_a_repeated_batch_is_answered_as_before(books: Books) -> None:
    body = {"commands": [{"command": "create-customer", "name": "Once"}]}
    first = await books.desk.post("/customers:batch", body, idempotency_key="batch")
    again = await books.desk.post("/customers:batch", body, idempotency_key="batch")
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    deletion = {"command": "delete-customer", "id": first.json()["results"][0]["id"]}
    assert (await books.desk.post("/customers:batch", {"commands": [deletion]})).json()["results"][0]["status"] == 200
