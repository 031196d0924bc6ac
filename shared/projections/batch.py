"""One batch = one transaction: offsets, positions and rows move together; what cannot be digested is set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from shared.eventstore import instances
from shared.eventstore.faults import is_passing
from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded
from shared.messaging.cloudevents import Unparsable
from shared.messaging.kafka import TopicPartition
from shared.observability.metrics import Metrics
from shared.projections.live import read_live
from shared.projections.parking import Parking, Stream, stream_of
from shared.projections.places import Item, Place, Places, Slice
from shared.projections.projection import Projection, Superseded, TooManyParked

log = structlog.get_logger(__name__)


class Batches:
    """Applies batches to one instance over one connection."""

    def __init__(
        self,
        connection: Connection,
        projection: Projection,
        instance: int,
        max_parked: int,
        metrics: Metrics | None = None,
    ) -> None:
        self._connection = connection
        self._projection = projection
        self._instance = instance
        self._max_parked = max_parked
        self._metrics = metrics
        self.places = Places(connection, projection.name, instance)
        self.parking = Parking(connection, projection.name, instance)

    async def store(self, slices: Mapping[TopicPartition, Slice]) -> list[Recorded]:
        """Apply the slices' items and move their places, all or nothing; returns the events that changed rows.

        Raises Superseded, TooManyParked, or an error of the surroundings; nothing is stored then.
        """
        moves = {place: (slice_.before, slice_.after) for place, slice_ in slices.items()}
        items = [item for slice_ in slices.values() for item in slice_.items]
        try:
            return await self._attempt(moves, items, carefully=False)
        except Exception as error:
            if isinstance(error, Superseded) or is_passing(error) or self._connection.is_closed():
                raise
            log.warning("a batch failed, looking for the event", error=repr(error), **self._name)
        return await self._attempt(moves, items, carefully=True)

    async def live_instance(self) -> int | None:
        """The number of the instance that queries see now."""
        live = await read_live(self._connection, self._projection.name)
        return None if live is None else live.instance

    @property
    def _name(self) -> dict[str, object]:
        return {"projection": self._projection.name, "instance": self._instance}

    async def _attempt(
        self, moves: Mapping[TopicPartition, tuple[Place, Place]], items: list[Item], *, carefully: bool
    ) -> list[Recorded]:
        async with self._connection.transaction():
            await instances.enter(self._connection, self._projection.name, self._instance)
            await self.places.move(moves)  # its row locks let `retry` and us see each other's parked streams
            parked = await self.parking.streams()
            clear = await self._queue(items, parked) if parked else items
            if not carefully:
                return await self._apply(clear)
            return await self._bisect(clear, parked)

    async def _apply(self, items: Sequence[Item]) -> list[Recorded]:
        events = []
        for item in items:
            if item.recorded is None:
                raise Unparsable(item.reason)
            events.append(item.recorded)
        if events:
            await self._projection.model.apply(self._connection, events)
        return events

    async def _bisect(self, items: list[Item], parked: set[Stream]) -> list[Recorded]:
        """Apply what can be applied, from left to right; park the stream of each single item that cannot."""
        if not items:
            return []
        try:
            async with self._connection.transaction():  # a savepoint
                return await self._apply(items)
        except Exception as error:
            if is_passing(error) or self._connection.is_closed():
                raise
            if len(items) == 1:
                await self._park(items[0], error, parked)
                return []
        middle = len(items) // 2
        applied = await self._bisect(items[:middle], parked)
        return applied + await self._bisect(await self._queue(items[middle:], parked), parked)

    async def _queue(self, items: list[Item], parked: set[Stream]) -> list[Item]:
        """Put items of parked streams behind the earlier ones; the others are returned."""
        behind = [item for item in items if stream_of(item) in parked]
        if not behind:
            return items
        await self.parking.queue(behind)
        return [item for item in items if stream_of(item) not in parked]

    async def _park(self, item: Item, error: Exception, parked: set[Stream]) -> None:
        stream = stream_of(item)
        if len(parked) >= self._max_parked:
            raise TooManyParked(f"{len(parked)} streams are parked, and now {stream.stream_id}: {error!r}") from error
        await self.parking.park(item, error)
        parked.add(stream)
        event = item.recorded and str(item.recorded.event_id)
        log.error("stream parked", stream=str(stream.stream_id), event_id=event, error=repr(error), **self._name)
        if self._metrics is not None:
            self._metrics.dead_letters.labels(self._projection.name).set(len(parked))
