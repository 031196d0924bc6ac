"""Handling commands: load, decide, append, answered the same way alone, many at once, and when repeated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from shared.domain import Claim, Command, Decider, Event
from shared.errors import Conflict, DomainError, KeyReused, Rejected, WrongVersion
from shared.eventstore.answers import GuardTaken
from shared.eventstore.append import Answer, CommandKey
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.deciding import OccurredBeforeLastEvent
from shared.eventstore.handling import CommandHandler
from shared.eventstore.intent import Intent, Request
from shared.eventstore.postgres import PostgresEventStore
from shared.testing.databases import Databases
from shared.tests.appending import MIGRATIONS, NOON, check_log


class Opened(Event, frozen=True):
    name: str


class Counted(Event, frozen=True):
    by: int


class Closed(Event, frozen=True):
    name: str


class Open(Command, frozen=True):
    name: str


class Count(Command, frozen=True):
    by: int


class Close(Command, frozen=True):
    pass


class AlreadyOpen(Rejected):
    """It is open."""


class NotOpen(Rejected):
    """It is not open."""


State = tuple[str, int] | None
Wish = Open | Count | Close
Fact = Opened | Counted | Closed


def decide(state: State, wish: Wish) -> Sequence[Fact]:
    match wish:
        case Open(name=name):
            if state is not None:
                raise AlreadyOpen
            return [Opened(name=name)]
        case Count(by=by):
            if state is None:
                raise NotOpen
            return [Counted(by=by)] if by else []
        case Close():
            return [Closed(name=state[0])] if state else []


def evolve(state: State, fact: Fact) -> State:
    match fact:
        case Opened(name=name):
            return (name, 0)
        case Counted(by=by):
            return (state[0], state[1] + by) if state else None
        case Closed():
            return None


def claims(fact: Fact) -> Sequence[Claim]:
    return [Claim(f"name:{fact.name}", held=isinstance(fact, Opened))] if isinstance(fact, Opened | Closed) else []


COUNTER: Decider[State, Wish, Fact] = Decider("counter", None, decide, evolve, (Opened, Counted, Closed), claims)


class Noted(Event, frozen=True):
    pass


class Note(Command, frozen=True):
    pass


NOTE: Decider[None, Note, Noted] = Decider("note", None, lambda _s, _w: [Noted()], lambda s, _f: s, (Noted,))


def intent(
    at: datetime = NOON, key: str | None = None, *, body: bytes = b"body", expected: int | None = None
) -> Intent:
    command_key = CommandKey(key, body) if key else None
    return Intent(actor="me", correlation_id="c", occurred_at=at, key=command_key, expected_version=expected)


def story(name: str) -> list[Wish]:
    return [Open(name=name), Count(by=1), Count(by=2)]


def ask(stream_id: UUID, wish: Wish, with_intent: Intent | None = None) -> Request[State, Wish, Fact]:
    return Request(COUNTER, stream_id, wish, with_intent or intent())


@pytest.fixture
async def store(fresh_database: Databases) -> AsyncIterator[PostgresEventStore]:
    store = PostgresEventStore(await fresh_database(MIGRATIONS), "test")
    await store.start()
    yield store
    await check_log(store)
    await store.stop()


@pytest.fixture
def handler(store: PostgresEventStore) -> CommandHandler:
    return CommandHandler(store, Catalogue("test", [COUNTER, NOTE]))


async def test_a_command_becomes_events_with_who_when_and_why(
    handler: CommandHandler, store: PostgresEventStore
) -> None:
    stream_id = uuid7()
    answer = await handler.handle(ask(stream_id, Open(name="a"), intent(key="k")))
    assert (answer.stream_id, answer.version) == (stream_id, 1)
    recorded = (await store.read_streams([stream_id]))[stream_id][0]
    assert (recorded.type, recorded.occurred_at) == ("Opened", NOON)
    assert (recorded.metadata.actor, recorded.metadata.correlation_id, recorded.metadata.key) == ("me", "c", "k")
    assert await handler.load(COUNTER, stream_id) == (("a", 0), 1)
    assert await handler.load(COUNTER, uuid7()) == (None, 0)


async def test_a_refusal_leaves_nothing(handler: CommandHandler, store: PostgresEventStore) -> None:
    with pytest.raises(NotOpen):
        await handler.handle(ask(uuid7(), Count(by=1), intent(key="k")))
    assert await store.head() == (1, 0)
    assert await store.answered(CommandKey("k", b"body")) is None


async def test_a_repetition_is_answered_as_the_first_time_though_it_would_be_refused_now(
    handler: CommandHandler,
) -> None:
    stream_id = uuid7()
    first = await handler.handle(ask(stream_id, Open(name="a"), intent(key="k", expected=0)))
    again = await handler.handle(ask(stream_id, Open(name="a"), intent(key="k", expected=0)))
    assert (again.replayed, again.version, again.positions) == (True, first.version, first.positions)
    with pytest.raises(KeyReused):
        await handler.handle(ask(stream_id, Open(name="b"), intent(key="k", body=b"other")))


async def test_a_stale_expected_version_is_refused(handler: CommandHandler) -> None:
    stream_id = uuid7()
    await handler.handle(ask(stream_id, Open(name="a")))
    with pytest.raises(WrongVersion) as refused:
        await handler.handle(ask(stream_id, Count(by=1), intent(expected=0)))
    assert refused.value.current == 1


async def test_without_expected_version_racing_commands_all_count(handler: CommandHandler) -> None:
    stream_id = uuid7()
    await handler.handle(ask(stream_id, Open(name="a")))
    await asyncio.gather(*(handler.handle(ask(stream_id, Count(by=1))) for _ in range(4)))
    assert (await handler.load(COUNTER, stream_id))[0] == ("a", 4)


async def test_a_command_that_changes_nothing_keeps_only_its_key(
    handler: CommandHandler, store: PostgresEventStore
) -> None:
    stream_id = uuid7()
    await handler.handle(ask(stream_id, Open(name="a")))
    for key in (None, "k"):
        answer = await handler.handle(ask(stream_id, Count(by=0), intent(key=key)))
        assert (answer.version, answer.epoch, answer.positions) == (1, 1, {})
    assert await store.answered(CommandKey("k", b"body")) is not None
    assert await store.head() == (1, 1)


async def test_claims_are_held_and_given_back(handler: CommandHandler) -> None:
    one, two = uuid7(), uuid7()
    await handler.handle(ask(one, Open(name="a")))
    with pytest.raises(GuardTaken):
        await handler.handle(ask(two, Open(name="a")))
    await handler.handle(ask(one, Close()))
    await handler.handle(ask(two, Open(name="a")))


async def test_business_time_never_decreases_within_a_stream(
    handler: CommandHandler, store: PostgresEventStore
) -> None:
    stream_id = uuid7()
    await handler.handle(ask(stream_id, Open(name="a")))
    with pytest.raises(OccurredBeforeLastEvent):
        await handler.handle(ask(stream_id, Count(by=1), intent(NOON - timedelta(seconds=1))))
    # Two replicas' clocks may differ by milliseconds: that is simultaneous.
    await handler.handle(ask(stream_id, Count(by=1), intent(NOON - timedelta(milliseconds=100))))
    assert [e.occurred_at for e in (await store.read_streams([stream_id]))[stream_id]] == [NOON, NOON]


async def test_an_id_of_something_else_is_a_conflict(handler: CommandHandler) -> None:
    stream_id = uuid7()
    await handler.handle(Request(NOTE, stream_id, Note(), intent()))
    with pytest.raises(Conflict, match="counter"):
        await handler.handle(ask(stream_id, Open(name="a")))


async def test_commands_for_two_streams_together_all_happen_or_nothing(
    handler: CommandHandler, store: PostgresEventStore
) -> None:
    one, two = uuid7(), uuid7()
    answer = await handler.handle_together([ask(one, Open(name="a")), ask(two, Open(name="b"))])
    assert (answer.stream_id, answer.version) == (one, 1)
    for wishes, refusal in (
        ([ask(one, Count(by=1)), ask(two, Open(name="b"))], AlreadyOpen),
        ([ask(one, Count(by=1)), ask(two, Count(by=1), intent(expected=7))], WrongVersion),
        ([ask(one, Count(by=1)), ask(uuid7(), Open(name="a"))], GuardTaken),
    ):
        with pytest.raises(refusal):
            await handler.handle_together(wishes)
    assert await store.head() == (1, 2)


async def test_where_the_first_of_commands_together_has_nothing_to_say_the_others_are_not_asked(
    handler: CommandHandler, store: PostgresEventStore
) -> None:
    one = uuid7()
    await handler.handle(ask(one, Open(name="a")))
    answer = await handler.handle_together([ask(one, Count(by=0)), ask(one, Open(name="a"))])
    assert (answer.version, await store.head()) == (1, (1, 1))


async def test_commands_together_are_repeated_and_raced_like_one(handler: CommandHandler) -> None:
    one, two = uuid7(), uuid7()
    both = [ask(one, Open(name="a"), intent(key="k")), ask(two, Open(name="b"))]
    first, again = await handler.handle_together(both), await handler.handle_together(both)
    assert (first.replayed, again.replayed, again.version) == (False, True, first.version)
    counts = [[ask(one, Count(by=1)), ask(two, Count(by=1))] for _ in range(4)]
    await asyncio.gather(*(handler.handle_together(pair) for pair in counts))
    assert (await handler.load(COUNTER, one), await handler.load(COUNTER, two)) == ((("a", 4), 5), (("b", 4), 5))


async def test_many_commands_each_have_their_own_outcome_in_order(handler: CommandHandler) -> None:
    one, two, three = uuid7(), uuid7(), uuid7()
    outcomes = await handler.handle_many(
        [
            ask(one, Open(name="a")),
            ask(one, Count(by=2)),
            ask(two, Count(by=1)),
            ask(three, Open(name="a")),
            ask(one, Count(by=3), intent(expected=2)),
            ask(one, Count(by=4), intent(expected=2)),
            ask(one, Count(by=5), intent(NOON - timedelta(days=1))),
        ]
    )
    assert [outcome.version if isinstance(outcome, Answer) else type(outcome) for outcome in outcomes] == [
        1,
        2,
        NotOpen,
        GuardTaken,
        3,
        WrongVersion,
        OccurredBeforeLastEvent,
    ]
    assert await handler.load(COUNTER, one) == (("a", 5), 3)


async def test_many_commands_repeated_after_any_part_of_them_end_the_same(
    handler: CommandHandler, store: PostgresEventStore
) -> None:
    streams = [uuid7() for _ in range(20)]
    requests = [ask(s, wish, intent(key=f"{s}/{n}")) for s in streams for n, wish in enumerate(story(str(s)))]
    await handler.handle_many(requests[:31])
    outcomes = await handler.handle_many(requests)
    answers = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
    assert [answer.replayed for answer in answers] == [True] * 31 + [False] * 29
    assert [answer.version for answer in answers] == [1, 2, 3] * 20
    assert await store.head() == (1, 60)


async def test_two_racing_runs_of_many_commands_write_everything_once(
    handler: CommandHandler, store: PostgresEventStore
) -> None:
    streams = [uuid7() for _ in range(10)]
    requests = [ask(s, wish, intent(key=f"{s}/{n}")) for s in streams for n, wish in enumerate(story(str(s)))]
    runs = await asyncio.gather(handler.handle_many(requests), handler.handle_many(requests))
    refused = [outcome for run in runs for outcome in run if isinstance(outcome, DomainError)]
    assert refused == []
    assert await store.head() == (1, 30)


async def test_a_fault_in_a_rule_is_not_taken_for_a_refusal(store: PostgresEventStore) -> None:
    def broken(_state: None, _wish: Note) -> Sequence[Noted]:
        raise ZeroDivisionError

    faulty: Decider[None, Note, Noted] = Decider("note", None, broken, lambda s, _f: s, (Noted,))
    handler = CommandHandler(store, Catalogue("test", [faulty]))
    with pytest.raises(ZeroDivisionError):
        await handler.handle_many([Request(faulty, uuid7(), Note(), intent())])
