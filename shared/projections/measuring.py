"""What a projection's consumer shows to Prometheus."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from shared.eventstore.recorded import Recorded
from shared.messaging.kafka import TopicPartition
from shared.observability.metrics import Metrics
from shared.projections.lag import Lag
from shared.projections.places import Place, Slice


class Measuring:
    """One per runner: it outlives the consumers that come and go, so lag is shown also while there is none."""

    def __init__(self, metrics: Metrics, projection: str, topics: Sequence[str], inspection: float) -> None:
        self._metrics = metrics
        self._name = projection
        self._lag = Lag(2 * inspection)
        self._shown: set[TopicPartition] = set()
        for topic in topics:
            metrics.watch_lag(projection, topic, lambda topic=topic: self._lag.seconds(topic))  # type: ignore[misc]

    def assigned(self) -> None:
        """Partitions were dealt out anew."""
        self._metrics.consumer_rebalances.labels(self._name).inc()

    def stored(self, slices: Mapping[TopicPartition, Slice], read: int, applied: Sequence[Recorded]) -> None:
        """A batch is committed: `read` messages came, some of them new, some of these applied."""
        fresh = sum(len(slice_.items) for slice_ in slices.values())
        counts = {"applied": len(applied), "parked": fresh - len(applied), "repeated": read - fresh}
        for outcome, count in counts.items():
            self._metrics.consumer_processed.labels(self._name, outcome).inc(count)
        for place, slice_ in slices.items():
            if slice_.items and (last := slice_.items[-1].recorded) is not None:
                self._lag.applied(place, last.recorded_at.timestamp())
        if applied:
            now = time.time()
            oldest = min(event.recorded_at for event in applied).timestamp()
            self._metrics.consumer_delay.labels(self._name).observe(max(0.0, now - oldest))
            self._metrics.projection_lag.labels(self._name).set(now - applied[-1].recorded_at.timestamp())

    def inspected(
        self, waiting: Mapping[TopicPartition, int], parked: int, known: Mapping[TopicPartition, Place]
    ) -> None:
        """What was found on looking around."""
        metrics, name = self._metrics, self._name
        self._lag.look(waiting)
        metrics.dead_letters.labels(name).set(parked)
        for place, messages in waiting.items():
            metrics.consumer_lag.labels(name, *map(str, place)).set(messages)
        for place in self._shown - waiting.keys():  # another member has it now
            metrics.consumer_lag.remove(name, *map(str, place))
        self._shown = set(waiting)
        for place, at in known.items():
            metrics.projection_position.labels(name, *map(str, place)).set(at.position)
