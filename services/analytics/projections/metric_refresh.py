"""Keeps the values of metrics fresh: history moves, because deals are reopened, corrected and entered late."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from services.analytics.projections.metric_values import MetricValues
from services.analytics.projections.snapshot import NotBuiltYet


class Refreshing:
    """A loop that builds all values anew every so many seconds."""

    def __init__(self, values: MetricValues, seconds: float) -> None:
        self._values = values
        self._seconds = seconds
        self.last_progress = time.monotonic()

    async def run(self) -> None:
        """For ever; what cannot be counted while it is being built for this version is counted the next time."""
        while True:
            with suppress(NotBuiltYet):
                await self._values.refresh()
            due = time.monotonic() + self._seconds
            while (left := due - time.monotonic()) > 0:
                self.last_progress = time.monotonic()
                await asyncio.sleep(min(left, 1.0))
