"""Forecast, quotas, rotting and slipped deals, velocity, cohorts, losses and the leaderboard against a naive fold."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.projections import figures
from services.analytics.projections.coins import Coins
from services.analytics.projections.forecast import forecast
from services.analytics.projections.forecast_lists import Wish
from services.analytics.projections.leaderboard import leaderboard
from services.analytics.projections.loss_reasons import loss_reasons
from services.analytics.projections.quota import Wish as QuotaWish
from services.analytics.projections.quota import quota
from services.analytics.projections.quota_periods import bounds
from services.analytics.projections.report import Question, Reports
from services.analytics.projections.rotting import rotting
from services.analytics.projections.slipped import slipped
from services.analytics.projections.velocity import velocity
from services.analytics.projections.win_rate import win_rate
from services.analytics.projections.win_rate_cohort import win_rate_cohort
from services.analytics.tests.happening import named
from services.analytics.tests.histories import ACTIONS, FIRST_DAY, PROCESSES, TEAM_OF, Action, deals_log, directory
from services.analytics.tests.naive import RANK
from services.analytics.tests.naive_waterfall import Picture, pictures
from services.analytics.tests.tables import applied, emptied, tables
from services.analytics.tests.test_reports import (
    IN_SUMS,
    PERIODS,
    PROCESS_IDS,
    READERS,
    WANTED,
    WHOLE_MONTHS,
    ZONE,
    _is_visible,
    _matches,
    _opens,
    _query,
)
from services.analytics.tests.test_reports import Case as Opening
from shared.eventstore.read_model import Pool
from shared.eventstore.recorded import Recorded
from shared.testing.databases import Databases

NOW = datetime.fromisoformat("2017-03-01T12:00:00+00:00")
BELOW = (("pipeline", 50), ("best_case", 70), ("most_likely", 90), ("commit", 101))
PASTS = st.one_of(st.none(), st.integers(20, 120))


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    async with tables(fresh_database) as pool:
        yield pool


@dataclass(frozen=True)
class Case:
    """What is asked, and every deal that counts: its events with the pictures after them, and the last picture."""

    question: Question
    histories: list[list[tuple[Recorded, Picture]]]
    every: list[list[tuple[Recorded, Picture]]]
    first: date
    last: date
    reader: tuple[str, str]
    wanted: tuple[str, str] | None

    @property
    def deals(self) -> list[Picture]:
        """As they are at the instant asked for."""
        return [history[-1][1] for history in self.histories]

    def within(self, at: datetime | None) -> bool:
        """Whether an instant is in the period."""
        return at is not None and self.first <= at.astimezone(ZONE).date() <= self.last


@settings(max_examples=25, deadline=None)
@given(actions=ACTIONS, wanted=WANTED, reader=READERS, period=PERIODS, past=PASTS)
async def test_the_further_reports_equal_a_naive_fold_of_the_events(
    pool: Pool,
    actions: list[Action],
    wanted: tuple[str, str] | None,
    reader: tuple[str, str],
    period: tuple[int, int] | None,
    past: int | None,
) -> None:
    await hold(pool, actions, (wanted, reader, period, past), CHECKS)


@settings(max_examples=25, deadline=None)
@given(actions=ACTIONS, wanted=st.sampled_from(IN_SUMS), period=st.one_of(st.none(), WHOLE_MONTHS))
async def test_what_kept_sums_answer_of_the_further_reports_equals_it_too(
    pool: Pool, actions: list[Action], wanted: tuple[str, str] | None, period: tuple[int, int] | None
) -> None:
    await hold(pool, actions, (wanted, ("root", "admin"), period, None), CHECKS)


Asked = tuple[tuple[str, str] | None, tuple[str, str], tuple[int, int] | None, int | None]


async def hold(pool: Pool, actions: list[Action], asked: Asked, checks: Sequence[Callable[[Case], Any]]) -> None:
    """Let it all have happened and ask."""
    wanted, reader, period, past = asked
    log = deals_log(actions)
    _targets(log)
    await emptied(pool)
    await applied(pool, directory().events, batch=1000)
    await applied(pool, log.events, batch=len(actions))
    as_of = None if past is None else FIRST_DAY + timedelta(days=past)
    days = period and (date(2016, 11, 1) + timedelta(period[0]), date(2016, 11, 1) + timedelta(sum(period)))
    events = [one for one in log.events if one.type.startswith("Deal") and (not as_of or one.occurred_at <= as_of)]
    by_deal = groupby(sorted(events, key=attrgetter("stream_id", "version")), key=attrgetter("stream_id"))
    every = [pictures(list(some), PROCESS_IDS, base=True) for _, some in by_deal]
    counted = [history for history in every if _counts(history[-1][1], wanted, reader)]
    query = _query(wanted, days)
    async with Reports(pool, ZONE.key).ask(reader[0], frozenset(reader[1:]), query.filters(), as_of) as question:
        case = Case(question, counted, every, *(days or (date.min, date.max)), reader, wanted)
        for check in checks:
            await check(case)


def _targets(log: Any) -> None:
    for period in ("2016-11", "2016-Q4", "2017"):
        for kind, name, currency in (("person", "anna", "USD"), ("team", "east", "EUR"), ("team", "west", "JPY")):
            stream, amount = named("quota", (name, period)), {"amount": "1000", "currency": currency}
            told = {"of": kind, "of_id": named(kind, name), "period": period, "amount": amount}
            log.happened(stream, "QuotaSet", **told)
    log.happened(named("rate", "USD"), "ExchangeRateSet", currency="USD", base="EUR", day="2016-01-01", rate="0.5")
    log.happened(named("rate", "USD"), "ExchangeRateSet", currency="USD", base="EUR", day="2016-06-01", rate="0.25")
    log.happened(named("rate", "USD"), "ExchangeRateSet", currency="USD", base="EUR", day="2030-06-01", rate="4")


def _counts(picture: Picture, wanted: tuple[str, str] | None, reader: tuple[str, str]) -> bool:
    deal = picture.deal
    return not deal.deleted and _is_visible(deal, reader) and (wanted is None or _matches(deal, *wanted))


def _is_open(picture: Picture) -> bool:
    return picture.deal.closed is None


def category_of(history: list[tuple[Recorded, Picture]]) -> str:
    """The forecast category as its rules say: own if it has one, else by the probability of the stage (50)."""
    own = None
    for event, _ in history:
        if event.type == "DealForecastChanged":
            own = json.loads(event.data).get("category_after")
    return own or "best_case"


def forecast_of(
    case: Case, histories: Iterable[list[tuple[Recorded, Picture]]]
) -> tuple[dict[Any, dict[str, Decimal]], Counter[Any]]:
    """Amounts and deals per month and currency and category of the deals with these histories."""
    found: dict[Any, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    count: Counter[Any] = Counter()
    for history in histories:
        one = history[-1][1]
        won = one.deal.stage["category"] == "won"
        if one.own and (won or _is_open(one)):
            day = one.deal.closed.astimezone(ZONE).date() if won and one.deal.closed else one.close
            category = "closed" if won else category_of(history)
            if _in_months(case, day):
                found[day and f"{day:%Y-%m}", one.own[1]][category] += one.own[0]
                count[day and f"{day:%Y-%m}", one.own[1], category] += 1
    return found, count


async def _forecast(case: Case) -> None:
    found, count = forecast_of(case, case.histories)
    answer = await forecast(case.question, Wish())
    told = {(one.period, one.currency): one for one in answer.periods}
    assert told.keys() == found.keys()
    for place, said in told.items():
        sums = found[place]
        for figure in said.categories:
            assert Decimal(figure.amount) == sums[figure.forecast_category]
            assert figure.deals == count[(*place, figure.forecast_category)]
            await _opens(_opening(case), figure.drill, figure.deals)
        commit = sums["closed"] + sums["commit"]
        assert Decimal(said.commit_total) == commit
        assert Decimal(said.best_case_total) == commit + sums["most_likely"] + sums["best_case"]
        assert Decimal(said.open_pipeline) == sum(sums[name] for name, _ in BELOW)
    await _forecast_cut(case, _total(answer.periods))


async def _forecast_cut(case: Case, raw: dict[str, Decimal]) -> None:
    assert _total((await forecast(case.question, Wish(group_by="owner"))).periods) == raw
    one_day = Wish(coins=Coins(base=True, day=date(2020, 1, 1)), group_by="region")
    in_euros = _total((await forecast(case.question, one_day)).periods)
    assert in_euros.get("EUR", Decimal(0)) == figures_of(raw.get("USD", Decimal(0)) / 4)
    assert "USD" not in in_euros


def figures_of(amount: Decimal) -> Any:
    """Printed cents may differ by the rounding of each period."""
    return pytest.approx(amount, abs=Decimal("0.5"))


def _in_months(case: Case, day: date | None) -> bool:
    if day is None:
        return case.first == date.min
    return case.first.replace(day=1) <= day.replace(day=1) <= case.last


def _total(periods: Sequence[Any]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in periods:
        sums[one.currency] += Decimal(one.best_case_total)
    return {currency: amount for currency, amount in sums.items() if amount}


def _opening(case: Case) -> Opening:
    return Opening(case.question, None, days=True)  # type: ignore[arg-type]  # only the question is looked at


async def _cohort(case: Case) -> None:
    mine = [one for one in case.deals if case.within(one.deal.opened)]
    won = [one for one in mine if one.deal.stage["category"] == "won"]
    answer = await win_rate_cohort(case.question, Coins(), "owner")
    assert (answer.whole.opened, answer.whole.won) == (len(mine), len(won))
    assert answer.whole.open == len([one for one in mine if _is_open(one)])
    assert answer.whole.win_rate == figures.ratio(len(won), len(mine))
    assert {one.currency: Decimal(one.won) for one in answer.whole.by_value if Decimal(one.won)} == _money(won)
    assert {_text(one.group_id): one.opened for one in answer.cohorts} == Counter(one.deal.credited for one in mine)
    for one in (answer.whole, *answer.cohorts):
        await _opens(_opening(case), one.drill, one.opened)


def _money(some: Iterable[Picture]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in some:
        if one.own:
            sums[one.own[1]] += one.own[0]
    return {currency: amount for currency, amount in sums.items() if amount}


def _closed(case: Case, how: str) -> list[Picture]:
    return [one for one in case.deals if one.deal.stage["category"] == how and case.within(one.deal.closed)]


async def _groups(case: Case) -> None:
    for by, key in (
        ("source", lambda one: one.deal.content["source"]),
        ("team", lambda one: _team(one.deal.credited)),
        ("process", lambda one: one.deal.process),
    ):
        answer = await win_rate(case.question, Coins(), by)  # type: ignore[arg-type]
        won = Counter(key(one) for one in _closed(case, "won"))
        told = Counter(
            {one.group.lower() if one.group and by == "process" else one.group: one.won for one in answer.groups}
        )
        assert +told == won, by


def _team(owner: str | None) -> str | None:
    return {str(named("person", who)): team for who, team in TEAM_OF.items()}.get(owner or "")


async def _losses(case: Case) -> None:
    lost = _closed(case, "lost")
    answer = await loss_reasons(case.question, Coins(), None)
    assert answer.lost == len(lost)
    by_stage = Counter((one.deal.process, one.deal.stages[-2][0]["key"]) for one in lost)
    told: Counter[Any] = Counter()
    for one in answer.losses:
        told[PROCESS_IDS[str(one.process_id)], one.stage_key] += one.deals
    assert told == by_stage
    for one in answer.losses:
        await _opens(_opening(case), one.drill, one.deals)


async def _velocity(case: Case) -> None:
    answer = await velocity(case.question, date(2017, 3, 1), 120, Coins(), None)
    won, lost = _closed(case, "won"), _closed(case, "lost")
    for one in answer.speeds:
        is_open = [p for p in case.deals if _is_open(p) and p.own and p.own[1] == one.currency]
        assert one.open_deals == len(is_open)
        mine = [p for p in won if p.own and p.own[1] == one.currency]
        theirs = [p for p in lost if p.own and p.own[1] == one.currency]
        days = sum((_day(p.deal.closed) - _day(p.deal.opened)).days for p in mine)
        if days:
            value = sum((p.own[0] for p in mine if p.own), Decimal(0))
            speed = Decimal(len(is_open)) * value * len(mine) / (Decimal(len(mine) + len(theirs)) * days)
            assert one.per_day == figures.money(speed, one.currency).amount
        else:
            assert one.per_day is None
        await _opens(_opening(case), one.drill, one.open_deals)


def _day(at: datetime | None) -> date:
    assert at is not None
    return at.astimezone(ZONE).date()


async def _rotting(case: Case) -> None:
    now = case.question.selection.as_of or NOW
    answer = await rotting(case.question, now, Coins())
    idle: Counter[tuple[str, str]] = Counter()
    of_owner: Counter[str | None] = Counter()
    worth: dict[str, Decimal] = defaultdict(Decimal)
    for history in case.histories:
        one, allowed = history[-1][1], _idle_days(history[-1][1])
        if _is_open(one) and allowed and _day(history[-1][0].occurred_at) < _day(now) - timedelta(days=allowed):
            idle[one.deal.process, one.deal.stage["key"]] += 1
            of_owner[one.deal.credited] += 1
            if one.own:
                worth[one.own[1]] += one.own[0]
    told: Counter[tuple[str, str]] = Counter()
    for stage in answer.stages:
        told[PROCESS_IDS[str(stage.process_id)], stage.stage_key] += stage.idle_deals
        await _opens(_opening(case), stage.drill, stage.idle_deals)
    assert +told == idle
    assert answer.idle_deals == sum(idle.values())
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for money in (money for stage in answer.stages for money in stage.amounts):
        amounts[money.currency] += Decimal(money.amount)
    assert {one: amount for one, amount in amounts.items() if amount} == {c: a for c, a in worth.items() if a}
    groups: Counter[str | None] = Counter()
    for stage in (await rotting(case.question, now, Coins(), "owner")).stages:
        groups[_text(stage.group_id)] += stage.idle_deals
        await _opens(_opening(case), stage.drill, stage.idle_deals)
    assert +groups == of_owner


def _idle_days(picture: Picture) -> int | None:
    stages = PROCESSES[picture.deal.drawing]
    drawn: Any = next(one for one in stages if one["key"] == picture.deal.stage["key"])
    found: int | None = drawn.get("idle_days")
    return found


async def _slipped(case: Case) -> None:
    for window in ((date(2016, 11, 5), date(2016, 12, 5)), (date(2016, 11, 1), date(2016, 11, 30)), (None, None)):
        await _slipped_out_of(case, window)


async def _slipped_out_of(case: Case, window: tuple[date | None, date | None]) -> None:
    today, moves = date(2016, 12, 10), _moves(case, window)
    answer = await slipped(case.question, today, window, Coins())
    assert Counter(one.deal_id for one in answer.newest) == Counter(deal for deal, _ in moves)
    assert answer.slips == len(moves)
    worth: dict[str, Decimal] = defaultdict(Decimal)
    for _, own in moves:
        if own:
            worth[own[1]] += own[0]
    assert {one.currency: Decimal(one.amount) for one in answer.slipped_amounts if Decimal(one.amount)} == {
        currency: amount for currency, amount in worth.items() if amount
    }
    overdue = [one for one in case.deals if _is_open(one) and one.close and one.close < today]
    assert answer.overdue_deals == len(overdue)
    assert {one.currency: Decimal(one.amount) for one in answer.overdue_amounts if Decimal(one.amount)} == _money(
        overdue
    )
    await _opens(_opening(case), answer.drill_overdue, len(overdue))
    assert sum(one.deals for one in answer.by_pushes) == len([one for one in case.deals if _is_open(one)])


def _moves(case: Case, window: tuple[date | None, date | None]) -> list[tuple[Any, Any]]:
    """(deal, its worth then) of every move out of the window to a later day, by the owner of that moment."""
    first, last = window[0] or date.min, window[1] or date.min
    found = []
    for history in case.every:
        if not _is_asked(history[-1][1].deal, case):
            continue
        for (_, before), (event, after) in pairwise(history):
            if event.type != "DealExpectedCloseChanged" or not case.within(event.occurred_at):
                continue
            was, became = before.close, after.close
            if was is None or became is None or became <= was or not _is_doer(case, before.deal.owner):
                continue
            if was >= first and (window[1] is None or was <= last < became):
                found.append((event.stream_id, before.own))
    return found


def _is_asked(deal: Any, case: Case) -> bool:
    name, value = case.wanted or ("", "")
    if deal.deleted or not _is_visible(deal, case.reader):
        return False
    return name in ("", "owner", "team") or _matches(deal, name, value)


def _is_doer(case: Case, doer: str | None) -> bool:
    """Whether the question is about this owner; the reader's own rights are about the deal."""
    return _is_shown(replace(case, reader=("root", "admin")), doer, *(case.wanted or ("", "")))


async def _leaders(case: Case) -> None:
    answer = await leaderboard(case.question)
    won = Counter(one.deal.credited for one in _closed(case, "won"))
    assert +Counter({_text(one.owner_id): one.won for one in answer.places}) == won
    opened, forward = _deeds(case)
    assert +Counter({_text(one.owner_id): one.opened for one in answer.places}) == opened
    assert +Counter({_text(one.owner_id): one.moves_forward for one in answer.places}) == forward


def _deeds(case: Case) -> tuple[Counter[Any], Counter[Any]]:
    """Who opened deals and who moved them forward, whoever has them now."""
    name, value = case.wanted or ("", "")
    opened: Counter[Any] = Counter()
    forward: Counter[Any] = Counter()
    for history in case.every:
        deal = history[-1][1].deal
        if deal.deleted or (name not in ("", "owner", "team") and not _matches(deal, name, value)):
            continue
        before: Picture | None = None
        for event, picture in history:
            doer = before.deal.owner if before else picture.deal.owner
            if case.within(event.occurred_at) and _is_shown(case, doer, name, value):
                opened[doer] += before is None
                forward[doer] += event.type == "DealStageChanged" and _is_forward(before, picture)
            before = picture
    return +opened, +forward


def _is_shown(case: Case, doer: str | None, name: str, value: str) -> bool:
    subject, role = case.reader
    seen = {"manager": {"anna", "ben"}, "rep": {subject}}.get(role)
    if seen is not None and doer not in {str(named("person", who)) for who in seen}:
        return False
    if name == "owner":
        return doer == str(named("person", value))
    below = {"east": {"east", "far east"}, "west": {"west"}}
    return name != "team" or _team(doer) in below[value]


def _is_forward(before: Picture | None, after: Picture) -> bool:
    assert before is not None
    drawing = after.deal.drawing
    return RANK[drawing, after.deal.stage["key"]] > RANK[drawing, before.deal.stage["key"]]


async def _quotas(case: Case) -> None:
    answer = await quota(case.question, QuotaWish())
    for one in answer.quotas:
        first, last = bounds(one.period)
        teams = {"east": {"east", "far east"}, "west": {"west"}}.get(one.name or "", set())
        people = {str(named("person", who)) for who, team in TEAM_OF.items() if team in teams} or {str(one.holder_id)}
        mine = [p for p in case.deals if p.deal.credited in people]
        won = [p for p in mine if p.deal.stage["category"] == "won" and first <= _day(p.deal.closed) <= last]
        if one.reason is None and one.currency != "EUR":
            sums = _money(won)
            assert Decimal(one.won or 0) == sums.get(one.currency, Decimal(0))
            assert sums.keys() <= {one.currency}
            assert one.attainment == figures.ratio(sums.get(one.currency, Decimal(0)), 1000)
        elif one.reason is None:
            assert Decimal(one.won or 0) == sum((p.value[0] for p in won if p.value), Decimal(0))
        else:
            assert (one.won, one.attainment, one.coverage) == (None, None, None)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


CHECKS = (_forecast, _cohort, _groups, _losses, _velocity, _rotting, _slipped, _leaders, _quotas)
