"""Quotas: one per person or team and period, set, set anew and withdrawn by who leads them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from services.pipeline.domain.money import Money, NegativeAmount, UnknownCurrency
from services.pipeline.domain.quota.commands import SetQuota, WithdrawQuota
from services.pipeline.domain.quota.decider import QUOTA, QuotaMissing, QuotaNotPositive, stream_of
from services.pipeline.domain.quota.events import QuotaSet, QuotaWithdrawn
from services.pipeline.domain.quota.period import PeriodNotUnderstood
from services.pipeline.tests.calling import Caller, calling, refused
from services.pipeline.tests.examples import ANNA_ID, DARCEL_ID, PROCESS_ID, usd
from shared.testing.databases import Databases
from shared.testing.scenario import Scenario
from shared.testing.tokens import TokenIssuer

EAST = PROCESS_ID  # the team that Anna is in
SET = QuotaSet(of="person", of_id=ANNA_ID, period="2017-Q1", amount=usd("100.00"))
quota = Scenario(QUOTA)


@pytest.fixture(scope="module")
async def admin(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Caller]:
    async with calling(fresh_database, token_issuer) as caller:
        yield caller


def setting(amount: str, currency: str = "USD", period: str = "2017-Q1") -> SetQuota:
    return SetQuota(of="person", of_id=ANNA_ID, period=period, amount=Money(amount=Decimal(amount), currency=currency))


def test_a_quota_is_set_set_anew_and_withdrawn() -> None:
    standing = quota.given().when(setting("100")).then(SET)
    standing.when(setting("100.00")).then_nothing()
    anew = QuotaSet(of="person", of_id=ANNA_ID, period="2017-Q1", amount=usd("120.00"), previous=usd("100.00"))
    gone = QuotaWithdrawn(of="person", of_id=ANNA_ID, period="2017-Q1", previous=usd("120.00"))
    withdrawn = standing.when(setting("120")).then(anew).when(WithdrawQuota()).then(gone)
    withdrawn.when(WithdrawQuota()).then_rejected(QuotaMissing)
    withdrawn.when(setting("100")).then(SET)


def test_what_a_quota_cannot_be() -> None:
    quota.given().when(setting("0")).then_rejected(QuotaNotPositive, field="/amount/amount")
    quota.given().when(setting("-1")).then_rejected(NegativeAmount, field="/amount/amount")
    quota.given().when(setting("1", "RMB")).then_rejected(UnknownCurrency, field="/amount/currency")
    quota.given().when(setting("1", period="Q1")).then_rejected(PeriodNotUnderstood)


@pytest.mark.parametrize("period", ["2026", "2026-Q3", "2026-07", "1900-12"])
def test_a_period_names_one_quota(period: str) -> None:
    assert stream_of("person", ANNA_ID, period) == stream_of("person", ANNA_ID, period)
    assert stream_of("person", ANNA_ID, period) != stream_of("team", ANNA_ID, period)


@pytest.mark.parametrize(
    "period",
    ["", "26", "2026-Q5", "2026-Q0", "2026-13", "2026-00", "2026-7", "2026-Q1 ", "2026-q1", "1899", "２０２６"],  # noqa: RUF001
)
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(PeriodNotUnderstood):
        stream_of("person", ANNA_ID, period)


async def _set(caller: Caller, of: str, of_id: UUID, period: str, amount: str, **headers: str) -> None:
    body = {"amount": {"amount": amount, "currency": "USD"}}
    answer = await caller.send("PUT", f"/quotas/{of}/{of_id}/{period}", body, **headers)
    assert answer.status_code == 200, answer.text


async def test_a_quota_is_at_the_address_of_its_person_and_period(admin: Caller) -> None:
    place = f"/quotas/person/{DARCEL_ID}/2016-Q4"
    await _set(admin, "person", DARCEL_ID, "2016-Q4", "90")
    stale = await admin.send("PUT", place, {"amount": {"amount": "1", "currency": "USD"}}, if_match='"0"')
    refused(stale, 412, "wrong-version")
    await _set(admin, "person", DARCEL_ID, "2016-Q4", "95", if_match='"1"')
    answer = await admin.get(place)
    assert answer.headers["etag"] == '"2"'
    assert answer.json() == {
        "of": "person", "of_id": str(DARCEL_ID), "name": "Darcel", "period": "2016-Q4", "version": 2,
        "amount": {"amount": "95.00", "currency": "USD"},
    }  # fmt: skip
    assert (await admin.send("DELETE", place)).status_code == 200
    refused(await admin.get(place), 404, "quota-not-found")
    refused(await admin.send("DELETE", place), 404, "quota-not-found")


async def test_who_reads_and_sets_which_quota(admin: Caller) -> None:
    for of, of_id in (("person", ANNA_ID), ("person", DARCEL_ID), ("team", EAST)):
        await _set(admin, of, of_id, "2018", "100")
    manager, rep = admin.as_("manager", subject="anna"), admin.as_("rep", subject="darcel")
    everybody = {("person", str(ANNA_ID)), ("person", str(DARCEL_ID)), ("team", str(EAST))}
    assert await _listed(admin) == everybody
    assert await _listed(manager) == {("person", str(ANNA_ID)), ("team", str(EAST))}
    assert await _listed(rep) == {("person", str(DARCEL_ID))}
    refused(await rep.get(f"/quotas/team/{EAST}/2018"), 404, "quota-not-found")
    refused(await admin.as_("guest").get("/quotas"), 403, "forbidden")
    await _set(manager, "team", EAST, "2018", "110")
    body = {"amount": {"amount": "1", "currency": "USD"}}
    refused(await manager.send("PUT", f"/quotas/person/{DARCEL_ID}/2018", body), 403, "quota-out-of-reach")
    refused(await manager.send("DELETE", f"/quotas/person/{DARCEL_ID}/2018"), 403, "quota-out-of-reach")
    refused(await rep.send("PUT", f"/quotas/person/{DARCEL_ID}/2018", body), 403, "forbidden")


async def _listed(caller: Caller) -> set[tuple[str, str]]:
    """Page by page."""
    found: set[tuple[str, str]] = set()
    cursor: dict[str, str] = {}
    while True:
        page = (await caller.get("/quotas", period="2018", limit=1, **cursor)).json()
        found |= {(item["of"], item["of_id"]) for item in page["items"]}
        if page["page"]["next"] is None:
            return found
        cursor = {"cursor": page["page"]["next"]}


async def test_bad_quotas_are_refused(admin: Caller) -> None:
    body = {"amount": {"amount": "1", "currency": "USD"}}
    refused(await admin.send("PUT", f"/quotas/person/{uuid7()}/2018", body), 422, "quota-of-nobody")
    refused(await admin.send("PUT", f"/quotas/team/{ANNA_ID}/2018", body), 422, "quota-of-nobody")
    refused(await admin.send("PUT", f"/quotas/person/{ANNA_ID}/soon", body), 422, "period-not-understood")
    refused(await admin.send("PUT", f"/quotas/house/{ANNA_ID}/2018", body), 422, "validation-failed")
