"""The inbox live: pushed when something is committed, resumed where one left off, silent towards the database."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
import uvicorn

from services.notify.api.arrivals import Arrivals
from services.notify.api.inbox_stream import InboxStream
from services.notify.api.inbox_views import Narrator
from services.notify.projections.inbox_reading import Inboxes
from services.notify.projections.readers import Reader, Readers
from services.notify.tests.happenings import won
from services.notify.tests.running import Desk, Running
from services.notify.tests.world import event
from shared.http.health import Health
from shared.http.service import create_app

PATIENCE = 20


class Listener:
    """One open stream, message by message."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self) -> tuple[str, int, dict[str, Any]]:
        """The next message: event, id, data; comments are passed over."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                if not line and "data" in fields:
                    return fields["event"], int(fields["id"]), json.loads(fields["data"])
                name, _, value = line.partition(": ")
                fields[name] = value
        raise AssertionError("the stream has ended")


@pytest.fixture(scope="module")
async def address(service: Running) -> AsyncIterator[str]:
    """The service on a port of its own: the client of ASGI would wait for the end of the stream."""
    app = create_app(service.assembly.context, service.assembly.routers)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=5))
    listener = socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve([listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    service.assembly.context.health.draining = True
    server.should_exit = True
    await running


@asynccontextmanager
async def listening(address: str, desk: Desk, query: str = "", **headers: str) -> AsyncIterator[Listener]:
    said = {"authorization": f"Bearer {desk.token}"} | {name.replace("_", "-"): it for name, it in headers.items()}
    async with (
        httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client,
        client.stream("GET", f"/api/v1/inbox/stream{query}", headers=said) as response,
    ):
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Listener(response)


async def reader(service: Running, name: str) -> Desk:
    """Somebody with a rule of their own."""
    desk = service.desk("rep", subject=f"{name}-{uuid4().hex[:8]}")
    subject = (await desk.get("/rules/" + await desk.made(recipients=[{"kind": "owner"}]))).json()["author"]
    await desk.made(recipients=[{"kind": "subject", "subject": subject}])
    return desk


async def test_what_happens_is_pushed_with_the_unread_count(service: Running, address: str) -> None:
    desk, other = await reader(service, "live"), await reader(service, "other")
    async with listening(address, desk, accept_language="zh") as live, listening(address, other) as elsewhere:
        assert (await live.next())[2] == {"unread": 0}
        assert (await elsewhere.next())[2] == {"unread": 0}
        await service.happen(won(uuid4(), "5.00"))
        kind, position, data = await live.next()
        assert (kind, data["unread"], data["notification"]["read"]) == ("notification", 1, False)
        assert data["notification"]["text"].endswith("5.00 USD")
        assert (await elsewhere.next())[1] != position, "everyone has notifications of their own"
        await desk.send("POST", "/inbox/mark-read", {"all": True})
        assert await live.next() == ("unread", position, {"unread": 0})


async def test_a_stream_is_resumed_where_it_broke_off(service: Running, address: str) -> None:
    desk = await reader(service, "resumed")
    await service.happen(won(uuid4(), "1.00"))
    async with listening(address, desk) as live:
        _, seen, first = await live.next()
        assert first == {"unread": 1}
    await service.happen(won(uuid4(), "2.00"), won(uuid4(), "3.00"))
    async with listening(address, desk, last_event_id=str(seen)) as again:
        assert (await again.next())[2] == {"unread": 3}
        texts = [(await again.next())[2]["notification"]["text"] for _ in range(2)]
        assert [text.split(": ")[1] for text in texts] == ["2.00 USD", "3.00 USD"]


async def test_an_entry_in_the_directory_changes_the_count(service: Running, address: str) -> None:
    name, person = f"new-{uuid4().hex[:8]}", uuid4()
    recipients = [{"kind": "person", "person_id": str(person)}]
    await service.desk("admin", subject="root").made(recipients=recipients)
    await service.happen(won(uuid4()))
    async with listening(address, service.desk("rep", subject=name)) as live:
        assert (await live.next())[2] == {"unread": 0}
        await service.happen(event("customer", person, "PersonAdded", name="New", subject=name))
        kind, _, data = await live.next()
        assert (kind, data["unread"]) == ("notification", 1)


async def test_who_asks_for_it_hears_what_kinds_of_things_happen_and_nothing_else(
    service: Running, address: str
) -> None:
    desk = service.desk("rep", subject=f"watches-{uuid4().hex[:8]}")
    async with listening(address, desk, "?changes=true") as live, listening(address, desk) as silent:
        assert (await live.next())[2] == (await silent.next())[2] == {"unread": 0}
        await service.happen(won(uuid4(), "7.00"))
        kind, _, data = await live.next()
        assert (kind, data) == ("changed", {"types": ["DealWon"]})
        await desk.made(recipients=[{"kind": "owner"}])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await silent.next()


@pytest.mark.parametrize("said", ["-1", "1:2", "x", "\uff19", "9" * 30])
async def test_a_foreign_last_event_id_is_refused(service: Running, said: str) -> None:
    desk = service.desk("rep", subject="x")
    headers = {"authorization": f"Bearer {desk.token}", "last-event-id": said.encode()}
    refused = await service.client.get("/api/v1/inbox/stream", headers=headers)  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["code"]) == (422, "last-event-id-refused")


class Silence:
    """An inbox in which nothing is; it counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def of(self, subject: str) -> Reader:
        self.asked += 1
        return Reader(subject, (), ())

    async def newest(self, reader: Reader) -> int:
        del reader
        self.asked += 1
        return 0

    async def unread(self, reader: Reader) -> int:
        del reader
        self.asked += 1
        return 0

    async def after(self, reader: Reader, position: int, limit: int) -> list[object]:
        del reader, position, limit
        self.asked += 1
        return []


async def test_while_nothing_happens_the_database_is_not_asked() -> None:
    silence, health, arrivals = Silence(), Health(), Arrivals()
    inboxes, readers, narrator = cast(Inboxes, silence), cast(Readers, silence), cast(Narrator, None)
    messages = InboxStream("ada", "en", inboxes, readers, narrator).messages(arrivals, health, None, keep_alive=0.5)
    assert b'"unread":0' in await anext(messages)
    assert (await anext(messages)).startswith(b":")
    asked = silence.asked
    assert (await anext(messages)).startswith(b":")
    assert silence.asked == asked
    health.draining = True
    [farewell] = [message async for message in messages]
    assert farewell.startswith(b"retry: ")
