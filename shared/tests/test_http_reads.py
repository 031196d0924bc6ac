"""Single things, lists in pages, waiting for a write to be seen, and the description of it all."""

from __future__ import annotations

from typing import Any

import httpx
import jsonschema
import pytest
from fastapi import APIRouter, Depends

from shared.errors import Unavailable
from shared.http.consistency import consistent, wait_of
from shared.http.service import create_app
from shared.tests.conftest import Notes


async def get(notes: Notes, address: str, **more: str) -> httpx.Response:
    headers = {**notes.issuer.headers("admin"), **{name.replace("_", "-"): value for name, value in more.items()}}
    return await notes.client.get(f"/api/v1{address}", headers=headers)


async def test_a_note_has_its_version_as_etag(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    answer = await get(notes, f"/notes/{note}")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert answer.json() == {"id": note, "version": 1}
    assert (await get(notes, f"/notes/{note}", if_none_match='"1"')).status_code == 304
    assert (await get(notes, f"/notes/{note}", if_none_match='"0"')).status_code == 200


async def test_an_unknown_id_is_not_found(notes: Notes) -> None:
    answer = await get(notes, "/notes/018f0000-0000-7000-8000-000000000000")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_pages_show_every_row_once(notes: Notes) -> None:
    written = {(await notes.write()).json()["id"] for _ in range(5)}
    seen: list[str] = []
    cursor = ""
    while True:
        answer = await get(notes, f"/notes?limit=2{cursor}")
        page = answer.json()
        assert len(page["items"]) <= page["page"]["limit"] == 2
        seen += [row["id"] for row in page["items"]]
        if page["page"]["next"] is None:
            break
        assert answer.headers["link"].endswith('; rel="next"')
        cursor = f"&cursor={page['page']['next']}"
    assert len(seen) == len(set(seen))
    assert written <= set(seen)


async def test_a_cursor_of_another_filter_is_refused(notes: Notes) -> None:
    for _ in range(2):
        await notes.write()
    cursor = (await get(notes, "/notes?limit=1&author=ada")).json()["page"]["next"]
    assert (await get(notes, f"/notes?limit=7&author=ada&cursor={cursor}")).status_code == 200
    answer = await get(notes, f"/notes?limit=1&author=bob&cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor-mismatch")
    assert (await get(notes, f"/notes?limit=1&cursor={cursor}")).status_code == 400


async def test_a_cursor_that_was_altered_is_refused(notes: Notes) -> None:
    for _ in range(2):
        await notes.write()
    cursor = (await get(notes, "/notes?limit=1")).json()["page"]["next"]
    altered = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    for wrong in (altered, "x", "%F0%9F%98%80", "A" * 3000):
        assert (await get(notes, f"/notes?limit=1&cursor={wrong}")).status_code in (400, 422)


class Behind:
    """Something that has seen nothing yet, and remembers how long it was given."""

    def __init__(self) -> None:
        self.given: list[float] = []

    async def wait_for(self, token: str, seconds: float) -> None:
        assert token
        self.given.append(seconds)
        raise ProjectionBehind


class ProjectionBehind(Unavailable):
    """Not yet."""

    code = "projection-behind"


async def test_a_read_waits_for_the_write_it_names_and_says_when_it_gives_up(notes: Notes, monkeypatch: Any) -> None:
    written = await notes.write()
    behind = Behind()
    monkeypatch.setitem(notes.assembly.context.catching_up, "notes", behind.wait_for)
    address, token = f"/notes/{written.json()['id']}", written.headers["consistency-token"]
    assert (await get(notes, address)).status_code == 200
    answer = await get(notes, address, consistency_token=token, prefer="wait=7")
    assert (answer.status_code, answer.json()["code"]) == (503, "projection-behind")
    assert answer.headers["retry-after"] == "1"
    assert 6 < behind.given[0] <= 7


async def test_a_read_that_has_caught_up_says_that_it_waited(notes: Notes) -> None:
    written = await notes.write()
    answer = await get(
        notes, f"/notes/{written.json()['id']}", consistency_token=written.headers["consistency-token"], prefer="wait=1"
    )
    assert answer.status_code == 200


def test_how_long_to_wait_is_bounded() -> None:
    assert wait_of("handling=strict, wait=3") == 3
    assert wait_of("wait=9999") == 30
    assert wait_of("await=3") is None
    assert wait_of(None) is None


def test_every_operation_is_named_and_says_how_it_refuses(notes: Notes) -> None:
    schema = create_app(notes.assembly.context, notes.assembly.routers).openapi()
    assert schema["openapi"].startswith("3.1")
    operations = {o["operationId"]: o for path in schema["paths"].values() for o in path.values()}
    rename = operations["renameNote"]
    assert {"400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "503"} <= rename["responses"].keys()
    asked = {parameter.get("$ref", "").rsplit("/", 1)[-1] for parameter in rename["parameters"]}
    assert {"Idempotency-Key", "If-Match", "Occurred-At"} <= asked
    assert "If-Match" not in str(operations["writeNote"]["parameters"])
    assert "201" in operations["writeNote"]["responses"]
    assert "discriminator" in str(schema["components"]["schemas"])
    for name, operation in operations.items():
        assert name[0].islower(), name
        assert "503" in operation["responses"], name
    _every_reference_leads_somewhere(schema, schema)


def _every_reference_leads_somewhere(part: Any, schema: dict[str, Any]) -> None:
    if isinstance(part, dict):
        if isinstance(reference := part.get("$ref"), str):
            place: Any = schema
            for step in reference.removeprefix("#/").split("/"):
                place = place[step]
        for value in part.values():
            _every_reference_leads_somewhere(value, schema)
    elif isinstance(part, list):
        for value in part:
            _every_reference_leads_somewhere(value, schema)


async def test_a_problem_is_what_the_description_says(notes: Notes) -> None:
    schema = create_app(notes.assembly.context, notes.assembly.routers).openapi()
    problem = (await get(notes, "/notes?limit=0")).json()
    jsonschema.validate(problem, {"$ref": "#/components/schemas/Problem", "components": schema["components"]})


def test_a_read_cannot_wait_for_what_nobody_knows(notes: Notes) -> None:
    strange = APIRouter()

    @strange.get("/strange", operation_id="readStrange", dependencies=[Depends(consistent("unheard-of"))])
    async def read_strange() -> None:
        return None

    with pytest.raises(ValueError, match="unheard-of"):
        create_app(notes.assembly.context, [strange])
