"""The edges of days and months: when a deal begins to rot, and which later day is a slip out of a window."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.analytics.projections.coins import Coins
from services.analytics.projections.report import Question, Reports
from services.analytics.projections.rotting import rotting
from services.analytics.projections.selection import Filters
from services.analytics.projections.slipped import slipped
from services.analytics.tests.happening import START, Log, named, stage, usd
from services.analytics.tests.tables import ZONE, applied, emptied, tables
from shared.eventstore.read_model import Pool
from shared.testing.databases import Databases

TODAY = date(2026, 3, 20)
LATE = datetime(2026, 1, 5, 15, 59, tzinfo=UTC)  # a minute before midnight in Shanghai
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    async with tables(fresh_database) as pool:
        yield pool


def one_deal() -> Log:
    """A deal that was opened late on 5 January in a stage that allows 20 idle days."""
    log, process = Log("pipeline"), named("process", "p")
    offer = stage("offer") | {"idle_days": 20}
    for number in (1, 2):
        log.happened(process, "SalesProcessCreated" if number == 1 else "SalesProcessRenamed", name="P")
        log.happened(process, "SalesProcessVersionDrafted", number=number, stages=[offer, stage("sign")], moves=[])
    told: dict[str, Any] = {"process_id": process, "process_version": 1, "stage": offer, "owner_id": None}
    log.happened(
        named("deal", 1), "DealOpened", LATE, name="D", amount=usd("100"), expected_close="2026-03-10", lines=[], **told
    )
    return log


@asynccontextmanager
async def asked(pool: Pool, log: Log) -> AsyncIterator[Question]:
    await emptied(pool)
    await applied(pool, log.events)
    async with Reports(pool, ZONE).ask("root", frozenset({"admin"}), Filters()) as question:
        yield question


@pytest.mark.parametrize(("days", "idle"), [(20, 0), (21, 1)])
async def test_a_deal_rots_on_the_day_after_its_idle_days(pool: Pool, days: int, idle: int) -> None:
    async with asked(pool, one_deal()) as question:
        soon_after_midnight = LATE + timedelta(days=days - 1, minutes=2)
        answer = await rotting(question, soon_after_midnight, Coins())
    assert [(one.deals, one.idle_deals) for one in answer.stages] == [(1, idle)]


@pytest.mark.parametrize(
    ("became", "slips"), [("2026-03-09", 0), ("2026-03-10", 0), ("2026-03-31", 0), ("2026-04-01", 1)]
)
async def test_only_a_move_out_of_the_window_is_a_slip(pool: Pool, became: str, slips: int) -> None:
    log = one_deal()
    log.happened(named("deal", 1), "DealExpectedCloseChanged", START + timedelta(days=1), after=became)
    async with asked(pool, log) as question:
        kept = await slipped(question, TODAY, MARCH, Coins())
        exact = await slipped(question, TODAY, (MARCH[0] + timedelta(days=1), MARCH[1]), Coins())
    assert (kept.slips, len(kept.newest), exact.slips) == (slips, slips, slips)
    assert kept.slipped_amounts == exact.slipped_amounts


async def test_a_deal_of_another_version_brings_its_deeds_along(pool: Pool) -> None:
    log, deal = one_deal(), named("deal", 1)
    log.happened(deal, "DealExpectedCloseChanged", START + timedelta(days=1), after="2026-04-10")
    moved = {"from_version": 1, "to_version": 2, "from_stage": stage("offer"), "to_stage": stage("offer")}
    log.happened(deal, "DealMigrated", START + timedelta(days=2), reason="new drawing", **moved)
    log.happened(deal, "DealExpectedCloseChanged", START + timedelta(days=3), after="2026-05-10")
    await emptied(pool)
    await applied(pool, log.events, batch=100)
    for version, slips in ((1, 0), (2, 2)):
        chosen = Filters(process_version=version)
        async with Reports(pool, ZONE).ask("root", frozenset({"admin"}), chosen) as question:
            assert (await slipped(question, TODAY, (None, None), Coins())).slips == slips
