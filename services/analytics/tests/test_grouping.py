"""A group of a report is what the report tells when it is asked for that group alone, out of kept sums or not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from services.analytics.api.lists_query import SlipsQuery
from services.analytics.api.money_query import FunnelQuery, SnapshotHasNoMonths
from services.analytics.projections.coins import Coins
from services.analytics.projections.figures import ratio
from services.analytics.projections.forecast import forecast
from services.analytics.projections.forecast_lists import Wish as Forecasting
from services.analytics.projections.funnel import Funnel, Kind, Step, funnel
from services.analytics.projections.grouping import AnyGrouping, DatedGrouping, Grouping, StageGrouping
from services.analytics.projections.loss_reasons import loss_reasons
from services.analytics.projections.pipeline_moves import Basis, Stretch
from services.analytics.projections.quota import Wish as QuotaWish
from services.analytics.projections.quota import quota
from services.analytics.projections.quota_periods import bounds
from services.analytics.projections.report import Question, Reports
from services.analytics.projections.rotting import rotting
from services.analytics.projections.selection import Filters
from services.analytics.projections.slip_list import slips_of
from services.analytics.projections.slipped import Wish, slipped
from services.analytics.projections.time_in_stage import TimeInStage, time_in_stage
from services.analytics.projections.velocity import velocity
from services.analytics.projections.waterfall import CurrencyWaterfall, Waterfall, waterfall
from services.analytics.projections.waterfall_lists import deals_in
from services.analytics.projections.win_rate import win_rate
from services.analytics.projections.win_rate_cohort import win_rate_cohort
from services.analytics.projections.won import won_value
from services.analytics.tests.happening import Log, named
from services.analytics.tests.histories import FIRST_DAY, deals_log, directory
from services.analytics.tests.tables import applied, emptied, tables
from services.analytics.tests.test_outlook import _targets
from services.analytics.tests.test_outlook_cuts import drawn
from services.analytics.tests.test_reports import NOW, ZONE, Case, _behind, _opens, _query
from services.analytics.tests.test_waterfall import _contributions, bar_query
from shared.eventstore.read_model import Pool
from shared.testing.databases import Databases

TODAY, WINDOW = date(2016, 12, 10), (date(2016, 11, 1), date(2016, 11, 30))
TEAMS = {"anna": "east", "ben": "west", "cleo": "west"}
CLOCKS = ("latest", "cumulative", "current_age")
BEGIN, MIDDLE = FIRST_DAY + timedelta(days=30, hours=5), FIRST_DAY + timedelta(days=90)
DECEMBER = (date(2016, 12, 1), date(2016, 12, 31))
WATERFALLS: tuple[tuple[Stretch, Basis], ...] = (
    (Stretch(BEGIN, MIDDLE), "net"),
    (Stretch(BEGIN, None, *DECEMBER), "gross"),
    (Stretch(BEGIN, MIDDLE, None, date(2016, 11, 20), Coins(base=True, day=TODAY)), "net"),
)
Told = tuple[str | None, UUID | None]
ASKED: Sequence[tuple[int, tuple[str, str], tuple[date, date] | None, int | None]] = (
    (4, ("root", "admin"), None, None),
    (5, ("root", "admin"), (date(2016, 11, 1), date(2016, 12, 31)), None),
    (6, ("anna", "manager"), (date(2016, 11, 14), date(2017, 3, 5)), None),
    (7, ("root", "admin"), (date(2016, 11, 14), date(2017, 3, 5)), 150),
)


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    async with tables(fresh_database) as pool:
        yield pool


@pytest.mark.parametrize(("seed", "reader", "days", "past"), ASKED)
async def test_a_group_is_what_is_told_of_it_alone(
    pool: Pool, seed: int, reader: tuple[str, str], days: tuple[date, date] | None, past: int | None
) -> None:
    await emptied(pool)
    await applied(pool, _colleagues().events, batch=1000)
    log = deals_log(drawn(seed))
    _targets(log)
    await applied(pool, log.events, batch=1000)
    as_of = None if past is None else FIRST_DAY + timedelta(days=past)
    filters = _query(None, days).filters()
    async with Reports(pool, ZONE.key).ask(reader[0], frozenset(reader[1:]), filters, as_of) as question:
        for kind in get_args(Kind):
            for by in get_args(Grouping if kind == "snapshot" else DatedGrouping):
                await _funnels(question, kind, by)
        for by in get_args(Grouping):
            await _times(question, by)
            await _speeds(question, by)
            for stretch, basis in WATERFALLS:
                await _bars(question, by, stretch, basis)
        for by in get_args(DatedGrouping):
            await _slips(question, by)
        for by in get_args(StageGrouping):
            await _rotten(question, by)
        for by in get_args(AnyGrouping):
            await _lost(question, by)
        await _products(question)


def _colleagues() -> Log:
    """Ben works with Cleo, so that a team has deals of two people."""
    log = directory()
    log.happened(named("person", "ben"), "PersonMovedToTeam", team_id=named("team", "west"))
    return log


async def _funnels(question: Question, kind: Kind, by: DatedGrouping) -> None:
    answer, whole = await funnel(question, kind, by), await funnel(question, kind)
    assert by == "product" or _deals(answer) == _deals(whole), (kind, by)
    for group, rows in _of_funnel(answer).items():
        if (narrowed := _narrowed(question, by, group)) is not None:
            assert rows == _of_funnel(await funnel(narrowed, kind))[None, None], (kind, by, group)
    for one in answer.stages:
        await _opens(_opening(question), one.drill, one.count)
    for step in (step for one in answer.processes for step in one.steps):
        await _opens(_opening(question), step.drill, step.deals if step.reached is None else step.reached)


async def _times(question: Question, by: Grouping) -> None:
    answer = await time_in_stage(question, NOW, by)
    for group, rows in _of_times(answer).items():
        if (narrowed := _narrowed(question, by, group)) is not None:
            assert rows == _of_times(await time_in_stage(narrowed, NOW))[None, None], (by, group)
    counted, whole = Counter[str](), Counter[str]()
    for sums, told in ((counted, answer), (whole, await time_in_stage(question, NOW))):
        for stage in told.stages:
            sums.update({clock: getattr(stage, clock).deals for clock in CLOCKS})
    assert by == "product" or counted == whole, by
    for one in answer.stages:
        await _opens(_opening(question), one.drill, one.latest.deals)
        await _opens(_opening(question), one.drill_now, one.current_age.deals)


async def _bars(question: Question, by: Grouping, stretch: Stretch, basis: Basis) -> None:
    answer, whole = await waterfall(question, stretch, basis, by), await waterfall(question, stretch, basis)
    for name in ("start", "end"):
        assert by == "product" or _summed(answer, name) == _summed(whole, name)
    for group, currencies in _of_bars(answer).items():
        for one in currencies.values():
            assert Decimal(one.start) + sum(_contributions(one)) == Decimal(one.end)
            for bar in one.bars:
                asked = bar_query(bar.drill)
                alone = replace(question, selection=replace(question.selection, filters=asked.filters()))
                deals = await deals_in(alone, asked.asked(ZONE), None, 1000)
                assert sum(Decimal(deal.contribution) for deal in deals) == Decimal(bar.contribution), (by, group)
        if (narrowed := _narrowed(question, by, group)) is not None:
            told = _of_bars(await waterfall(narrowed, stretch, basis)).get((None, None), {})
            assert _plain(currencies) == _plain(told), (by, group)


def _of_bars(answer: Waterfall) -> dict[Told, dict[str, CurrencyWaterfall]]:
    found: dict[Told, dict[str, CurrencyWaterfall]] = defaultdict(dict)
    for one in answer.currencies:
        found[one.group, one.group_id][one.currency] = one
    return found


def _plain(currencies: dict[str, CurrencyWaterfall]) -> dict[str, Any]:
    return {
        currency: (one.start, one.end, [(bar.bar, bar.contribution, bar.count) for bar in one.bars])
        for currency, one in currencies.items()
    }


def _summed(answer: Waterfall, name: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in answer.currencies:
        sums[one.currency] += Decimal(getattr(one, name))
    return {currency: amount for currency, amount in sums.items() if amount}


async def _slips(question: Question, by: DatedGrouping) -> None:
    answer = await slipped(question, TODAY, WINDOW, Coins(), Wish(group_by=by))
    assert by == "product" or sum(one.slips for one in answer.groups) == answer.slips
    for one in answer.groups:
        if (narrowed := _narrowed(question, by, (one.group, one.group_id))) is not None:
            alone = await slipped(narrowed, TODAY, WINDOW, Coins())
            assert (one.slips, one.slipped_amounts) == (alone.slips, alone.slipped_amounts), (by, one.group)
        asked = slips_query(one.drill)
        listing = replace(question, selection=replace(question.selection, filters=asked.filters()))
        assert len(await slips_of(listing, asked.listed(), None, 1000)) == one.slips, (by, one.group)
    for pushed in answer.by_pushes:
        await _opens(_opening(question), pushed.drill, pushed.deals)


async def _rotten(question: Question, by: StageGrouping) -> None:
    answer, places = await rotting(question, NOW, Coins(), by), defaultdict[Told, dict[Any, Any]](dict)
    assert answer.idle_deals == (await rotting(question, NOW, Coins())).idle_deals
    for one in answer.stages:
        place = one.process_id, one.process_version, one.stage_key
        places[_group_of(one)][place] = one.deals, one.idle_deals, one.amounts
        await _opens(_opening(question), one.drill, one.idle_deals)
        await _opens(_opening(question), one.drill_deals, one.deals)
    for group, told in places.items():
        if (narrowed := _narrowed(question, by, group)) is not None:
            alone = (await rotting(narrowed, NOW, Coins())).stages
            assert [*told.values()] == [(one.deals, one.idle_deals, one.amounts) for one in alone], (by, group)


async def _lost(question: Question, by: AnyGrouping) -> None:
    answer, places = await loss_reasons(question, Coins(), by), defaultdict[Told, list[Any]](list)
    assert answer.lost == (await loss_reasons(question, Coins(), None)).lost
    for one in answer.losses:
        places[_group_of(one)].append((one.reason, one.competitor, one.stage_key, one.deals, one.amounts))
        await _opens(_opening(question), one.drill, one.deals)
    for group, told in places.items():
        if (narrowed := _narrowed(question, by, group)) is not None:
            alone = (await loss_reasons(narrowed, Coins(), None)).losses
            said = [(one.reason, one.competitor, one.stage_key, one.deals, one.amounts) for one in alone]
            assert sorted(told, key=str) == sorted(said, key=str), (by, group)


async def _speeds(question: Question, by: Grouping) -> None:
    places = defaultdict[Told, list[Any]](list)
    for one in (await velocity(question, TODAY, 12, Coins(), by)).speeds:
        places[_group_of(one)].append((one.currency, one.open_deals, one.mean_won, one.win_rate, one.per_day))
        await _opens(_opening(question), one.drill, one.open_deals)
        won, lost = [len(await _behind(_opening(question), drill)) for drill in (one.drill_won, one.drill_lost)]
        assert one.win_rate == ratio(won, won + lost), (by, one.group)
    for group, told in places.items():
        if (narrowed := _narrowed(question, by, group)) is not None:
            alone = (await velocity(narrowed, TODAY, 12, Coins(), None)).speeds
            said = [(one.currency, one.open_deals, one.mean_won, one.win_rate, one.per_day) for one in alone]
            assert told == said, (by, group)


async def _products(question: Question) -> None:
    """A deal of several products is in the group of each."""
    for kind in get_args(Kind):
        await _funnels(question, kind, "product")
    values = (await won_value(question, group_by="product")).groups
    rates = (await win_rate(question, group_by="product")).groups
    cohorts = await win_rate_cohort(question, Coins(), "product")
    assert cohorts.whole == (await win_rate_cohort(question, Coins(), None)).whole
    groups = [*map(_group_of, values), *map(_group_of, rates), *map(_group_of, cohorts.cohorts)]
    for group in set(groups):
        if (alone := _narrowed(question, "product", group)) is not None:
            told = [(one.amount, one.currency, one.deals) for one in values if one.group_id == group[1]]
            total = (await won_value(alone)).total
            assert sorted(told) == sorted((one.amount, one.currency, one.deals) for one in total)
            count, opened = (await win_rate(alone)).by_count, (await win_rate_cohort(alone, Coins(), None)).whole
            rate = [(one.won, one.lost) for one in rates if one.group_id == group[1]]
            assert rate == [(count.won, count.lost)] * len(rate)
            cohort = [(one.opened, one.won, one.by_value) for one in cohorts.cohorts if one.group_id == group[1]]
            assert cohort == [(opened.opened, opened.won, opened.by_value)] * len(cohort)
    await _expectations(question)
    await _quotas(question)


def _group_of(row: Any) -> Told:
    return row.group, row.group_id


async def _expectations(question: Question) -> None:
    """What is expected of the deals of a product is the forecast of that product alone."""
    found = defaultdict[Told, list[Any]](list)
    for one in (await forecast(question, Forecasting(group_by="product"))).periods:
        found[one.group, one.group_id].append((one.period, one.currency, one.weighted_total, one.open_pipeline))
    for group, periods in found.items():
        if (alone := _narrowed(question, "product", group)) is not None:
            told = (await forecast(alone, Forecasting())).periods
            assert periods == [(one.period, one.currency, one.weighted_total, one.open_pipeline) for one in told]


async def _quotas(question: Question) -> None:
    """What a product brought for a quota is what is told of that product alone; the quota itself counts deals once."""
    answer = (await quota(question, QuotaWish(group_by="product"))).quotas
    assert [one.won for one in answer] == [one.won for one in (await quota(question, QuotaWish())).quotas]
    for place, one in enumerate(answer):
        for part in one.groups:
            await _behind(_opening(question), part.drill)
            if (alone := _narrowed(question, "product", _group_of(part))) is not None:
                said = (await quota(alone, QuotaWish())).quotas[place]
                assert (part.won, part.commit, part.coverage) == (said.won, said.commit, said.coverage)


def slips_query(drill: str) -> SlipsQuery:
    """The address of a list of slips, read as the service reads it."""
    said = parse_qs(urlsplit(drill).query)
    several = {"owner", "process", "source", "region", "team", "product", "currency", "customer"}
    return SlipsQuery.model_validate({name: all_ if name in several else all_[0] for name, all_ in said.items()})


def _deals(answer: Funnel) -> Counter[str]:
    steps = [step for one in answer.processes for step in one.steps]
    flowed = {name: sum(getattr(step, name) or 0 for step in steps) for name in ("entered", "deals", "reached", "lost")}
    return Counter(flowed | {"standing": sum(stage.count for stage in answer.stages)})


def _of_funnel(answer: Funnel) -> dict[Told, dict[Any, Any]]:
    """Per group what each stage says, but for its links."""
    found: dict[Told, dict[Any, Any]] = defaultdict(dict)
    for one in answer.processes:
        for step in one.steps:
            found[one.group, one.group_id][one.process_id, step.stage_key] = _said(step)
    for stage in answer.stages:
        place = (stage.process_id, stage.stage_key, stage.category)
        found[stage.group, stage.group_id][place] = (stage.count, stage.amounts)
    return found


def _of_times(answer: TimeInStage) -> dict[Told, dict[Any, Any]]:
    found: dict[Told, dict[Any, Any]] = defaultdict(dict)
    for one in answer.stages:
        found[one.group, one.group_id][one.process_id, one.stage_key] = [getattr(one, clock) for clock in CLOCKS]
    return found


def _said(step: Step) -> dict[str, Any]:
    return {one.name: getattr(step, one.name) for one in fields(step) if not one.name.startswith("drill")}


def _narrowed(question: Question, by: AnyGrouping, group: Told) -> Question | None:
    """The same asked about one group alone; None where no filter says which."""
    name, holder = group
    if name is None or by == "stage":
        return None
    match by:
        case "owner" | "process" | "product":
            narrower: dict[str, Any] = {by: (holder,)}
        case "team":
            narrower = {"owner": tuple(named("person", who) for who, team in TEAMS.items() if team == name)}
        case "source" | "region":
            narrower = {by: (name,)}
        case "process_version":
            narrower = {"process": (holder,), "process_version": int(name.rpartition(" v")[2])}
        case _:
            narrower = _days_of(name, question.selection.filters)
    filters = replace(question.selection.filters, **narrower)
    return replace(question, selection=replace(question.selection, filters=filters))


def _days_of(name: str, asked: Filters) -> dict[str, date]:
    first, last = bounds(name)
    return {"from_date": max(first, asked.from_date or first), "to_date": min(last, asked.to_date or last)}


def _opening(question: Question) -> Case:
    return Case(question, None, days=True)  # type: ignore[arg-type]  # only the question is looked at


def test_a_snapshot_is_cut_by_no_months() -> None:
    with pytest.raises(SnapshotHasNoMonths):
        FunnelQuery(kind="snapshot", group_by="month").cut()
