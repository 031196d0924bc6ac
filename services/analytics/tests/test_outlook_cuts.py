"""Reports cut by groups, restated at other rates and held against their past, against a naive fold of the events."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from services.analytics.projections import figures
from services.analytics.projections.coins import Coins
from services.analytics.projections.forecast import forecast
from services.analytics.projections.forecast_lists import SUMMED, Wish
from services.analytics.projections.leaderboard import leaderboard
from services.analytics.projections.loss_reasons import loss_reasons
from services.analytics.projections.quota import Wish as QuotaWish
from services.analytics.projections.quota import quota
from services.analytics.projections.quota_periods import bounds
from services.analytics.projections.rotting import rotting
from services.analytics.projections.sales_cycle import sales_cycle
from services.analytics.projections.won import won_value
from services.analytics.tests.happening import named
from services.analytics.tests.histories import FIRST_DAY, TEAM_OF, VERBS, Action
from services.analytics.tests.naive_waterfall import Picture
from services.analytics.tests.tables import tables
from services.analytics.tests.test_outlook import (
    NOW,
    Asked,
    Case,
    _closed,
    _counts,
    _day,
    _is_open,
    _money,
    _opening,
    _team,
    _text,
    category_of,
    forecast_of,
    hold,
)
from services.analytics.tests.test_reports import _behind, _opens
from shared.eventstore.read_model import Pool
from shared.testing.databases import Databases

ONE_DAY = date(2020, 1, 1)
QUARTER_EURO = Decimal("0.25")  # of a dollar, on that day; nothing is known of yen
THEN = FIRST_DAY + timedelta(days=60)
SHARED = ("won", "commit", "open_pipeline")
KEYS: dict[str, Any] = {
    "owner": lambda one: one.deal.credited,
    "team": lambda one: _team(one.deal.credited),
    "month": lambda one: f"{_day(one.deal.closed):%Y-%m}",
    "quarter": lambda one: f"{_day(one.deal.closed).year}-Q{(_day(one.deal.closed).month + 2) // 3}",
    "source": lambda one: one.deal.content["source"],
}


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    async with tables(fresh_database) as pool:
        yield pool


def drawn(seed: int) -> list[Action]:
    """A history by a seed: every check asks many questions, too many for as many histories as elsewhere."""
    chance = Random(seed)
    return [
        (chance.randrange(14), chance.choice(VERBS), chance.randrange(12), chance.randrange(91)) for _ in range(150)
    ]


@pytest.mark.parametrize(
    ("seed", "asked"),
    [
        (1, (None, ("root", "admin"), None, None)),
        (2, (None, ("root", "admin"), (0, 60), 90)),
        (3, (("currency", "USD"), ("anna", "manager"), (14, 90), None)),
    ],
)
async def test_cut_and_restated_reports_equal_a_naive_fold_of_the_events(pool: Pool, seed: int, asked: Asked) -> None:
    await hold(pool, drawn(seed), asked, CHECKS)


async def test_groups_by_product_overlap_and_the_whole_counts_a_deal_once(pool: Pool) -> None:
    of_two_products = [(2, "open", 2, 5), (5, "open", 6, 5), (8, "open", 6, 5)]
    became = [(2, "win", 6, 1), (5, "move", 1, 3), (8, "lose", 1, 2)]
    await hold(pool, of_two_products + became, (None, ("root", "admin"), None, None), (_counted_once,))


async def _counted_once(case: Case) -> None:
    rotten, lost = (
        await rotting(case.question, NOW, Coins(), "product"),
        await loss_reasons(case.question, Coins(), "product"),
    )
    assert (rotten.idle_deals, lost.lost) == (1, 1)
    assert sorted((one.group, one.idle_deals) for one in rotten.stages) == [("GTX", 1), ("MG", 1)]
    assert sorted((one.group, one.deals, one.share) for one in lost.losses) == [
        ("GTX", 1, "1.0000"),
        ("MG", 1, "1.0000"),
    ]
    answer = await quota(case.question, QuotaWish(periods=("2016-11",), holder="team", group_by="product"))
    [west] = [one for one in answer.quotas if one.name == "west"]
    assert (west.won, [(part.group, part.won) for part in west.groups]) == ("42", [("GTX", "42"), ("MG", "42")])


async def _won(case: Case) -> None:
    won = [one for one in _closed(case, "won") if one.own]
    for by, key in KEYS.items():
        answer = await won_value(case.question, group_by=by)  # type: ignore[arg-type]
        found: dict[Any, Decimal] = defaultdict(Decimal)
        for one in won:
            assert one.own
            found[key(one), one.own[1]] += one.own[0]
        told = {(_named(by, one), one.currency): Decimal(one.amount) for one in answer.groups}
        assert told == found, by
        if by == "month":
            for group in answer.groups:
                await _opens(_opening(case), group.drill, group.deals)


def _named(by: str, one: Any) -> str | None:
    return _text(one.group_id) if by == "owner" else one.group


async def _won_restated(case: Case) -> None:
    own = _money(_closed(case, "won"))
    answer = await won_value(case.question, Coins(base=True, day=ONE_DAY), "owner")
    restated = {"EUR": own.get("USD", Decimal(0)) * QUARTER_EURO, "JPY": own.get("JPY", Decimal(0))}
    for some in (answer.total, answer.by_quarter, answer.by_owner, answer.groups):
        assert _sums(some) == pytest.approx(restated, abs=Decimal("0.5"))  # cents of each row
    for one in answer.total:
        assert one.drill.count("currency=") == int(bool(case.wanted and case.wanted[0] == "currency"))


def _sums(some: Iterable[Any]) -> dict[str, Decimal]:
    sums = {"EUR": Decimal(0), "JPY": Decimal(0)}
    for one in some:
        sums[one.currency] += Decimal(one.amount)
    return sums


async def _cycles(case: Case) -> None:
    for by, key in KEYS.items():
        days: dict[Any, list[int]] = defaultdict(list)
        for one in _closed(case, "won"):
            days[key(one)].append((_day(one.deal.closed) - _day(one.deal.opened)).days)
        answer = await sales_cycle(case.question, by)  # type: ignore[arg-type]
        told = {_named(by, one): (one.deals, one.mean_days) for one in answer.groups}
        assert told == {group: (len(some), figures.mean(sum(some), len(some))) for group, some in days.items()}


async def _leaders_restated(case: Case) -> None:
    own: dict[Any, Decimal] = defaultdict(Decimal)
    for one in _closed(case, "won"):
        if one.own:
            rate, currency = (QUARTER_EURO, "EUR") if one.own[1] == "USD" else (Decimal(1), one.own[1])
            own[one.deal.credited, currency] += one.own[0] * rate
    answer = await leaderboard(case.question, Coins(base=True, day=ONE_DAY))
    told = {
        (_text(one.owner_id), amount.currency): Decimal(amount.amount)
        for one in answer.places
        for amount in one.won_value
    }
    assert told == {place: Decimal(figures.money(amount, place[1]).amount) for place, amount in own.items()}


async def _coverage(case: Case) -> None:
    for day in (None, ONE_DAY):
        for one in (await quota(case.question, QuotaWish(day=day))).quotas:
            first, last = bounds(one.period)
            teams = {"east": {"east", "far east"}, "west": {"west"}}.get(one.name or "", set())
            people = {str(named("person", who)) for who, team in TEAM_OF.items() if team in teams} or {
                str(one.holder_id)
            }
            mine = [history for history in case.histories if history[-1][1].deal.credited in people]
            is_open = [h[-1][1] for h in mine if _is_open(h[-1][1]) and _expected(h[-1][1], first, last)]
            pipeline = [h[-1][1] for h in mine if h[-1][1] in is_open and category_of(h) != "omitted"]
            won = [h[-1][1] for h in mine if h[-1][1].deal.stage["category"] == "won"]
            won = [p for p in won if first <= _day(p.deal.closed) <= last]
            if one.reason is None and (one.currency != "EUR" or day):
                rate = QUARTER_EURO if one.currency == "EUR" else Decimal(1)
                came, coming = (sum((p.own[0] for p in some if p.own), Decimal(0)) * rate for some in (won, pipeline))
                assert (one.attainment, one.coverage) == (figures.ratio(came, 1000), figures.ratio(coming, 1000))


async def _parts_of_quotas(case: Case) -> None:
    for by in ("owner", "process"):
        for one in (await quota(case.question, QuotaWish(group_by=by))).quotas:
            told = Counter[str]()
            for part in one.groups:
                told.update({name: Decimal(getattr(part, name)) for name in SHARED})
                if one.holder == "person" and part.drill:
                    assert f"owner={one.holder_id}" in part.drill
            if one.reason is None:
                assert {name: Decimal(getattr(one, name)) for name in SHARED} == dict.fromkeys(SHARED, 0) | told


def _expected(one: Picture, first: date, last: date) -> bool:
    return one.close is not None and first <= one.close <= last


async def _accuracy(case: Case) -> None:
    answer = await forecast(case.question, Wish(accuracy_at=THEN))
    before = [[(event, one) for event, one in history if event.occurred_at <= THEN] for history in case.every]
    then, _ = forecast_of(case, (h for h in before if h and _counts(h[-1][1], case.wanted, case.reader)))
    now, _ = forecast_of(case, case.histories)
    expected = {}
    for place in {place for place in (*then, *now) if place[0]}:
        said = then[place]["closed"] + then[place]["commit"]
        came = now[place]["closed"]
        expected[place] = (said, came, figures.ratio(came - abs(said - came), came) if came else None)
    told = {
        (one.period, one.currency): (Decimal(one.forecast), Decimal(one.actual), one.accuracy)
        for one in answer.accuracy
    }
    assert told == expected


async def _losses(case: Case) -> None:
    by_reason: Counter[Any] = Counter()
    for history in case.histories:
        one = history[-1][1]
        if one.deal.stage["category"] == "lost" and case.within(one.deal.closed):
            data = json.loads(next(event for event, _ in reversed(history) if event.type == "DealLost").data)
            by_reason[data["reason"], data.get("competitor")] += 1
    told: Counter[Any] = Counter()
    for loss in (await loss_reasons(case.question, Coins(), None)).losses:
        told[loss.reason, loss.competitor] += loss.deals
        await _opens(_opening(case), loss.drill, loss.deals)
    assert told == by_reason


async def _totals(case: Case) -> None:
    """The deals behind each total of a forecast are worth just the total."""
    for by in (None, "stage", "product"):
        answer = await forecast(case.question, Wish(every="quarter", group_by=by, accuracy_at=THEN))
        for one in answer.periods:
            for name in SUMMED:
                listed = await _behind(_opening(case), getattr(one, f"drill_{name}"))
                assert name == "weighted_total" or _value(listed) == Decimal(getattr(one, name)), (by, name)
                assert name != "weighted_total" or len(listed) == _told_deals(one), (by, name)
        for past in answer.accuracy:
            for drill, amount in ((past.drill_forecast, past.forecast), (past.drill_actual, past.actual)):
                assert _value(await _behind(_opening(case), drill)) == Decimal(amount)


def _value(listed: Iterable[Any]) -> Decimal:
    return sum((Decimal(one.amount.amount) for one in listed if one.amount), Decimal(0))


def _told_deals(period: Any) -> int:
    return sum(one.deals for one in period.categories if one.forecast_category != "omitted")


CHECKS = (_totals, _won, _won_restated, _cycles, _leaders_restated, _coverage, _parts_of_quotas, _accuracy, _losses)
