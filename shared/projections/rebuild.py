"""A new instance beside the live one: filled from offset 0, compared at equal positions, then swapped in or dropped."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import asyncpg
import structlog

from shared.eventstore.comparison import Comparison, compare
from shared.messaging.kafka import TopicPartition, partition_counts
from shared.observability.metrics import Metrics
from shared.projections.filling import Filling, filling
from shared.projections.live import connected, ensure_live, exchange, make_next, remove
from shared.projections.places import Place, Places
from shared.projections.projection import NotRebuildable, Projection, ProjectionSettings, RebuildRunning

if TYPE_CHECKING:
    Own = asyncpg.Connection[asyncpg.Record]

log = structlog.get_logger(__name__)

TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('flowline-rebuild/' || $1, 0))"
SNAPSHOT = "SELECT 1 FROM pj.offsets LIMIT 1"
CLOSE_ENOUGH = 2_000
ROUNDS = 5


@dataclasses.dataclass(slots=True)
class RebuildProgress:
    """`done` and `total` count offsets; `began` is `time.monotonic()`."""

    instance: int
    done: int
    total: int
    began: float

    @property
    def ratio(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 1.0

    @property
    def eta_seconds(self) -> float | None:
        """How long it will take still at the rate so far; None as long as nothing can be said."""
        elapsed = time.monotonic() - self.began
        return elapsed / self.done * max(0, self.total - self.done) if self.done else None


class Rebuilder:
    """Builds one projection anew; at most one process does at a time."""

    def __init__(self, settings: ProjectionSettings, projection: Projection, metrics: Metrics | None = None) -> None:
        self._settings = settings
        self._projection = projection
        self._metrics = metrics
        self.progress: RebuildProgress | None = None

    async def rebuild(self, *, swap: bool) -> Comparison:
        """Queries go on from the old instance until the swap; without a swap it is a verification.

        Raises NotRebuildable, RebuildRunning, RebuildStalled, TooManyParked; the live instance is untouched then.
        """
        if not self._projection.rebuildable:
            raise NotRebuildable(f"{self._projection.name} cannot be built anew from events.")
        async with self._building() as connection:
            live = (await ensure_live(connection, self._projection)).instance
            built = await make_next(connection, self._projection, live)
            try:
                comparison = await self._build(connection, live, built, swap=swap)
            except BaseException:
                await self._drop(live + 1)
                raise
            finally:
                self.progress = None
            await self._drop(live if swap else built)
        log.info("rebuilt", projection=self._projection.name, instance=built, swapped=swap, equal=comparison.equal)
        return comparison

    async def _build(self, connection: Own, live: int, built: int, *, swap: bool) -> Comparison:
        counts = await partition_counts(self._settings.kafka, self._projection.topics)
        for topic, count in counts.items():
            await Places(connection, self._projection.name, built).begin(topic, count)
        partitions = [TopicPartition(topic, number) for topic, count in counts.items() for number in range(count)]
        targets = Places(connection, self._projection.name, live)
        async with filling(self._settings, self._projection, built, partitions) as fill:
            self.progress = RebuildProgress(built, 0, sum(fill.ends.values()), time.monotonic())
            comparable = set(await targets.read()) == set(partitions)
            await self._approach(fill, targets, comparable=comparable)
            comparison = await self._compare(connection, fill, live, built, comparable=comparable)
            if swap:
                async with connection.transaction():
                    await self._align(fill, await targets.read(lock=True), comparable=comparable)
                    await exchange(connection, self._projection, live, built)
        return dataclasses.replace(comparison, swapped=swap)

    async def _approach(self, fill: Filling, live: Places, *, comparable: bool) -> None:
        """Fill beside the running projection until little is left, so that it is held back only briefly."""
        for _ in range(ROUNDS):
            if await self._align(fill, await live.read(), comparable=comparable) < CLOSE_ENOUGH:
                return

    async def _align(self, fill: Filling, live: Mapping[TopicPartition, Place], *, comparable: bool) -> int:
        """Fill up to the live instance's places (or, with other partitions, to the topics' ends); returns how many."""
        targets = {partition: place.applied for partition, place in live.items()} if comparable else None
        return await fill.up_to(targets, self._show)

    async def _compare(self, connection: Own, fill: Filling, live: int, built: int, *, comparable: bool) -> Comparison:
        if not comparable:
            return Comparison(self._projection.name, 0, ())
        places = Places(connection, self._projection.name, live)
        async with connected(self._settings.dsn) as reader, reader.transaction(isolation="repeatable_read"):
            async with connection.transaction():  # its locks hold the live instance until the snapshot is taken
                at = await places.read(lock=True)
                await self._align(fill, at, comparable=True)
                await reader.execute(SNAPSHOT)
            tables = await compare(reader, self._projection.name, live=live, built=built)
        return Comparison(self._projection.name, max((place.position for place in at.values()), default=0), tables)

    def _show(self, offsets: int) -> None:
        if self.progress is None:
            return
        self.progress.done += offsets
        if self._metrics is not None:
            self._metrics.rebuild_progress.labels(self._projection.name).set(self.progress.ratio)

    async def _drop(self, instance: int) -> None:
        async with connected(self._settings.dsn) as connection:
            with suppress(asyncpg.LockNotAvailableError):  # a reader holds it: the next rebuild removes it
                await remove(connection, self._projection.name, instance)

    @asynccontextmanager
    async def _building(self) -> AsyncIterator[Own]:
        async with connected(self._settings.dsn) as connection:
            if not await connection.fetchval(TRY_LOCK, self._projection.name):
                raise RebuildRunning(f"{self._projection.name} is being rebuilt already.")
            yield connection
