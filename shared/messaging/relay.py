"""The relay: publishes the event table to Kafka in order; Postgres is the truth, the topic can be made anew."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from shared.eventstore.head import confirm_identity, read_head
from shared.eventstore.personal import KeyRow
from shared.eventstore.recorded import Recorded
from shared.messaging.kafka import discard, foreseen, transactional_producer
from shared.messaging.leadership import Leadership, Term, dedicated_connection
from shared.messaging.publication import Publication, TopicReplaced
from shared.messaging.strays import no_stray_cancellation
from shared.messaging.topics import ensure_events_topic, ensure_keys_topic
from shared.observability.metrics import Metrics

log = structlog.get_logger(__name__)

TOLD = 100  # correlation ids in one line


class Log(Protocol):
    """What the relay reads of an event store (shared.eventstore.postgres.PostgresEventStore)."""

    async def read_after(self, epoch: int, position: int, limit: int) -> Sequence[Recorded]: ...  # noqa: D102
    async def wait_for_commit(self, timeout: float) -> object: ...  # noqa: ASYNC109, D102


class KeyLog(Protocol):
    """What the relay reads of a vault: wrapped keys in the order in which they came or were destroyed."""

    async def keys_after(self, sequence: int, limit: int) -> Sequence[KeyRow]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Times are seconds; the deadline of a batch lies below Kafka's time-out of its transaction."""

    dsn: str
    kafka: str
    service: str
    replicas: int = 1
    batch: int = 1000
    deadline: float = 8.0
    transaction_timeout: float = 10.0
    lock_idle: float = 10.0
    poll: float = 0.05
    inspection: float = 15.0


@dataclass(slots=True)
class RelayProgress:
    """How the relay is doing; times are `time.monotonic()`.

    `last_progress`: when it last moved, found nothing to do or stood by for another leader. `error`: why it stopped.
    """

    last_progress: float
    leading: bool = False
    position: int = 0
    head: int = 0
    incarnation: int = 0
    error: str | None = None

    def stalled(self) -> float:
        """Seconds for which events may have been waiting without any progress."""
        return time.monotonic() - self.last_progress


class Relay:
    """One per process; the one that holds the lock publishes, the others stand by."""

    def __init__(
        self, log: Log, settings: RelaySettings, keys: KeyLog | None = None, metrics: Metrics | None = None
    ) -> None:
        self._log = log
        self._settings = settings
        self._keys = keys
        self._metrics = metrics
        self._finishing = False
        self.progress = RelayProgress(last_progress=time.monotonic())
        if metrics is not None:
            metrics.outbox_leading.set_function(lambda: self.progress.leading)

    async def run(self) -> None:
        """Publish until cancelled or finished; after any error start again from the lock on, with back-off."""
        pause = 0.1
        while True:
            began = time.monotonic()
            try:
                with no_stray_cancellation():
                    await self._lead()
            except TopicReplaced as reason:
                log.warning("topic replaced, publishing everything again", reason=str(reason), **self._name)
                continue
            except Exception as reason:  # noqa: BLE001 - whatever it was, producer and lock are gone: start again
                self._stopped(reason)
            finally:
                self.progress.leading = False
            if self._finishing:
                return
            pause = 0.1 if time.monotonic() - began > 30 else min(pause * 2, 5.0)  # noqa: PLR2004
            await asyncio.sleep(pause)

    def finish(self) -> None:
        """Let `run` return once everything that is in the log has been published."""
        self._finishing = True

    def _stopped(self, reason: Exception) -> None:
        """Say it once; a broker that is away for an hour is one line."""
        said = f"{type(reason).__name__}: {reason}"
        if said != self.progress.error:
            log.error("relay starts again", error=said, exc_info=None if foreseen(reason) else reason, **self._name)
        self.progress.error = said

    @property
    def _name(self) -> dict[str, str]:
        return {"service": self._settings.service}

    async def _lead(self) -> None:
        """The order keeps two leaders apart: lock, the broker's fence, our fence and cursor, send."""
        settings = self._settings
        async with dedicated_connection(settings.dsn, settings.lock_idle) as connection:
            leadership = Leadership(connection, settings.service)
            while not await leadership.try_lock():
                self._moved()
                if self._finishing:
                    return
                await asyncio.sleep(min(0.5, settings.lock_idle / 4))
            await confirm_identity(connection)
            partitions = (await read_head(connection)).partitions
            producer = transactional_producer(
                settings.kafka, f"flowline-{settings.service}-relay", int(settings.transaction_timeout * 1000)
            )
            try:
                await asyncio.wait_for(producer.start(), settings.deadline)
                term = await leadership.begin_term()
                await self._publish(
                    leadership, Publication(producer, settings.kafka, settings.service, term, partitions)
                )
            finally:
                await discard(producer)

    async def _publish(self, leadership: Leadership, publication: Publication) -> None:
        term, settings = publication.term, self._settings
        self.progress.leading, self.progress.incarnation = True, term.incarnation
        log.info("relay leads", fence=term.fence, position=term.position, incarnation=term.incarnation, **self._name)
        inspect_at = beat_at = 0.0
        while True:
            last = self._finishing
            now = time.monotonic()
            if now >= inspect_at:
                await self._inspect(leadership, publication)
                inspect_at = now + settings.inspection
            if now >= beat_at:
                await leadership.heartbeat()
                beat_at = now + min(1.0, settings.lock_idle / 4)
            if not await self._publish_batch(leadership, publication):
                self._moved()
                if last:
                    return
                await self._log.wait_for_commit(settings.poll)

    async def _inspect(self, leadership: Leadership, publication: Publication) -> None:
        """The topics are there, and the records that we wrote last are still where we wrote them."""
        settings = self._settings
        await ensure_events_topic(settings.kafka, settings.service, publication.partitions, settings.replicas)
        if self._keys and await ensure_keys_topic(settings.kafka, settings.service, settings.replicas):
            await leadership.advance_keys(publication.term, 0)
        try:
            await asyncio.wait_for(publication.inspect(), settings.deadline)
        except TopicReplaced:
            await leadership.new_incarnation(publication.term)
            raise

    async def _publish_batch(self, leadership: Leadership, publication: Publication) -> bool:
        """Publish what comes next; False when there is nothing."""
        term, settings = publication.term, self._settings
        await self._publish_keys(leadership, publication)  # a reader of an event finds its key there already
        events = await self._log.read_after(term.epoch, term.position, settings.batch)
        if not events:
            self.progress.head = term.position
            return False
        self.progress.head = max(self.progress.head, events[-1].position)
        try:
            async with asyncio.timeout(settings.deadline):
                sent = await publication.send(events)
        except TopicReplaced:
            await leadership.new_incarnation(term)
            raise
        await leadership.advance(term, events[-1].epoch, events[-1].position, sent)
        self._moved(term)
        self._count(events, term.incarnation)
        self._tell(events, publication.partitions)
        return True

    def _tell(self, events: Sequence[Recorded], partitions: int) -> None:
        """One line for each batch; who follows a correlation id finds the positions here."""
        caused = list(dict.fromkeys(event.metadata.correlation_id for event in events))
        log.info(
            "published",
            epoch=events[-1].epoch,
            first=events[0].position,
            last=events[-1].position,
            partitions=partitions,
            correlation_ids=caused[:TOLD],
            **self._name,
        )

    def _count(self, events: Sequence[Recorded], incarnation: int) -> None:
        """What is older than this life of the topic was published before and says nothing about today's speed."""
        if self._metrics is None:
            return
        for name, number in Counter(event.type for event in events).items():
            self._metrics.outbox_published.labels(name).inc(number)
        recorded = events[0].recorded_at.timestamp()
        if recorded * 1000 >= incarnation:
            self._metrics.outbox_delay.observe(max(0.0, time.time() - recorded))

    async def _publish_keys(self, leadership: Leadership, publication: Publication) -> None:
        if self._keys is None:
            return
        term, settings = publication.term, self._settings
        while keys := await self._keys.keys_after(term.keys_position, settings.batch):
            async with asyncio.timeout(settings.deadline):
                await publication.send_keys(keys)
            await leadership.advance_keys(term, keys[-1].sequence)

    def _moved(self, term: Term | None = None) -> None:
        self.progress.last_progress = time.monotonic()
        self.progress.error = None
        if term is not None:
            self.progress.position = term.position
