"""The most frequent ways and the verdicts by day equal a naive fold of the events, for any days and versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.analytics.projections.process_map.asking import MapFilters, ProcessMaps
from services.analytics.projections.process_map.conformance import conformance
from services.analytics.projections.process_map.paths import variants
from services.analytics.projections.process_map.trend import trend
from services.analytics.projections.process_map.way_counts import stretches
from services.analytics.tests.mapped import ZONE, forgotten, map_tables, rows, told
from services.analytics.tests.naive_ways import Traveller, remember
from services.analytics.tests.ways import ACTS, ROUTE, Act, ways_log
from shared.eventstore.read_model import Pool
from shared.testing.databases import Databases

ADMIN = ("root", frozenset({"admin"}))
HOWS = {"DealOpened": "opened", "DealStageChanged": "moved", "DealWon": "won", "DealLost": "lost"}
HOWS |= {"DealReopened": "reopened", "DealMigrated": "migrated"}
BY = ("activity", "opened", "closed")
DAYS = st.sampled_from(
    [
        {},
        {"from_date": date(2024, 10, 1), "to_date": date(2024, 12, 31)},
        {"from_date": date(2024, 11, 1), "to_date": date(2024, 12, 31)},
        {"from_date": date(2024, 12, 1)},
        {"to_date": date(2025, 12, 31)},
        {"from_date": date(2024, 12, 4), "to_date": date(2025, 1, 20)},
    ]
)


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    async with map_tables(fresh_database) as pool:
        yield pool


@settings(max_examples=15, deadline=None)
@example(
    acts=[(0, "move", 1, 1), (1, "move", 1, 1), (2, "move", 1, 1), (2, "move", 1, 1)], days={}, version=None, top=1
)
@given(acts=ACTS, days=DAYS, version=st.sampled_from([None, None, 1, 2]), top=st.integers(1, 4))
async def test_the_most_frequent_ways_are_shown_and_all_of_them_counted(
    pool: Pool, acts: list[Act], days: dict[str, Any], version: int | None, top: int
) -> None:
    log = ways_log([(deal, verb, choice % 3, hours) for deal, verb, choice, hours in acts[:12]])  # short: some meet
    await forgotten(pool)
    await told(pool, log.events, batch=20)
    deals = [deal for deal in living(log.events) if version in (None, deal.here.version)]
    ways = Counter(way(deal) for deal in deals if inside(days, deal.opened.astimezone(ZoneInfo(ZONE)).date()))
    async with ProcessMaps(pool, ZONE).ask(*ADMIN, ROUTE, MapFilters(by="opened", version=version, **days)) as asked:
        answer = await variants(asked, top)
    assert (answer.deals, answer.variants_total) == (ways.total(), len(ways))
    assert [one.deals for one in answer.variants] == [n for _, n in ways.most_common(top)]
    for one in answer.variants:
        stops = tuple((stop.process_version, stop.stage, stop.how, stop.overridden) for stop in one.stops)
        assert (one.deals, one.duration.times) == (ways[stops], one.closed)


@settings(max_examples=12, deadline=None)
@given(acts=ACTS, days=DAYS, unit=st.sampled_from(["month", "week"]), by=st.sampled_from(BY))
async def test_closings_are_told_by_the_month_or_week(
    pool: Pool, acts: list[Act], days: dict[str, Any], unit: Any, by: Any
) -> None:
    log = ways_log(acts)
    await forgotten(pool)
    await told(pool, log.events)
    closings = Counter[date]()
    for deal in living(log.events):
        if deal.closed is not None:
            day, opened = (at.astimezone(ZoneInfo(ZONE)).date() for at in (deal.closed, deal.opened))
            begins = day.replace(day=1) if unit == "month" else day - timedelta(days=day.weekday())
            closings[begins] += inside(days, opened if by == "opened" else day)
    async with ProcessMaps(pool, ZONE).ask(*ADMIN, ROUTE, MapFilters(by=by, **days)) as asked:
        periods, judged = (await trend(asked, unit)).periods, await conformance(asked)
    assert {one.begins: one.deals for one in periods} == +closings
    assert by != "closed" or judged.deals == closings.total()


async def test_nothing_is_left_of_a_way_that_nobody_goes_any_more(pool: Pool) -> None:
    log = ways_log([(deal, verb, 3, 50) for deal in range(3) for verb in ("move", "win", "delete")])
    await forgotten(pool)
    await told(pool, log.events, batch=2)
    left = await rows(pool)
    kept = ("process_way", "process_way_total", "process_way_histogram", "process_verdict")
    assert [left[name] for name in kept] == [[], [], [], []]


@given(first=st.dates(date(2019, 1, 1), date(2027, 1, 1)), months=st.integers(1, 60))
def test_whole_months_are_covered_once_by_the_longest_stretches(first: date, months: int) -> None:
    begins = [date(number // 12, number % 12 + 1, 1) for number in range(first.year * 12, first.year * 12 + months + 1)]
    covered = stretches(begins[0], begins[-1] - timedelta(days=1))
    assert covered is not None
    lengths = {"year": 12, "quarter": 3, "month": 1}
    found = [begins.index(period) + at for level, period in covered for at in range(lengths[level])]
    assert found == list(range(months))
    assert len(covered) <= months // 12 + 2 * (3 + 2)


def living(events: Any) -> list[Traveller]:
    return [deal for deal in remember(events) if deal.process == str(ROUTE) and not deal.deleted]


def way(deal: Traveller) -> tuple[tuple[int, str, str, bool], ...]:
    return tuple((one.version, one.stage["key"], HOWS[one.how], one.overridden) for one in deal.visits)


def inside(days: dict[str, Any], day: date) -> bool:
    first: date = days.get("from_date", date.min)
    last: date = days.get("to_date", date.max)
    return first <= day <= last
