"""Personal data: readable with the person's key, unreadable for ever without it, and never moved elsewhere."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
import pytest
from cryptography.exceptions import InvalidTag
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from shared.domain import Decider, Event, Personal
from shared.eventstore.append import Append, NewEvent, StreamWrite
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.personal import ERASED, KeyMissing, PersonErased, Vault, erasure
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.recorded import Recorded
from shared.eventstore.wrapping import Wrapping
from shared.testing.databases import Databases
from shared.tests.appending import MIGRATIONS, NOON, SOMEBODY

KEK = bytes(range(32))


class Change(msgspec.Struct, frozen=True):
    before: str
    after: str


class PersonMet(Event, frozen=True):
    name: Personal[str]
    email: Personal[str | None] = None
    nickname: Personal[str] | None = None
    change: Personal[Change | None] = None
    place: str = "Oslo"


class PersonForgotten(Event, frozen=True):
    pass


def decider_of(*events: type[Event]) -> Decider[None, msgspec.Struct, Event]:  # type: ignore[type-var]
    return Decider("person", None, lambda _state, _wish: (), lambda state, _fact: state, events)


class Card(msgspec.Struct, frozen=True):
    name: Personal[str]


class CardGiven(Event, frozen=True):
    cards: list[Card]


PERSON = decider_of(PersonMet, PersonForgotten)
ANNA = PersonMet(name="Anna", email="anna@example.org", change=Change("a", "b"))


class Sealed:
    """A store, its catalogue, and events put through both."""

    def __init__(self, store: PostgresEventStore) -> None:
        self.store = store
        self.vault = Vault(store.pool, Wrapping(KEK))
        self.catalogue = Catalogue("test", [PERSON], vault=self.vault)

    async def record(self, stream_id: UUID, event: Event, version: int = 1) -> Recorded:
        keys = await self.catalogue.keys_for([(stream_id, event)])
        event_id = uuid7()
        data = self.catalogue.seal(event, event_id=event_id, stream_id=stream_id, keys=keys)
        new = NewEvent(event_id, type(event).__name__, 1, data, SOMEBODY, NOON)
        await self.store.append(Append((StreamWrite(stream_id, version - 1, (new,)),)))
        return (await self.store.read_streams([stream_id]))[stream_id][-1]

    async def open(self, recorded: Recorded) -> Event:
        return (await self.catalogue.open_many([recorded]))[0]


@pytest.fixture
async def sealed(fresh_database: Databases) -> AsyncIterator[Sealed]:
    store = PostgresEventStore(await fresh_database(MIGRATIONS), "test", [erasure("PersonForgotten")])
    await store.start()
    yield Sealed(store)
    await store.stop()


async def test_what_is_stored_shows_nothing_of_the_person(sealed: Sealed) -> None:
    recorded = await sealed.record(uuid7(), ANNA)
    assert b"nna" not in recorded.data
    data = json.loads(recorded.data)
    assert data["place"] == "Oslo"
    assert set(data["name"]) == {"$enc", "k", "n", "c"}
    assert data["nickname"] is None
    assert await sealed.open(recorded) == ANNA


async def test_a_destroyed_key_leaves_the_rest_of_the_event(sealed: Sealed) -> None:
    recorded = await sealed.record(uuid7(), ANNA)
    other = await sealed.record(uuid7(), ANNA)
    await sealed.vault.destroy(recorded.stream_id)
    assert await sealed.open(recorded) == PersonMet(name=ERASED, email=ERASED, change=None)
    assert await sealed.open(other) == ANNA


async def test_nothing_more_is_sealed_for_an_erased_person(sealed: Sealed) -> None:
    recorded = await sealed.record(uuid7(), ANNA)
    await sealed.vault.destroy(recorded.stream_id)
    with pytest.raises(PersonErased):
        await sealed.record(recorded.stream_id, ANNA, version=2)


async def test_the_event_of_erasure_destroys_the_key_in_its_own_transaction(sealed: Sealed) -> None:
    recorded = await sealed.record(uuid7(), ANNA)
    await sealed.record(recorded.stream_id, PersonForgotten(), version=2)
    assert await sealed.open(recorded) == PersonMet(name=ERASED, email=ERASED, change=None)
    assert (await sealed.store.rebuild("erasure", swap=True)).equal


async def test_an_envelope_is_bound_to_its_event_field_and_person(sealed: Sealed) -> None:
    one, two = await sealed.record(uuid7(), ANNA), await sealed.record(uuid7(), ANNA)
    with pytest.raises(InvalidTag):
        await sealed.open(replace(one, event_id=uuid7()))
    data = json.loads(one.data)
    swapped = json.dumps({**data, "name": data["email"]}).encode()
    with pytest.raises(InvalidTag):
        await sealed.open(replace(one, data=swapped))
    with pytest.raises(KeyMissing):
        await sealed.open(replace(one, data=two.data))


async def test_keys_are_wrapped_by_the_key_encryption_key(sealed: Sealed) -> None:
    recorded = await sealed.record(uuid7(), ANNA)
    with pytest.raises(KeyMissing, match="another key-encryption key"):
        await Vault(sealed.store.pool, Wrapping(bytes(32))).keys([recorded.stream_id])


async def test_changes_of_keys_are_listed_in_order_for_publishing(sealed: Sealed) -> None:
    one, two = uuid7(), uuid7()
    await sealed.record(one, ANNA)
    await sealed.record(two, ANNA)
    await sealed.vault.destroy(one)
    await sealed.vault.destroy(one)
    rows = await sealed.vault.keys_after(0, 10)
    assert [(row.stream_id, row.wrapped is None, row.sequence) for row in rows] == [(two, False, 2), (one, True, 3)]
    assert await sealed.vault.keys_after(3, 10) == []
    assert len(await sealed.vault.keys_after(0, 1)) == 1


async def test_a_reader_with_published_keys_reads_and_forgets(sealed: Sealed, fresh_database: Databases) -> None:
    recorded = await sealed.record(uuid7(), ANNA)
    reader = PostgresEventStore(await fresh_database(MIGRATIONS), "reader")
    await reader.start()
    vault = Vault(reader.pool, Wrapping(KEK))
    catalogue = Catalogue("test", [PERSON], vault=vault)
    with pytest.raises(KeyMissing):
        await catalogue.open_many([recorded])
    before = await sealed.vault.keys_after(0, 10)
    async with reader.pool.acquire() as connection, connection.transaction():
        await vault.keep(before, connection)
    assert await catalogue.open_many([recorded]) == [ANNA]
    await sealed.vault.destroy(recorded.stream_id)
    async with reader.pool.acquire() as connection, connection.transaction():
        await vault.keep([*before, *await sealed.vault.keys_after(0, 10)], connection)
        await vault.keep(before, connection)  # an old message again does not bring the key back
    assert await catalogue.open_many([recorded]) == [PersonMet(name=ERASED, email=ERASED, change=None)]
    await reader.stop()


def test_schemas_show_envelopes() -> None:
    schema = Catalogue("test", [PERSON]).schemas()["PersonMet.v1"]
    fields = schema["$defs"]["PersonMet"]["properties"]
    assert fields["name"] == {"anyOf": [{"$ref": "#/$defs/Envelope"}]}
    assert {"type": "null"} in fields["email"]["anyOf"]
    assert fields["place"] == {"type": "string", "default": "Oslo"}
    assert set(schema["$defs"]["Envelope"]["required"]) == {"$enc", "k", "n", "c"}


def test_a_personal_field_must_leave_something_after_erasure() -> None:
    class AgeTold(Event, frozen=True):
        age: Personal[int]

    with pytest.raises(TypeError, match=r"AgeTold\.age"):
        Catalogue("test", [decider_of(AgeTold)])


def test_personal_data_cannot_hide_inside_another_value() -> None:
    with pytest.raises(TypeError, match=r"CardGiven\.cards"):
        Catalogue("test", [decider_of(CardGiven)])


def test_two_events_cannot_share_a_name() -> None:
    first = type("SameNamed", (Event,), {})
    second = type("SameNamed", (Event,), {})
    with pytest.raises(ValueError, match="SameNamed"):
        Catalogue("test", [decider_of(first), decider_of(second)])


async def test_sealing_without_a_vault_says_so() -> None:
    with pytest.raises(RuntimeError, match="no vault"):
        await Catalogue("test", [PERSON]).keys_for([(uuid7(), ANNA)])


async def test_a_key_encryption_key_is_exchanged_while_both_open_and_destroyed_keys_stay_destroyed(
    sealed: Sealed,
) -> None:
    store, old, new = sealed.store, KEK, bytes(32)
    people, gone = [uuid7() for _ in range(3)], uuid7()
    vault = Vault(store.pool, Wrapping(old))
    before = await vault.ensure([*people, gone])
    await vault.destroy(gone)
    cursor = max(row.sequence for row in await vault.keys_after(0, 10_000))
    both = Vault(store.pool, Wrapping(new, old))
    assert await both.rewrap() >= 3
    assert await both.rewrap() == 0
    only_new = await Vault(store.pool, Wrapping(new)).keys([*people, gone])
    assert only_new == {**{person: before[person] for person in people}, gone: None}
    with pytest.raises(KeyMissing):
        await vault.keys(people)
    published = {row.stream_id for row in await both.keys_after(cursor, 10_000)}
    assert set(people) <= published
    assert gone not in published
    await Vault(store.pool, Wrapping(old, new)).rewrap()  # the other tests know only the old one
