"""Shows how many automations are due and have not run, and for how long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import asyncpg
from prometheus_client import CollectorRegistry, Gauge

QUEUE = "automations"
OVERDUE_SECONDS = 60
LOOK = """
SELECT count(*) AS ready,
  count(*) FILTER (WHERE idle AND due_at <= $1::timestamptz - make_interval(secs => $2)) AS overdue,
  extract(epoch FROM $1::timestamptz - min(due_at))::float8 AS oldest
FROM read.due_automations WHERE due_at <= $1::timestamptz"""


class AutomationBacklog:
    """`crm_jobs_ready`, `crm_jobs_oldest_ready_age_seconds`, `crm_jobs_failed` and `crm_timers_overdue`.

    `failed` counts what this process has postponed for another attempt; overdue is a timer a minute after its time.
    """

    def __init__(
        self,
        pool: asyncpg.Pool[asyncpg.Record],
        failed: Callable[[], int],
        registry: CollectorRegistry,
        clock: Callable[[], datetime],
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._ready = Gauge("crm_jobs_ready", "Jobs that could run now", ("queue",), registry=registry)
        self._oldest = Gauge(
            "crm_jobs_oldest_ready_age_seconds", "For how long the oldest could run", ("queue",), registry=registry
        )
        waiting = Gauge("crm_jobs_failed", "Jobs that wait for another attempt", ("queue",), registry=registry)
        waiting.labels(QUEUE).set_function(failed)
        self._overdue = Gauge("crm_timers_overdue", "Timers that should have gone off a minute ago", registry=registry)
        self.last_progress = time.monotonic()

    async def run(self, every: float = 5.0) -> None:
        """Look again and again until cancelled."""
        while True:
            await self.look()
            self.last_progress = time.monotonic()
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Look once."""
        row = await self._pool.fetchrow(LOOK, self._clock(), OVERDUE_SECONDS)
        assert row is not None, "an aggregate has one row"
        self._ready.labels(QUEUE).set(row["ready"])
        self._oldest.labels(QUEUE).set(row["oldest"] or 0.0)
        self._overdue.set(row["overdue"])
