"""Appends that wait for the next group commit: bounded, in order, and never two that touch the same thing at once."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from shared.errors import Invalid, Unavailable
from shared.eventstore.append import Answer, Append, Guard, NewEvent

MAX_EVENT_BYTES = 512 * 1024
MAX_APPEND_BYTES = 16 * 1024 * 1024
# A NUL as JSON writes it: an escape whose backslash is not itself escaped. Postgres cannot store it.
NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the queue and of one batch; ages in seconds."""

    queue_bytes: int = 32 * 1024 * 1024
    queue_age: float = 5.0
    batch_appends: int = 256
    batch_bytes: int = 4 * 1024 * 1024


@dataclass(slots=True, eq=False)
class Waiting:
    """One append and the future its caller waits on; `data`, `metadata`: the JSON of its events in order."""

    append: Append
    future: asyncio.Future[Answer]
    data: list[str]
    metadata: list[str]
    guards: tuple[Guard, ...]
    touches: list[object]
    size: int
    since: float = field(default_factory=time.monotonic)


def waiting(append: Append, future: asyncio.Future[Answer]) -> Waiting:
    """Check an append at the edge (raises `Invalid`) and note what it touches."""
    data: list[str] = []
    metadata: list[str] = []
    size = 256
    for write in append.writes:
        for event in write.events:
            about = msgspec.json.encode(event.metadata)
            size += _checked_size(event, about)
            data.append(_text(event.data))
            metadata.append(about.decode())
    if size > MAX_APPEND_BYTES:
        raise Invalid(f"One change may have {MAX_APPEND_BYTES} bytes; this one would have {size}.")
    guards = tuple({guard.key: guard for guard in append.guards}.values()) if append.guards else ()
    return Waiting(append, future, data, metadata, guards, _touched(append, guards), size)


def _touched(append: Append, guards: tuple[Guard, ...]) -> list[object]:
    touches: list[object] = [write.stream_id for write in append.writes]
    if not touches or (len(touches) > 1 and len(set(touches)) < len(touches)):
        raise ValueError("an append names each of its streams once, and at least one")
    for kind, key in (*((Guard, guard.key) for guard in guards), *(((Append, append.key.key),) if append.key else ())):
        if "\x00" in key:
            raise Invalid("A NUL character cannot be stored (key).")
        touches.append((kind, key))
    return touches


def _text(encoded: bytes) -> str:
    try:
        return encoded.decode()
    except UnicodeDecodeError as error:
        raise Invalid("An event is not UTF-8.") from error


def _checked_size(event: NewEvent, metadata: bytes) -> int:
    size = len(event.data) + len(metadata)
    if size > MAX_EVENT_BYTES:
        raise Invalid(f"An event may have {MAX_EVENT_BYTES} bytes; this {event.type} would have {size}.")
    for text in (event.data, metadata):
        if b"\\u0000" in text and NUL_ESCAPE.search(text):
            raise Invalid(f"A NUL character cannot be stored ({event.type}).")
    return size


class Queue:
    """First in, first out; but an append waits for any earlier one that touches the same stream, guard or key."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._waiting: deque[Waiting] = deque()
        self._bytes = 0
        self._arrived = asyncio.Event()
        self._closed: str | None = None

    @property
    def oldest_age(self) -> float:
        """Seconds that the longest waiting append has waited; 0 when none waits."""
        return time.monotonic() - self._waiting[0].since if self._waiting else 0.0

    def enter(self, item: Waiting) -> None:
        """Take an append in, or raise `Unavailable` when too much waits already or too long."""
        if self._closed:
            raise Unavailable(self._closed)
        if self._bytes + item.size > self._limits.queue_bytes or self.oldest_age > self._limits.queue_age:
            raise Unavailable("Too many changes wait to be written; send this again a little later.")
        self._waiting.append(item)
        self._bytes += item.size
        self._arrived.set()

    def close(self, reason: str) -> None:
        """Take nothing more; what waits may still be taken out."""
        self._closed = self._closed or reason
        self._arrived.set()

    async def next_batch(self, patience: float) -> list[Waiting] | None:
        """What can be written together next; none after `patience` idle seconds, None once closed and empty."""
        batch = self._form()
        if not batch and not self._closed:
            self._arrived.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._arrived.wait()
            batch = self._form()
        return None if self._closed and not batch and not self._waiting else batch

    def refuse_all(self, error: Exception) -> None:
        """Answer everything that waits with `error`."""
        for item in self._taken(len(self._waiting)):
            refuse(item, error)

    def _form(self) -> list[Waiting]:
        batch: list[Waiting] = []
        later: list[Waiting] = []
        touched: set[object] = set()
        room = self._limits.batch_bytes
        for item in self._taken(self._limits.batch_appends):
            # Something deferred also defers what touches the same things behind it: order is kept.
            if room > 0 and touched.isdisjoint(item.touches):
                batch.append(item)
                room -= item.size
            else:
                later.append(item)
            touched.update(item.touches)
        self._put_back(later)
        return batch

    def _taken(self, most: int) -> Iterator[Waiting]:
        """Take out up to `most` appends whose callers still wait; a cancelled one is dropped here, unsent."""
        for _ in range(min(most, len(self._waiting))):
            item = self._waiting.popleft()
            self._bytes -= item.size
            if item.future.done():
                continue
            if time.monotonic() - item.since > self._limits.queue_age:
                refuse(item, Unavailable("This change waited too long to be written; send it again."))
                continue
            yield item

    def _put_back(self, items: list[Waiting]) -> None:
        self._waiting.extendleft(reversed(items))
        self._bytes += sum(item.size for item in items)


def accept(item: Waiting, answer: Answer) -> None:
    """Answer the caller unless it has gone away."""
    if not item.future.done():
        item.future.set_result(answer)


def refuse(item: Waiting, error: Exception) -> None:
    """Answer the caller with an error unless it has gone away."""
    if not item.future.done():
        item.future.set_exception(error)
