"""A new instance beside the live one: filled from offset 0, compared at equal positions, then swapped in or dropped."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import asyncpg
import structlog

from shared.eventstore.comparison import Comparison, compare
from shared.messaging.kafka import TopicPartition, end_offsets
from shared.observability.metrics import Metrics
from shared.projections.filler import Target, Work, fill_in_processes, travels
from shared.projections.filling import Filling, filling
from shared.projections.live import connected, ensure_live, exchange, make_next, remove
from shared.projections.places import Places
from shared.projections.projection import NotRebuildable, Projection, ProjectionSettings, RebuildRunning

if TYPE_CHECKING:
    Own = asyncpg.Connection[asyncpg.Record]

log = structlog.get_logger(__name__)

TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('flowline-rebuild/' || $1, 0))"
SNAPSHOT = "SELECT 1 FROM pj.offsets LIMIT 1"
CLOSE_ENOUGH = 2_000
ROUNDS = 5
MOST_PROCESSES = 4


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


class Targets:
    """How far to fill: to where the live instance stands or, if that cannot be compared with, to the topics' ends.

    It cannot when it has other partitions, or events that a restore has lost (`cut_back`).
    """

    def __init__(self, live: Places, partitions: Sequence[TopicPartition], *, cut_back: bool) -> None:
        self._live = live
        self._cut_back = cut_back
        self._partitions = set(partitions)

    async def comparable(self) -> bool:
        """Whether the live instance has been built from the same partitions and events."""
        return not self._cut_back and set(await self._live.read()) == self._partitions

    async def read(self, *, lock: bool = False) -> dict[TopicPartition, Target]:
        """Each partition's (epoch, position), None = its end; locked until the caller's transaction ends if asked."""
        places = await self._live.read(lock=lock)
        if self._cut_back or set(places) != self._partitions:
            return dict.fromkeys(self._partitions)
        return {partition: place.applied for partition, place in places.items()}


class Rebuilder:
    """Builds one projection anew; at most one process does at a time."""

    def __init__(self, settings: ProjectionSettings, projection: Projection, metrics: Metrics | None = None) -> None:
        self._settings = settings
        self._projection = projection
        self._metrics = metrics
        self.progress: RebuildProgress | None = None
        self._show_share(1)

    async def rebuild(self, *, swap: bool, cut_back: bool = False) -> Comparison:
        """Queries go on from the old instance until the swap; without a swap it is a verification.

        Raises NotRebuildable, RebuildRunning, RebuildStalled, TooManyParked; the live instance is untouched then.
        """
        if not self._projection.rebuildable:
            raise NotRebuildable(f"{self._projection.name} cannot be built anew from events.")
        async with self._building() as connection:
            live = (await ensure_live(connection, self._projection)).instance
            built = await make_next(connection, self._projection, live)
            try:
                comparison = await self._build(connection, live, built, swap=swap, cut_back=cut_back)
            except BaseException:
                await self._drop(live + 1)
                raise
            finally:
                self.progress = None
                self._show_share(1)
            await self._drop(live if swap else built)
        log.info("rebuilt", projection=self._projection.name, instance=built, swapped=swap, equal=comparison.equal)
        return comparison

    async def _build(self, connection: Own, live: int, built: int, *, swap: bool, cut_back: bool) -> Comparison:
        ends = await end_offsets(self._settings.kafka, self._projection.topics)
        for topic in self._projection.topics:
            count = sum(partition.topic == topic for partition in ends)
            await Places(connection, self._projection.name, built).begin(topic, count)
        self.progress = RebuildProgress(built, 0, sum(ends.values()), time.monotonic())
        targets = Targets(Places(connection, self._projection.name, live), list(ends), cut_back=cut_back)
        await self._fill_all(built, await targets.read(), ends)
        async with filling(self._settings, self._projection, built, list(ends)) as fill:
            await self._approach(fill, targets)
            comparison = await self._compare(connection, fill, live, built, targets)
            if swap:
                async with connection.transaction():
                    await fill.up_to(await targets.read(lock=True), self._show)
                    await exchange(connection, self._projection, live, built)
        return dataclasses.replace(comparison, swapped=swap)

    async def _fill_all(
        self, built: int, targets: Mapping[TopicPartition, Target], ends: Mapping[TopicPartition, int]
    ) -> None:
        """The bulk, in one process more than there are cores (each waits now and then), where that pays."""
        model, processes = self._projection.model, min(len(targets), (os.cpu_count() or 1) + 1, MOST_PROCESSES)
        if sum(ends.values()) < self._settings.worth_processes or processes < 2 or not travels(model):  # noqa: PLR2004
            return
        largest_first = sorted(targets, key=lambda partition: -ends[partition])
        shares = [largest_first[number::processes] for number in range(processes)]
        works = [
            Work(self._settings, model, self._projection.topics, built, {place: targets[place] for place in share})
            for share in shares
        ]
        await fill_in_processes(works, self._show)

    async def _approach(self, fill: Filling, targets: Targets) -> None:
        """Fill beside the running projection until little is left, so that it is held back only briefly."""
        for _ in range(ROUNDS):
            if await fill.up_to(await targets.read(), self._show) < CLOSE_ENOUGH:
                return

    async def _compare(self, connection: Own, fill: Filling, live: int, built: int, targets: Targets) -> Comparison:
        if not await targets.comparable():
            return Comparison(self._projection.name, 0, ())
        async with connected(self._settings.dsn) as reader, reader.transaction(isolation="repeatable_read"):
            async with connection.transaction():  # its locks hold the live instance until the snapshot is taken
                at = await targets.read(lock=True)
                await fill.up_to(at, self._show)
                await reader.execute(SNAPSHOT)
            tables = await compare(reader, self._projection.model, live=live, built=built)
        position = max((order[1] for order in at.values() if order), default=0)
        return Comparison(self._projection.name, position, tables)

    def _show(self, offsets: int) -> None:
        if self.progress is None:
            return
        self.progress.done += offsets
        self._show_share(self.progress.ratio)

    def _show_share(self, share: float) -> None:
        if self._metrics is not None:
            self._metrics.rebuild_progress.labels(self._projection.name).set(share)

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
