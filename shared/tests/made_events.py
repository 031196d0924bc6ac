"""A log in memory and events for it, so that relay and runner are tried without an event store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.eventstore.recorded import Metadata, Recorded

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def stream(number: int) -> UUID:
    """The id of the n-th stream."""
    return UUID(int=(0x0190_0000_0000_7000_8000 << 48) + number)


def made(position: int, stream_number: int, version: int, amount: object = 1, epoch: int = 1) -> Recorded:
    """One event of the service `shop`: so much was counted on a stream."""
    return Recorded(
        service="shop",
        position=position,
        epoch=epoch,
        stream_id=stream(stream_number),
        version=version,
        event_id=UUID(int=(position << 64) + (epoch << 40) + version),
        type="AmountCounted",
        schema_version=1,
        data=json.dumps({"amount": amount}).encode(),
        metadata=Metadata(actor="张三", correlation_id=f"request-{position}"),
        occurred_at=BEGIN + timedelta(seconds=position % 10**9),
        recorded_at=BEGIN + timedelta(days=1, microseconds=position % 10**9),
    )


class MemoryLog:
    """An event log as the relay sees it; `count` appends."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self.versions: dict[int, int] = {}
        self._committed = asyncio.Event()

    def count(self, stream_number: int, amount: object = 1) -> Recorded:
        """Append one event to a stream."""
        version = self.versions[stream_number] = self.versions.get(stream_number, 0) + 1
        event = made(len(self.events) + 1, stream_number, version, amount)
        self.events.append(event)
        self._committed.set()
        return event

    async def head(self) -> tuple[int, int]:
        return 1, len(self.events)

    async def read_after(self, epoch: int, position: int, limit: int) -> Sequence[Recorded]:
        del epoch
        return self.events[position : position + limit]

    async def wait_for_commit(self, timeout: float) -> None:  # noqa: ASYNC109
        self._committed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._committed.wait(), timeout)
