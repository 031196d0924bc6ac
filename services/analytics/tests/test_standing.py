"""Where deals stood at an instant inside a month, and whose they were then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from services.analytics.projections.overview import by_stage
from services.analytics.projections.report import Reports
from services.analytics.projections.selection import Filters
from services.analytics.projections.standing import standing
from services.analytics.tests.happening import START, Log, named, stage, usd
from services.analytics.tests.histories import directory
from services.analytics.tests.tables import ZONE, applied, tables
from shared.eventstore.read_model import Pool
from shared.testing.databases import Databases

DEAL, ANNA, BEN = named("deal", 1), named("person", "anna"), named("person", "ben")
HANDED_OVER = START + timedelta(days=10, hours=3)


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    """A deal of Anna's that became Ben's on the tenth day and was won on the twentieth."""
    log, talk, won = Log("pipeline"), stage("talk"), stage("won", "won")
    process = named("process", "p")
    log.happened(process, "SalesProcessCreated", name="P")
    log.happened(process, "SalesProcessVersionDrafted", number=1, stages=[talk, won], moves=[])
    opening = {"name": "D", "process_id": process, "process_version": 1, "lines": [], "amount": usd("100")}
    log.happened(DEAL, "DealOpened", START, stage=talk, owner_id=ANNA, **opening)
    log.happened(DEAL, "DealAssigned", HANDED_OVER, owner_id=BEN, previous_owner_id=ANNA)
    log.happened(DEAL, "DealWon", START + timedelta(days=20), from_stage=talk, stage=won, amount=usd("90"))
    async with tables(fresh_database) as pool:
        await applied(pool, directory().events, batch=100)
        await applied(pool, log.events)
        yield pool


async def stood(
    pool: Pool, as_of: datetime | None, *, owner: tuple[UUID, ...] = (), team: tuple[UUID, ...] = ()
) -> list[tuple[str, int, str]]:
    reports = Reports(pool, ZONE)
    async with reports.ask("root", frozenset({"admin"}), Filters(owner=owner, team=team), as_of) as question:
        return [(one.stage_key, one.count, one.amount.amount if one.amount else "") for one in await by_stage(question)]


@pytest.mark.parametrize(
    ("as_of", "of_anna", "of_ben"),
    [
        (START - timedelta(seconds=1), [], []),
        (START, [("talk", 1, "100.00")], []),
        (HANDED_OVER - timedelta(microseconds=1), [("talk", 1, "100.00")], []),
        (HANDED_OVER, [], [("talk", 1, "100.00")]),
        (START + timedelta(days=20), [], [("won", 1, "90.00")]),
        (START + timedelta(days=400), [], [("won", 1, "90.00")]),
        (None, [], [("won", 1, "90.00")]),
    ],
)
async def test_a_deal_stands_with_whoever_had_it_then(
    pool: Pool, as_of: datetime | None, of_anna: list[tuple[str, int, str]], of_ben: list[tuple[str, int, str]]
) -> None:
    assert await stood(pool, as_of, owner=(ANNA,)) == of_anna
    assert await stood(pool, as_of, owner=(BEN,)) == of_ben
    assert await stood(pool, as_of) == of_anna + of_ben
    assert await stood(pool, as_of, team=(named("team", "east"),)) == of_anna + of_ben


@pytest.mark.parametrize(("as_of", "weighted"), [(START, "50"), (HANDED_OVER, "50"), (None, "45")])
@pytest.mark.parametrize("source", [(), ("nowhere", "web")])
async def test_expected_value_is_weighed_by_the_stage(
    pool: Pool, as_of: datetime | None, weighted: str, source: tuple[str, ...]
) -> None:
    async with Reports(pool, ZONE).ask("root", frozenset({"admin"}), Filters(source=source), as_of) as question:
        rows = await standing(question, "currency")
    assert [row["weighted"] for row in rows] == ([] if source else [Decimal(weighted)])
