"""A customer's timeline holds every event around it once, in order, as far as the asker sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from services.analytics.projections.deal_events import DEAL_EVENTS
from services.analytics.projections.timeline_events import TIMELINE_EVENTS
from services.analytics.tests.happening import START, Log, named, stage
from services.analytics.tests.histories import directory
from services.analytics.tests.running import Running, running
from services.analytics.tests.tables import applied
from shared.eventstore import instances
from shared.eventstore.folding import Gap
from shared.eventstore.read_model import Pool, ReadModel
from shared.eventstore.recorded import Recorded
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

ANNA, BEN = named("person", "anna"), named("person", "ben")
ACME, OTHER = named("customer", "acme"), named("customer", "other-acme")
HOURS = (START + timedelta(hours=hour) for hour in range(1000))
KEPT = "SELECT * FROM rm_timeline_events_1.timeline_event ORDER BY event_id"


def around_customers(log: Log) -> Log:
    """Acme is Anna's: created, corrected, a contact comes and goes, a call is planned and done; another is Ben's."""
    call, contact = named("activity", "call"), named("contact", "wang")
    log.happened(ACME, "CustomerCreated", next(HOURS), name="Acme", kind="company", owner_id=BEN)
    log.happened(OTHER, "CustomerCreated", next(HOURS), name="Other", kind="company", owner_id=BEN)
    log.happened(ACME, "CustomerAssigned", next(HOURS), owner_id=ANNA, previous_owner_id=BEN)
    changes = {"region": {"before": None, "after": "Berlin"}}
    log.happened(ACME, "CustomerCorrected", next(HOURS), changes=changes)
    log.happened(contact, "ContactAdded", next(HOURS), name={"$enc": {}})
    log.happened(contact, "ContactLinkedToCustomer", next(HOURS), customer_id=ACME, role="buyer")
    log.happened(contact, "ContactUnlinkedFromCustomer", next(HOURS), customer_id=ACME)
    about: dict[str, Any] = {"kind": "call", "subject": "Prices", "owner_id": ANNA, "due_at": START}
    log.happened(call, "ActivityPlanned", next(HOURS), customer_id=ACME, **about)
    log.happened(call, "ActivityCompleted", next(HOURS), outcome="They will buy")
    log.happened(named("activity", "own"), "ActivityPlanned", next(HOURS), **about)
    return log


def around_deals() -> Log:
    """Anna's deal with Acme is won and has a task; Ben's deal with Acme is not for Anna; a task is about nobody."""
    log, talk = Log("pipeline"), stage("talk")
    given: dict[str, Any] = {"process_id": named("process", "direct"), "process_version": 1, "lines": []}
    for name, owner in (("big", ANNA), ("hidden", BEN)):
        deal = named("deal", name)
        log.happened(deal, "DealOpened", next(HOURS), name=name, stage=talk, owner_id=owner, customer_id=ACME, **given)
    won = stage("won", "won")
    log.happened(named("deal", "big"), "DealWon", next(HOURS), from_stage=talk, stage=won)
    offer = {"title": "Offer", "due": "2026-02-01", "assignee_id": BEN, "deal_id": named("deal", "big")}
    log.happened(named("task", "offer"), "TaskCreated", next(HOURS), **offer)
    log.happened(named("task", "offer"), "TaskCompleted", next(HOURS), due="2026-02-01")
    bens = {"title": "Ben's", "due": "2026-02-01", "assignee_id": BEN, "customer_id": ACME}
    log.happened(named("task", "bens"), "TaskCreated", next(HOURS), **bens)
    log.happened(named("task", "lunch"), "TaskCreated", next(HOURS), title="Lunch", due="2026-02-01")
    return log


@pytest.fixture(scope="module")
async def logs() -> tuple[Log, Log]:
    return around_customers(directory()), around_deals()


@pytest.fixture(scope="module")
async def company(
    fresh_database: Databases, token_issuer: TokenIssuer, logs: tuple[Log, Log]
) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        for log in logs:
            await applied(service.pool, log.events)
            await followed(service.pool, TIMELINE_EVENTS, log.events)
        await followed(service.pool, DEAL_EVENTS, logs[1].events)
        yield service


async def followed(pool: Pool, model: ReadModel, events: Sequence[Recorded], batch: int = 3) -> None:
    """Hand events to a projection as a runner would."""
    async with pool.acquire() as connection:
        for start in range(0, len(events), batch):
            async with connection.transaction():
                await instances.enter(connection, model.name, 1)
                await model.apply(connection, events[start : start + batch])


async def told(company: Running, *roles: str, subject: str = "root", **query: Any) -> list[Any]:
    """Acme's timeline."""
    answer = await company.desk(*roles, subject=subject).get(f"/timelines/customers/{ACME}", query)
    assert answer.status_code == 200, answer.text
    return [(one["thing"], one["type"], one["subject"]) for one in answer.json()["items"]]


EVERYTHING = [
    ("task", "TaskCreated", "Ben's"),
    ("task", "TaskCompleted", "Offer"),
    ("task", "TaskCreated", "Offer"),
    ("deal", "DealWon", "big"),
    ("deal", "DealOpened", "hidden"),
    ("deal", "DealOpened", "big"),
    ("activity", "ActivityCompleted", "Prices"),
    ("activity", "ActivityPlanned", "Prices"),
    ("contact", "ContactUnlinkedFromCustomer", None),
    ("contact", "ContactLinkedToCustomer", None),
    ("customer", "CustomerCorrected", None),
    ("customer", "CustomerAssigned", None),
    ("customer", "CustomerCreated", None),
]


async def test_everything_of_all_services_stands_in_it_newest_first(company: Running) -> None:
    assert await told(company, "admin") == EVERYTHING


async def test_deals_and_tasks_of_others_are_not_told(company: Running) -> None:
    hidden = {("deal", "DealOpened", "hidden"), ("task", "TaskCreated", "Ben's")}
    assert await told(company, "rep", subject="anna") == [entry for entry in EVERYTHING if entry not in hidden]


async def test_it_can_be_asked_for_some_things_only(company: Running) -> None:
    wanted = [entry for entry in EVERYTHING if entry[0] in {"deal", "activity"}]
    assert await told(company, "admin", thing=["deal", "activity"]) == wanted
    refused = await company.desk("admin").get(f"/timelines/customers/{ACME}", {"thing": "weather"})
    assert refused.status_code == 422


async def test_pages_show_every_entry_once(company: Running) -> None:
    desk, found = company.desk("admin"), list[str]()
    cursor: str | None = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = (await desk.get(f"/timelines/customers/{ACME}", {"limit": 4} | more)).json()
        found += [one["type"] for one in page["items"]]
        cursor = page["page"]["next"]
        if cursor is None:
            break
    assert found == [entry[1] for entry in EVERYTHING]


async def test_an_entry_says_what_changed_and_who_did_it(company: Running) -> None:
    answer = await company.desk("admin").get(f"/timelines/customers/{ACME}", {"thing": "customer"})
    corrected, assigned, created = answer.json()["items"]
    assert corrected["changes"] == {"region": {"before": None, "after": "Berlin"}}
    assert assigned["details"] == {"owner_id": str(ANNA), "previous_owner_id": str(BEN)}
    assert (created["details"]["name"], created["who"]) == ("Acme", "ada")


async def test_a_customer_out_of_sight_is_not_found(company: Running) -> None:
    desk = company.desk("rep", subject="anna")
    assert (await desk.get(f"/timelines/customers/{OTHER}")).json()["code"] == "customer-not-found"
    assert (await company.desk("guest").get(f"/timelines/customers/{ACME}")).status_code == 403


async def test_a_deleted_customer_has_no_timeline_until_restored(company: Running, logs: tuple[Log, Log]) -> None:
    deletion = logs[0].happened(OTHER, "CustomerDeleted", next(HOURS))
    await followed(company.pool, TIMELINE_EVENTS, [deletion])
    desk = company.desk("admin")
    assert (await desk.get(f"/timelines/customers/{OTHER}")).status_code == 404
    await followed(company.pool, TIMELINE_EVENTS, [logs[0].happened(OTHER, "CustomerRestored", next(HOURS))])
    assert (await desk.get(f"/timelines/customers/{OTHER}")).status_code == 200


async def test_the_rows_do_not_depend_on_how_events_are_batched(company: Running, logs: tuple[Log, Log]) -> None:
    kept = await company.pool.fetch(KEPT)
    names = ("timeline_event", "timeline_thread", "timeline_customer")
    for batch in (1, 1000):
        await company.pool.execute(";".join(f"DELETE FROM rm_timeline_events_1.{name}" for name in names))  # noqa: S608
        for log in logs:
            await followed(company.pool, TIMELINE_EVENTS, log.events, batch)
        assert await company.pool.fetch(KEPT) == kept


@pytest.mark.parametrize("lost", ["CustomerAssigned", "ActivityPlanned"])
async def test_a_missing_event_is_a_gap(company: Running, lost: str) -> None:
    log = Log("customer")
    customer, call = named("customer", lost), named("activity", lost)
    log.happened(customer, "CustomerCreated", name="New", kind="company")
    log.happened(customer, "CustomerAssigned", owner_id=ANNA)
    log.happened(customer, "CustomerArchived")
    log.happened(call, "ActivityPlanned", kind="call", subject="Call", due_at=START)
    log.happened(call, "ActivityCancelled")
    with pytest.raises(Gap):
        await followed(company.pool, TIMELINE_EVENTS, [event for event in log.events if event.type != lost], 9)
