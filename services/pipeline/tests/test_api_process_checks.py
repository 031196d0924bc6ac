"""Drawings are checked without being kept; open deals are counted by version, for whoever may see them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from uuid_utils.compat import uuid7

from services.pipeline.tests.calling import Caller, calling, drawing, refused
from services.pipeline.tests.examples import ANNA_ID
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

CHECK = "/processes/check-drawing"


@pytest.fixture(scope="module")
async def admin(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Caller]:
    async with calling(fresh_database, token_issuer) as caller:
        yield caller


async def published(admin: Caller) -> str:
    """A process with one published version; its id."""
    process_id = str(uuid7())
    await admin.post("/processes", {"id": process_id, "name": "New"})
    await admin.publish(process_id, drawing())
    return process_id


async def counted(caller: Caller, process_id: str) -> list[tuple[int, int]]:
    """(version, open deals) of a process."""
    items = (await caller.get("/processes/open-deals")).json()["items"]
    return [(item["process_version"], item["deals"]) for item in items if item["process_id"] == process_id]


async def test_a_drawing_is_checked_without_a_trace(admin: Caller) -> None:
    before = (await admin.get("/processes")).json()
    answer = await admin.post(CHECK, {"stages": drawing()["stages"][:2]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["findings"][0]["code"] == "won-stage"
    assert (await admin.post(CHECK, drawing())).json() == {"findings": []}
    assert (await admin.get("/processes")).json() == before


async def test_a_guard_that_cannot_be_used_is_a_finding_and_a_wrong_shape_a_refusal(admin: Caller) -> None:
    drawn = drawing()
    drawn["moves"][0]["guard"] = {"rows": [{"field": "nope", "operator": "=", "value": "1"}]}
    found = (await admin.post(CHECK, drawn)).json()["findings"]
    assert [(each["code"], each["element"]) for each in found] == [("guard-refused", "prospecting->engaging")]
    drawn["stages"][0]["name"] = ""
    refused(await admin.post(CHECK, drawn), 422, "validation-failed", "/stages/0/name")


async def test_whoever_draws_nothing_checks_nothing(admin: Caller) -> None:
    refused(await admin.as_("rep", subject="darcel").post(CHECK, drawing()), 403, "forbidden")


async def test_open_deals_are_counted_by_version(admin: Caller) -> None:
    process_id = await published(admin)
    deals = [await admin.open(process_id=process_id) for _ in range(3)]
    await admin.publish(process_id, drawing(), number=2)
    await admin.open(process_id=process_id)
    await admin.post(f"/deals/{deals[0]}/lose", {"reason": "price"})
    await admin.send("DELETE", f"/deals/{deals[1]}")
    assert await counted(admin, process_id) == [(1, 1), (2, 1)]


async def test_open_deals_of_others_are_not_counted(admin: Caller) -> None:
    process_id = await published(admin)
    await admin.open(process_id=process_id, owner_id=str(ANNA_ID))
    assert await counted(admin, process_id) == [(1, 1)]
    assert await counted(admin.as_("rep", subject="nobody"), process_id) == []
