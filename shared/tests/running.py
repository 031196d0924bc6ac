"""Loops that run beside a test, waiting for what they bring about, and what people do to topics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol, TypeVar

from shared.messaging.kafka import administration, transactional_producer


class Loop(Protocol):
    """A relay or a projection runner."""

    async def run(self) -> None:
        """Until cancelled."""


Running = TypeVar("Running", bound=Loop)


@asynccontextmanager
async def running(loop: Running) -> AsyncIterator[Running]:
    """The loop runs until the end of the block."""
    task = asyncio.create_task(loop.run())
    try:
        yield loop
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], bool | Awaitable[bool]], seconds: float = 180) -> None:
    """Return once it is true; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        outcome = condition()
        if outcome if isinstance(outcome, bool) else await outcome:
            return
        assert time.monotonic() < deadline, "it did not become true in time"
        await asyncio.sleep(0.02)


async def delete_topic(kafka: str, topic: str) -> None:
    """Somebody deletes a topic."""
    async with administration(kafka) as client:
        await client.delete_topics([topic])

        async def gone() -> bool:
            return topic not in await client.list_topics()

        await until(gone)


async def foreign_records(kafka: str, topic: str, count: int) -> None:
    """Somebody writes what is none of ours."""
    producer = transactional_producer(kafka, "somebody-else", 4000)
    await producer.start()
    async with producer.transaction():
        for number in range(count):
            await producer.send(topic, b"{}", partition=number % 3)
    await producer.stop()
