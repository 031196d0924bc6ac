"""Whatever is sent, the answer is a problem that names field and reason, and nothing is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.tests.conftest import Notes

JSON = {"content-type": "application/json"}


@pytest.fixture(autouse=True)
async def nothing_is_written(notes: Notes) -> AsyncIterator[None]:
    before = await notes.events()
    yield
    assert await notes.events() == before


async def refusal(notes: Notes, content: bytes, **more: str) -> tuple[int, dict[str, Any]]:
    headers = {**notes.headers(**more), **({} if "content_type" in more else JSON)}
    answer = await notes.client.post("/api/v1/notes", content=content, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance", "code", "trace_id"} <= problem.keys()
    assert problem["status"] == answer.status_code
    return answer.status_code, problem


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"title": NaN}',
        b'{"title": "\xff"}',
        b'{"title": "\\ud800"}',
        b"[" * 5000,
        b'{"title":"a\0"}',
    ],
    ids=["cut off", "no json", "NaN", "no utf-8", "half a surrogate", "too deep", "raw NUL"],
)
async def test_malformed_json(notes: Notes, body: bytes) -> None:
    status, problem = await refusal(notes, body)
    assert (status, problem["code"]) == (400, "malformed-json")


async def test_an_unknown_field(notes: Notes) -> None:
    status, problem = await refusal(notes, b'{"title": "x", "colour": "red"}')
    assert status == 422
    assert problem["errors"] == [
        {"code": "unknown-field", "detail": "Extra inputs are not permitted", "pointer": "/colour"}
    ]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b'{"title": 3}', "/title", "string-type"),
        (b'{"title": "x", "stars": "3"}', "/stars", "int-type"),
        (b'{"title": "x", "stars": 1.5}', "/stars", "int-type"),
        (b'{"title": "x", "stars": true}', "/stars", "int-type"),
        (b'{"title": "x", "stars": 9007199254740993}', "/stars", "less-than-equal"),
        (b'{"title": "x", "weight": "1E+999999"}', "/weight", "decimal-max-digits"),
        (b'{"title": "x", "weight": "NaN"}', "/weight", "finite-number"),
        (b'{"title": "x", "id": "4711"}', "/id", "uuid-parsing"),
        (b'{"title": ""}', "/title", "string-too-short"),
        (b"{}", "/title", "missing"),
    ],
)
async def test_a_wrong_value_is_pointed_at(notes: Notes, body: bytes, pointer: str, code: str) -> None:
    status, problem = await refusal(notes, body)
    assert (status, problem["code"]) == (422, "validation-failed")
    assert [(fault["pointer"], fault["code"]) for fault in problem["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"3", b"null", b""])
async def test_a_body_that_is_no_object(notes: Notes, body: bytes) -> None:
    status, problem = await refusal(notes, body)
    assert (status, problem["code"]) == (422, "validation-failed")


async def test_a_nul_character_wherever_it_hides(notes: Notes) -> None:
    status, problem = await refusal(notes, b'{"title": "x", "deep": [{"er": "a\\u0000"}]}')
    assert (status, problem["code"]) == (422, "nul-character")
    assert problem["errors"][0]["pointer"] == "/deep/0/er"
    admin = notes.issuer.headers("admin")
    for address in ("/api/v1/notes?author=a%00b", "/api/v1/notes/a%00b"):
        answer = await notes.client.get(address, headers=admin)
        assert (answer.status_code, answer.json()["code"]) == (422, "nul-character")


async def test_a_backslash_before_u0000_is_no_nul(notes: Notes) -> None:
    status, problem = await refusal(notes, b'{"title": "x", "path": "c:\\\\u0000"}')
    assert problem["errors"][0]["code"] == "unknown-field"
    assert status == 422


@pytest.mark.parametrize(("announced", "most"), [({"content-length": "2097152"}, 0), ({}, 17)])
async def test_two_mebibytes_are_not_read_to_the_end(notes: Notes, announced: dict[str, str], most: int) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(32):
            sent += 1
            yield b"x" * 65536

    headers = {**notes.headers(), **JSON, **announced}
    answer = await notes.client.post("/api/v1/notes", content=chunks(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "payload-too-large")
    assert sent <= most


async def test_a_body_of_another_kind(notes: Notes) -> None:
    status, problem = await refusal(notes, b"title=x", content_type="application/x-www-form-urlencoded")
    assert (status, problem["code"]) == (415, "unsupported-media-type")


async def test_an_address_that_is_not_there(notes: Notes) -> None:
    answer = await notes.client.get("/api/v1/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-route")


async def test_a_method_that_is_not_known(notes: Notes) -> None:
    answer = await notes.client.delete("/api/v1/notes")
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_wrong_query_parameter_is_named(notes: Notes) -> None:
    answer = await notes.client.get("/api/v1/notes?limit=1000000000", headers=notes.issuer.headers("admin"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "limit"


async def test_a_fault_of_ours_tells_nothing_of_our_insides(notes: Notes) -> None:
    answer = await notes.client.get("/api/v1/broken")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (500, "internal-error")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert problem["trace_id"] == answer.headers["x-correlation-id"]
