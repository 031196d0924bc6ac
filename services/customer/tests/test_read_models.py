"""The inline read models on a real Postgres: whatever happens, each equals a fold of the log from its first event."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from services.customer.bootstrap import DECIDERS, READ_MODELS
from services.customer.domain.activity import commands as activities
from services.customer.domain.activity.decider import ACTIVITY, DoneActivity, PlannedActivity
from services.customer.domain.contact import commands as contacts
from services.customer.domain.contact.decider import CONTACT
from services.customer.domain.contact.state import DeletedContact, ErasedContact
from services.customer.domain.customer import commands as customers
from services.customer.domain.customer.decider import CUSTOMER
from services.customer.domain.customer.state import ActiveCustomer, ArchivedCustomer, DeletedCustomer
from services.customer.domain.person import commands as people
from services.customer.domain.person.decider import PERSON, ActivePerson, InactivePerson
from services.customer.domain.team import commands as teams
from services.customer.domain.team.decider import TEAM
from services.customer.projections.customer_list import Customers
from services.customer.projections.scope import EVERYTHING
from services.customer.tests.running import MIGRATIONS
from shared.domain import Command, Decider
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.handling import CommandHandler
from shared.eventstore.intent import Intent, Request
from shared.eventstore.personal import Vault
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.wrapping import Wrapping
from shared.testing.databases import Databases

START = datetime(2017, 1, 1, tzinfo=UTC)
Wish = tuple[Decider[Any, Any, Any], UUID, Command]
Wishes = Callable[[Random, UUID], Sequence[Command]]


@dataclass(frozen=True, slots=True)
class Company:
    """The service without HTTP, and the ids with which a random life plays."""

    store: PostgresEventStore
    handler: CommandHandler
    ids: dict[str, list[UUID]]

    async def live(self, dice: Random, days: int) -> None:
        """Some commands a day, refused or not."""
        for day in range(days):
            wishes = [self.wish(dice) for _ in range(40)]
            await self.ask(wishes, START + timedelta(days=day))

    async def ask(self, wishes: Iterable[Wish], at: datetime) -> None:
        """Run commands together."""
        intent = Intent(actor="ada", correlation_id="test", occurred_at=at)
        await self.handler.handle_many([Request(*wish, intent) for wish in wishes])

    def wish(self, dice: Random) -> Wish:
        """One command for one of the things."""
        kinds: list[tuple[Decider[Any, Any, Any], str, Wishes]] = [
            (TEAM, "team", self.team_wishes),
            (PERSON, "person", self.person_wishes),
            (CUSTOMER, "customer", self.customer_wishes),
            (CUSTOMER, "customer", self.customer_wishes),
            (CONTACT, "contact", self.contact_wishes),
            (ACTIVITY, "activity", self.activity_wishes),
        ]
        decider, name, wishes = dice.choice(kinds)
        id_ = dice.choice(self.ids[name])
        return decider, id_, dice.choice(wishes(dice, id_))

    def team_wishes(self, dice: Random, id_: UUID) -> Sequence[Command]:
        return [teams.CreateTeam(name="East", parent_id=id_), teams.RenameTeam(name=f"Team {dice.randrange(3)}")]

    def person_wishes(self, dice: Random, id_: UUID) -> Sequence[Command]:
        return [
            people.AddPerson(name="Anna", subject=str(id_)),
            people.AddPerson(name="Bob", team_id=dice.choice(self.ids["team"])),
            people.CorrectPerson(email=dice.choice([None, "a@b.test"]), subject=dice.choice(["shared", None])),
            people.MovePersonToTeam(team_id=dice.choice([None, *self.ids["team"]])),
            people.DeactivatePerson(),
            people.ReactivatePerson(),
        ]

    def customer_wishes(self, dice: Random, id_: UUID) -> Sequence[Command]:
        owner = dice.choice([None, *self.ids["person"]])
        return [
            customers.CreateCustomer(name="Acme", owner_id=owner, employees=dice.randrange(9)),
            customers.CorrectCustomer(customer_id=id_, name=f"Ärger {dice.randrange(3)}", region="Shanghai"),
            customers.AssignCustomer(owner_id=owner),
            customers.ArchiveCustomer(),
            customers.UnarchiveCustomer(),
            customers.DeleteCustomer(),
            customers.RestoreCustomer(),
            customers.RestoreCustomer(),
        ]

    def contact_wishes(self, dice: Random, id_: UUID) -> Sequence[Command]:
        customer = dice.choice(self.ids["customer"][:2])
        return [
            contacts.AddContact(name=f"Person {id_}", email="a@b.test"),
            contacts.CorrectContact(name=f"Person {dice.random()}"),
            contacts.LinkContactToCustomer(customer_id=customer, role=dice.choice([None, "decides"])),
            contacts.LinkContactToCustomer(customer_id=customer),
            contacts.UnlinkContactFromCustomer(customer_id=customer),
            contacts.DeleteContact(),
            contacts.RestoreContact(),
            *([contacts.EraseContact()] if id_ in self.ids["contact"][:4] else []),
        ]

    def activity_wishes(self, dice: Random, id_: UUID) -> Sequence[Command]:
        customer = dice.choice([None, *self.ids["customer"]])
        contact_ids = tuple(dice.sample(self.ids["contact"], dice.randrange(3)))
        return [
            activities.RecordActivity(kind="call", subject=str(id_), customer_id=customer, contact_ids=contact_ids),
            activities.PlanActivity(kind="visit", subject="Demo", customer_id=customer, due_at=START),
            activities.CompleteActivity(outcome="Good."),
            activities.CancelActivity(),
        ]


@pytest.fixture(scope="module")
async def company(fresh_database: Databases) -> AsyncIterator[Company]:
    store = PostgresEventStore(await fresh_database(MIGRATIONS), "customer", READ_MODELS)
    await store.start()
    try:
        vault = Vault(store.pool, Wrapping(secrets.token_bytes(32)))
        numbers = {"team": 4, "person": 10, "customer": 20, "contact": 12, "activity": 20}
        ids = {name: [uuid7() for _ in range(number)] for name, number in numbers.items()}
        company = Company(store, CommandHandler(store, Catalogue("customer", DECIDERS, vault=vault)), ids)
        await company.live(Random(1), days=30)
        yield company
    finally:
        await store.stop()


@pytest.mark.parametrize("name", [model.name for model in READ_MODELS])
async def test_a_read_model_built_anew_has_the_same_rows(company: Company, name: str) -> None:
    comparison = await company.store.rebuild(name, swap=False)
    assert comparison.equal, comparison
    assert name == "erasure" or all(table.rows for table in comparison.tables)


async def test_people_are_shown_as_they_are(company: Company) -> None:
    for id_, row in (await rows(company, "people")).items():
        state, version = await company.handler.load(PERSON, id_)
        person = state.before if isinstance(state, InactivePerson) else state
        assert isinstance(person, ActivePerson)
        assert (row["version"], row["active"]) == (version, state is person)
        assert (row["name"], row["subject"], row["team_id"]) == (person.name, person.subject, person.team_id)


async def test_customers_are_shown_as_they_are(company: Company) -> None:
    for id_, row in (await rows(company, "customers")).items():
        state, version = await company.handler.load(CUSTOMER, id_)
        present = state.before if isinstance(state, DeletedCustomer) else state
        customer = present.before if isinstance(present, ArchivedCustomer) else present
        assert isinstance(customer, ActiveCustomer)
        assert (row["version"], row["deleted"]) == (version, state is not present)
        assert row["archived"] == (present is not customer)
        assert (row["name"], row["owner_id"], row["region"]) == (customer.name, customer.owner_id, customer.region)
        assert row["search"] == customer.name.casefold()


async def test_contacts_are_shown_as_they_are_and_erased_ones_have_no_key(company: Company) -> None:
    shown = await rows(company, "contacts")
    keyless = {id_ for id_, key in (await rows(company, "keys", "vault", "stream_id")).items() if not key["wrapped"]}
    assert keyless == {id_ for id_, row in shown.items() if row["erased"]}
    assert keyless
    for id_, row in shown.items():
        state, version = await company.handler.load(CONTACT, id_)
        assert (row["version"], row["erased"]) == (version, isinstance(state, ErasedContact))
        assert row["erased"] or row["deleted"] == isinstance(state, DeletedContact)


async def test_activities_are_shown_as_they_are(company: Company) -> None:
    words = {PlannedActivity: "planned", DoneActivity: "done"}
    for id_, row in (await rows(company, "activities")).items():
        state, version = await company.handler.load(ACTIVITY, id_)
        assert (row["version"], row["status"]) == (version, words.get(type(state), "cancelled"))


async def test_a_story_has_every_event_about_a_customer_and_no_other(company: Company) -> None:
    log = await company.store.read_after(1, 0, 100_000)
    own = {event.event_id for event in log if event.type.startswith("Customer")}
    told = await rows(company, "story", key="event_id")
    assert own <= told.keys()
    assert {told[id_]["customer_id"] == told[id_]["stream_id"] for id_ in own} == {True}
    others = {row["type"] for id_, row in told.items() if id_ not in own}
    linked = {"ContactLinkedToCustomer", "ContactUnlinkedFromCustomer"}
    assert others == linked | {"ActivityRecorded", "ActivityPlanned", "ActivityCompleted", "ActivityCancelled"}


async def test_two_who_close_a_circle_at_once_do_not_hang_anybody(company: Company) -> None:
    one, other = uuid7(), uuid7()
    made = [(CUSTOMER, id_, customers.CreateCustomer(name="Circle")) for id_ in (one, other)]
    below = [
        (CUSTOMER, one, customers.CorrectCustomer(customer_id=one, parent_id=other, above=(other,))),
        (CUSTOMER, other, customers.CorrectCustomer(customer_id=other, parent_id=one, above=(one,))),
    ]
    await company.ask([*made, *below], START)
    found = Customers(company.store.pool)
    assert {key: set(line) for key, line in (await found.above([one])).items()} == {one: {one, other}}
    assert await found.visible(EVERYTHING, [one, other]) == {one, other}


async def rows(company: Company, table: str, schema: str = "read", key: str = "id") -> dict[UUID, Any]:
    """A whole table by its key."""
    found = await company.store.pool.fetch(f'SELECT * FROM {schema}."{table}"')  # noqa: S608
    assert found
    return {row[key]: row for row in found}
