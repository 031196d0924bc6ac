"""An explanation is the log: every value it tells is what the fold says, every event in it happened so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.projections.deal_events import DEAL_EVENTS
from services.analytics.projections.explanation import Aspect, Link, chain
from services.analytics.projections.explanations import Explanations
from services.analytics.projections.selection import Scope
from services.analytics.tests.happening import START, Log, named, stage, usd
from services.analytics.tests.histories import ACTIONS, Action, deals_log, directory, shuffled
from services.analytics.tests.running import Running, running
from services.analytics.tests.tables import applied, contents, emptied
from services.analytics.tests.test_api import small_company
from shared.eventstore import instances
from shared.eventstore.folding import Gap
from shared.eventstore.read_model import Pool
from shared.eventstore.recorded import Metadata, Recorded
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

ALL = Scope(everything=True)
ASPECTS: tuple[Aspect, ...] = ("owner", "stage", "amount", "expected_close", "forecast")
TALK, WON = stage("talk"), stage("won", "won")
DEAL, OTHER, HIDDEN = named("deal", "d"), named("deal", "other"), named("deal", "hidden")
CEDAR, OURS = named("customer", "Cedar"), named("customer", "Oak")
ANNA, BEN, CLEO = (named("person", name) for name in ("anna", "ben", "cleo"))


@pytest.fixture(scope="module")
async def service(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        yield service


@pytest.fixture(scope="module")
async def company(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        await applied(service.pool, directory().events)
        for log in (small_company(), automated()):
            await applied(service.pool, log.events)
            await followed(service.pool, log.events)
        yield service


async def followed(pool: Pool, events: Sequence[Recorded], batch: int = 7) -> None:
    """Hand events to the projection as a runner would."""
    async with pool.acquire() as connection:
        for start in range(0, len(events), batch):
            async with connection.transaction():
                await instances.enter(connection, DEAL_EVENTS.name, 1)
                await DEAL_EVENTS.apply(connection, events[start : start + batch])


async def forgotten(pool: Pool) -> None:
    await emptied(pool)
    await pool.execute("DELETE FROM rm_deal_events_1.deal_event")


def automated() -> Log:
    """A deal that an automation gives to Ben; a hidden deal's event is what made somebody change the amount."""
    log = Log("pipeline")
    for deal, owner in ((DEAL, ANNA), (OTHER, ANNA), (HIDDEN, CLEO)):
        given: dict[str, Any] = {
            "name": str(deal)[:4],
            "process_id": named("process", "direct"),
            "process_version": 1,
            "lines": [],
        }
        log.happened(deal, "DealOpened", stage=TALK, owner_id=owner, amount=usd("10"), **given)
    offer = stage("offer")
    decision = {"move": "talk->offer", "passed": False, "guard": "amount > 100", "inputs": "", "process_version": 1}
    override = {"reason": "key account", "rules": ["guard"]}
    moved: dict[str, Any] = {"from_stage": TALK, "to_stage": offer, "decisions": [decision], "override": override}
    log.happened(DEAL, "DealStageChanged", START + timedelta(days=1), **moved)
    ran: dict[str, Any] = {
        "automation": "spread",
        "stage": "offer",
        "when": "enter",
        "action": "assign",
        "trigger_version": 2,
    }
    ran |= {"done": True, "reason": "share the load", "detail": "round robin"}
    log.happened(DEAL, "DealAutomationRan", START + timedelta(days=1), **ran)
    log.happened(DEAL, "DealAssigned", START + timedelta(days=1), owner_id=BEN, previous_owner_id=ANNA)
    together(log.events, 3)
    hidden = log.events[2]
    log.happened(OTHER, "DealAmountChanged", START + timedelta(days=2), before=usd("10"), after=usd("20"))
    caused(log.events, hidden)
    log.happened(OTHER, "DealAmountChanged", START + timedelta(days=3), before=usd("20"), after=usd("30"))
    caused(log.events, log.events[3])
    forecast: dict[str, Any] = {"category_before": None, "category_after": "commit"}
    log.happened(DEAL, "DealForecastChanged", START + timedelta(days=3), **forecast)
    return log


def together(events: list[Recorded], count: int) -> None:
    """The newest events were one append."""
    for place in range(-count, 0):
        events[place] = msgspec.structs.replace(
            events[place], recorded_at=events[-1].recorded_at, metadata=Metadata(actor="ada", correlation_id="move")
        )


def caused(events: list[Recorded], cause: Recorded) -> None:
    """The newest event names its cause."""
    metadata = Metadata(actor="robot", correlation_id="c", causation_id=str(cause.event_id), on_behalf_of="anna")
    events[-1] = msgspec.structs.replace(events[-1], metadata=metadata)


@settings(max_examples=20, deadline=None)
@given(actions=ACTIONS, order=st.lists(st.integers(0, 20), max_size=80), batch=st.integers(1, 30))
async def test_what_an_explanation_ends_with_is_what_the_fold_says(
    service: Running, actions: list[Action], order: list[int], batch: int
) -> None:
    log = deals_log(actions)
    await forgotten(service.pool)
    await applied(service.pool, log.events, batch=10_000)
    await followed(service.pool, shuffled(log.events, order), batch)
    for row in await service.pool.fetch("SELECT * FROM read.deal"):
        history = await Explanations(service.pool).history(row["id"], ALL)
        links = {aspect: chain(history, aspect) for aspect in ASPECTS}
        assert {aspect: now(aspect, links[aspect]) for aspect in ASPECTS} == folded(row)
        told = [(event.version, event.event_id, event.type, event.actor, event.occurred_at) for event in history.events]
        happened = [event for event in log.events if event.stream_id == row["id"]]
        assert told == [(e.version, e.event_id, e.type, e.metadata.actor, e.occurred_at) for e in happened]
        for some in links.values():
            assert [link.before for link in some] == [*(link.after for link in some[1:]), None]
            assert {link.version for link in some} <= {event.version for event in happened}


def now(aspect: Aspect, links: list[Link]) -> Any:
    value = links[0].after
    match aspect:
        case "stage":
            return value["key"]
        case "forecast":
            return (value["category"], value["probability"])
        case "amount":
            return value and (Decimal(value["amount"]), value["currency"])
        case _:
            return value


def folded(row: Any) -> dict[str, Any]:
    return {
        "owner": row["owner_id"] and str(row["owner_id"]),
        "stage": row["stage_key"],
        "amount": None if row["amount"] is None else (row["amount"], row["currency"]),
        "expected_close": row["expected_close"] and str(row["expected_close"]),
        "forecast": (row["forecast_category"], row["probability"]),
    }


async def test_only_the_order_inside_a_stream_matters_and_a_hole_is_refused(service: Running) -> None:
    log = deals_log([(0, "move", 1, 1), (1, "move", 1, 1), (0, "assign", 1, 1), (1, "win", 1, 1), (0, "win", 1, 1)])
    await forgotten(service.pool)
    await followed(service.pool, log.events, batch=100)
    at_once = await contents(service.pool, DEAL_EVENTS)
    await forgotten(service.pool)
    await followed(service.pool, shuffled(log.events, [3, 1, 4, 1, 5]), batch=2)
    assert await contents(service.pool, DEAL_EVENTS) == at_once
    await forgotten(service.pool)
    deals = [event for event in log.events if event.stream_id == log.events[-1].stream_id]
    with pytest.raises(Gap):
        await followed(service.pool, [*deals[:1], *deals[2:]], batch=100)
    assert (await contents(service.pool, DEAL_EVENTS))["deal_event"] == []


async def explained(service: Running, deal: Any, aspect: str, who: str = "root", **query: str) -> Any:
    role = "admin" if who == "root" else "rep"
    answer = await service.desk(role, subject=who).get(f"/explain/deals/{deal}/{aspect}", query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_owner_set_by_an_automation_leads_back_to_the_move_that_set_it_off(company: Running) -> None:
    answer = await explained(company, DEAL, "owner")
    assert (answer["value"], answer["names"]) == (str(BEN), {str(ANNA): "Anna", str(BEN): "Ben"})
    newest, opening = answer["chain"]
    assert (newest["type"], newest["before"], newest["after"]) == ("DealAssigned", str(ANNA), str(BEN))
    assert [(cause["how"], cause["type"], cause["version"]) for cause in newest["causes"]] == [
        ("automation", "DealAutomationRan", 3),
        ("trigger", "DealStageChanged", 2),
    ]
    assert newest["causes"][0]["reasons"]["reason"] == "share the load"
    assert newest["causes"][1]["reasons"]["override"] == {"reason": "key account", "rules": ["guard"]}
    assert (opening["type"], opening["causes"]) == ("DealOpened", [])


async def test_a_stage_tells_the_guards_and_the_override_that_it_went_against(company: Running) -> None:
    newest, _ = (await explained(company, DEAL, "stage"))["chain"]
    assert (newest["before"]["key"], newest["after"]["key"]) == ("talk", "offer")
    assert newest["reasons"]["decisions"][0]["passed"] is False
    assert newest["reasons"]["override"]["reason"] == "key account"


async def test_a_cause_in_another_deal_is_told_to_who_sees_that_deal(company: Running) -> None:
    own, foreign = (await explained(company, OTHER, "amount"))["chain"][:2]
    assert [(cause["deal_id"], cause["type"]) for cause in own["causes"]] == [(str(DEAL), "DealStageChanged")]
    assert (foreign["actor"], foreign["on_behalf_of"], foreign["causes"][0]["deal_id"]) == (
        "robot",
        "anna",
        str(HIDDEN),
    )
    seen = (await explained(company, OTHER, "amount", who="anna"))["chain"][1]["causes"]
    assert [(cause["known"], cause["deal_id"], cause["type"]) for cause in seen] == [(False, None, None)]


async def test_a_forecast_says_whose_view_it_is(company: Running) -> None:
    value = (await explained(company, DEAL, "forecast"))["value"]
    assert (value["category"], value["category_from"], value["probability_from"]) == ("commit", "own", "stage")


async def test_an_explanation_of_the_past_ends_there(company: Running) -> None:
    then = (START + timedelta(hours=1)).isoformat()
    answer = await explained(company, DEAL, "owner", as_of=then)
    assert (answer["value"], len(answer["chain"])) == (str(ANNA), 1)
    early = await explained(company, DEAL, "owner", known_at=(START - timedelta(days=1)).isoformat())
    assert (early["value"], early["chain"]) == (None, [])


async def test_a_deal_that_somebody_does_not_see_is_not_explained_to_them(company: Running) -> None:
    ben = company.desk("rep", subject="ben")
    assert (await ben.get(f"/explain/deals/{HIDDEN}/owner")).status_code == 404
    assert (await ben.get(f"/explain/deals/{named('deal', 'no')}/owner")).status_code == 404
    assert (await ben.get(f"/explain/deals/{HIDDEN}/mood")).status_code == 422
    assert (await company.desk("guest").get(f"/explain/deals/{DEAL}/owner")).status_code == 403


@pytest.fixture(scope="module")
async def customers(company: Running) -> Running:
    log = Log("customer")
    log.happened(CEDAR, "CustomerCreated", START, name="Cedar", kind="company", owner_id=ANNA)
    log.happened(CEDAR, "CustomerCorrected", START + timedelta(days=1), changes={})
    log.happened(CEDAR, "CustomerAssigned", START + timedelta(days=2), owner_id=BEN, previous_owner_id=ANNA)
    caused(log.events, log.events[0])
    log.happened(CEDAR, "CustomerArchived", START + timedelta(days=3))
    log.happened(OURS, "CustomerCreated", START, name="Oak", kind="company")
    log.happened(OURS, "CustomerDeleted", START)
    await applied(company.pool, log.events, batch=2)
    return company


async def test_a_customers_owner_is_explained_by_the_events_that_named_one(customers: Running) -> None:
    answer = (await customers.desk("admin").get(f"/explain/customers/{CEDAR}/owner")).json()
    assert answer["customer"] == {"id": str(CEDAR), "name": "Cedar", "version": 4, "deleted": False}
    assert (answer["value"], answer["names"]) == (str(BEN), {str(ANNA): "Anna", str(BEN): "Ben"})
    newest, first = answer["chain"]
    assert (newest["type"], newest["actor"], newest["before"], newest["after"]) == (
        "CustomerAssigned", "robot", str(ANNA), str(BEN),
    )  # fmt: skip
    assert [(cause["how"], cause["type"], cause["known"]) for cause in newest["causes"]] == [
        ("caused", "CustomerCreated", True)
    ]
    assert (first["type"], first["before"], first["after"]) == ("CustomerCreated", None, str(ANNA))
    then = {"as_of": (START + timedelta(days=1)).isoformat()}
    past = (await customers.desk("admin").get(f"/explain/customers/{CEDAR}/owner", then)).json()
    assert (past["value"], len(past["chain"])) == (str(ANNA), 1)


async def test_a_customer_is_explained_to_who_sees_what_its_owner_has(customers: Running) -> None:
    assert (await customers.desk("rep", subject="ben").get(f"/explain/customers/{CEDAR}/owner")).status_code == 200
    hidden = await customers.desk("rep", subject="anna").get(f"/explain/customers/{CEDAR}/owner")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "customer-not-found")
    nobodys = (await customers.desk("rep", subject="anna").get(f"/explain/customers/{OURS}/owner")).json()
    assert (nobodys["customer"]["deleted"], nobodys["value"], nobodys["names"]) == (True, None, {})


async def number(service: Running, drill: str, measure: str, who: str = "root") -> list[Any]:
    desk = service.desk("admin" if who == "root" else "rep", subject=who)
    query, found, after = drill.partition("?")[2], [], ""
    while True:
        answer = await desk.get(f"/api/v1/explain/number?{query}&measure={measure}&limit=1{after}")
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["page"]["next"] is None:
            return found
        after = f"&cursor={answer.json()['page']['next']}"


async def test_the_contributions_add_up_to_the_number(company: Running) -> None:
    won = (await company.desk("admin").get("/reports/won")).json()["by_owner"][0]
    rows = await number(company, won["drill"], "won_value")
    assert sum(Decimal(row["contribution"]["value"]) for row in rows) == Decimal(won["amount"])
    assert [event["type"] for row in rows for event in row["events"]].count("DealWon") == won["deals"]
    overview = (await company.desk("admin").get("/reports/overview")).json()
    talk = next(one for one in overview["by_stage"] if one["stage_key"] == "talk")
    rows = await number(company, talk["drill"], "deals")
    assert sum(Decimal(row["contribution"]["value"]) for row in rows) == talk["count"]


async def test_a_number_of_changes_names_the_events_and_the_deals_that_may_be_somebody_elses(company: Running) -> None:
    bars = (await company.desk("admin").get("/reports/waterfall")).json()["currencies"][0]["bars"]
    new = next(bar for bar in bars if bar["bar"] == "new")
    rows = await number(company, new["drill"], "contribution")
    assert {row["events"][0]["type"] for row in rows} == {"DealOpened"}
    places = (await company.desk("rep", subject="anna").get("/reports/leaderboard")).json()["places"]
    mine = next(place for place in places if place["owner_id"] == str(ANNA))
    deeds = await number(company, mine["drill_moves_forward"], "moves_forward", who="anna")
    assert [event["type"] for row in deeds for event in row["events"]] == ["DealStageChanged"] * mine["moves_forward"]
    opened = await number(company, mine["drill_opened"], "leader_opened", who="anna")
    assert str(DEAL) in {row["deal"]["id"] for row in opened}  # an automation gave it to Ben


async def test_a_ratio_is_what_is_divided_by_what(company: Running) -> None:
    rate = (await company.desk("admin").get("/reports/win-rate")).json()["by_count"]
    rows = await number(company, rate["drill_won"] + "&category=lost", "win_rate")
    won, decided = (sum(Decimal(row["contribution"][part]) for row in rows) for part in ("value", "whole"))
    assert (won, decided) == (rate["won"], rate["won"] + rate["lost"])
    days = (await company.desk("admin").get("/reports/sales-cycle")).json()
    values = [Decimal(row["contribution"]["value"]) for row in await number(company, days["drill"], "sales_cycle_mean")]
    assert sum(values) / len(values) == Decimal(days["mean_days"])


async def test_a_number_is_explained_by_what_its_reader_sees(company: Running) -> None:
    everything = await number(company, "?by=any", "deals")
    seen = await number(company, "?by=any", "deals", who="ben")
    assert 0 < len(seen) < len(everything)
    refused = await company.desk("admin").get("/explain/number", {"measure": "luck"})
    assert (refused.status_code, refused.json()["code"]) == (422, "measure-not-known")
