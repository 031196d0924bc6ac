"""A batch: each command has its own right, version, key and result."""

from __future__ import annotations

from typing import Any

from uuid_utils.compat import uuid7

from shared.tests.conftest import Notes


def write(title: str = "x", **more: Any) -> dict[str, Any]:
    return {"command": "write-note", "title": title, **more}


def rename(note: str, title: str, **more: Any) -> dict[str, Any]:
    return {"command": "rename-note", "id": note, "title": title, **more}


async def test_every_command_gets_its_own_result(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    before = await notes.events()
    answer = await notes.batch(
        write("good"),
        write("unknown field", colour="red"),
        rename(note, "stale", if_match=7),
        rename(str(uuid7()), "not there"),
        write("wrong type", stars="3"),
        {"command": "burn-note", "id": note},
        "no object",  # type: ignore[arg-type]
        rename(note, "renamed", if_match=1),
    )
    results = answer.json()["results"]
    assert answer.status_code == 200
    assert [result["index"] for result in results] == list(range(8))
    assert [result["status"] for result in results] == [201, 422, 412, 404, 422, 422, 422, 200]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/commands/1/colour"
    assert results[4]["problem"]["errors"][0]["pointer"] == "/commands/4/stars"
    assert results[7] == {"index": 7, "status": 200, "id": note, "version": 2}
    assert answer.headers["consistency-token"]
    assert await notes.events() == before + 2


async def test_a_repeated_batch_writes_nothing_twice(notes: Notes) -> None:
    commands = [write(f"note {number}") for number in range(20)]
    first = await notes.batch(*commands, idempotency_key="the-batch")
    before = await notes.events()
    second = await notes.batch(*commands, idempotency_key="the-batch")
    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["consistency-token"] == first.headers["consistency-token"]
    assert await notes.events() == before


async def test_a_repeated_command_is_answered_although_its_note_has_gone_out_of_sight(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    first = await notes.batch(rename(note, "b"), idempotency_key="out-of-sight")
    second = await notes.batch(rename(note, "b"), idempotency_key="out-of-sight")
    assert first.json()["results"] == [{"index": 0, "status": 200, "id": note, "version": 2}]
    assert second.json() == first.json()
    anew = await notes.batch(rename(note, "b"))
    assert [result["status"] for result in anew.json()["results"]] == [404]


async def test_a_batch_that_was_cut_off_goes_on_where_it_stopped(notes: Notes) -> None:
    commands = [write(f"note {number}", idempotency_key=f"row-{number}") for number in range(6)]
    await notes.batch(*commands[:3])
    before = await notes.events()
    answer = await notes.batch(*commands)
    assert [result["status"] for result in answer.json()["results"]] == [201] * 6
    assert "idempotency-replayed" not in answer.headers
    assert await notes.events() == before + 3


async def test_a_key_with_another_command_is_refused_alone(notes: Notes) -> None:
    await notes.batch(write("one"), write("two"), idempotency_key="reused-batch")
    answer = await notes.batch(write("one"), write("other"), idempotency_key="reused-batch")
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [201, 422]
    assert results[1]["problem"]["code"] == "idempotency-key-reused"


async def test_commands_on_what_the_batch_creates_see_it(notes: Notes) -> None:
    note = str(uuid7())
    answer = await notes.batch(write("a", id=note), rename(note, "b", if_match=1), rename(note, "c"))
    assert [result.get("version") for result in answer.json()["results"]] == [1, 2, 3]


async def test_a_dry_run_answers_every_command_as_it_would_be_and_writes_nothing(notes: Notes) -> None:
    note, before = str(uuid7()), await notes.events()
    commands = [
        write("a", id=note),
        rename(note, "b", if_match=1),
        rename(str(uuid7()), "not there"),
        write(stars="3"),
        write("twice", id=note),
    ]
    tried = await notes.batch(*commands, idempotency_key="dry", path="/api/v1/notes:batch?dry_run=true")
    assert [result["status"] for result in tried.json()["results"]] == [201, 200, 404, 422, 409]
    assert "consistency-token" not in tried.headers
    assert await notes.events() == before
    written = await notes.batch(*commands, idempotency_key="dry")
    assert [result["status"] for result in written.json()["results"]] == [201, 200, 404, 422, 409]
    again = await notes.batch(*commands, idempotency_key="dry", path="/api/v1/notes:batch?dry_run=true")
    assert [result["status"] for result in again.json()["results"]] == [201, 200, 404, 422, 409]
    assert await notes.events() == before + 2


async def test_a_refused_creation_opens_no_way_to_what_is_there(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    stranger = {**notes.issuer.headers("admin", subject="mallory"), "idempotency-key": "collide"}
    body = {"commands": [write("mine now", id=note), rename(note, "taken over")]}
    answer = await notes.client.post("/api/v1/notes:batch", json=body, headers=stranger)
    assert [result["status"] for result in answer.json()["results"]] == [409, 404]


async def test_rights_are_asked_for_every_command(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    answer = await notes.batch(write(), rename(note, "b"), write(occurred_at="2017-01-01T00:00:00Z"), roles=("rep",))
    assert [result["status"] for result in answer.json()["results"]] == [201, 403, 403]


async def test_each_command_may_have_its_own_time(notes: Notes) -> None:
    answer = await notes.batch(
        write(occurred_at="2017-01-01T00:00:00Z"), write(occurred_at="2999-01-01T00:00:00Z"), write()
    )
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [201, 422, 201]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/commands/1/occurred_at"


async def test_more_than_200_commands_are_refused_as_a_whole(notes: Notes) -> None:
    before = await notes.events()
    answer = await notes.batch(*[write() for _ in range(201)])
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-failed")
    assert (await notes.batch()).status_code == 422
    assert await notes.events() == before


async def test_a_batch_without_a_key_is_refused(notes: Notes) -> None:
    headers = notes.issuer.headers("admin")
    answer = await notes.client.post("/api/v1/notes:batch", json={"commands": [write()]}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-missing")
