"""The waterfall balances and every bar is right, over random histories, windows, filters and readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.api.waterfall_query import BarQuery
from services.analytics.projections.coins import OWN, Coins
from services.analytics.projections.pipeline_moves import Basis, Stretch
from services.analytics.projections.report import Question, Reports
from services.analytics.projections.waterfall import CurrencyWaterfall, Waterfall, waterfall
from services.analytics.projections.waterfall_lists import Asked, deals_in, events_in
from services.analytics.tests.happening import named
from services.analytics.tests.histories import FIRST_DAY, Action, deals_log, directory
from services.analytics.tests.naive import Deal
from services.analytics.tests.naive_waterfall import Bars, Wanted, gross, net, pictures
from services.analytics.tests.tables import applied, emptied, tables
from services.analytics.tests.test_reports import PROCESS_IDS, READERS, WANTED, ZONE, _is_visible, _matches, _query
from shared.eventstore.read_model import Pool
from shared.testing.databases import Databases

# Much of what moves bars, and little of what does not.
VERBS = (
    "close",
    "close",
    "close",
    "amount",
    "amount",
    "win",
    "lose",
    "reopen",
    "assign",
    "assign",
    "delete",
    "correct",
    "migrate",
    "lines",
)
MOVING = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(VERBS), st.integers(0, 11), st.integers(0, 40)),
    min_size=30,
    max_size=90,
)
INSTANTS = st.tuples(st.integers(0, 80), st.integers(20, 120), st.booleans())
DAYS = (None, date(2016, 11, 10), date(2016, 11, 20), date(2016, 12, 1), date(2016, 12, 10), date(2016, 12, 31))
WINDOWS = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).filter(lambda w: not (w[0] and w[1]) or w[0] <= w[1])
# What the sums of movements know: everybody's deals, and close windows of whole months.
OF_ALL = (None, None, ("process", "b2b"), ("currency", "USD"))
MONTHS: tuple[tuple[date | None, date | None], ...] = (
    (None, None),
    (date(2016, 11, 1), date(2016, 11, 30)),
    (date(2016, 11, 1), date(2016, 12, 31)),
    (date(2016, 12, 1), None),
    (None, date(2016, 11, 30)),
)
KNOWN = st.one_of(st.none(), st.none(), st.none(), st.integers(30, 99))

EVENTS_RATES, ONE_DAY = Coins(base=True), Coins(base=True, day=date(2020, 1, 1))
RATES = {"USD": Decimal("0.25"), "JPY": Decimal("0.01")}  # of a euro, on that day
COINS = st.sampled_from((OWN, EVENTS_RATES, ONE_DAY))
LOOKED = st.tuples(INSTANTS, WINDOWS, KNOWN, COINS)
Window = tuple[date | None, date | None]
Looked = tuple[tuple[int, int, bool], Window, int | None, Coins]


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    async with tables(fresh_database) as pool:
        yield pool


@dataclass(frozen=True)
class Told:
    """One drawn situation: how it is asked and what the naive answer is made of."""

    query: Any
    reader: tuple[str, str]
    known_at: datetime | None
    deals: list[Any]
    wanted: Wanted


@settings(max_examples=25, deadline=None)
@given(actions=MOVING, asked=WANTED, reader=READERS, looked=LOOKED)
async def test_the_waterfall_balances_and_equals_two_pictures_of_every_deal(
    pool: Pool, actions: list[Action], asked: tuple[str, str] | None, reader: tuple[str, str], looked: Looked
) -> None:
    await _hold(pool, actions, asked, reader, looked)


@settings(max_examples=25, deadline=None)
@given(
    actions=MOVING,
    asked=st.sampled_from(OF_ALL),
    instants=INSTANTS,
    window=st.sampled_from(MONTHS),
    coins=st.sampled_from((OWN, ONE_DAY)),
)
async def test_a_gross_waterfall_out_of_kept_sums_equals_it_too(
    pool: Pool,
    actions: list[Action],
    asked: tuple[str, str] | None,
    instants: tuple[int, int, bool],
    window: tuple[date | None, date | None],
    coins: Coins,
) -> None:
    await _hold(pool, actions, asked, ("root", "admin"), (instants, window, None, coins))


@settings(max_examples=40, deadline=None)
@given(actions=MOVING, asked=st.sampled_from(OF_ALL), instants=INSTANTS, coins=st.sampled_from((OWN, OWN, ONE_DAY)))
async def test_a_net_waterfall_out_of_kept_sums_equals_it_between_any_two_instants(
    pool: Pool, actions: list[Action], asked: tuple[str, str] | None, instants: tuple[int, int, bool], coins: Coins
) -> None:
    await _hold(pool, actions, asked, ("root", "admin"), (instants, (None, None), None, coins))


async def _hold(
    pool: Pool, actions: list[Action], asked: tuple[str, str] | None, reader: tuple[str, str], looked: Looked
) -> None:
    instants, window, known, coins = looked
    log, by_events = deals_log(actions), coins == EVENTS_RATES
    for currency, rate in RATES.items():
        rated: dict[str, Any] = {"currency": currency, "base": "EUR", "day": "2016-06-01", "rate": str(rate)}
        log.happened(named("rate", currency), "ExchangeRateSet", **rated)
    await emptied(pool)
    await applied(pool, directory().events, batch=1000)
    await applied(pool, log.events, batch=1000)
    known_at = None if known is None else log.events[len(log.events) * known // 100].recorded_at
    events = [
        one for one in log.events if one.type.startswith("Deal") and (not known_at or one.recorded_at <= known_at)
    ]
    by_deal = groupby(sorted(events, key=attrgetter("stream_id", "version")), key=attrgetter("stream_id"))
    deals = [pictures(list(some), PROCESS_IDS, base=by_events) for _, some in by_deal]
    told = Told(_query(asked, None), reader, known_at, deals, _wanted(asked, reader, window, base=by_events))
    start, middle, end = _three(instants)
    async with Reports(pool, ZONE.key).ask(reader[0], frozenset(reader[1:]), told.query.filters(), None, known_at) as q:
        first = await _right(q, told, Stretch(start, middle, *window, coins))
        second = await _right(q, told, Stretch(middle, end, *window, coins))
        whole = await _right(q, told, Stretch(start, end, *window, coins))
    assert {one.currency: one.end for one in first.currencies if Decimal(one.end)} == {
        one.currency: one.start for one in second.currencies if Decimal(one.start)
    }
    both = _moved(first) | {one: _moved(first)[one] + amount for one, amount in _moved(second).items()}
    assert {one: amount for one, amount in both.items() if amount} == {k: v for k, v in _moved(whole).items() if v}


def _three(instants: tuple[int, int, bool]) -> tuple[datetime, datetime, datetime | None]:
    first, length, is_open = instants
    start = FIRST_DAY + timedelta(days=first, hours=first % 7)
    end = start + timedelta(days=length, hours=3)
    return start, start + (end - start) / 2, None if is_open else end


def _wanted(asked: Any, reader: tuple[str, str], window: Any, *, base: bool) -> Wanted:
    name, value = asked or ("", "")

    def owned(deal: Deal) -> bool:
        return _is_visible(deal, reader) and (name not in ("owner", "team") or _matches(deal, name, value))

    def fits(deal: Deal) -> bool:
        everything = name in ("", "owner", "team") or (name == "currency" and not base)
        return everything or _matches(deal, name, value)

    return Wanted(owned, fits, window)


async def _right(question: Question, told: Told, stretch: Stretch) -> Waterfall:
    answer = await waterfall(question, stretch, "net")
    start, bars, end = net(told.deals, told.wanted, stretch.start, stretch.end)
    chosen = told.query.currency if stretch.is_own else []
    for name, sums in (("start", start), ("end", end)):
        expected = _of({(name, currency): amount for currency, amount in sums.items()}, chosen, stretch.coins)
        assert _sums(answer, name) == {currency: amount for (_, currency), amount in expected.items()}
    assert _bars(answer) == _of(bars, chosen, stretch.coins)
    gross_answer = await waterfall(question, stretch, "gross")
    told_gross = gross(told.deals, told.wanted, stretch.start, stretch.end)
    assert _bars(gross_answer) == _of(told_gross, chosen, stretch.coins)
    for one in (*answer.currencies, *gross_answer.currencies):
        assert Decimal(one.start) + sum(_contributions(one)) == Decimal(one.end), one
    await _bars_open(question, answer)
    await _bars_open(question, gross_answer)
    return answer


def _contributions(one: CurrencyWaterfall) -> list[Decimal]:
    return [Decimal(bar.contribution) for bar in one.bars if bar.bar not in ("start", "end")]


def _sums(answer: Waterfall, name: str) -> dict[str, Decimal]:
    found = {one.currency: Decimal(getattr(one, name)) for one in answer.currencies}
    return {currency: amount for currency, amount in found.items() if amount}


def _bars(answer: Waterfall) -> Bars:
    found = {(bar.bar, one.currency): Decimal(bar.contribution) for one in answer.currencies for bar in one.bars}
    return {place: amount for place, amount in found.items() if amount and place[0] not in ("start", "end")}


def _of(bars: Bars, chosen: list[str], coins: Coins) -> Bars:
    """Those of the currencies chosen, at the rates of the day asked for."""
    found: Bars = defaultdict(Decimal)
    for (bar, currency), amount in bars.items():
        if not chosen or currency in chosen:
            rate = RATES.get(currency, Decimal(1)) if coins.day else Decimal(1)
            found[bar, "EUR" if coins.day and currency in RATES else currency] += amount * rate
    return {place: amount for place, amount in found.items() if amount}


def _moved(answer: Waterfall) -> defaultdict[str, Decimal]:
    return defaultdict(Decimal, {one.currency: sum(_contributions(one), Decimal(0)) for one in answer.currencies})


async def _bars_open(question: Question, answer: Waterfall) -> None:
    """Deals and events behind a bar add up to it, page by page."""
    net_of_deals: dict[tuple[str, Any], Decimal] = defaultdict(Decimal)
    for one in answer.currencies:
        for bar in one.bars:
            asked = _asked(bar.drill)
            deals = await deals_in(question, asked, None, 1000)
            assert sum(Decimal(deal.contribution) for deal in deals) == Decimal(bar.contribution)
            if answer.basis == "net" or bar.bar in ("start", "end"):
                assert len(deals) == bar.count
            for deal in deals if bar.drill_events else ():
                net_of_deals[one.currency, deal.deal_id] += Decimal(deal.contribution)
    for one in answer.currencies:
        for bar in one.bars:
            if bar.drill_events:
                await _events_open(question, answer.basis, (bar, one.currency), net_of_deals)


async def _events_open(question: Question, basis: Basis, bar: tuple[Any, str], net_of: Any) -> None:
    figure, currency = bar
    asked = _asked(figure.drill_events)
    events, after = [], None
    while page := await events_in(question, asked, after, 2):
        events += page
        after = (page[-1].occurred_at, page[-1].deal_id, page[-1].version, page[-1].bar)
    total = sum(Decimal(one.contribution) for one in events)
    if basis == "gross":
        assert (total, len(events)) == (Decimal(figure.contribution), figure.count)
    else:
        deals = await deals_in(question, _asked(figure.drill), None, 1000)
        assert total == sum(net_of[currency, deal.deal_id] for deal in deals)


def _asked(address: str | None) -> Asked:
    assert address
    return bar_query(address).asked(ZONE)


def bar_query(address: str) -> BarQuery:
    """What an address behind a bar asks."""
    pairs: dict[str, Any] = {}
    lists = {"owner", "process", "product", "source", "region", "customer", "currency", "team"}
    for name, value in parse_qsl(urlsplit(address).query):
        pairs[name] = [*pairs.get(name, []), value] if name in lists else value
    return BarQuery.model_validate(pairs)
