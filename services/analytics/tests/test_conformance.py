"""Conformance of every deal: the alignment of its way with its drawings, whatever the order in which both arrive."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from services.analytics.domain.accepted_deviation.commands import AcceptDeviation, WithdrawAcceptance
from services.analytics.domain.accepted_deviation.decider import (
    ACCEPTED_DEVIATION,
    AcceptedDeviationExists,
    AcceptedDeviationNotFound,
    ReasonMissing,
)
from services.analytics.projections.process_map.asking import MapFilters, ProcessMaps
from services.analytics.projections.process_map.conformance import Conformance, conformance
from services.analytics.projections.process_map.deal_conformance import DealConformance, deal_conformance
from services.analytics.projections.process_map.drawings import Drawn
from services.analytics.projections.process_map.drawn import Version
from services.analytics.projections.process_map.drift_watch import DriftWatch
from services.analytics.projections.process_map.judging import judged
from services.analytics.projections.process_map.path import Entry, How
from services.analytics.projections.process_map.survival import median_survival
from services.analytics.projections.process_map.trend import Alarm, drift, trend
from services.analytics.tests.examples import ACCEPTANCE_WITHDRAWN, ACCEPTED
from services.analytics.tests.happening import named
from services.analytics.tests.histories import shuffled
from services.analytics.tests.mapped import MAP, ZONE, applied, forgotten, map_tables, rows, told
from services.analytics.tests.naive_ways import Traveller, Visit, remember
from services.analytics.tests.ways import ACTS, DECISIONS, MOVES, ROUTE, STAGES, Act, ways_log
from services.analytics.upstream_process import Decision, Move, Stage
from shared.eventstore.read_model import Pool
from shared.mining.alignment import Model, align
from shared.testing.databases import Databases
from shared.testing.scenario import Scenario

ADMIN = ("root", frozenset({"admin"}))
accepted = Scenario(ACCEPTED_DEVIATION)
ACCEPT = AcceptDeviation(
    process_id=ACCEPTED.process_id,
    process_version=2,
    violation=ACCEPTED.violation,
    kind="skipped",
    stage="proposal",
    source="qualify",
    target="negotiate",
    reason=f" {ACCEPTED.reason} ",
    author="mia",
)
ACCEPT_WITHOUT_REASON = replace(ACCEPT, reason="  ")
WITHDRAW = WithdrawAcceptance(reason=ACCEPTANCE_WITHDRAWN.reason, author="mia")


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    async with map_tables(fresh_database) as pool:
        yield pool


async def of_the_process(pool: Pool) -> Conformance:
    async with ProcessMaps(pool, ZONE).ask(*ADMIN, ROUTE, MapFilters()) as asked:
        return await conformance(asked)


async def of_a_deal(pool: Pool, deal: UUID) -> DealConformance:
    async with ProcessMaps(pool, ZONE).ask(*ADMIN, ROUTE, MapFilters()) as asked:
        return await deal_conformance(asked, deal)


@settings(max_examples=30, deadline=None)
@given(acts=ACTS, order=st.lists(st.integers(0, 20), max_size=80))
async def test_a_deal_costs_what_its_stretches_cost_by_themselves(
    pool: Pool, acts: list[Act], order: list[int]
) -> None:
    log = ways_log(acts)
    await forgotten(pool)
    await told(pool, shuffled(log.events, order), batch=20)  # drawings may come after the deals on them
    deals = [deal for deal in remember(log.events) if deal.process == str(ROUTE) and not deal.deleted]
    for deal in deals:
        answer = await of_a_deal(pool, deal.id)
        expected = sum(cost(*part) for part in parts(deal))
        assert answer.judged
        assert answer.cost == expected
        assert answer.fits == (expected == 0 and not any(visit.overridden for visit in deal.visits))
    whole = await of_the_process(pool)
    fitting = [deal.id for deal in deals if (await of_a_deal(pool, deal.id)).fits]
    assert (whole.deals, whole.fitting, whole.not_judged) == (len(deals), len(fitting), 0)
    months, fit = closings(deals), closings([deal for deal in deals if deal.id in fitting])
    for one in (
        await by_month(pool, MapFilters()),
        await by_month(pool, MapFilters(by="closed", to_date=date(2100, 1, 1))),
        await by_month(pool, MapFilters(by="opened", to_date=date(2100, 1, 1))),
    ):
        assert one == {month: (n, fit[month]) for month, n in months.items()}


def closings(deals: list[Traveller]) -> Counter[str]:
    return Counter(deal.closed.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m") for deal in deals if deal.closed)


async def by_month(pool: Pool, filters: MapFilters) -> dict[str, tuple[int, int]]:
    async with ProcessMaps(pool, ZONE).ask(*ADMIN, ROUTE, filters) as asked:
        periods = (await trend(asked, "month")).periods
    return {one.begins.strftime("%Y-%m"): (one.deals, one.conforming) for one in periods}


def parts(deal: Traveller) -> list[tuple[list[Visit], bool, bool]]:
    """(visits, whether they begin the deal, whether they end closed) of each stretch."""
    found: list[list[Visit]] = []
    for visit in deal.visits:
        if not found or visit.how in ("DealMigrated", "DealReopened"):
            found.append([])
        found[-1].append(visit)
    ended = [some[-1].stage["category"] in ("won", "lost") for some in found]
    return [(some, place == 0, ended[place]) for place, some in enumerate(found)]


def cost(visits: list[Visit], begins: bool, ended: bool) -> int:  # noqa: FBT001
    stages, moves = STAGES[ROUTE, visits[0].version], MOVES[ROUTE, visits[0].version]
    keys = frozenset(stage["key"] for stage in stages)
    diamonds = {one["key"] for one in DECISIONS.get((ROUTE, visits[0].version), [])}
    arrows = {(move["from_stage"], move["to_stage"]) for move in moves}
    through = {(a, d) for a, b in arrows if b in diamonds for c, d in arrows if b == c}
    straight = {(a, b) for a, b in arrows if not {a, b} & diamonds}
    first = next(stage["key"] for stage in stages if stage["category"] == "open")
    ends = frozenset(stage["key"] for stage in stages if stage["category"] in ("won", "lost"))
    model = Model(keys, frozenset({first}) if begins else keys, ends, frozenset(straight | through))
    return align(model, [visit.stage["key"] for visit in visits], ended=ended).cost


async def test_a_deal_on_a_version_that_is_not_drawn_here_yet_is_not_judged(pool: Pool) -> None:
    log = ways_log([(0, "move", 1, 1), (0, "move", 0, 1)])
    drafted = [event for event in log.events if event.type.startswith("SalesProcess")]
    await forgotten(pool)
    await told(pool, drafted[:1] + [event for event in log.events if event.type.startswith("Deal")])
    early = await of_the_process(pool)
    assert (early.deals, early.not_judged, early.rate) == (1, 1, None)
    assert not (await of_a_deal(pool, named("deal", 0))).judged
    await told(pool, drafted[1:])
    assert (await of_the_process(pool)).not_judged == 0


@pytest.mark.parametrize("first", ["deals", "drawings"])
async def test_partitions_applied_side_by_side_judge_alike(pool: Pool, first: str) -> None:
    log = ways_log([(0, "move", 1, 1), (0, "move", 0, 1)])
    halves = {
        "drawings": [event for event in log.events if event.type.startswith("SalesProcess")],
        "deals": [event for event in log.events if event.type.startswith("Deal")],
    }
    await forgotten(pool)
    await told(pool, log.events)
    one_after_the_other = await rows(pool)
    await forgotten(pool)
    async with pool.acquire() as connection, applied(connection, MAP, halves.pop(first)):
        [rest] = halves.values()
        other = asyncio.create_task(told(pool, rest))
        await asyncio.wait({other}, timeout=0.3)  # time enough to go wrong
    await other
    assert await rows(pool) == one_after_the_other


def drawn(number: int) -> Version:
    stages = tuple(
        Stage(key=one["key"], name=one["name"], category=one["category"], sla_days=None)
        for one in STAGES[ROUTE, number]
    )
    decisions = tuple(Decision(**one) for one in DECISIONS.get((ROUTE, number), []))
    return Version(number, Drawn(stages, tuple(Move(**one) for one in MOVES[ROUTE, number]), decisions))


FIRST = drawn(1)
CLOSINGS: dict[str, How] = {"won": "won", "lost": "lost"}


def way(text: str) -> tuple[Entry, ...]:
    """`talk offer!` and so on; `!` = overridden; a stage after won is reopened."""
    found = list[Entry]()
    for word in text.split():
        key = word.rstrip("!")
        how: How = "opened" if not found else CLOSINGS.get(key, "moved")
        if found and found[-1].how in ("won", "lost"):
            how = "reopened"
        found.append(Entry(1, key, how, word.endswith("!")))
    return tuple(found)


@pytest.mark.parametrize(
    ("story", "kinds"),
    [
        ("talk offer sign won", []),
        ("talk offer talk offer sign won", []),
        ("talk offer", []),
        ("talk lost talk lost", []),
        ("talk offer! sign won", ["guard_overridden talk>offer"]),
        ("offer sign won", ["wrong_start >offer"]),
        ("talk sign won", ["skipped offer talk>sign"]),
        ("talk offer sign talk lost", ["backward sign>talk"]),
        ("talk offer won", ["skipped sign offer>won"]),
        ("talk dance lost", ["not_in_model talk>dance"]),
        ("talk talk lost", ["unexpected talk>talk"]),
    ],
)
def test_what_leaves_the_drawing_is_called_by_its_name(story: str, kinds: list[str]) -> None:
    verdict = judged(way(story), tuple([FIRST] * (1 + story.count("won talk") + story.count("lost talk"))))
    told = []
    for one in verdict.violations:
        stage = f"{one.stage} " if one.kind == "skipped" else ""
        told.append(f"{one.kind} {stage}{one.source}>{one.target}")
    assert sorted(told) == kinds


def test_what_ends_where_nothing_ends_has_a_wrong_end() -> None:
    stages = tuple(replace(stage, category="open") if stage.key == "won" else stage for stage in FIRST.drawn.stages)
    other = Version(1, Drawn(stages, FIRST.drawn.moves, FIRST.drawn.decisions))
    assert {one.kind for one in judged(way("talk offer sign won"), (other,)).violations} == {"wrong_end"}
    nowhere = Version(1, Drawn(stages[:-1], FIRST.drawn.moves[:7], FIRST.drawn.decisions))
    verdict = judged(way("talk offer sign won"), (nowhere,))
    assert ({one.kind for one in verdict.violations}, verdict.cost) == ({"wrong_end"}, 1)


@given(
    finished=st.lists(st.integers(1, 30), max_size=30),
    going_on=st.lists(st.integers(1, 30), max_size=30),
)
def test_the_median_of_kaplan_and_meier_equals_a_naive_one(finished: list[int], going_on: list[int]) -> None:
    found = median_survival(Counter(map(float, finished)), Counter(map(float, going_on)))
    surviving, expected = Fraction(1), None
    for day in range(1, 31):
        at_risk = sum(one >= day for one in finished + going_on)
        if at_risk:
            surviving *= 1 - Fraction(finished.count(day), at_risk)
        if surviving <= Fraction(1, 2) and expected is None:
            expected = day
    assert found == expected


def test_a_deviation_is_accepted_with_a_reason_and_withdrawn_with_one() -> None:
    accepted.when(ACCEPT).then(ACCEPTED)
    accepted.given(ACCEPTED).when(WITHDRAW).then(ACCEPTANCE_WITHDRAWN)
    accepted.when(ACCEPT_WITHOUT_REASON).then_rejected(ReasonMissing)
    accepted.given(ACCEPTED).when(WithdrawAcceptance(reason=" ", author="mia")).then_rejected(ReasonMissing)


def test_an_acceptance_has_one_life() -> None:
    accepted.given(ACCEPTED).when(ACCEPT).then_rejected(AcceptedDeviationExists)
    accepted.given(ACCEPTED, ACCEPTANCE_WITHDRAWN).when(ACCEPT).then_rejected(AcceptedDeviationExists)
    accepted.when(WITHDRAW).then_rejected(AcceptedDeviationNotFound)
    accepted.given(ACCEPTED, ACCEPTANCE_WITHDRAWN).when(WITHDRAW).then_rejected(AcceptedDeviationNotFound)


async def test_a_process_drifts_when_too_many_of_late_left_the_drawing(pool: Pool) -> None:
    acts = [(deal, verb, 3, 10) for deal in range(6) for verb in ("move", "win")]
    log = ways_log(acts)
    await forgotten(pool)
    await told(pool, log.events)
    now = max(event.occurred_at for event in log.events if event.type == "DealWon") + timedelta(days=1)
    async with ProcessMaps(pool, ZONE).ask(*ADMIN, ROUTE, MapFilters()) as asked:
        alarmed = await drift(asked, Alarm(days=60, threshold=0.1, least_deals=2), now)
        calm = await drift(asked, Alarm(days=60, threshold=0.1, least_deals=100), now)
        later = await drift(asked, Alarm(days=60, threshold=0.1, least_deals=2), now + timedelta(days=100))
    assert alarmed.not_conforming == alarmed.deals > 2
    assert (alarmed.drifting, calm.drifting, later.drifting, later.deals) == (True, False, False, 0)
    assert alarmed.departures[0].deals > 0
    registry = CollectorRegistry()
    watch = DriftWatch(ProcessMaps(pool, ZONE), Alarm(days=60, threshold=0.1, least_deals=2), registry, lambda: now)
    assert {one.process: one.drifting for one in await watch.look()} == {"Route": True, "Shop": False}
    assert registry.get_sample_value("crm_processes_drifting") == 1
    assert registry.get_sample_value("crm_process_not_conforming_ratio") == 1


@pytest.mark.parametrize("missing", ["drawn_process", "process_case"])
async def test_drift_is_looked_for_again_once_the_map_is_built(pool: Pool, missing: str) -> None:
    await forgotten(pool)
    await told(pool, ways_log([(0, "move", 3, 10)]).events)
    watch = DriftWatch(ProcessMaps(pool, ZONE), Alarm(), CollectorRegistry(), lambda: datetime.now(UTC))
    begun = watch.last_progress
    await pool.execute(f"ALTER VIEW read.{missing} RENAME TO not_built_yet")
    looking = asyncio.create_task(watch.run(every=0.01))
    try:
        await asyncio.sleep(0.3)
        assert not looking.done()
        assert watch.last_progress > begun
    finally:
        await pool.execute(f"ALTER VIEW read.not_built_yet RENAME TO {missing}")
        looking.cancel()
    assert [one.deals for one in await watch.look()] == [0, 0]
