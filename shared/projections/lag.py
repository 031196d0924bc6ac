"""How old the oldest event may be that a consumer has not applied: a count of messages says nothing of urgency."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from shared.messaging.kafka import TopicPartition


class Lag:
    """A bound: everything recorded before `_reached` has been applied in a partition.

    `fresh`: seconds between two looks that are no sign of lag. Whoever has stopped looking falls behind by himself.
    """

    def __init__(self, fresh: float, clock: Callable[[], float] = time.time) -> None:
        self._fresh = fresh
        self._clock = clock
        self._looked = clock()
        self._reached: dict[TopicPartition, float] = {}
        self._guessed: set[TopicPartition] = set()  # seen with a backlog, of an age that only its events will tell

    def look(self, waiting: Mapping[TopicPartition, int]) -> None:
        """Note how many messages wait in each partition that is ours now; the others are somebody else's."""
        self._looked = now = self._clock()
        unknown = {place for place in waiting if place not in self._reached}
        self._guessed = {place for place, messages in waiting.items() if messages and place in self._guessed | unknown}
        self._reached = {
            place: self._reached.get(place, now) if messages else now for place, messages in waiting.items()
        }

    def applied(self, place: TopicPartition, recorded_at: float) -> None:
        """Note that a partition is applied up to an event of that moment."""
        known = recorded_at if place in self._guessed else self._reached.get(place, recorded_at)
        self._reached[place] = max(recorded_at, known)
        self._guessed.discard(place)

    def seconds(self, topic: str) -> float:
        """How far behind the worst of the topic's partitions is; 0 while it is looked after and nothing waits."""
        reached = [moment for place, moment in self._reached.items() if place.topic == topic]
        behind = self._clock() - min(reached, default=self._looked)
        return behind if behind > self._fresh else 0.0
