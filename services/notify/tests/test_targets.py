"""Rules about quotas and exchange rates: who may be told, what it says and where it leads."""

# ruff: noqa: RUF001 -- Chinese punctuation is meant as it stands

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.notify.tests.running import Running
from services.notify.tests.test_api_inbox import unique
from services.notify.tests.world import event, soon
from shared.eventstore.recorded import Recorded

LARGE = "event.data.amount.amount >= 1000.0 && event.data.period == '2026-Q3'"


def quota(of: str, of_id: UUID, amount: str = "1000.00") -> Recorded:
    """Somebody is to win so much."""
    money = {"amount": amount, "currency": "CNY"}
    return event("pipeline", uuid4(), "QuotaSet", at=soon(), of=of, of_id=str(of_id), period="2026-Q3", amount=money)


async def told(service: Running, subject: str, language: str = "en") -> list[str]:
    return await service.desk("rep", subject=subject).texts(language)


async def test_whose_quota_it_is_is_told_in_both_languages(service: Running) -> None:
    name = unique("aimed")
    person = await service.person(name)
    condition, owner = f"{LARGE} && event.data.of_id == '{person}'", [{"kind": "owner"}]
    await service.desk("admin", subject="root").made(event_type="QuotaSet", condition=condition, recipients=owner)
    await service.happen(quota("person", person), quota("person", person, "999.99"))
    assert await told(service, name) == [f"The quota of {name.title()} for 2026-Q3 is 1,000.00 CNY, was –"]
    assert await told(service, name, "zh") == [f"「{name.title()}」2026-Q3 的销售指标定为 1,000.00 CNY，原为 –"]
    (item,) = (await service.desk("rep", subject=name).get("/inbox")).json()["items"]
    assert (item["link"]["kind"], item["link"]["href"]) == ("quota", f"/api/v1/quotas/person/{person}/2026-Q3")


async def test_the_owner_of_a_teams_quota_is_the_team(service: Running) -> None:
    team, name, other = await service.team("Targets"), unique("member"), unique("other")
    await service.person(name, team)
    await service.person(other)
    about, owner = f"event.data.of_id == '{team}'", [{"kind": "owner"}]
    await service.desk("admin", subject="root").made(event_type="QuotaSet", condition=about, recipients=owner)
    await service.happen(quota("team", team))
    assert await told(service, name) == ["The quota of Targets for 2026-Q3 is 1,000.00 CNY, was –"]
    assert await told(service, other) == []


@pytest.mark.parametrize(("role", "seen"), [("rep", {"own"}), ("manager", {"own", "peer", "team", "below"})])
async def test_a_rule_tells_of_the_quotas_that_its_author_may_see(service: Running, role: str, seen: set[str]) -> None:
    team = await service.team("Mine")
    below, elsewhere = await service.team("Below", team), await service.team("Elsewhere")
    name = unique("author")
    me, peer = await service.person(name, team), await service.person(unique("peer"), team)
    stranger = await service.person(unique("stranger"), elsewhere)
    to_me = [{"kind": "subject", "subject": name}]
    rule = await service.desk(role, subject=name).made(event_type="QuotaSet", recipients=to_me)
    places = {"own": ("person", me), "peer": ("person", peer), "stranger": ("person", stranger)}
    places |= {"team": ("team", team), "below": ("team", below), "elsewhere": ("team", elsewhere)}
    happened = {where: quota(*place) for where, place in places.items()}
    await service.happen(*happened.values())
    items = (await service.desk("rep", subject=name).get("/inbox")).json()["items"]
    ids = {item["event_id"] for item in items if item["rule_id"] == rule}
    assert {where for where, one in happened.items() if str(one.event_id) in ids} == seen


async def test_a_new_rate_is_told_with_its_day(service: Running) -> None:
    name, currency = unique("rates"), uuid4()
    condition = "event.data.currency == 'EUR' && has(event.data.previous) && event.data.rate > event.data.previous"
    to_me = [{"kind": "subject", "subject": name}]
    await service.desk("rep", subject=name).made(event_type="ExchangeRateSet", condition=condition, recipients=to_me)
    fields: dict[str, Any] = {"currency": "EUR", "base": "CNY", "day": "2026-07-01", "rate": "7.9"}
    await service.happen(
        event("pipeline", currency, "ExchangeRateSet", at=soon(), previous="8", **fields),
        event("pipeline", currency, "ExchangeRateSet", at=soon(), previous="7.8", **fields),
    )
    assert await told(service, name) == ["From 2026-07-01 on, 1 EUR is 7.9 CNY"]
    (item,) = (await service.desk("rep", subject=name).get("/inbox")).json()["items"]
    assert item["link"]["href"] == "/api/v1/exchange-rates/EUR/2026-07-01"
