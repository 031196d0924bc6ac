"""The events of this service for other systems: pulled in pages, or pushed as server-sent events."""

import re
import time
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import StreamingResponse

from shared.errors import Invalid
from shared.eventstore.recorded import Recorded
from shared.http.answers import JSON
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.context import ServiceContext, service_of
from shared.http.rights import READ_EVENTS
from shared.http.streaming import come_back
from shared.messaging.cloudevents import to_json

CURSOR = re.compile(r"^(\d{1,9}):(\d{1,18})$")
LATEST = "latest"
KEEP_ALIVE_SECONDS = 15.0
POLL_SECONDS = 1.0  # commits of another replica, and the end of this process, are noticed within this
STREAM_BATCH = 500
RETRY_MILLISECONDS = 3000


class MalformedCursor(Invalid):
    """A place in the feed is written epoch:position, such as 1:0, or latest."""

    code = "malformed-feed-cursor"


def feed_routes(service: str) -> APIRouter:
    """`GET /events/<service>`."""
    router = APIRouter(tags=["events"])

    @router.get(f"/events/{service}", operation_id="readEvents")
    async def read_events(
        request: Request,
        reads: Annotated[Principal, Depends(reader(READ_EVENTS))],
        after: Annotated[str, Query(description="epoch:position of the last event you have, or latest")] = "1:0",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        type: Annotated[Sequence[str], Query(description="Event names, such as DealWon; repeatable")] = (),
    ) -> Response:
        """CloudEvents in the order of the log; as text/event-stream they keep coming."""
        del reads
        context = service_of(request)
        if "text/event-stream" in request.headers.get("accept", ""):
            start = await _place(context, request.headers.get("last-event-id") or after)
            return _stream(context, start, tuple(type))
        return await _page(context, await _place(context, after), limit, tuple(type))

    return router


async def _place(context: ServiceContext, after: str) -> tuple[int, int]:
    return await context.log.head() if after == LATEST else cursor_of(after)


def cursor_of(text: str) -> tuple[int, int]:
    """(epoch, position) of a place in the feed; raises MalformedCursor."""
    found = CURSOR.match(text)
    if found is None:
        raise MalformedCursor
    return int(found[1]), int(found[2])


async def _page(context: ServiceContext, after: tuple[int, int], limit: int, types: tuple[str, ...]) -> Response:
    events = await context.log.read_after(*after, limit, types=types or None)
    last = place_of(events[-1]) if events else "{}:{}".format(*after)
    items = [orjson.Fragment(to_json(event)) for event in events]
    return Response(orjson.dumps({"events": items, "next": last}), media_type=JSON)


def _stream(context: ServiceContext, after: tuple[int, int], types: tuple[str, ...]) -> Response:
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_messages(context, after, types), 200, headers, media_type="text/event-stream")


async def _messages(context: ServiceContext, after: tuple[int, int], types: tuple[str, ...]) -> AsyncIterator[bytes]:
    """Every event once, from `after` on; a comment every 15 s keeps intermediaries from closing the stream."""
    yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
    with context.metrics.sse_connections.track_inprogress():
        said = time.monotonic()
        while not context.health.draining:
            head = await context.log.head()
            events = await context.log.read_after(*after, STREAM_BATCH, types=types or None)
            for event in events:
                yield _message(event)
            if events:
                after, said = (events[-1].epoch, events[-1].position), time.monotonic()
            elif not await context.log.wait_for_commit(POLL_SECONDS, head[1]) and _silent(said):
                yield b": still here\n\n"
                said = time.monotonic()
        yield come_back()


def _silent(since: float) -> bool:
    return time.monotonic() - since >= KEEP_ALIVE_SECONDS


def _message(event: Recorded) -> bytes:
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (place_of(event).encode(), event.type.encode(), to_json(event))


def place_of(event: Recorded) -> str:
    """The place of an event in the feed."""
    return f"{event.epoch}:{event.position}"
