"""HTTP/1.1 over asyncio streams for load: a full client would take more of a small machine than what is measured."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from typing import NamedTuple
from urllib.parse import urlsplit

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Reply(NamedTuple):
    """An answer; header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """Requests to one address, each over a connection that is kept for the next one and as the next user in turn.

    Writing set-up calls and streams are made as the first user.
    """

    def __init__(self, url: str, authorizations: Sequence[str]) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._first = {"host": parts.netloc, "authorization": authorizations[0]}
        self._users = cycle([{**self._first, "authorization": each} for each in authorizations])
        self._idle: list[Connection] = []

    async def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        set_up: bool = False,
    ) -> Reply:
        """Send one request and read its answer; raises RuntimeError when it is a refusal."""
        connection = self._idle.pop() if self._idle else await asyncio.open_connection(*self._address)
        user = self._first if set_up else next(self._users)
        _send(connection[1], method, path, body, user | dict(headers or {}))
        reply = await _read(connection[0])
        self._idle.append(connection)
        if reply.status >= 400:
            raise RuntimeError(f"{method} {path}: {reply.status} {reply.body[:300]!r}")
        return reply

    @asynccontextmanager
    async def lines(self, path: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """The lines of an event stream, over a connection of its own."""
        reader, writer = await asyncio.open_connection(*self._address)
        _send(writer, "GET", path, b"", self._first | {"accept": "text/event-stream"})
        try:
            await _head(reader)
            yield _lines(reader)
        finally:
            writer.close()


async def _lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while line := await reader.readline():
        yield line


def _send(writer: asyncio.StreamWriter, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> None:
    sent = {**headers, "content-length": str(len(body))} | ({"content-type": "application/json"} if body else {})
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    writer.write(head.encode() + b"\r\n" + body)


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in rest)}
    return int(first.split()[1]), headers


async def _read(reader: asyncio.StreamReader) -> Reply:
    status, headers = await _head(reader)
    if "content-length" in headers:
        return Reply(status, headers, await reader.readexactly(int(headers["content-length"])))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return Reply(status, headers, body)
