"""The tables hold what a fold of the events holds, however streams are interleaved and batches are cut."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.projections import deeds
from services.analytics.projections.deals import SUMMED
from services.analytics.projections.directory import DIRECTORY
from services.analytics.projections.rollup_levels import Level
from services.analytics.projections.snapshot import FIRST_TABLE
from services.analytics.tests.happening import Log, named, stage
from services.analytics.tests.histories import ACTIONS, Action, deals_log, directory, shuffled
from services.analytics.tests.tables import DEALS, applied, contents, emptied, tables
from shared.eventstore import instances
from shared.eventstore.folding import Gap
from shared.eventstore.read_model import Pool
from shared.testing.databases import Databases


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    async with tables(fresh_database) as pool:
        yield pool


@settings(max_examples=25, deadline=None)
@given(actions=ACTIONS, order=st.lists(st.integers(0, 20), max_size=80), batch=st.integers(1, 30))
async def test_only_the_order_inside_a_stream_matters(
    pool: Pool, actions: list[Action], order: list[int], batch: int
) -> None:
    log = deals_log(actions)
    await emptied(pool)
    await applied(pool, log.events, batch=10_000)
    at_once = await contents(pool, DEALS)
    await emptied(pool)
    await applied(pool, shuffled(log.events, order), batch)
    assert await contents(pool, DEALS) == at_once


@settings(max_examples=10, deadline=None)
@given(actions=ACTIONS, half=st.integers(0, 40))
async def test_two_batches_in_one_transaction_are_two_batches(pool: Pool, actions: list[Action], half: int) -> None:
    log = deals_log(actions)
    await emptied(pool)
    await applied(pool, log.events)
    at_once = await contents(pool, DEALS)
    await emptied(pool)
    async with pool.acquire() as connection, connection.transaction():
        await instances.enter(connection, DEALS.name, 1)
        await DEALS.apply(connection, log.events[:half])
        await DEALS.apply(connection, log.events[half:])
    assert await contents(pool, DEALS) == at_once


@settings(max_examples=15, deadline=None)
@given(actions=ACTIONS)
async def test_quarters_years_and_all_time_are_the_sums_of_their_months(pool: Pool, actions: list[Action]) -> None:
    await emptied(pool)
    await applied(pool, deals_log(actions).events)
    longer = [rollup for question in (*SUMMED, deeds) for rollup in question.ROLLUPS if rollup.longer]
    for rollup, level in ((one, level) for one in longer for level in one.levels):
        if level.grain not in ("day", "month"):
            kept, months = rollup.table(level), rollup.table(Level(level.whose, "month"))
            dims = ", ".join(rollup.key(level)[1:])
            stretch = "date '1900-01-01'" if level.grain == "ever" else f"date_trunc('{level.grain}', bucket)::date"
            one = f"SELECT {dims}, bucket, deals FROM read.{kept} WHERE deals <> 0"  # noqa: S608
            other = (
                f"SELECT {dims}, {stretch}, sum(deals)::bigint FROM read.{months} "  # noqa: S608
                f"GROUP BY {dims}, {stretch} HAVING sum(deals) <> 0"
            )
            for some, others in ((one, other), (other, one)):
                assert await pool.fetch(f"{some} EXCEPT {others}") == [], kept


async def test_people_teams_and_customers_are_known_by_their_present_names(pool: Pool) -> None:
    log = directory()
    anna, acme, east = named("person", "anna"), named("customer", "Acme"), named("team", "east")
    log.happened(anna, "PersonCorrected", changes={"name": {"before": "Anna", "after": "Anne"}})
    log.happened(anna, "PersonMovedToTeam", team_id=named("team", "west"), previous_team_id=east)
    log.happened(anna, "PersonDeactivated")
    log.happened(acme, "CustomerCorrected", changes={"region": {"before": "North", "after": None}})
    log.happened(acme, "CustomerAssigned", owner_id=anna)
    log.happened(east, "TeamRenamed", before="east", after="East")
    await emptied(pool)
    await applied(pool, log.events)
    found = await contents(pool, DIRECTORY)
    person = next(row for row in found["person"] if row["id"] == anna)
    assert (person["name"], person["team_id"], person["active"]) == ("Anne", named("team", "west"), False)
    assert person["version"] == 4
    customer = next(row for row in found["customer"] if row["id"] == acme)
    assert (customer["name"], customer["region"], customer["version"]) == ("Acme", None, 3)
    assert "East" in {row["name"] for row in found["team"]}


async def test_a_process_version_drawn_again_has_the_stages_of_the_last_drawing(pool: Pool) -> None:
    log, process = Log("pipeline"), named("process", "p")
    log.happened(process, "SalesProcessCreated", name="P")
    log.happened(process, "SalesProcessVersionDrafted", number=1, stages=[stage("a"), stage("b")], moves=[])
    log.happened(process, "SalesProcessVersionDrafted", number=1, stages=[stage("b"), stage("c")], moves=[])
    log.happened(process, "SalesProcessVersionPublished", number=1)
    await emptied(pool)
    await applied(pool, log.events)
    found = await contents(pool, DEALS)
    assert {(row["key"], row["rank"]) for row in found["process_stage"]} == {("b", 1), ("c", 2)}
    assert found["sales_process"][0]["version"] == 4


@pytest.mark.parametrize("service", ["pipeline", "customer"])
async def test_a_batch_with_a_hole_leaves_nothing(pool: Pool, service: str) -> None:
    log = deals_log([(0, "move", 1, 1), (0, "win", 1, 1)]) if service == "pipeline" else directory()
    stream = log.events[-1].stream_id
    log.happened(stream, "DealDeleted" if service == "pipeline" else "CustomerCorrected", changes={})
    holed = [event for event in log.events if (event.stream_id, event.version) != (stream, log.versions[stream] - 1)]
    await emptied(pool)
    with pytest.raises(Gap):
        await applied(pool, holed, batch=1000)
    assert not any((await contents(pool, DEALS)).values())
    assert not any((await contents(pool, DIRECTORY)).values())


async def test_a_question_holds_what_a_swap_shows_first_so_that_none_comes_between(pool: Pool) -> None:
    for model in (DEALS, DIRECTORY):
        assert min(await contents(pool, model)) == FIRST_TABLE[model.name]
