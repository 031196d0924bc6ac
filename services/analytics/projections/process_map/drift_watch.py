"""Looks every minute whether deals have left the drawing of a process too often of late, and shows it as metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal

import structlog
from prometheus_client import CollectorRegistry, Gauge

from services.analytics.projections.process_map.asking import MapFilters, ProcessMaps
from services.analytics.projections.process_map.trend import Alarm, Drift, drift
from services.analytics.projections.snapshot import NotBuiltYet, if_built

log = structlog.get_logger(__name__)
ALL = "SELECT id FROM read.drawn_process ORDER BY id"
EVERYTHING = frozenset({"service"})


class DriftWatch:
    """`crm_processes_drifting`: how many do; `crm_process_not_conforming_ratio`: the highest share among all.

    Which process it is stands in the log and in `GET /conformance/{process_id}/drift`: a label is never an id.
    """

    def __init__(
        self, maps: ProcessMaps, alarm: Alarm, registry: CollectorRegistry, now: Callable[[], datetime]
    ) -> None:
        self._maps, self._alarm, self._now = maps, alarm, now
        self._drifting = Gauge(
            "crm_processes_drifting", "Processes whose deals leave the drawing too often", registry=registry
        )
        self._highest = Gauge(
            "crm_process_not_conforming_ratio",
            "Deals closed of late that left the drawing, of the process with most",
            registry=registry,
        )
        self.last_progress = time.monotonic()
        self.alarmed = frozenset[str]()

    async def run(self, every: float = 60.0) -> None:
        """Look again and again until cancelled; while the map is being built for this version there is nothing yet."""
        while True:
            with suppress(NotBuiltYet):
                await self.look()
            self.last_progress = time.monotonic()
            await asyncio.sleep(every)

    async def look(self) -> list[Drift]:
        """Look once; says in the log which processes begin to drift. Raises NotBuiltYet."""
        found = []
        with if_built():
            ids = [row["id"] for row in await self._maps.pool.fetch(ALL)]
        for process_id in ids:
            async with self._maps.ask("", EVERYTHING, process_id, MapFilters()) as asked:
                found.append(await drift(asked, self._alarm, self._now()))
        self._show(found)
        return found

    def _show(self, found: list[Drift]) -> None:
        drifting = {str(one.process_id): one for one in found if one.drifting}
        for process_id in drifting.keys() - self.alarmed:
            log.warning("a process drifts from its drawing", process=process_id, share=drifting[process_id].share)
        self.alarmed = frozenset(drifting)
        self._drifting.set(len(drifting))
        enough = [one for one in found if one.deals >= self._alarm.least_deals]
        self._highest.set(float(max((Decimal(one.share or 0) for one in enough), default=Decimal(0))))
