"""The process map equals a naive fold of the events: for all deals or some, all days or some, in any order."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.projections.accepted_deviations import ACCEPTED_DEVIATIONS
from services.analytics.projections.process_map.asking import MapFilters, ProcessMaps
from services.analytics.projections.process_map.clock import AllHours
from services.analytics.projections.process_map.map_answer import ProcessMap, process_map
from services.analytics.projections.process_map.tally import Tally, cover, tally
from services.analytics.projections.snapshot import FIRST_TABLE
from services.analytics.tests.happening import Log, named
from services.analytics.tests.histories import REGION_OF, TEAM_OF, directory, shuffled
from services.analytics.tests.mapped import MAP, ZONE, forgotten, map_tables, rows, told
from services.analytics.tests.naive_ways import NaiveMap, Traveller, remember
from services.analytics.tests.ways import ACTS, ROUTE, Act, ways_log
from shared.eventstore import instances
from shared.eventstore.folding import Gap
from shared.eventstore.read_model import Pool
from shared.mining.histogram import RELATIVE_ERROR
from shared.testing.databases import Databases

ADMIN = ("root", frozenset({"admin"}))
READERS = [ADMIN, ADMIN, ADMIN, ("anna", frozenset({"manager"})), ("ben", frozenset({"rep"}))]
TEAMS_BELOW = {"east": {"east", "far east"}, "west": {"west"}}
WANTED: list[dict[str, Any]] = [
    {},
    {},
    {"version": 1},
    {"version": 2},
    {"owner": (named("person", "anna"), named("person", "cleo"))},
    {"team": (named("team", "east"),)},
    {"source": ("web",)},
    {"source": ("web", "fair"), "currency": ("CNY",)},
    {"region": ("North", "上海")},
    {"region": ("South",), "owner": (named("person", "ben"),)},
    {"currency": ("USD",), "version": 1},
    {"product": (named("product", "ink"),)},
    {"product": (named("product", "pen"), named("product", "ink")), "source": ("web",)},
]
DAYS = st.one_of(
    st.none(),
    st.tuples(st.dates(date(2024, 11, 1), date(2025, 3, 1)), st.integers(0, 500)),
    # The last three are whole months.
    st.sampled_from([(None, 60), (date(2024, 12, 1), 30), (date(2025, 1, 1), 58), (date(2024, 10, 1), 91)]),
)


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    async with map_tables(fresh_database) as pool:
        yield pool


@settings(max_examples=30, deadline=None)
@given(acts=ACTS, order=st.lists(st.integers(0, 20), max_size=80), batch=st.integers(1, 30))
async def test_tables_do_not_depend_on_batches_or_on_the_order_between_streams(
    pool: Pool, acts: list[Act], order: list[int], batch: int
) -> None:
    log = ways_log(acts)
    await forgotten(pool)
    await told(pool, log.events)
    at_once = await rows(pool)
    await forgotten(pool)
    await told(pool, shuffled(log.events, order), batch)
    assert await rows(pool) == at_once


@settings(max_examples=60, deadline=None)
@given(
    acts=ACTS,
    wanted=st.sampled_from(WANTED),
    days=DAYS,
    by=st.sampled_from(["activity", "opened", "closed"]),
    reader=st.sampled_from(READERS),
)
async def test_every_count_and_duration_equals_a_naive_fold(
    pool: Pool,
    acts: list[Act],
    wanted: dict[str, Any],
    days: tuple[date | None, int] | None,
    by: Any,
    reader: tuple[str, frozenset[str]],
) -> None:
    log = ways_log(acts)
    await forgotten(pool)
    await told(pool, directory().events)
    await told(pool, log.events)
    filters = MapFilters(by=by, **wanted, **period(days))
    async with ProcessMaps(pool, ZONE).ask(*reader, ROUTE, filters) as asked:
        counted = await tally(asked)
    naive = told_naively(log, filters, reader)
    assert {way: line.n for way, line in counted.lines.items()} == dict(naive.counts())
    first = {(way.source, way.target): line.deals for way, line in counted.of("step").items() if line.deals}
    assert first == naive.deals_by_way()  # a way that was only gone again in these days has no deal of its own
    check_durations(counted, naive)


@settings(max_examples=25, deadline=None)
@given(acts=ACTS, first=st.integers(20, 120))
async def test_days_find_deals_that_began_long_before(pool: Pool, acts: list[Act], first: int) -> None:
    log = ways_log([(deal % 3, verb, choice, hours) for deal, verb, choice, hours in acts])
    await forgotten(pool)
    await told(pool, log.events)
    began = date(2024, 11, 20) + timedelta(days=first)
    filters = MapFilters(version=1, source=("web", "fair"), from_date=began, to_date=began + timedelta(days=400))
    async with ProcessMaps(pool, ZONE).ask(*ADMIN, ROUTE, filters) as asked:
        counted = await tally(asked)
    assert {way: line.n for way, line in counted.lines.items()} == dict(told_naively(log, filters, ADMIN).counts())


async def test_several_products_are_alternatives(pool: Pool) -> None:
    log = ways_log([(0, "move", 1, 1), (1, "move", 2, 1), (2, "move", 0, 1), (0, "lines", 2, 5)])
    pen, ink, ever_more = named("product", "pen"), named("product", "ink"), named("product", "none of these")
    await forgotten(pool)
    for events, found in ((log.events[:-1], (2, 1, 2)), (log.events[-1:], (2, 2, 2))):
        await told(pool, events)
        asked = [MapFilters(product=products) for products in ((pen,), (ink, ever_more), (pen, ink))]
        assert tuple([(await asked_map(pool, filters)).deals for filters in asked]) == found


def period(days: tuple[date | None, int] | None) -> dict[str, Any]:
    if days is None:
        return {}
    first, length = days
    return {"from_date": first, "to_date": (first or date(2024, 12, 1)) + timedelta(days=length)}


def told_naively(log: Log, filters: MapFilters, reader: tuple[str, frozenset[str]]) -> NaiveMap:
    inside = within(filters)
    deals = [deal for deal in remember(log.events) if counts(deal, filters, reader)]
    if filters.by == "opened":
        return NaiveMap([deal for deal in deals if inside(deal.opened)], version=filters.version)
    if filters.by == "closed":
        return NaiveMap([deal for deal in deals if deal.closed and inside(deal.closed)], version=filters.version)
    return NaiveMap(deals, inside, filters.version)


def within(filters: MapFilters) -> Callable[[datetime], bool]:
    first, last = filters.from_date or date.min, filters.to_date or date.max
    return lambda at: first <= at.astimezone(ZoneInfo(ZONE)).date() <= last


def counts(deal: Traveller, filters: MapFilters, reader: tuple[str, frozenset[str]]) -> bool:
    if deal.deleted or deal.process != str(ROUTE) or not sees(deal, reader):
        return False
    people = {str(named("person", name)): name for name in TEAM_OF}
    customers = {str(named("customer", name)): region for name, region in REGION_OF.items()}
    team = {str(named("team", team)) for team in (TEAMS_BELOW["east"] if filters.team else ())}
    products = {line["product_id"] for line in deal.content["lines"]}
    region = deal.content["region"] or customers.get(deal.content["customer_id"] or "")
    return (
        (not filters.owner or deal.credited in [str(person) for person in filters.owner])
        and (not team or str(named("team", TEAM_OF.get(people.get(deal.credited or "", ""), ""))) in team)
        and (not filters.product or not products.isdisjoint(map(str, filters.product)))
        and (not filters.source or deal.content["source"] in filters.source)
        and (not filters.region or region in filters.region)
        and (not filters.currency or deal.currency in filters.currency)
    )


def sees(deal: Traveller, reader: tuple[str, frozenset[str]]) -> bool:
    subject, roles = reader
    seen = {"root": set(TEAM_OF), "anna": {"anna", "ben"}, "ben": {"ben"}}[subject]
    return "admin" in roles or deal.owner is None or deal.owner in {str(named("person", name)) for name in seen}


def check_durations(counted: Tally, naive: NaiveMap) -> None:
    waits = naive.waits()
    for way, line in counted.of("step").items():
        each = sorted(round(one / timedelta(milliseconds=1)) for one in waits[way.source, way.target])
        assert line.ms == sum(each)
        for share in (0.5, 0.9):
            exact = each[max(1, math.ceil(share * len(each))) - 1]
            found = line.histogram.percentile(share)
            assert found is not None
            assert abs(found / timedelta(milliseconds=1) - exact) <= exact * RELATIVE_ERROR + 1e-6


@settings(max_examples=30, deadline=None)
@given(acts=ACTS, version=st.sampled_from([None, 1, 2]))
async def test_what_goes_into_a_stage_comes_out_of_it_or_is_still_there(
    pool: Pool, acts: list[Act], version: int | None
) -> None:
    log = ways_log(acts)
    await forgotten(pool)
    await told(pool, log.events)
    shown = await asked_map(pool, MapFilters(version=version))
    into, out = Counter[str](), Counter[str]()
    for flow in shown.flows:
        into[flow.target] += flow.times
        out[flow.source] += flow.times
    for one in shown.activities:
        assert one.times == into[one.key] + one.starts + one.migrated_in
        assert one.times == out[one.key] + one.ends + one.open + one.migrated_out
    living = [deal for deal in remember(log.events) if deal.process == str(ROUTE) and not deal.deleted]
    if version is None:
        migrations = sum(one.migrated_in for one in shown.activities)
        assert (
            sum(flow.times for flow in shown.flows)
            == sum(len(deal.visits) for deal in living) - len(living) - migrations
        )
        assert (shown.deals, shown.closed + shown.open) == (len(living), len(living))


async def asked_map(pool: Pool, filters: MapFilters) -> ProcessMap:
    async with ProcessMaps(pool, ZONE).ask(*ADMIN, ROUTE, filters) as asked:
        return await process_map(asked, AllHours())


@given(first=st.dates(date(2019, 1, 1), date(2027, 1, 1)), days=st.integers(0, 1500))
def test_a_cover_is_every_day_once_and_short(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    covered, months = list(cover(first, last)), 0
    found = []
    for level, start in covered:
        following = {"day": start + timedelta(days=1), "month": next_month(start)}.get(level) or start.replace(
            year=start.year + 1
        )
        months += level == "month"
        found += [start + timedelta(days=n) for n in range((following - start).days)]
    assert found == [first + timedelta(days=n) for n in range(days + 1)]
    assert months <= 22
    assert len(covered) <= 60 + 22 + 5


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


async def test_a_hole_in_a_deals_history_leaves_nothing(pool: Pool) -> None:
    log = ways_log([(0, "move", 1, 1), (0, "move", 2, 1), (0, "move", 1, 5), (0, "win", 1, 1)])
    await forgotten(pool)
    with pytest.raises(Gap):
        await told(pool, [event for event in log.events if event.version != 3 or event.type != "DealStageChanged"])
    assert not (await rows(pool))["process_case"]


async def test_an_event_that_comes_twice_is_no_second_step(pool: Pool) -> None:
    log = ways_log([(0, "move", 1, 1), (0, "move", 2, 1)])
    await forgotten(pool)
    await told(pool, log.events)
    before = await rows(pool)
    with pytest.raises(Gap):  # the runner drops it by its position; were it not for that, the deal's version would
        await told(pool, log.events[-1:])
    assert await rows(pool) == before


async def test_deleting_every_deal_leaves_no_number(pool: Pool) -> None:
    log = ways_log([(deal, verb, 3, 50) for deal in range(5) for verb in ("move", "move", "win")])
    await forgotten(pool)
    await told(pool, log.events, batch=3)
    for deal in range(5):
        log.happened(named("deal", deal), "DealDeleted", datetime(2026, 1, 1, tzinfo=UTC))
    await told(pool, log.events[-5:], batch=2)
    left = await rows(pool)
    assert (left["process_cell"], left["process_cell_histogram"]) == ([], [])
    assert len(left["process_case"]) == 5


async def test_a_map_holds_what_a_swap_shows_first_so_that_none_comes_between(pool: Pool) -> None:
    async with pool.acquire() as connection:
        for model in (MAP, ACCEPTED_DEVIATIONS):
            assert min(await instances.tables_of(connection, model.name, 1)) == FIRST_TABLE[model.name]
