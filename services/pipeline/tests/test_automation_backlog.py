"""What operations see of automations: how many could run, for how long, and which timers are late."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from services.pipeline.projections.automation_backlog import AutomationBacklog
from services.pipeline.tests.automated import DAY, NOW, NUDGE, Automated, opened, staffed, with_stage
from services.pipeline.tests.selling import MIGRATIONS, Selling
from shared.testing.databases import Databases


@pytest.fixture(scope="module")
async def here(fresh_database: Databases) -> AsyncIterator[Selling]:
    async with staffed(await fresh_database(MIGRATIONS)) as running:
        yield running


async def seen(process: Automated, at: datetime, failed: int = 0) -> dict[str, float | None]:
    """Every metric at that moment."""
    registry = CollectorRegistry()
    backlog = AutomationBacklog(process.here.store.pool, lambda: failed, registry, lambda: at)
    await backlog.look()
    queue = {"queue": "automations"}
    names = ("crm_jobs_ready", "crm_jobs_oldest_ready_age_seconds", "crm_jobs_failed")
    return {name: registry.get_sample_value(name, queue) for name in names} | {
        "crm_timers_overdue": registry.get_sample_value("crm_timers_overdue")
    }


async def test_nothing_is_late_before_its_time_and_a_timer_counts_as_overdue_after_a_minute(here: Selling) -> None:
    process = await with_stage(here, NUDGE)
    await opened(process)
    goes_off = NOW + 7 * DAY
    before = await seen(process, goes_off - timedelta(seconds=1))
    assert (before["crm_jobs_ready"], before["crm_jobs_oldest_ready_age_seconds"]) == (0, 0)
    late = await seen(process, goes_off + timedelta(seconds=90), failed=2)
    assert late == {
        "crm_jobs_ready": 1, "crm_jobs_oldest_ready_age_seconds": 90, "crm_jobs_failed": 2, "crm_timers_overdue": 1,
    }  # fmt: skip
    await process.run(goes_off)
    assert (await seen(process, goes_off + DAY))["crm_timers_overdue"] == 0
