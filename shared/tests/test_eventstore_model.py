"""Any mix of appends through two stores at once behaves as if they had come one by one, in the order of positions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from shared.errors import DomainError, Invalid, KeyReused, Unavailable, WrongVersion
from shared.eventstore.answers import GuardTaken, OutcomeUnknown
from shared.eventstore.append import Answer, Append, CommandKey, Guard, StreamWrite
from shared.eventstore.faults import Undigested
from shared.eventstore.postgres import PostgresEventStore
from shared.testing.databases import Databases
from shared.tests.appending import (
    MIGRATIONS,
    STREAM_COUNTS,
    append_to,
    check_counts,
    check_log,
    event,
    event_ids,
    kill_appenders,
    positions_of,
)

Outcome = Answer | DomainError | Literal["cancelled"]
Trouble = Literal["", "poison", "indigestible", "cancel"]


@dataclass(frozen=True)
class Action:
    """One append: through which store, to which of four streams, and what goes wrong."""

    store: int
    stream: int
    asserted: int
    stale: bool
    events: int
    key: int | None
    body: int
    guard: int | None
    held: bool
    trouble: Trouble


ACTIONS = st.builds(
    Action,
    store=st.integers(0, 1),
    stream=st.integers(0, 3),
    asserted=st.integers(0, 3),
    stale=st.sampled_from([False, False, False, True]),
    events=st.integers(1, 3),
    key=st.none() | st.integers(0, 2),
    body=st.sampled_from([0, 0, 0, 1]),
    guard=st.none() | st.integers(0, 1),
    held=st.sampled_from([True, True, False]),
    trouble=st.sampled_from(["", "", "", "", "poison", "indigestible", "cancel"]),
)
WAVES = st.lists(st.tuples(st.lists(ACTIONS, min_size=1, max_size=8), st.booleans()), min_size=1, max_size=6)


@dataclass
class Reference:
    """The rules of an append, one after the other."""

    versions: dict[UUID, int] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    holders: dict[str, UUID] = field(default_factory=dict)

    def verdict(self, append: Append, trouble: Trouble) -> object:
        if trouble == "poison":
            return Invalid
        if append.key and append.key.key in self.keys:
            return "replayed" if self.keys[append.key.key] == append.key.request_hash else KeyReused
        if any(self.versions.get(w.stream_id, 0) != w.expected_version for w in append.writes):
            return WrongVersion
        if any(g.held and self.holders.get(g.key, g.stream_id) != g.stream_id for g in append.guards):
            return GuardTaken
        return Undigested if trouble == "indigestible" else Answer

    def accept(self, append: Append) -> None:
        assert self.verdict(append, "") is Answer
        for write in append.writes:
            self.versions[write.stream_id] = write.expected_version + len(write.events)
        if append.key:
            self.keys[append.key.key] = append.key.request_hash
        for guard in append.guards:
            if guard.held:
                self.holders[guard.key] = guard.stream_id
            elif self.holders.get(guard.key) == guard.stream_id:
                del self.holders[guard.key]


@dataclass
class World:
    """One example's streams, keys and guards in a database that earlier examples have used as well."""

    stores: Sequence[PostgresEventStore]
    dsn: str
    streams: list[UUID] = field(default_factory=lambda: [uuid7() for _ in range(4)])
    reference: Reference = field(default_factory=Reference)
    first_answers: dict[str, Answer] = field(default_factory=dict)

    async def wave(self, wave: Sequence[Action], *, cut: bool) -> None:
        appends = [self.append(action) for action in wave]
        alone = len(wave) == 1 and not cut and wave[0].trouble != "cancel"
        expected = self.reference.verdict(appends[0], wave[0].trouble)
        running = asyncio.gather(*(self.run(*pair) for pair in zip(wave, appends, strict=True)))
        if cut:
            await kill_appenders(self.dsn)
        outcomes = await running
        await asyncio.gather(*(barrier(store) for store in self.stores))
        if alone:
            assert expected == kind_of(outcomes[0])
        for action, outcome in zip(wave, outcomes, strict=True):
            assert kind_of(outcome) in possible(action, cut=cut)
        await self.check(list(zip(appends, outcomes, strict=True)))

    def append(self, action: Action) -> Append:
        stream_id, versions = self.streams[action.stream], self.reference.versions
        name = "Indigestible" if action.trouble == "indigestible" else "ThingHappened"
        data = b'{"half": ' if action.trouble == "poison" else b"{}"
        events = tuple(event(data, name=name) for _ in range(action.events))
        writes = [StreamWrite(stream_id, versions.get(stream_id, 0) + action.stale, events)]
        if action.asserted != action.stream:
            other = self.streams[action.asserted]
            writes.append(StreamWrite(other, versions.get(other, 0)))
        mine = str(self.streams[0])
        key = None if action.key is None else CommandKey(f"{mine}/{action.key}", bytes([action.body]))
        guards = () if action.guard is None else (Guard(f"{mine}/{action.guard}", stream_id, action.held),)
        return Append(tuple(writes), guards, key)

    async def run(self, action: Action, append: Append) -> Outcome:
        task = asyncio.create_task(self.stores[action.store].append(append))
        if action.trouble == "cancel":
            await asyncio.sleep(0.001 * action.asserted)
            task.cancel()
        try:
            return await task
        except asyncio.CancelledError:
            return "cancelled"
        except DomainError as error:
            return error

    async def check(self, tried: list[tuple[Append, Outcome]]) -> None:
        """Every outcome against the log, and the log against the rules in the order of positions."""
        streams = await self.stores[0].read_streams(self.streams)
        log = sorted((e for events in streams.values() for e in events), key=lambda e: e.position)
        positions = {e.event_id: e.position for e in log}
        written = [append for append, _ in tried if any(i in positions for i in event_ids(append))]
        for append in sorted(written, key=lambda a: positions[event_ids(a)[0]]):
            assert [positions[i] for i in event_ids(append)] == consecutive(positions[event_ids(append)[0]], append)
            self.reference.accept(append)
        for append, outcome in tried:
            is_written = append in written
            match outcome:
                case Answer(replayed=True):
                    assert not is_written
                    assert append.key is not None
                    self.check_replay(append.key.key, outcome)
                case Answer():
                    assert is_written
                    assert outcome.positions == positions_of(log, event_ids(append), 3)
                    assert outcome.version == append.writes[0].expected_version + len(append.writes[0].events)
                    if append.key:
                        self.first_answers[append.key.key] = outcome
                case DomainError() if not isinstance(outcome, OutcomeUnknown):
                    assert not is_written
                case _:
                    pass  # written or not, but never in part
        await self.check_tables()

    def check_replay(self, key: str, replay: Answer) -> None:
        # Without a first answer here, its caller had gone away.
        first = self.first_answers.setdefault(key, replay)
        assert (first.stream_id, first.version, first.positions) == (replay.stream_id, replay.version, replay.positions)

    async def check_tables(self) -> None:
        mine = f"{self.streams[0]}/%"
        pool = self.stores[0].pool
        guards = await pool.fetch("SELECT key, holder FROM ev.guards WHERE key LIKE $1 AND holder IS NOT NULL", mine)
        assert {row[0]: row[1] for row in guards} == self.reference.holders
        keys = await pool.fetch("SELECT key, request_hash FROM ev.commands WHERE key LIKE $1", mine)
        assert {row[0]: row[1] for row in keys} == self.reference.keys


async def barrier(store: PostgresEventStore) -> None:
    """What was sent before has been settled, even where its caller had gone away: batches run one after the other."""
    with suppress(Unavailable):
        await store.append(append_to(uuid7(), 0))


def consecutive(first: int, append: Append) -> list[int]:
    return list(range(first, first + len(event_ids(append))))


def kind_of(outcome: Outcome) -> object:
    return "replayed" if isinstance(outcome, Answer) and outcome.replayed else type(outcome)


def possible(action: Action, *, cut: bool) -> set[object]:
    """No outcome comes out of nowhere."""
    usual: set[object] = {Answer, "replayed", KeyReused, WrongVersion, GuardTaken}
    if cut:
        usual |= {Unavailable, OutcomeUnknown}
    match action.trouble:
        case "":
            return usual
        case "cancel":
            return usual | {str}
        case "poison":
            return (usual | {Invalid}) - {Answer}
        case "indigestible":
            return (usual | {Undigested}) - {Answer}


@pytest.fixture
async def two_stores(fresh_database: Databases) -> AsyncIterator[tuple[str, list[PostgresEventStore]]]:
    dsn = await fresh_database(MIGRATIONS)
    async with AsyncExitStack() as stack:
        stores = [PostgresEventStore(dsn, "test", [STREAM_COUNTS]) for _ in range(2)]
        for store in stores:
            await store.start()
            stack.push_async_callback(store.stop)
        yield dsn, stores
        await check_log(stores[0])
        await check_counts(stores[0])


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(waves=WAVES)
async def test_appends_behave_as_if_they_had_come_one_by_one(
    two_stores: tuple[str, list[PostgresEventStore]], waves: list[tuple[list[Action], bool]]
) -> None:
    dsn, stores = two_stores
    world = World(stores, dsn)
    for wave, cut in waves:
        await world.wave(wave, cut=cut)
