"""Keys, versions and answers of single writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from uuid_utils.compat import uuid7

from shared.tests.conftest import Notes


async def test_what_is_created_is_answered_with_place_version_and_token(notes: Notes) -> None:
    answer = await notes.write()
    note = answer.json()["id"]
    assert (answer.status_code, answer.json()["version"]) == (201, 1)
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"/api/v1/notes/{note}"
    assert answer.headers["consistency-token"]
    assert "idempotency-replayed" not in answer.headers


async def test_a_write_without_a_key_is_refused_and_leaves_nothing(notes: Notes) -> None:
    before = await notes.events()
    answer = await notes.client.post("/api/v1/notes", json={"title": "x"}, headers=notes.issuer.headers("admin"))
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-missing")
    assert await notes.events() == before


async def test_a_key_of_control_characters_is_refused(notes: Notes) -> None:
    answer = await notes.write(idempotency_key="a\tb")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-header")


async def test_a_repeated_key_gets_the_first_answer_and_no_second_event(notes: Notes) -> None:
    first = await notes.write(idempotency_key='"again and again"')
    before = await notes.events()
    second = await notes.write(idempotency_key='"again and again"')
    assert second.status_code == 201
    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["consistency-token"] == first.headers["consistency-token"]
    assert await notes.events() == before


async def test_a_quoted_key_and_the_same_bare_are_one_key(notes: Notes) -> None:
    first = await notes.write(idempotency_key='"one-key"')
    second = await notes.write(idempotency_key="one-key")
    assert second.json() == first.json()


async def test_the_order_of_fields_does_not_make_another_request(notes: Notes) -> None:
    headers = notes.headers()
    first = await notes.client.post("/api/v1/notes", json={"title": "x", "stars": 1}, headers=headers)
    second = await notes.client.post("/api/v1/notes", json={"stars": 1, "title": "x"}, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()


async def test_a_key_with_another_body_is_refused(notes: Notes) -> None:
    await notes.write("one", idempotency_key="reused")
    answer = await notes.write("other", idempotency_key="reused")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_key_with_another_note_is_refused(notes: Notes) -> None:
    one, other = [(await notes.write()).json()["id"] for _ in range(2)]
    await notes.rename(one, "b", if_match='"1"', idempotency_key="same")
    answer = await notes.rename(other, "b", if_match='"1"', idempotency_key="same")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_key_belongs_to_whoever_used_it(notes: Notes) -> None:
    first = await notes.write(idempotency_key="shared")
    headers = {**notes.issuer.headers("admin", subject="bob"), "idempotency-key": "shared"}
    second = await notes.client.post("/api/v1/notes", json={"title": "first"}, headers=headers)
    assert second.status_code == 201
    assert second.json()["id"] != first.json()["id"]


async def test_a_repetition_is_answered_although_the_version_has_moved_on(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    first = await notes.rename(note, "b", if_match='"1"', idempotency_key="rename-once")
    second = await notes.rename(note, "b", if_match='"1"', idempotency_key="rename-once")
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.headers["etag"] == '"2"'
    assert second.headers["idempotency-replayed"] == "true"


async def test_a_repetition_is_answered_although_the_endpoint_would_now_refuse(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    address, headers = f"/api/v1/notes/{note}/withdraw", notes.headers(if_match='"1"')
    first = await notes.client.post(address, headers=headers)
    second = await notes.client.post(address, headers=headers)
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.headers["idempotency-replayed"] == "true"
    assert (await notes.client.post(address, headers=notes.headers(if_match='"1"'))).status_code == 404


async def test_a_change_without_if_match_is_refused(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    answer = await notes.rename(note, "b")
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition-required")


async def test_a_stale_version_is_refused_with_the_current_one(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    await notes.rename(note, "b", if_match='"1"')
    before = await notes.events()
    answer = await notes.rename(note, "c", if_match='"1"')
    assert (answer.status_code, answer.json()["code"]) == (412, "wrong-version")
    assert answer.headers["etag"] == '"2"'
    assert await notes.events() == before


async def test_a_weak_tag_matches_nothing(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    assert (await notes.rename(note, "b", if_match='W/"1"')).status_code == 412


async def test_an_unquoted_tag_is_malformed(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    answer = await notes.rename(note, "b", if_match="1")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-header")


async def test_a_star_matches_any_version(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    assert (await notes.rename(note, "b", if_match="*")).json()["version"] == 2


async def test_what_does_not_exist_cannot_be_changed(notes: Notes) -> None:
    assert (await notes.rename(str(uuid7()), "b", if_match="*")).status_code == 404


async def test_an_id_that_is_taken_cannot_be_created_again(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    body = {"title": "b", "id": note}
    answer = await notes.client.post("/api/v1/notes", json=body, headers=notes.headers())
    assert (answer.status_code, answer.json()["code"]) == (409, "already-exists")


async def test_a_rule_that_refuses_is_named_with_its_field(notes: Notes) -> None:
    note = (await notes.write("final")).json()["id"]
    answer = await notes.rename(note, "b", if_match='"1"')
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "note-is-final")
    assert problem["errors"] == [
        {"code": "note-is-final", "detail": "A final note keeps its name.", "pointer": "/title"}
    ]
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_action_without_fields_takes_no_fields(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    address, headers = f"/api/v1/notes/{note}/finish", notes.headers(if_match='"1"')
    refused = await notes.client.post(address, json={"loudly": True}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-field")
    assert (await notes.client.post(address, headers=headers)).status_code == 200


async def test_an_import_may_say_when_it_happened(notes: Notes) -> None:
    answer = await notes.write(occurred_at="2017-03-01T00:00:00Z")
    assert answer.status_code == 201
    [event] = await notes.assembly.context.log.read_after(1, await notes.events() - 1, 1)
    assert event.occurred_at == datetime(2017, 3, 1, tzinfo=UTC)


async def test_a_rep_may_not_say_when_it_happened(notes: Notes) -> None:
    headers = notes.headers("rep", occurred_at="2017-03-01T00:00:00Z")
    answer = await notes.client.post("/api/v1/notes", json={"title": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_nothing_happens_in_the_future(notes: Notes) -> None:
    later = (datetime.now(UTC) + timedelta(minutes=6)).isoformat()
    assert (await notes.write(occurred_at=later)).status_code == 422
    assert (await notes.write(occurred_at="2017-03-01T00:00:00")).status_code == 422
    assert (await notes.write(occurred_at="yesterday")).status_code == 422


async def test_an_event_carries_the_trace_and_the_correlation_of_its_request(notes: Notes) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    answer = await notes.write(traceparent=parent, x_correlation_id="order-66")
    assert answer.headers["x-correlation-id"] == "order-66"
    [event] = await notes.assembly.context.log.read_after(1, await notes.events() - 1, 1)
    assert event.metadata.correlation_id == "order-66"
    assert event.metadata.actor == "ada"
    assert event.metadata.traceparent is not None
    assert event.metadata.traceparent.startswith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
    assert event.metadata.traceparent != parent
