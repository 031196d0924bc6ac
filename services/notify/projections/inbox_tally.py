"""Shows how many notifications were ever made and how many conditions could not be decided."""

from __future__ import annotations

import asyncio
import time

from prometheus_client import CollectorRegistry, Gauge

from shared.eventstore.read_model import Pool

COUNT = (
    "SELECT (SELECT position FROM read.inbox_head) AS made, (SELECT count(*) FROM read.condition_error) AS undecided"
)


class InboxTally:
    """`crm_notify_notifications` only ever grows (its rate is what is told); every replica shows the same numbers."""

    def __init__(self, pool: Pool, registry: CollectorRegistry) -> None:
        self._pool = pool
        self._made = Gauge("crm_notify_notifications", "Notifications ever made", registry=registry)
        self._undecided = Gauge(
            "crm_notify_condition_errors", "Events that a rule's condition could not decide, kept", registry=registry
        )
        self.last_progress = time.monotonic()

    async def run(self, every: float = 5.0) -> None:
        """Count again and again until cancelled."""
        while True:
            row = await self._pool.fetchrow(COUNT)
            assert row is not None, "a row of two counts"
            self._made.set(row["made"])
            self._undecided.set(row["undecided"])
            self.last_progress = time.monotonic()
            await asyncio.sleep(every)
