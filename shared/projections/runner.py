"""Keeps one projection current from Kafka, and lets an operator rebuild it and retry what is parked."""

from __future__ import annotations

import asyncio
import time
from uuid import UUID

import structlog

from shared.eventstore import instances
from shared.eventstore.comparison import Comparison
from shared.messaging.consumer import Membership, group_reader
from shared.messaging.kafka import foreseen
from shared.messaging.strays import no_stray_cancellation
from shared.observability.metrics import Metrics
from shared.projections.batch import Batches
from shared.projections.following import Following, RunnerProgress
from shared.projections.live import Live, adopt, begin_again, connected, ensure_live
from shared.projections.measuring import Measuring
from shared.projections.projection import (
    InstanceReplaced,
    LogCutBack,
    PartitionsChanged,
    Projection,
    ProjectionSettings,
)
from shared.projections.rebuild import Rebuilder
from shared.projections.retry import Retried, retry_parked

log = structlog.get_logger(__name__)


class ProjectionRunner:
    """One per projection and process; replicas share the partitions between them."""

    def __init__(self, settings: ProjectionSettings, projection: Projection, metrics: Metrics | None = None) -> None:
        self._settings = settings
        self._measuring = (
            None if metrics is None else Measuring(metrics, projection.name, projection.topics, settings.inspection)
        )
        self._again = asyncio.Event()
        self._fingerprint = instances.fingerprint(projection.model)
        self._has_followed = False
        self.projection = projection
        self.rebuilder = Rebuilder(settings, projection, metrics)
        self.progress = RunnerProgress(last_progress=time.monotonic())

    async def run(self) -> None:
        """Follow the topics until cancelled or finished; after any error start again, with back-off."""
        pause = 0.1
        while not self.progress.finishing:
            began = time.monotonic()
            try:
                with no_stray_cancellation():
                    await self._serve()
            except InstanceReplaced:
                log.info("another instance is live", **self._name)
                continue
            except PartitionsChanged as reason:
                log.warning("partitions changed, building anew", reason=str(reason), **self._name)
                await self._renew()
                continue
            except LogCutBack as reason:
                log.warning("events were lost in a restore, reading all again", reason=str(reason), **self._name)
                await (self._renew(cut_back=True) if self.projection.rebuildable else self._read_again())
                continue
            except Exception as reason:  # noqa: BLE001 - whatever it was, the batch is rolled back: start again
                self._stopped(reason)
            lasted = time.monotonic() - began > self._settings.patience
            pause = 0.1 if lasted else min(pause * 2, self._settings.max_pause)
            await self._rest(pause)

    def finish(self) -> None:
        """Let `run` return after the batch in hand is stored."""
        self.progress.finishing = True
        self._again.set()

    async def rebuild(self, *, swap: bool = True) -> Comparison:
        """Build anew beside the live instance, compare, then swap or drop; raises NotRebuildable, RebuildRunning."""
        comparison = await self.rebuilder.rebuild(swap=swap)
        self._again.set()
        return comparison

    async def retry(self, stream_id: UUID | None = None) -> Retried:
        """Replay one parked stream, or all of them."""
        retried = await retry_parked(self._settings.dsn, self.projection, stream_id)
        self._again.set()
        return retried

    def _stopped(self, reason: Exception) -> None:
        """Say it once; a broker that is away for an hour is one line."""
        said, passing = f"{type(reason).__name__}: {reason}", foreseen(reason)
        if said != self.progress.error:
            log.error("projection starts again", error=said, exc_info=None if passing else reason, **self._name)
        self.progress.error, self.progress.state = said, "waiting" if passing else "stopped"

    @property
    def _name(self) -> dict[str, object]:
        return {"projection": self.projection.name, "service": self._settings.service}

    async def _rest(self, seconds: float) -> None:
        self._again.clear()
        if self.progress.finishing:
            return
        try:
            await asyncio.wait_for(self._again.wait(), seconds)
        except TimeoutError:
            return

    async def _serve(self) -> None:
        async with connected(self._settings.dsn) as connection:
            live = await ensure_live(connection, self.projection)
            if live.fingerprint != self._fingerprint and not self.projection.rebuildable:
                live = await adopt(connection, self.projection, live)
            if live.fingerprint == self._fingerprint:
                await self._follow(Batches(connection, self.projection, live.instance, self._settings.max_parked), live)
        if not self.progress.finishing:
            await self._become_live(live)

    async def _follow(self, batches: Batches, live: Live) -> None:
        self._has_followed = True
        self.progress.instance = live.instance
        async with group_reader(self._membership(live)) as reader:
            log.info("projection follows", instance=live.instance, **self._name)
            await Following(self._settings, self.projection, batches, reader, self.progress, self._measuring).run()

    async def _become_live(self, live: Live) -> None:
        """The live instance is kept by other code: at our start ours is the newer one, later the other one is."""
        if self._has_followed:
            self.progress.state, self.progress.last_progress = "standing-by", time.monotonic()
            await self._rest(self._settings.max_pause)
            return
        log.info("the code differs from the live instance's", instance=live.instance, **self._name)
        await self._renew()

    async def _read_again(self) -> None:
        """What was made of events stays; what is known of things is forgotten and read again from the start."""
        async with connected(self._settings.dsn) as connection:
            await begin_again(connection, self.projection, self.progress.instance)

    async def _renew(self, *, cut_back: bool = False) -> None:
        """Build anew because code or topic differ; another replica may be doing it already."""
        self.progress.state = "rebuilding"
        try:
            await self.rebuilder.rebuild(swap=True, cut_back=cut_back)
        except Exception as reason:
            self.progress.error = f"{type(reason).__name__}: {reason}"
            traceback = None if foreseen(reason) else reason
            log.exception("the rebuild failed", error=self.progress.error, exc_info=traceback, **self._name)
            await self._rest(self._settings.max_pause)

    def _membership(self, live: Live) -> Membership:
        settings = self._settings
        group = f"flowline-{settings.service}-{self.projection.name}-{live.instance}"
        return Membership(settings.kafka, group, settings.member, self.projection.topics, settings.patience)
