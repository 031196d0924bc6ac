"""A proxy before Postgres that can cut connections at the worst moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit


class FlakyProxy:
    """Passes everything on, until told to lose a message."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._writers: set[asyncio.StreamWriter] = set()
        self._lost_question: bytes | None = None
        self._lost_answer: bytes | None = None
        self.refusing = False

    def lose_question(self, marker: bytes) -> None:
        """Cut the connection instead of passing on the next client message that contains `marker`."""
        self._lost_question = marker

    def lose_answer(self, marker: bytes) -> None:
        """Pass on the next client message that contains `marker`, and cut when its answer comes."""
        self._lost_answer = marker

    def cut(self) -> None:
        """Cut all connections."""
        for writer in self._writers:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways, until either end closes."""
        if self.refusing:
            writer.transport.abort()
            return
        server_reader, server_writer = await asyncio.open_connection(*self._target)
        self._writers |= {writer, server_writer}
        swallow = asyncio.Event()
        try:
            await asyncio.gather(
                self._questions(reader, server_writer, swallow), self._answers(server_reader, writer, swallow)
            )
        except (OSError, EOFError):
            pass
        finally:
            for end in (writer, server_writer):
                end.transport.abort()
            self._writers -= {writer, server_writer}

    async def _questions(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, swallow: asyncio.Event
    ) -> None:
        while data := await reader.read(65536):
            if self._lost_question is not None and self._lost_question in data:
                self._lost_question = None
                break
            if self._lost_answer is not None and self._lost_answer in data:
                self._lost_answer = None
                swallow.set()
            writer.write(data)
            await writer.drain()
        raise EOFError

    async def _answers(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, swallow: asyncio.Event
    ) -> None:
        while data := await reader.read(65536):
            if swallow.is_set():
                break
            writer.write(data)
            await writer.drain()
        raise EOFError


@asynccontextmanager
async def proxied(dsn: str) -> AsyncIterator[tuple[FlakyProxy, str]]:
    """A proxy before the database of `dsn`, and the address that leads through it."""
    parts = urlsplit(dsn)
    proxy = FlakyProxy(parts.hostname or "127.0.0.1", parts.port or 5432)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    place = parts.netloc.rpartition("@")[0]
    try:
        yield proxy, urlunsplit(parts._replace(netloc=f"{place}@127.0.0.1:{port}"))
    finally:
        server.close()
        proxy.cut()
        with suppress(TimeoutError):
            await asyncio.wait_for(server.wait_closed(), 2)
