"""Exchange rates: what is refused, which one holds on a day, and what an amount is worth at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.pipeline.domain.exchange_rate.commands import SetExchangeRate
from services.pipeline.domain.exchange_rate.decider import (
    EXCHANGE_RATE,
    RateOfBaseCurrency,
    RateOutOfRange,
    stream_of,
)
from services.pipeline.domain.exchange_rate.events import ExchangeRateSet
from services.pipeline.domain.exchange_rate.rate import Rate, own
from services.pipeline.domain.money import UnknownCurrency
from services.pipeline.projections.exchange_rates import Rates
from services.pipeline.tests.calling import Caller, calling, refused
from services.pipeline.tests.selling import MIGRATIONS, Selling, selling
from shared.testing.databases import Databases
from shared.testing.scenario import Scenario
from shared.testing.tokens import TokenIssuer

DAY = date(2017, 3, 1)
USD = ExchangeRateSet(currency="USD", base="CNY", day=DAY, rate=Decimal("6.8798"))
rate = Scenario(EXCHANGE_RATE)


@pytest.fixture(scope="module")
async def here(fresh_database: Databases) -> AsyncIterator[Selling]:
    async with selling(await fresh_database(MIGRATIONS)) as running:
        yield running


@pytest.fixture(scope="module")
async def admin(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Caller]:
    async with calling(fresh_database, token_issuer) as caller:
        yield caller


def setting(rate: str, *, day: date = DAY, currency: str = "USD", base: str = "CNY") -> SetExchangeRate:
    return SetExchangeRate(currency=currency, base=base, day=day, rate=Decimal(rate))


def test_a_rate_is_set_and_set_again() -> None:
    rate.given().when(setting("6.8798")).then(USD)
    again = ExchangeRateSet(currency="USD", base="CNY", day=DAY, rate=Decimal("6.9"), previous=Decimal("6.8798"))
    rate.given(USD).when(setting("6.9")).then(again)
    rate.given(USD, again).when(setting("6.9")).then()


def test_another_base_has_rates_of_its_own() -> None:
    euro = ExchangeRateSet(currency="USD", base="EUR", day=DAY, rate=Decimal("0.9"))
    rate.given(USD).when(setting("0.9", base="EUR")).then(euro)


@pytest.mark.parametrize("bad", ["0", "-1", "1E+12", "0.00000000001", "NaN", "Infinity", "1" * 38])
def test_a_rate_out_of_range_is_refused(bad: str) -> None:
    rate.given().when(setting(bad)).then_rejected(RateOutOfRange)


def test_the_own_currency_has_no_rate() -> None:
    rate.given().when(setting("1", currency="CNY")).then_rejected(RateOfBaseCurrency)


def test_what_is_no_currency_has_no_stream() -> None:
    with pytest.raises(UnknownCurrency):
        stream_of("usd")


async def test_the_company_has_a_currency_that_exists(here: Selling) -> None:
    with pytest.raises(UnknownCurrency):
        Rates(here.store.pool, "RMB")


def test_an_amount_is_rounded_half_up_to_the_base() -> None:
    assert Rate("USD", "CNY", Decimal("6.8798"), DAY).worth(Decimal("12.50")) == Decimal("86.00")
    assert Rate("USD", "JPY", Decimal("110.5"), DAY).worth(Decimal("0.01")) == Decimal(1)
    assert own("CNY", DAY).worth(Decimal("12.50")) == Decimal("12.50")
    largest = Rate("USD", "CNY", Decimal("999999999999.9999999999"), DAY).worth(Decimal("999999999999999.99"))
    assert largest == Decimal("999999999999999989999900000.00")


days = st.integers(0, 12).map(lambda number: DAY + timedelta(days=number))
amounts = st.integers(1, 10**6).map(lambda number: Decimal(number).scaleb(-4))
settings_of_days = st.lists(st.tuples(st.sampled_from(["USD", "EUR"]), days, amounts), max_size=15)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wished=settings_of_days, asked=st.lists(st.tuples(st.sampled_from(["USD", "EUR", "CNY"]), days), max_size=8))
async def test_the_newest_rate_at_or_before_a_day_holds(
    here: Selling, wished: list[tuple[str, date, Decimal]], asked: list[tuple[str, date]]
) -> None:
    for currency, day, value in wished:
        wish = SetExchangeRate(currency=currency, base="CNY", day=day, rate=value)
        await here.do(EXCHANGE_RATE, stream_of(currency), wish)
    log = [recorded for recorded in await here.log() if recorded.type == "ExchangeRateSet"]
    events = [here.catalogue.open(recorded) for recorded in log]
    said = {(e.currency, e.day): e.rate for e in events if isinstance(e, ExchangeRateSet)}
    found = await Rates(here.store.pool, "CNY").on_all(asked)
    assert found == {pair: held for pair in asked if (held := _held(said, *pair))}


def _held(said: dict[tuple[str, date], Decimal], currency: str, day: date) -> Rate | None:
    """The rule again, the slow way."""
    if currency == "CNY":
        return own("CNY", day)
    before = [set_for for of, set_for in said if of == currency and set_for <= day]
    return Rate(currency, "CNY", said[currency, max(before)], max(before)) if before else None


async def test_rates_are_set_looked_up_and_listed(admin: Caller) -> None:
    for day, value in (("2017-03-01", "6.8798"), ("2017-03-03", "6.9"), ("2017-03-03", "6.8974")):
        answer = await admin.send("PUT", f"/exchange-rates/USD/{day}", {"rate": value})
        assert answer.status_code == 200, answer.text
    rep = admin.as_("rep")
    assert (await rep.get("/exchange-rates/USD/2017-03-02")).json() == {
        "currency": "USD", "base": "CNY", "day": "2017-03-01", "rate": "6.8798",
    }  # fmt: skip
    assert (await rep.get("/exchange-rates/CNY/2017-03-02")).json()["rate"] == "1"
    listed = (await rep.get("/exchange-rates", currency="USD", limit=1)).json()
    assert [item["rate"] for item in listed["items"]] == ["6.8974"]
    rest = (await rep.get("/exchange-rates", currency="USD", limit=1, cursor=listed["page"]["next"])).json()
    assert [(item["day"], item["rate"]) for item in rest["items"]] == [("2017-03-01", "6.8798")]
    first = (await rep.get("/exchange-rates", **{"from": "2017-03-02"})).json()["items"]
    assert [item["day"] for item in first] == ["2017-03-03"]


async def test_bad_rates_are_refused(admin: Caller) -> None:
    refused(await admin.send("PUT", "/exchange-rates/USD/2017-03-01", {"rate": "0"}), 422, "rate-out-of-range", "/rate")
    refused(await admin.send("PUT", "/exchange-rates/XXX/2017-03-01", {"rate": "1"}), 422, "unknown-currency")
    refused(await admin.send("PUT", "/exchange-rates/CNY/2017-03-01", {"rate": "1"}), 422, "rate-of-base-currency")
    refused(await admin.send("PUT", "/exchange-rates/USD/tomorrow", {"rate": "1"}), 422, "validation-failed")
    refused(await admin.get("/exchange-rates/GBP/2017-03-01"), 404, "exchange-rate-not-found")
    refused(await admin.as_("manager").send("PUT", "/exchange-rates/USD/2017-03-01", {"rate": "1"}), 403, "forbidden")
