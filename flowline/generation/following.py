"""Waits until what was appended is in Kafka and in every read model that follows it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flowline.events import SERVICES
from flowline.gateway import Gateway
from shared.eventstore.partitions import partition_of
from shared.eventstore.read_model import Pool
from shared.eventstore.recorded import Recorded
from shared.messaging.leadership import published
from shared.messaging.topics import events_topic

SERVICE = "pipeline"
TOPIC = events_topic(SERVICE)
LOOK_AGAIN = 0.25  # seconds
STANDSTILL = 600.0  # seconds without any progress after which something is wrong
LAST = 1000  # events at the end of the log, among which every partition has its last


class StandsStill(Exception):
    """A part of the system has not moved for ten minutes."""


class Log(Protocol):
    """What is needed of an event store (shared.eventstore.postgres.PostgresEventStore)."""

    partitions: int

    async def head(self) -> tuple[int, int]: ...  # noqa: D102
    async def read_after(self, epoch: int, position: int, limit: int) -> Sequence[Recorded]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Target:
    """The end of the log: its epoch and position, and the last position of each Kafka partition."""

    epoch: int
    position: int
    partitions: Mapping[int, int]


async def target_of(log: Log) -> Target:
    """How far everybody has to come."""
    epoch, position = await log.head()
    events = await log.read_after(epoch, max(position - LAST, 0), LAST)
    partitions = {partition_of(event.stream_id, log.partitions): event.position for event in events}
    return Target(epoch, position, partitions)


async def until_published(pool: Pool, target: Target, progress: Callable[[int], None]) -> None:
    """Return once the relay has published up to the target; raises StandsStill."""
    watch = _Watch("pipeline's relay")
    while (reached := await published(pool, SERVICE)) < (target.epoch, target.position):
        watch.look(reached)
        progress(reached[1])
        await asyncio.sleep(LOOK_AGAIN)
    progress(target.position)


async def until_applied(gateway: Gateway, target: Target, ready: Callable[[str, float], None]) -> None:
    """Return once every projection of pipeline's topic has applied the target; raises StandsStill.

    `ready` is told each projection's `service/name` and the seconds that it took.
    """
    begun, done, watch = time.monotonic(), set[str](), _Watch("a read model")
    while True:
        rows = {f"{service}/{row['name']}": row for service in SERVICES for row in await _followers(gateway, service)}
        there = {name for name, row in rows.items() if _has(row, target)}
        for name in sorted(there - done):
            ready(name, time.monotonic() - begun)
        done |= there
        if there == rows.keys():
            return
        watch.look([row["positions"] for row in rows.values()])
        await asyncio.sleep(LOOK_AGAIN)


async def _followers(gateway: Gateway, service: str) -> list[dict[str, Any]]:
    answer = await gateway.get(f"/operations/{service}/projections")
    return [row for row in answer["projections"] if any(place.startswith(TOPIC) for place in row["positions"])]


def _has(row: Mapping[str, Any], target: Target) -> bool:
    positions = row["positions"]
    return all(positions.get(f"{TOPIC}/{number}", 0) >= position for number, position in target.partitions.items())


class _Watch:
    """Notices when what it is shown stays the same for too long."""

    def __init__(self, what: str) -> None:
        self._what, self._since = what, time.monotonic()
        self._seen: object = None

    def look(self, now: object) -> None:
        if now != self._seen:
            self._seen, self._since = now, time.monotonic()
        elif time.monotonic() - self._since > STANDSTILL:
            raise StandsStill(f"{self._what} has not moved for {STANDSTILL:.0f} s: see `flowline projections status`")
