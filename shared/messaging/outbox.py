"""Looks at log and outbox from outside of the relay, so that a relay that stands still is seen as well."""

from __future__ import annotations

import asyncio
import time

from shared.eventstore.log import position_of_cursor
from shared.eventstore.read_model import Pool
from shared.messaging.leadership import published
from shared.observability.metrics import Metrics

LOOK = """
SELECT h.position, h.epoch, (h.system_identifier, h.timeline) <> (i.system_identifier, i.timeline) AS copied,
  pg_database_size(current_database()) AS bytes,
  (SELECT count(*) FROM vault.keys WHERE wrapped IS NULL) AS shredded
FROM ev.head h, ev.identity() i"""
OLDEST_AGE = """
SELECT extract(epoch FROM clock_timestamp() - recorded_at)::float8 FROM ev.events
WHERE position > $1 ORDER BY position LIMIT 1"""


class OutboxWatch:
    """Shows how far the log goes and how far it is published."""

    def __init__(self, pool: Pool, service: str, metrics: Metrics, every: float = 5.0) -> None:
        self._pool = pool
        self._service = service
        self._metrics = metrics
        self._every = every
        self._shredded = 0
        self.last_progress = time.monotonic()

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await self.look()
            self.last_progress = time.monotonic()
            await asyncio.sleep(self._every)

    async def look(self) -> None:
        """Look once."""
        row = await self._pool.fetchrow(LOOK)
        assert row is not None, "a migrated event store has its head row"
        metrics = self._metrics
        metrics.head_position.set(row["position"])
        metrics.head_epoch.set(row["epoch"])
        metrics.epoch_bump_needed.set(row["copied"])
        metrics.database_bytes.set(row["bytes"])
        metrics.keys_shredded.inc(max(0, row["shredded"] - self._shredded))
        self._shredded = row["shredded"]
        await self._look_at_outbox(row["position"])

    async def _look_at_outbox(self, head: int) -> None:
        position = await position_of_cursor(self._pool, *await published(self._pool, self._service))
        pending = max(0, head - position)
        age = await self._pool.fetchval(OLDEST_AGE, position) if pending else 0.0
        self._metrics.outbox_position.set(position)
        self._metrics.outbox_pending.set(pending)
        self._metrics.outbox_oldest_age.set(max(0.0, age or 0.0))
