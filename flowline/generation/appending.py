"""Brings blocks of deals into pipeline's log: each stream once, whatever happened to an earlier run."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from flowline.generation.blocks import Block
from flowline.generation.tally import Tally
from shared.errors import Unavailable, WrongVersion
from shared.eventstore.append import Answer, Append, StreamWrite

IN_FLIGHT = 2  # one is being written while the next one waits for it
PATIENCE = 300.0  # seconds that the database may be away or busy with others
PAUSE = 0.2


class Log(Protocol):
    """What is needed of an event store (shared.eventstore.postgres.PostgresEventStore)."""

    async def append(self, append: Append) -> Answer: ...  # noqa: D102
    async def versions(self, stream_ids: Iterable[UUID]) -> Mapping[UUID, int]: ...  # noqa: D102


@dataclass(slots=True)
class Appended:
    """What came of it: deals and events written now, deals that were there before, and the tally of all of them."""

    deals: int = 0
    events: int = 0
    known: int = 0
    tally: Tally = field(default_factory=Tally)


async def append_all(log: Log, blocks: AsyncIterator[Block], progress: Callable[[int], None]) -> Appended:
    """Append every block in order; `progress` is told the number of deals done so far."""
    appended = Appended()
    waiting: deque[asyncio.Task[None]] = deque()
    async with asyncio.TaskGroup() as tasks:
        async for block in blocks:
            if len(waiting) >= IN_FLIGHT:
                await waiting.popleft()
            waiting.append(tasks.create_task(_block(log, block, appended)))
            progress(appended.tally.deals)
    progress(appended.tally.deals)
    return appended


async def _block(log: Log, block: Block, appended: Appended) -> None:
    """A block whose outcome is not known is asked for again: what is there by then is left alone."""
    deadline = time.monotonic() + PATIENCE
    while True:
        known = await log.versions(block.streams)
        missing = tuple(write for write in block.writes if write.stream_id not in known)
        try:
            if missing:
                await log.append(Append(missing))
        except (Unavailable, WrongVersion):
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(PAUSE)
            continue
        _count(appended, block, missing)
        return


def _count(appended: Appended, block: Block, written: tuple[StreamWrite, ...]) -> None:
    appended.tally.add(block.tally)
    appended.deals += len(written)
    appended.events += sum(len(write.events) for write in written)
    appended.known += len(block.writes) - len(written)
