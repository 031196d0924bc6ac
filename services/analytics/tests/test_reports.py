"""The reports against a naive fold of the same events, over random histories, filters, periods and readers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.api.filters import DealsQuery, ReportQuery
from services.analytics.projections import figures
from services.analytics.projections.deal_list import CountedDeal, deals_behind
from services.analytics.projections.funnel import Funnel, funnel
from services.analytics.projections.overview import overview
from services.analytics.projections.report import Question, Reports
from services.analytics.projections.sales_cycle import sales_cycle
from services.analytics.projections.time_in_stage import Clock, time_in_stage
from services.analytics.projections.win_rate import win_rate
from services.analytics.projections.won import won_value
from services.analytics.tests.happening import named
from services.analytics.tests.histories import (
    ACTIONS,
    FIRST_DAY,
    PEOPLE,
    PROCESSES,
    PRODUCTS,
    REGION_OF,
    TEAM_OF,
    Action,
    deals_log,
    directory,
)
from services.analytics.tests.naive import Deal, Naive, middle, remember, total
from services.analytics.tests.tables import applied, emptied, tables
from shared.eventstore.read_model import Pool
from shared.eventstore.recorded import Recorded
from shared.testing.databases import Databases

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2027, 1, 1, tzinfo=UTC)
ALWAYS = (date(1, 1, 1), date(9999, 12, 31))
PROCESS_IDS = {str(named("process", name)): name for name, _ in PROCESSES}
WORD_OF = {"process": "process", "owner": "person", "team": "team", "product": "product", "customer": "customer"}
CHOICES: dict[str, tuple[str, ...]] = {
    "process": ("b2b", "shop"),
    "owner": PEOPLE,
    "team": ("east", "west"),
    "product": PRODUCTS,
    "customer": tuple(REGION_OF),
    "source": ("web", "fair"),
    "region": ("North", "South", "上海"),
    "currency": ("USD", "JPY"),
    "process_version": ("1", "2"),
}
# Mostly everything is asked for, so that most examples have numbers that could be wrong.
FILTERS = [(name, value) for name, values in CHOICES.items() for value in values]
WANTED = st.sampled_from([*[None] * len(FILTERS), *FILTERS])
Asked = tuple[tuple[str, str] | None, tuple[int, int] | None, tuple[str, str], tuple[int | None, int | None]]
IN_SUMS = [
    *[None] * 6,
    *((n, v) for n, v in FILTERS if n in ("process", "owner", "team", "currency", "process_version")),
]
# Of whole months there are sums also by owner; of other days the deals themselves are asked.
WHOLE_MONTHS = st.sampled_from([(0, 29), (30, 30), (0, 60), (30, 61)])
PERIODS = st.one_of(
    st.none(), WHOLE_MONTHS, st.tuples(st.sampled_from([0, 20, 40, 80]), st.sampled_from([15, 40, 100]))
)
READERS = st.sampled_from([*[("root", "admin")] * 4, ("anna", "manager"), ("ben", "rep"), ("nobody", "rep")])
PASTS = st.tuples(
    st.one_of(st.none(), st.none(), st.integers(5, 250)), st.one_of(st.none(), st.none(), st.integers(30, 99))
)
TEAMS_BELOW = {"east": {"east", "far east"}, "west": {"west"}, "far east": {"far east"}}


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    async with tables(fresh_database) as pool:
        yield pool


@dataclass(slots=True)
class Case:
    """One drawn situation: what is asked and what the naive answer is made of."""

    question: Question
    naive: Naive
    days: bool


@settings(max_examples=60, deadline=None)
@given(actions=ACTIONS, wanted=WANTED, period=PERIODS, reader=READERS, past=PASTS)
async def test_every_report_equals_a_naive_fold_of_the_events(
    pool: Pool,
    actions: list[Action],
    wanted: tuple[str, str] | None,
    period: tuple[int, int] | None,
    reader: tuple[str, str],
    past: tuple[int | None, int | None],
) -> None:
    await _hold(pool, actions, (wanted, period, reader, past))


@settings(max_examples=60, deadline=None)
@given(actions=ACTIONS, wanted=st.sampled_from(IN_SUMS), period=PERIODS)
async def test_what_kept_sums_answer_equals_a_naive_fold_too(
    pool: Pool, actions: list[Action], wanted: tuple[str, str] | None, period: tuple[int, int] | None
) -> None:
    await _hold(pool, actions, (wanted, period, ("root", "admin"), (None, None)))


async def _hold(pool: Pool, actions: list[Action], asked: Asked) -> None:
    wanted, period, reader, past = asked
    log = deals_log(actions)
    await emptied(pool)
    await applied(pool, directory().events, batch=1000)
    await applied(pool, log.events, batch=1000)
    days = period and (date(2016, 11, 1) + timedelta(period[0]), date(2016, 11, 1) + timedelta(sum(period)))
    as_of, known_at = _instants(past, log.events)
    told = [event for event in log.events if _is_told(event, as_of, known_at)]
    counted = [deal for deal in remember(told, PROCESS_IDS) if _counts(deal, wanted, reader)]
    query = _query(wanted, days)
    instants = {"as_of": as_of, "known_at": known_at}
    async with Reports(pool, ZONE.key).ask(reader[0], frozenset(reader[1:]), query.filters(), **instants) as question:
        case = Case(question, Naive(counted, ZONE, *(days or ALWAYS)), days is not None)
        for check in (_overview, _won, _win_rate, _cycle, _cohort, _flow, _times):
            await check(case)


def _instants(
    past: tuple[int | None, int | None], events: Sequence[Recorded]
) -> tuple[datetime | None, datetime | None]:
    days, share = past
    as_of = None if days is None else FIRST_DAY + timedelta(days=days, hours=days % 5)
    known_at = None if share is None else events[len(events) * share // 100].recorded_at
    return as_of, known_at


def _is_told(event: Recorded, as_of: datetime | None, known_at: datetime | None) -> bool:
    if not event.type.startswith("Deal"):
        return True
    return (as_of is None or event.occurred_at <= as_of) and (known_at is None or event.recorded_at <= known_at)


def _query(wanted: tuple[str, str] | None, days: tuple[date, date] | None) -> ReportQuery:
    asked: dict[str, Any] = dict(zip(("from", "to"), days, strict=True)) if days else {}
    if wanted:
        name, value = wanted
        one = named(WORD_OF[name], value) if name in WORD_OF else value
        asked[name] = one if name == "process_version" else [one]
    return ReportQuery.model_validate(asked)


def _counts(deal: Deal, wanted: tuple[str, str] | None, reader: tuple[str, str]) -> bool:
    if deal.deleted or not _is_visible(deal, reader):
        return False
    return wanted is None or _matches(deal, *wanted)


def _is_visible(deal: Deal, reader: tuple[str, str]) -> bool:
    subject, role = reader
    seen = {"admin": set(PEOPLE), "manager": {"anna", "ben"}, "rep": {subject}}[role]
    return deal.owner in {None, *(str(named("person", person)) for person in seen)}


def _matches(deal: Deal, name: str, value: str) -> bool:
    content = deal.content
    customer = {str(named("customer", one)): region for one, region in REGION_OF.items()}.get(content["customer_id"])
    match name:
        case "process":
            return deal.process == value
        case "process_version":
            return deal.version == int(value)
        case "owner":
            return deal.credited == str(named("person", value))
        case "team":
            members = {str(named("person", who)) for who, team in TEAM_OF.items() if team in TEAMS_BELOW[value]}
            return deal.credited in members
        case "product":
            return value in {line["product_name"] for line in content["lines"]}
        case "customer":
            return bool(content["customer_id"] == str(named("customer", value)))
        case "region":
            return bool((content["region"] or customer) == value)
        case "currency":
            return deal.money is not None and deal.money[1] == value
        case _:
            return bool(content[name] == value)


def _printed(sums: dict[str, Decimal]) -> list[figures.Money]:
    return [figures.money(sums[currency], currency) for currency in sorted(sums)]


async def _overview(case: Case) -> None:
    answer, naive = await overview(case.question), case.naive
    assert answer.deals_total == len(naive.deals)
    stages = {(PROCESS_IDS[str(one.process_id)], one.stage_key): (one.count, one.amounts) for one in answer.by_stage}
    assert stages == {place: (count, _printed(sums)) for place, (count, sums) in naive.by_stage().items()}
    assert answer.won_value == _printed(total(naive.closed("won")))
    won, lost = len(naive.closed("won")), len(naive.closed("lost"))
    assert answer.win_rate == figures.ratio(won, won + lost)
    best = naive.won_by(lambda deal: deal.credited)
    assert {(str(one.owner_id), one.currency): Decimal(one.amount) for one in answer.top_owners} == {
        place: value for place, (_, value) in best.items() if place[0] is not None
    }
    await _every_number_opens(case, answer.by_stage, "count")


async def _won(case: Case) -> None:
    answer, naive = await won_value(case.question), case.naive
    assert {(one.quarter, one.currency): (one.deals, Decimal(one.amount)) for one in answer.by_quarter} == naive.won_by(
        naive.quarter
    )
    assert {(_text(one.owner_id), one.currency): (one.deals, Decimal(one.amount)) for one in answer.by_owner} == (
        naive.won_by(lambda deal: deal.credited)
    )
    shares, exact = {(one.product, one.currency): Decimal(one.amount) for one in answer.by_product}, naive.by_product()
    asked = case.question.selection.filters.product
    if asked:
        exact = {place: value for place, value in exact.items() if named("product", place[0]) in asked}
    assert shares.keys() == exact.keys()
    assert all(abs(Fraction(shares[place]) - exact[place]) <= len(naive.deals) for place in exact)
    if not asked:
        whole = {one.currency: Decimal(one.amount) for one in answer.total}
        assert whole == {
            currency: sum((v for (_, of), v in shares.items() if of == currency), Decimal(0)) for currency in whole
        }
    await _every_number_opens(case, [*answer.total, *answer.by_quarter, *answer.by_owner, *answer.by_product], "deals")


async def _win_rate(case: Case) -> None:
    answer, naive = await win_rate(case.question), case.naive
    won, lost = naive.closed("won"), naive.closed("lost")
    assert (answer.by_count.won, answer.by_count.lost) == (len(won), len(lost))
    assert sum(one.won for one in answer.by_quarter) == sum(one.won for one in answer.by_owner) == len(won)
    value_won, value_lost = total(won), total(lost)
    for one in answer.by_value:
        mine, theirs = value_won.get(one.currency, Decimal(0)), value_lost.get(one.currency, Decimal(0))
        assert one.win_rate == figures.ratio(mine, mine + theirs)
        assert Decimal(one.won) == mine
    assert {one.currency for one in answer.by_value} == value_won.keys() | value_lost.keys()


async def _cycle(case: Case) -> None:
    answer, days = await sales_cycle(case.question), case.naive.cycles()
    assert answer.deals == len(days)
    if days:
        assert answer.mean_days == figures.mean(sum(days), len(days))
        assert answer.median_days == figures.percentile(float(middle(days)))
    await _every_number_opens(case, [answer], "deals")


async def _cohort(case: Case) -> None:
    answer, naive = await funnel(case.question, "cohort"), case.naive
    steps = _steps(answer)
    counted = naive.flow(lambda deal, _: naive.within(deal.opened))
    reached = naive.reached()
    assert steps.keys() == counted.keys() | reached.keys()
    for place, step in steps.items():
        _same_flow(step, counted[place])
        on_path = step.category in ("open", "won")
        assert step.reached == (reached[place] if on_path else counted[place]["deals"])
        await _opens(case, step.drill, step.reached)


async def _flow(case: Case) -> None:
    answer, naive = await funnel(case.question, "flow"), case.naive
    counted = naive.flow(lambda _, entered: naive.within(entered))
    steps = _steps(answer)
    assert steps.keys() == counted.keys()
    for place, step in steps.items():
        _same_flow(step, counted[place])
        await _opens(case, step.drill, step.deals)


def _steps(answer: Funnel) -> dict[tuple[str, str], Any]:
    return {(PROCESS_IDS[str(one.process_id)], step.stage_key): step for one in answer.processes for step in one.steps}


def _same_flow(step: Any, counted: Any) -> None:
    names = ("entered", "deals", "advanced", "lost", "moved_back", "migrated", "still_there")
    assert {name: getattr(step, name) for name in names} == {name: counted[name] for name in names}
    assert step.entered == step.advanced + step.lost + step.moved_back + step.migrated + step.still_there


async def _times(case: Case) -> None:
    now = case.question.selection.as_of or NOW
    answer, times = await time_in_stage(case.question, now), case.naive.times(now)
    stages = {(PROCESS_IDS[str(one.process_id)], one.stage_key): one for one in answer.stages}
    assert stages.keys() == times.keys()
    for place, stage in stages.items():
        for clock in ("latest", "cumulative", "current_age"):
            _same_clock(getattr(stage, clock), times[place][clock])
        await _opens(case, stage.drill, stage.latest.deals)
        await _opens(case, stage.drill_now, stage.current_age.deals)


def _same_clock(measured: Clock, days: list[Fraction]) -> None:
    assert measured.deals == len(days)
    if days:
        assert abs(Fraction(measured.mean_days or 0) - sum(days, Fraction(0)) / len(days)) <= Fraction(1, 100)
        exact = middle(days)
        assert abs(Fraction(measured.median_days or 0) - exact) <= exact * 3 / 100 + Fraction(1, 100)


async def _every_number_opens(case: Case, counted: list[Any], name: str) -> None:
    for one in counted:
        await _opens(case, one.drill, getattr(one, name))


async def _opens(case: Case, drill: str, expected: int) -> None:
    """The list behind a number has as many deals as the number says."""
    assert len(await _behind(case, drill)) == expected, drill


async def _behind(case: Case, drill: str) -> list[CountedDeal]:
    asked: dict[str, Any] = parse_qs(urlsplit(drill).query, keep_blank_values=True)
    lists = {"owner", "process", "product", "source", "region", "customer", "currency", "category", "stage", "team"}
    lists |= {"forecast_category", "lost_reason", "competitor", "closed_from"}
    query = DealsQuery.model_validate({name: values if name in lists else values[0] for name, values in asked.items()})
    selection = case.question.selection
    narrower = replace(selection, filters=query.filters(), as_of=query.as_of, known_at=query.known_at)
    behind = Question(case.question.connection, narrower, case.question.stand)
    return await deals_behind(behind, query.behind(), None, 1000)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
