"""Both sides filled from one generated history, by processes that tell a part of the deals and apply it in batches."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields

import asyncpg
import psutil
import uvloop

from bench.analytics import plain
from bench.analytics.told import directory_events, drawing_events, quota_events, recorded
from flowline.generation.blocks import SIZE, end_with_parent, tell
from flowline.generation.parameters import Parameters
from services.analytics.bootstrap import INLINE
from services.analytics.projections.deals import deals
from services.analytics.projections.directory import DIRECTORY
from services.analytics.projections.process_map.tables import process_map
from shared.eventstore import instances
from shared.eventstore.append import StreamWrite
from shared.eventstore.read_model import ReadModel
from shared.eventstore.recorded import Recorded
from shared.projections.live import ensure_live
from shared.projections.projection import Projection

ZONE = "Asia/Shanghai"
BATCH = 8000
MODELS = (deals(ZONE), process_map(ZONE))
SAY_EVERY = 30.0  # seconds


@dataclass(slots=True)
class Cost:
    """Seconds of applying: on the clock, and of the processors in Python and in Postgres."""

    clock: float = 0.0
    python: float = 0.0
    postgres: float = 0.0

    def add(self, other: Cost) -> None:
        """Add another's."""
        for name in fields(Cost):
            setattr(self, name.name, getattr(self, name.name) + getattr(other, name.name))


@dataclass(slots=True)
class Filled:
    """What filling took; `costs` by read model, and `plain` for the peer's rows."""

    events: int = 0
    deals: int = 0
    costs: dict[str, Cost] = field(default_factory=dict)

    def add(self, other: Filled) -> None:
        """Add another process's."""
        self.events, self.deals = self.events + other.events, self.deals + other.deals
        for name, cost in other.costs.items():
            self.costs.setdefault(name, Cost()).add(cost)


@dataclass(frozen=True, slots=True)
class Share:
    """Every `of`-th block of a history, from block `number` on, and where it goes; `ours` None: to the peer only."""

    parameters: Parameters
    number: int
    of: int
    ours: str | None
    peer: str

    def blocks(self) -> Iterator[Sequence[StreamWrite]]:
        """The streams, block by block."""
        for first in range(self.number * SIZE, self.parameters.deals, self.of * SIZE):
            yield tell(self.parameters, first, min(SIZE, self.parameters.deals - first)).writes


async def filled(parameters: Parameters, ours: str, peer: str, processes: int) -> tuple[Filled, float]:
    """Fill two databases; what it took, and the seconds on the clock with the telling."""
    await _begin(parameters, ours)
    await _begin_peer(peer)
    begun = time.perf_counter()
    whole = await _shared([Share(parameters, number, processes, ours, peer) for number in range(processes)])
    took = time.perf_counter() - begun
    await _finish(ours, "SELECT")
    await _finish(peer, plain.INDEXES)
    return whole, took


async def filled_peer(parameters: Parameters, peer: str, processes: int) -> float:
    """Fill the peer's database alone; the seconds on the clock, with its indexes."""
    begun = time.perf_counter()
    await _begin_peer(peer)
    await _shared([Share(parameters, number, processes, None, peer) for number in range(processes)])
    await _finish(peer, plain.INDEXES)
    return time.perf_counter() - begun


async def _shared(shares: Sequence[Share]) -> Filled:
    """All shares at once, each by a process of its own."""
    whole, loop = Filled(), asyncio.get_running_loop()
    with ProcessPoolExecutor(len(shares), multiprocessing.get_context("spawn"), initializer=end_with_parent) as pool:
        for part in await asyncio.gather(*(loop.run_in_executor(pool, fill, share) for share in shares)):
            whole.add(part)
    return whole


def fill(share: Share) -> Filled:
    """Fill a share, in a process of its own."""
    return uvloop.run(_fill(share))


async def _begin(parameters: Parameters, ours: str) -> None:
    connection = await asyncpg.connect(ours)
    for model in (*MODELS, DIRECTORY, *INLINE):
        await ensure_live(connection, Projection(model, ()))
    await _applied(connection, DIRECTORY, directory_events(parameters))
    for model in MODELS:
        await _applied(connection, model, drawing_events(parameters))
    await _applied(connection, MODELS[0], quota_events(parameters))
    await connection.close()


async def _begin_peer(peer: str) -> None:
    connection = await asyncpg.connect(peer)
    await connection.execute(plain.TABLES)
    await connection.close()


async def _finish(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url, command_timeout=7200)
    await connection.execute("SET maintenance_work_mem = '512MB'")
    await connection.execute(statements)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def _fill(share: Share) -> Filled:
    ours = await asyncpg.connect(share.ours) if share.ours else None
    peer = await asyncpg.connect(share.peer)
    found, waiting, begun = Filled(), list[StreamWrite](), time.perf_counter()
    said = begun
    for writes in share.blocks():
        waiting.extend(writes)
        if sum(len(write.events) for write in waiting) >= BATCH:
            await _store(ours, peer, waiting, found)
            waiting.clear()
        if time.perf_counter() - said > SAY_EVERY:
            said = time.perf_counter()
            _say(share, found, said - begun)
    await _store(ours, peer, waiting, found)
    for connection in (ours, peer):
        if connection is not None:
            await connection.close()
    return found


async def _store(
    ours: asyncpg.Connection[asyncpg.Record] | None,
    peer: asyncpg.Connection[asyncpg.Record],
    writes: Sequence[StreamWrite],
    found: Filled,
) -> None:
    if ours is not None:
        events = list(recorded(writes, found.events))
        for model in MODELS:
            cost = await _applied(ours, model, events)
            found.costs.setdefault(model.name, Cost()).add(cost)
    with _measured(peer) as cost:
        await plain.rows_of(writes).copy(peer)
    found.costs.setdefault("plain", Cost()).add(cost)
    found.events, found.deals = found.events + sum(len(write.events) for write in writes), found.deals + len(writes)


async def _applied(
    connection: asyncpg.Connection[asyncpg.Record], model: ReadModel, events: Sequence[Recorded]
) -> Cost:
    """Apply events as a runner would, in one transaction."""
    with _measured(connection) as cost:
        async with connection.transaction():
            await instances.enter(connection, model.name, 1)
            await model.apply(connection, events)
    return cost


class _measured:  # noqa: N801 - reads as a verb
    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._backend = psutil.Process(connection.get_server_pid())

    def __enter__(self) -> Cost:
        self._begun = self._now()
        self._cost = Cost()
        return self._cost

    def __exit__(self, *_: object) -> None:
        clock, python, postgres = (now - then for now, then in zip(self._now(), self._begun, strict=True))
        self._cost.add(Cost(clock, python, postgres))

    def _now(self) -> tuple[float, float, float]:
        backend = self._backend.cpu_times()
        return time.perf_counter(), time.process_time(), backend.user + backend.system


def _say(share: Share, found: Filled, took: float) -> None:
    of = share.parameters.deals // share.of
    print(f"{os.getpid()}: {found.deals:,} of {of:,} deals, {found.events / took:,.0f} events/s", file=sys.stderr)
