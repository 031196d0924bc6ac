"""Blocks of deals, told and sealed in processes of their own, ready to be appended in order."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import wait
from uuid import UUID

from flowline.generation.parameters import NAME, Parameters, timed_id
from flowline.generation.story import Life, Teller
from flowline.generation.tally import Tally
from services.pipeline.domain.deal.decider import DEAL
from shared.eventstore.append import NewEvent, StreamWrite
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.recorded import Metadata

SIZE = 250
AHEAD = 3  # blocks per worker that are told before they are appended: what bounds the memory
_VERSION_BYTES = 2


@dataclass(frozen=True, slots=True)
class Block:
    """Some deals in order: one write per stream, all of its events; and their tally."""

    writes: tuple[StreamWrite, ...]
    tally: Tally

    @property
    def streams(self) -> list[UUID]:
        """The deals' ids."""
        return [write.stream_id for write in self.writes]


class Sealer:
    """Makes a life into the write of its stream; the same life gives the same event ids and bytes."""

    def __init__(self, parameters: Parameters) -> None:
        self._catalogue = Catalogue("pipeline", [DEAL])
        run = f"{NAME}-{parameters.run}"
        self._metadata = [
            Metadata(actor=f"{NAME}-seller-{number + 1}", correlation_id=run) for number in range(parameters.owners)
        ]

    def sealed(self, life: Life) -> StreamWrite:
        """The whole stream, to be written where none is yet."""
        stream, root = life.deal_id, life.deal_id.bytes[8:]
        events = []
        for version, (event, at, owner) in enumerate(life.facts, start=1):
            event_id = timed_id(at, root + version.to_bytes(_VERSION_BYTES, "big"))
            data = self._catalogue.seal(event, event_id=event_id, stream_id=stream)
            events.append(
                NewEvent(event_id, type(event).__name__, event.schema_version, data, self._metadata[owner], at)
            )
        return StreamWrite(stream, 0, tuple(events))


def tell(parameters: Parameters, first: int, count: int) -> Block:
    """Deals `first` up to `first + count`; the same whichever process tells them."""
    teller, sealer, tally = *_prepared(parameters), Tally()
    writes = []
    for number in range(first, first + count):
        life = teller.tell(number)
        tally.count(life)
        writes.append(sealer.sealed(life))
    return Block(tuple(writes), tally)


@lru_cache(maxsize=1)
def _prepared(parameters: Parameters) -> tuple[Teller, Sealer]:
    return Teller(parameters), Sealer(parameters)


def end_with_parent() -> None:
    """Begin a worker with this: one whose parent was killed would wait for its next work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="watching the parent", daemon=True).start()


async def told(parameters: Parameters, workers: int) -> AsyncIterator[Block]:
    """Every block in order, told by so many processes beside this one."""
    loop = asyncio.get_running_loop()
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=end_with_parent)
    waiting: deque[asyncio.Future[Block]] = deque()
    try:
        for first in range(0, parameters.deals, SIZE):
            count = min(SIZE, parameters.deals - first)
            waiting.append(loop.run_in_executor(pool, tell, parameters, first, count))
            if len(waiting) > AHEAD * workers:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        pool.shutdown(cancel_futures=True)
