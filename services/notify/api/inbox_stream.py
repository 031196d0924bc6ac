"""The inbox live: server-sent events, pushed when the projection commits; the database is not asked in between."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import StreamingResponse

from services.notify.api.arrivals import Arrivals, Waiter
from services.notify.api.inbox_views import Narrator, NotificationView
from services.notify.api.texts import Language, language_of
from services.notify.projections.inbox_reading import Inboxes
from services.notify.projections.readers import Readers
from shared.errors import Invalid
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.context import ServiceContext, service_of
from shared.http.health import Health
from shared.http.streaming import come_back

KEEP_ALIVE_SECONDS = 15.0
LOOK_UP_SECONDS = 1.0  # the end of this process is noticed within this
AT_ONCE = 100
LARGEST_POSITION = 2**63 - 1


class LastEventIdRefused(Invalid):
    """Last-Event-ID must be the id of a message of this stream."""

    code = "last-event-id-refused"


class InboxStream:
    """One open stream of one reader; it asks the database when it is opened and when it is woken, never in between."""

    def __init__(self, subject: str, to: Language, inboxes: Inboxes, readers: Readers, narrator: Narrator) -> None:
        self._subject = subject
        self._to = to
        self._inboxes = inboxes
        self._readers = readers
        self._narrator = narrator
        self._seen = 0
        self._unread = 0

    async def messages(
        self,
        arrivals: Arrivals,
        health: Health,
        after: int | None,
        keep_alive: float = KEEP_ALIVE_SECONDS,
        *,
        changes: bool = False,
    ) -> AsyncIterator[bytes]:
        """What comes after position `after` (None = from now on), each with the unread count; comments between.

        With `changes` also the names of all events as they happen, nothing about them: worth asking again for.
        """
        mine = await self._readers.of(self._subject)
        with arrivals.waiting(mine.addresses, hears_all=changes) as waiter:
            self._seen = await self._inboxes.newest(mine) if after is None else after
            self._unread = await self._inboxes.unread(mine)
            yield b"retry: 2000\n\n" + self._count()
            waiter.look()
            said = time.monotonic()
            while not health.draining:
                if await _woken(waiter):
                    async for message in self._new(waiter):
                        yield message
                        said = time.monotonic()
                elif time.monotonic() - said >= keep_alive:
                    yield b": still here\n\n"
                    said = time.monotonic()
            yield come_back()

    async def _new(self, waiter: Waiter) -> AsyncIterator[bytes]:
        """Everything that has come, or else the unread count if it has changed; then what happened elsewhere."""
        waiter.woken.clear()
        if waiter.worth_looking:
            waiter.worth_looking = False
            async for message in self._for_me(waiter):
                yield message
        types, waiter.happened = sorted(waiter.happened), set()
        if types:
            yield self._message("changed", {"types": types})

    async def _for_me(self, waiter: Waiter) -> AsyncIterator[bytes]:
        mine = await self._readers.of(self._subject)
        waiter.addresses = mine.addresses
        while rows := await self._inboxes.after(mine, self._seen, AT_ONCE):
            self._unread = await self._inboxes.unread(mine)
            for row, view in zip(rows, await self._narrator.told(rows, self._to), strict=True):
                self._seen = row.position
                yield self._notification(view)
        before, self._unread = self._unread, await self._inboxes.unread(mine)
        if self._unread != before:
            yield self._count()

    def _notification(self, view: NotificationView) -> bytes:
        return self._message("notification", {"notification": view.model_dump(mode="json"), "unread": self._unread})

    def _count(self) -> bytes:
        return self._message("unread", {"unread": self._unread})

    def _message(self, event: str, data: object) -> bytes:
        return f"id: {self._seen}\nevent: {event}\ndata: {orjson.dumps(data).decode()}\n\n".encode()


def inbox_stream_routes(inboxes: Inboxes, readers: Readers, narrator: Narrator, arrivals: Arrivals) -> APIRouter:
    """The live route of one's own inbox."""
    router = APIRouter(tags=["inbox"])

    @router.get("/inbox/stream", operation_id="streamInbox", response_class=StreamingResponse)
    async def stream_inbox(
        request: Request,
        principal: Annotated[Principal, Depends(reader("inbox.read"))],
        changes: Annotated[bool, Query(description="Also say which kinds of events happen, without content")] = False,  # noqa: FBT002 - a query parameter
        last_event_id: Annotated[str | None, Header()] = None,
        accept_language: Annotated[str | None, Header()] = None,
    ) -> StreamingResponse:
        stream = InboxStream(principal.subject, language_of(accept_language), inboxes, readers, narrator)
        service, after = service_of(request), position_of(last_event_id)
        messages = stream.messages(arrivals, service.health, after, changes=changes)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_counted(service, messages), media_type="text/event-stream", headers=headers)

    return router


def position_of(last_event_id: str | None) -> int | None:
    """The position to go on after; raises LastEventIdRefused."""
    if not last_event_id:
        return None
    if not (last_event_id.isascii() and last_event_id.isdigit()) or int(last_event_id) > LARGEST_POSITION:
        raise LastEventIdRefused
    return int(last_event_id)


async def _counted(service: ServiceContext, messages: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    with service.metrics.sse_connections.track_inprogress():
        async for message in messages:
            yield message


async def _woken(waiter: Waiter) -> bool:
    """Wait for something to look at; False when only time has passed."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_UP_SECONDS):
            return await waiter.woken.wait()
    return False
