"""One life of a live instance's consumer: seek what was assigned, store what comes, look after itself."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from shared.eventstore.recorded import Recorded
from shared.messaging.cloudevents import Message
from shared.messaging.consumer import GroupReader, OutOfRange
from shared.messaging.epochs import Cut, cuts_in, is_lost
from shared.messaging.kafka import TopicPartition
from shared.projections.batch import Batches
from shared.projections.measuring import Measuring
from shared.projections.places import Place, read_slice
from shared.projections.projection import (
    InstanceReplaced,
    LogCutBack,
    PartitionsChanged,
    Projection,
    ProjectionSettings,
    Superseded,
    TopicTruncated,
)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class RunnerProgress:
    """How a projection is doing here; `last_progress` is `time.monotonic()` when it last stored or had nothing to do.

    `state`: starting | following | rebuilding | standing-by | waiting | stopped. `waiting`: offsets before the end.
    `finishing`: it ends after the batch in hand.
    """

    last_progress: float
    state: str = "starting"
    instance: int = 0
    error: str | None = None
    parked: int = 0
    applied: int = 0
    finishing: bool = False
    waiting: dict[TopicPartition, int] = field(default_factory=dict)

    def stalled(self) -> float:
        """Seconds without any progress."""
        return time.monotonic() - self.last_progress


class Following:
    """Runs until it is to finish or something is wrong; whoever runs it starts a new one then."""

    def __init__(
        self,
        settings: ProjectionSettings,
        projection: Projection,
        batches: Batches,
        reader: GroupReader,
        progress: RunnerProgress,
        measuring: Measuring | None = None,
    ) -> None:
        self._settings = settings
        self._projection = projection
        self._batches = batches
        self._reader = reader
        self._progress = progress
        self._measuring = measuring
        self._assignments = 0
        self._places: dict[TopicPartition, Place] = {}
        self._confirmed: dict[str, Sequence[Cut]] = {}

    async def run(self) -> None:
        """Raises InstanceReplaced, PartitionsChanged, TopicTruncated, TooManyParked, or what Kafka and Postgres do."""
        self._progress.state = "following"
        inspect_at = 0.0
        while not self._progress.finishing:
            await self._seek_assigned()
            try:
                messages = await self._reader.poll(self._settings.batch, self._settings.poll)
            except OutOfRange as reason:
                await self._rewind(reason.partitions)
                continue
            if messages:
                await self._store(messages)
            if time.monotonic() >= inspect_at:
                await self._inspect()
                inspect_at = time.monotonic() + self._settings.inspection

    async def _seek_assigned(self) -> None:
        if self._assignments != self._reader.assignments and self._measuring is not None:
            self._measuring.assigned()
        self._assignments = self._reader.assignments
        unsought = self._reader.unsought()
        if not unsought:
            return
        known = await self._batches.places.read()
        for partition in unsought:
            if partition not in known:
                await self._begin(partition.topic, known)
                known = await self._batches.places.read()
            self._places[partition] = known[partition]
            self._reader.seek(partition, known[partition].next_offset)

    async def _begin(self, topic: str, known: Mapping[TopicPartition, Place]) -> None:
        """The first sight of a topic; of a topic that we know, a new partition breaks the order within streams."""
        if any(partition.topic == topic for partition in known):
            raise PartitionsChanged(topic)
        await self._batches.places.begin(topic, self._reader.partitions(topic))

    async def _store(self, messages: Mapping[TopicPartition, Sequence[Message]]) -> None:
        await self._confirm_kept(messages)
        slices = {place: read_slice(place, self._places[place], run) for place, run in messages.items()}
        try:
            applied = await self._batches.store(slices)
        except Superseded:  # rebalanced away, or exchanged for another instance
            self._reader.forget(list(slices))
            await self._confirm_live()
            return
        for partition, slice_ in slices.items():
            self._places[partition] = slice_.after
            if slice_.rewound:
                log.warning("another life of the topic, reading it from its start", topic=partition.topic)
                self._reader.seek(partition, slice_.after.next_offset)
        self._progress.last_progress = time.monotonic()
        self._progress.applied += len(applied)
        if self._measuring is not None:
            self._measuring.stored(slices, sum(map(len, messages.values())), applied)
        if applied:
            moved = [[*place, slice_.before.position, slice_.after.position] for place, slice_ in slices.items()]
            log.info("applied", projection=self._projection.name, events=len(applied), moved=moved)
        await self._tell(applied)

    async def _tell(self, applied: list[Recorded]) -> None:
        if applied and self._projection.on_applied is not None:
            try:
                await self._projection.on_applied(applied)
            except Exception:  # what was told is stored; whoever missed it will read it there
                log.exception("could not tell what was applied", projection=self._projection.name)

    async def _confirm_kept(self, messages: Mapping[TopicPartition, Sequence[Message]]) -> None:
        """Raise LogCutBack when the log was restored to before something that was applied, in any partition."""
        cuts = {partition.topic: cuts_in(run[-1]) for partition, run in messages.items()}
        fresh = {topic: cut for topic, cut in cuts.items() if cut and self._confirmed.get(topic) != cut}
        if not fresh:
            return
        for partition, place in (await self._batches.places.read()).items():
            if is_lost(*place.applied, fresh.get(partition.topic, ())):
                raise LogCutBack(f"{partition.topic}/{partition.partition} was applied up to {place.applied}")
        self._confirmed |= fresh

    async def _rewind(self, partitions: Sequence[TopicPartition]) -> None:
        """The topic is shorter than we remember: read it from its start, the position check drops what we know."""
        moves = {}
        for partition in partitions:
            place = self._places[partition]
            if place.next_offset == 0:
                raise TopicTruncated(f"{partition.topic}/{partition.partition} does not begin at its first offset")
            moves[partition] = (place, place._replace(incarnation=0, next_offset=0))
        log.warning("offsets out of range, reading the topic from its start", partitions=list(moves))
        await self._batches.places.move(moves)
        for partition, (_, start) in moves.items():
            self._places[partition] = start
            self._reader.seek(partition, 0)

    async def _inspect(self) -> None:
        await self._confirm_live()
        progress = self._progress
        progress.waiting = await self._reader.waiting()
        progress.parked = await self._batches.parking.count()
        if not any(progress.waiting.values()):
            progress.last_progress, progress.error = time.monotonic(), None
        known = await self._batches.places.read()
        for topic in self._projection.topics:
            before, now = sum(place.topic == topic for place in known), self._reader.partitions(topic)
            if before and now and before != now:
                raise PartitionsChanged(f"{topic} had {before} partitions and has {now}")
        if self._measuring is not None:
            self._measuring.inspected(progress.waiting, progress.parked, known)

    async def _confirm_live(self) -> None:
        if await self._batches.live_instance() != self._progress.instance:
            raise InstanceReplaced
