"""Appending: one verdict for an append, the same answer for the same key, nothing left of what is refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from shared.errors import Conflict, DomainError, Invalid, KeyReused, Unavailable, WrongVersion
from shared.eventstore.answers import GuardTaken
from shared.eventstore.append import Append, CommandKey, Guard, NewEvent, StreamWrite
from shared.eventstore.appender import IDLE_SECONDS
from shared.eventstore.faults import Undigested
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.waiting import MAX_EVENT_BYTES, Limits, Queue, waiting
from shared.testing.databases import Databases
from shared.tests.appending import (
    MIGRATIONS,
    SOMEBODY,
    STREAM_COUNTS,
    append_to,
    check_counts,
    check_log,
    event,
    event_ids,
    positions_of,
)


@pytest.fixture
async def store(fresh_database: Databases) -> AsyncIterator[PostgresEventStore]:
    store = PostgresEventStore(await fresh_database(MIGRATIONS), "test", [STREAM_COUNTS])
    await store.start()
    yield store
    await store.stop()


async def outcome(store: PostgresEventStore, append: Append) -> object:
    try:
        return await store.append(append)
    except DomainError as error:
        return type(error)


async def test_an_append_is_answered_with_version_and_positions(store: PostgresEventStore) -> None:
    stream_id, other = uuid7(), uuid7()
    append = Append((StreamWrite(stream_id, 0, (event(), event())), StreamWrite(other, 0, (event(b'{"a": 1}'),))))
    answer = await store.append(append)
    log = await check_log(store)
    assert (answer.stream_id, answer.version, answer.epoch) == (stream_id, 2, 1)
    assert answer.positions == positions_of(log, event_ids(append), store.partitions)
    assert [(e.stream_id, e.version, json.loads(e.data)) for e in log] == [
        (stream_id, 1, {}),
        (stream_id, 2, {}),
        (other, 1, {"a": 1}),
    ]
    assert log[0].metadata == SOMEBODY
    assert await store.read_streams([other]) == {other: [log[2]]}


async def test_a_stale_version_is_refused_and_named(store: PostgresEventStore) -> None:
    stream_id = uuid7()
    await store.append(append_to(stream_id, 0))
    with pytest.raises(WrongVersion) as refused:
        await store.append(append_to(stream_id, 0))
    assert refused.value.current == 1
    assert len(await check_log(store)) == 1


async def test_one_stale_stream_refuses_the_whole_append(store: PostgresEventStore) -> None:
    known, new = uuid7(), uuid7()
    await store.append(append_to(known, 0))
    writes = (StreamWrite(new, 0, (event(),)), StreamWrite(known, 0, (event(),)))
    guards, key = (Guard("name:x", new),), CommandKey("k", b"h")
    assert await outcome(store, Append(writes, guards, key)) is WrongVersion
    assert len(await check_log(store)) == 1
    assert await store.answered(key) is None
    assert await store.pool.fetchval("SELECT count(*) FROM ev.guards") == 0


async def test_a_stream_may_be_asserted_without_writing_to_it(store: PostgresEventStore) -> None:
    asserted, written = uuid7(), uuid7()
    await store.append(append_to(asserted, 0))
    right = Append((StreamWrite(written, 0, (event(),)), StreamWrite(asserted, 1)))
    wrong = Append((StreamWrite(uuid7(), 0, (event(),)), StreamWrite(asserted, 0)))
    absent = Append((StreamWrite(uuid7(), 0, (event(),)), StreamWrite(uuid7(), 0)))
    assert (await store.append(right)).version == 1
    assert await outcome(store, wrong) is WrongVersion
    assert (await store.append(absent)).version == 1
    assert len(await check_log(store)) == 3


async def test_a_repeated_key_gets_the_first_answer(store: PostgresEventStore) -> None:
    key = CommandKey("route/key-1", b"hash")
    first = await store.append(append_to(uuid7(), 0, event(), event(), key=key))
    again = await store.append(append_to(uuid7(), 0, key=key))
    assert again.replayed
    assert (again.stream_id, again.version, again.epoch, again.positions) == (
        first.stream_id,
        first.version,
        first.epoch,
        first.positions,
    )
    assert await store.answered(key) == again
    assert len(await check_log(store)) == 2


async def test_a_key_with_another_request_is_refused(store: PostgresEventStore) -> None:
    await store.append(append_to(uuid7(), 0, key=CommandKey("k", b"one")))
    assert await outcome(store, append_to(uuid7(), 0, key=CommandKey("k", b"two"))) is KeyReused
    with pytest.raises(KeyReused):
        await store.answered(CommandKey("k", b"two"))
    assert len(await check_log(store)) == 1


async def test_an_append_without_events_only_keeps_its_key(store: PostgresEventStore) -> None:
    stream_id, key = uuid7(), CommandKey("nothing-to-say", b"h")
    await store.append(append_to(stream_id, 0))
    answer = await store.append(Append((StreamWrite(stream_id, 1),), (), key))
    assert (answer.version, answer.positions) == (1, {})
    assert (await store.answered(key)) is not None
    assert len(await check_log(store)) == 1


async def test_a_guard_is_held_by_one_stream_until_it_gives_it_back(store: PostgresEventStore) -> None:
    mine, yours = uuid7(), uuid7()
    await store.append(append_to(mine, 0, guards=[Guard("name:gtx", mine)]))
    assert await outcome(store, append_to(yours, 0, guards=[Guard("name:gtx", yours)])) is GuardTaken
    await store.append(append_to(mine, 1, guards=[Guard("name:gtx", mine)]))
    # Giving back what another holds changes nothing.
    await store.append(append_to(yours, 0, guards=[Guard("name:gtx", yours, held=False)]))
    assert await outcome(store, append_to(yours, 1, guards=[Guard("name:gtx", yours)])) is GuardTaken
    await store.append(append_to(mine, 2, guards=[Guard("name:gtx", mine, held=False)]))
    await store.append(append_to(yours, 1, guards=[Guard("name:gtx", yours)]))
    assert await store.pool.fetchval("SELECT holder FROM ev.guards") == yours


async def test_racing_for_one_guard_has_one_winner(store: PostgresEventStore) -> None:
    streams = [uuid7() for _ in range(20)]
    outcomes = await asyncio.gather(*(outcome(store, append_to(s, 0, guards=[Guard("n", s)])) for s in streams))
    assert outcomes.count(GuardTaken) == 19
    assert len(await check_log(store)) == 1


async def test_racing_repetitions_of_one_key_are_answered_alike(store: PostgresEventStore) -> None:
    key = CommandKey("k", b"h")
    answers = await asyncio.gather(*(store.append(append_to(uuid7(), 0, key=key)) for _ in range(20)))
    assert sum(not answer.replayed for answer in answers) == 1
    assert len({(answer.stream_id, str(answer.positions)) for answer in answers}) == 1
    assert len(await check_log(store)) == 1


async def test_many_appends_share_a_commit(store: PostgresEventStore) -> None:
    await asyncio.gather(*(store.append(append_to(uuid7(), 0)) for _ in range(300)))
    log = await check_log(store)
    assert len(log) == 300
    assert len({recorded.recorded_at for recorded in log}) <= 10
    await check_counts(store)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (rb'{"name": "a\u0000b"}', Invalid),
        (b'{"note": "' + b"x" * MAX_EVENT_BYTES + b'"}', Invalid),
        (b'{"half": ', Invalid),
        (b'{"lone": "\\ud800"}', Invalid),
        (b'{"name": "\xff"}', Invalid),
    ],
    ids=["NUL", "too large", "not JSON", "lone surrogate", "not UTF-8"],
)
async def test_what_cannot_be_stored_fails_alone(
    store: PostgresEventStore, data: bytes, error: type[DomainError]
) -> None:
    appends = [append_to(uuid7(), 0) for _ in range(9)]
    appends.insert(4, append_to(uuid7(), 0, event(), event(data)))
    outcomes = await asyncio.gather(*(outcome(store, append) for append in appends))
    assert outcomes[4] is error
    assert [isinstance(o, type) for o in outcomes].count(True) == 1
    assert len(await check_log(store)) == 9
    await check_counts(store)


async def test_an_escaped_backslash_before_u0000_is_no_nul(store: PostgresEventStore) -> None:
    await store.append(append_to(uuid7(), 0, event(rb'{"path": "C:\\u0000"}')))
    assert json.loads((await check_log(store))[0].data) == {"path": "C:\\u0000"}


async def test_an_event_id_cannot_be_written_twice(store: PostgresEventStore) -> None:
    twice = event()
    await store.append(append_to(uuid7(), 0, twice))
    appends = [append_to(uuid7(), 0), append_to(uuid7(), 0, twice), append_to(uuid7(), 0)]
    outcomes = await asyncio.gather(*(outcome(store, append) for append in appends))
    assert outcomes[1] is Conflict
    assert len(await check_log(store)) == 3


async def test_what_a_read_model_cannot_digest_is_refused_alone(store: PostgresEventStore) -> None:
    appends = [append_to(uuid7(), 0) for _ in range(6)]
    appends[3] = append_to(uuid7(), 0, event(name="Indigestible"))
    outcomes = await asyncio.gather(*(outcome(store, append) for append in appends))
    assert [o is Undigested for o in outcomes] == [False, False, False, True, False, False]
    assert len(await check_log(store)) == 5
    await check_counts(store)


async def test_a_cancelled_append_is_dropped_before_it_is_sent(store: PostgresEventStore) -> None:
    sent = append_to(uuid7(), 0)
    first = asyncio.create_task(store.append(sent))
    dropped = asyncio.create_task(store.append(append_to(uuid7(), 0)))
    await asyncio.sleep(0)
    dropped.cancel()
    await first
    await store.append(append_to(uuid7(), 0))
    assert len(await check_log(store)) == 2


async def test_the_appender_shows_that_it_lives(store: PostgresEventStore) -> None:
    before = store.last_progress
    await store.append(append_to(uuid7(), 0))
    await asyncio.sleep(0.05)
    assert store.last_progress > before
    before = store.last_progress
    await asyncio.sleep(IDLE_SECONDS * 2)
    assert store.last_progress > before


async def test_an_append_names_each_stream_once(store: PostgresEventStore) -> None:
    stream_id = uuid7()
    with pytest.raises(ValueError, match="once"):
        await store.append(Append((StreamWrite(stream_id, 0), StreamWrite(stream_id, 0))))


async def test_a_commit_wakes_whoever_waits(store: PostgresEventStore) -> None:
    woken = asyncio.create_task(store.wait_for_commit(5))
    await asyncio.sleep(0)
    await store.append(append_to(uuid7(), 0))
    assert await woken
    assert await store.wait_for_commit(5, after=0)
    assert not await store.wait_for_commit(0.01, after=1)


async def test_events_are_read_by_position_and_by_type(store: PostgresEventStore) -> None:
    await store.append(append_to(uuid7(), 0, event(), event(name="OtherHappened"), event()))
    assert [e.position for e in await store.read_after(1, 1, 10)] == [2, 3]
    assert [e.position for e in await store.read_after(1, 0, 1)] == [1]
    assert [e.position for e in await store.read_after(1, 0, 10, types=["OtherHappened"])] == [2]


async def test_old_keys_are_forgotten_and_young_ones_kept(store: PostgresEventStore) -> None:
    old, young = CommandKey("old", b"h"), CommandKey("young", b"h")
    for key in (old, young):
        await store.append(append_to(uuid7(), 0, key=key))
    await store.pool.execute("UPDATE ev.commands SET recorded_at = now() - interval '25 hours' WHERE key = 'old'")
    await store.prune()
    assert await store.answered(old) is None
    assert await store.answered(young) is not None


def queue_of(limits: Limits, *appends: Append) -> Queue:
    queue = Queue(limits)
    for append in appends:
        queue.enter(waiting(append, asyncio.get_running_loop().create_future()))
    return queue


async def batches_of(queue: Queue, count: int) -> list[list[UUID]]:
    batches = [await queue.next_batch(0.01) for _ in range(count)]
    return [[item.append.writes[0].stream_id for item in batch or []] for batch in batches]


async def test_appends_that_touch_the_same_never_share_a_batch_and_keep_their_order() -> None:
    a, b, c = (UUID(int=n) for n in (1, 2, 3))
    shared_key = CommandKey("k", b"h")
    queue = queue_of(
        Limits(),
        append_to(a, 0),
        append_to(a, 1, guards=[Guard("g", a)]),
        append_to(b, 0, guards=[Guard("g", b)], key=shared_key),
        append_to(c, 0, key=shared_key),
        append_to(UUID(int=4), 0),
    )
    assert await batches_of(queue, 4) == [[a, UUID(int=4)], [a], [b], [c]]


async def test_the_queue_is_bounded_by_bytes() -> None:
    large = NewEvent(uuid7(), "Large", 1, b'"' + b"x" * 10_000 + b'"', SOMEBODY, event().occurred_at)
    queue = queue_of(Limits(queue_bytes=15_000), append_to(uuid7(), 0, large))
    with pytest.raises(Unavailable) as refused:
        queue.enter(waiting(append_to(uuid7(), 0, large), asyncio.get_running_loop().create_future()))
    assert refused.value.retry_after > 0


async def test_the_queue_is_bounded_by_age() -> None:
    queue = queue_of(Limits(queue_age=0.01), append_to(uuid7(), 0))
    await asyncio.sleep(0.02)
    future = asyncio.get_running_loop().create_future()
    with pytest.raises(Unavailable):
        queue.enter(waiting(append_to(uuid7(), 0), future))
    queue.close("closed")
    assert await queue.next_batch(0.01) is None
