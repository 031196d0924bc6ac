"""Other systems read the log: in pages, or as a stream that goes on where it was cut off."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn

from shared.http.process import Server
from shared.http.service import create_app
from shared.tests.conftest import Notes

FEED = "/api/v1/events/note"


async def test_the_feed_gives_cloud_events_in_order_from_any_place(notes: Notes) -> None:
    start = await notes.events()
    written = [(await notes.write()).json()["id"] for _ in range(3)]
    admin = notes.issuer.headers("admin")
    page = (await notes.client.get(f"{FEED}?after=1:{start}&limit=2", headers=admin)).json()
    assert [event["subject"] for event in page["events"]] == written[:2]
    assert page["events"][0]["specversion"] == "1.0"
    assert page["events"][0]["type"] == "flowline.note.NoteWritten.v1"
    assert page["events"][0]["data"] == {"title": "first"}
    rest = (await notes.client.get(f"{FEED}?after={page['next']}", headers=admin)).json()
    assert [event["subject"] for event in rest["events"]] == written[2:]
    end = (await notes.client.get(f"{FEED}?after={rest['next']}", headers=admin)).json()
    assert end == {"events": [], "next": rest["next"]}


async def test_the_feed_can_be_narrowed_to_kinds_of_events(notes: Notes) -> None:
    start = await notes.events()
    note = (await notes.write()).json()["id"]
    await notes.rename(note, "b", if_match='"1"')
    admin = notes.issuer.headers("admin")
    page = (await notes.client.get(f"{FEED}?after=1:{start}&type=NoteRenamed", headers=admin)).json()
    assert [event["type"] for event in page["events"]] == ["flowline.note.NoteRenamed.v1"]


async def test_whoever_wants_only_what_is_new_begins_at_the_latest(notes: Notes) -> None:
    await notes.write()
    admin = notes.issuer.headers("admin")
    page = (await notes.client.get(f"{FEED}?after=latest", headers=admin)).json()
    assert page == {"events": [], "next": f"1:{await notes.events()}"}


async def test_a_place_that_is_none_is_refused(notes: Notes) -> None:
    for after in ("1", "a:b", "1:-1", "1:99999999999999999999"):
        answer = await notes.client.get(f"{FEED}?after={after}", headers=notes.issuer.headers("admin"))
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed-feed-cursor"), after


async def test_the_feed_is_for_admins_and_services(notes: Notes) -> None:
    assert (await notes.client.get(FEED, headers=notes.issuer.headers("rep"))).status_code == 403


@asynccontextmanager
async def listening(notes: Notes) -> AsyncIterator[httpx.AsyncClient]:
    """The service on a port: a stream that never ends cannot be read through the in-process transport."""
    app = create_app(notes.assembly.context, notes.assembly.routers)
    server = Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers a flag, no event
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        yield client
    server.should_exit = True
    await task


async def messages(answer: httpx.Response, count: int) -> list[dict[str, str]]:
    """The next server-sent events."""
    found: list[dict[str, str]] = []
    message: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            message[name] = value
        elif "data" in message:
            found.append(message)
            message = {}
        if len(found) == count:
            return found
    return found


async def test_a_stream_pushes_what_is_written_and_resumes_where_it_was_cut_off(notes: Notes) -> None:
    start = await notes.events()
    headers = {**notes.issuer.headers("admin"), "accept": "text/event-stream"}
    first = (await notes.write("one")).json()["id"]
    async with listening(notes) as client:
        async with client.stream("GET", f"{FEED}?after=1:{start}", headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            [old] = await messages(answer, 1)
        second = (await notes.write("two")).json()["id"]
        async with client.stream("GET", FEED, headers={**headers, "last-event-id": old["id"]}) as answer:
            reading = asyncio.create_task(messages(answer, 2))
            await asyncio.sleep(0.1)
            third = (await notes.write("three")).json()["id"]
            resumed = await reading
    assert old["id"] == f"1:{start + 1}"
    assert [json.loads(message["data"])["subject"] for message in [old, *resumed]] == [first, second, third]
    assert resumed[-1]["event"] == "NoteWritten"
