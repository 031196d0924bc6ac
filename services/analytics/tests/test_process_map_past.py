"""The map as of a past instant equals a naive fold of the events up to it, and its numbers open to their deals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.projections.process_map.asking import MapFilters, ProcessMaps
from services.analytics.projections.process_map.case_list import Passed, deals_passed
from services.analytics.projections.process_map.chosen_ways import Wanted, chosen_ways
from services.analytics.projections.process_map.conformance import conformance
from services.analytics.projections.process_map.event_log import cases_of
from services.analytics.projections.process_map.paths import variants
from services.analytics.projections.process_map.stays import stays
from services.analytics.projections.process_map.tally import tally
from services.analytics.projections.process_map.trend import Alarm, drift, trend
from services.analytics.tests import tables
from services.analytics.tests.happening import Log
from services.analytics.tests.histories import directory
from services.analytics.tests.mapped import ZONE, forgotten, map_tables, told
from services.analytics.tests.test_process_map import (
    ADMIN,
    DAYS,
    READERS,
    WANTED,
    check_durations,
    period,
    told_naively,
)
from services.analytics.tests.ways import ACTS, FIRST_DAY, ROUTE, Act, ways_log
from shared.eventstore.read_model import Pool
from shared.projections.live import ensure_live
from shared.projections.projection import Projection
from shared.testing.databases import Databases

INSTANTS = st.builds(
    lambda days, hours: FIRST_DAY + timedelta(days=days, hours=hours), st.integers(0, 250), st.integers(0, 23)
)


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    """The map beside the deals of the reports, which know the past."""
    async with map_tables(fresh_database) as pool:
        async with pool.acquire() as connection:
            await ensure_live(connection, Projection(tables.DEALS, ()))
        yield pool


async def happened(pool: Pool, log: Log) -> None:
    await forgotten(pool)
    await tables.emptied(pool)
    await told(pool, directory().events)
    await told(pool, log.events)
    await tables.applied(pool, log.events, batch=10_000)


def until(log: Log, as_of: datetime) -> Log:
    return replace(log, events=[event for event in log.events if event.occurred_at <= as_of])


@settings(max_examples=60, deadline=None)
@given(
    acts=ACTS,
    wanted=st.sampled_from(WANTED),
    days_then=st.tuples(DAYS, INSTANTS),
    by=st.sampled_from(["activity", "activity", "opened", "closed"]),
    reader=st.sampled_from(READERS),
)
async def test_every_count_and_duration_is_that_of_the_events_up_to_then(
    pool: Pool,
    acts: list[Act],
    wanted: dict[str, Any],
    days_then: tuple[tuple[date | None, int] | None, datetime],
    by: Any,
    reader: tuple[str, frozenset[str]],
) -> None:
    days, as_of = days_then
    log = ways_log(acts)
    await happened(pool, log)
    filters = MapFilters(by=by, as_of=as_of, **wanted, **period(days))
    async with ProcessMaps(pool, ZONE).ask(*reader, ROUTE, filters) as asked:
        counted = await tally(asked)
        steps = counted.of("step")
        behind = {way: len(await deals_passed(asked, Passed(source=way[1], target=way[2]), None, 200)) for way in steps}
    naive = told_naively(until(log, as_of), filters, reader)
    assert {way: line.n for way, line in counted.lines.items()} == dict(naive.counts())
    first = {(way.source, way.target): line.deals for way, line in steps.items() if line.deals}
    assert first == naive.deals_by_way()
    check_durations(counted, naive)
    assert all(line.deals <= behind[way] <= line.n for way, line in steps.items())


@settings(max_examples=15, deadline=None)
@given(
    acts=ACTS,
    wanted=st.sampled_from(WANTED),
    days_until=st.tuples(DAYS, st.integers(0, 80)),
    by=st.sampled_from(["activity", "opened", "closed"]),
    reader=st.sampled_from(READERS),
)
async def test_ways_and_conformance_of_then_are_what_was_told_then(
    pool: Pool,
    acts: list[Act],
    wanted: dict[str, Any],
    days_until: tuple[tuple[date | None, int] | None, int],
    by: Any,
    reader: tuple[str, frozenset[str]],
) -> None:
    days, event = days_until
    log = ways_log(acts)
    as_of = log.events[event % len(log.events)].occurred_at
    filters = MapFilters(by=by, **wanted, **period(days))
    await happened(pool, log)
    async with ProcessMaps(pool, ZONE).ask(*reader, ROUTE, replace(filters, as_of=as_of)) as asked:
        remembered = await said(asked, as_of)
        for one in remembered["variants"]:
            alone = replace(asked, filters=replace(asked.filters, variant=one["id"]))
            ways = await chosen_ways(alone, Wanted())
            assert len(await deals_passed(asked, Passed(then=ways.then), None, 200)) == one["deals"]
            assert len(await cases_of(alone)) == one["deals"]
        for one in remembered["conformance"]["violations"]:
            ways = await chosen_ways(asked, Wanted(violation=one["id"]))
            assert len(await deals_passed(asked, Passed(then=ways.then), None, 200)) == one["deals"]
    known = [event for event in log.events if event.occurred_at <= as_of or not event.type.startswith("Deal")]
    await happened(pool, replace(log, events=known))
    async with ProcessMaps(pool, ZONE).ask(*reader, ROUTE, filters) as asked:
        assert remembered == await said(asked, as_of)


async def test_a_migration_that_leaves_a_deal_in_its_stage_starts_no_clock_in_the_past_either(pool: Pool) -> None:
    log = ways_log([(0, "move", 0, 0), (0, "migrate", 1, 24)])
    await happened(pool, log)
    as_of = log.events[-1].occurred_at + timedelta(hours=10)
    async with ProcessMaps(pool, ZONE).ask(*ADMIN, ROUTE, MapFilters(as_of=as_of)) as asked:
        [talk] = (await stays(asked, as_of)).stages
    assert (talk.stage, talk.going_on.mean_hours) == ("talk", "34.00")


async def said(asked: Any, now: datetime) -> dict[str, Any]:
    """All that is told of ways, without the links and without how far the log was read."""
    told = {
        "variants": [asdict(one) for one in (await variants(asked, 500)).variants],
        "conformance": asdict(await conformance(asked)),
        "months": asdict(await trend(asked, "month")),
        "weeks": asdict(await trend(asked, "week")),
        "drift": asdict(await drift(asked, Alarm(days=30, threshold=0.1, least_deals=1), now)),
        "stays": asdict(await stays(asked, now)),
        "log": list((await cases_of(asked)).items()),
    }
    return {name: plain(value) for name, value in told.items()}


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if name not in ("drill", "positions")}
    return [plain(inner) for inner in value] if isinstance(value, list) else value
