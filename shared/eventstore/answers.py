"""What became of appends: answers kept with their keys, reasons of refusals, and fates after a lost connection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import asyncpg
import msgspec

from shared.errors import Conflict, DomainError, KeyReused, Unavailable, WrongVersion
from shared.eventstore.append import Answer, Append, CommandKey
from shared.eventstore.batch import StoredAnswer
from shared.eventstore.partitions import partition_of
from shared.eventstore.read_model import Connection, Pool

READ_KEYS = "SELECT key, request_hash, answer::text AS answer FROM ev.commands WHERE key = ANY($1)"
READ_VERSIONS = "SELECT stream_id, version FROM ev.streams WHERE stream_id = ANY($1)"
READ_HOLDERS = "SELECT key, holder FROM ev.guards WHERE key = ANY($1)"
READ_EVENTS = "SELECT event_id, stream_id, position, version, epoch FROM ev.events WHERE event_id = ANY($1)"

_ANSWER = msgspec.json.Decoder(StoredAnswer)
Outcome = Answer | DomainError


class OutcomeUnknown(Unavailable):
    """The database went away before it could say whether the change was written; repeat it with the same key."""

    code = "outcome-unknown"


class GuardTaken(Conflict):
    """Another one holds this key, which may be held only once."""

    code = "already-taken"


async def by_key(source: Connection | Pool, keys: Iterable[CommandKey]) -> dict[str, Outcome]:
    """The keys seen before → the stored answer, or `KeyReused` when it was another request."""
    hashes = {key.key: key.request_hash for key in keys}
    rows = await source.fetch(READ_KEYS, list(hashes))
    return {row["key"]: _replayed(row, hashes[row["key"]]) for row in rows}


def _replayed(row: asyncpg.Record, request_hash: bytes) -> Outcome:
    if row["request_hash"] != request_hash:
        return KeyReused()
    stored = _ANSWER.decode(row["answer"])
    positions = {partition: stored.after + count for partition, count in stored.offsets.items()}
    return Answer(stored.stream_id, stored.version, stored.epoch, positions, replayed=True)


async def refusals(source: Connection | Pool, refused: Sequence[tuple[Append, str]]) -> list[Outcome]:
    """The outcome of each append whose verdict is not 'ok', in order: a replay or the reason."""
    known = await by_key(source, [append.key for append, verdict in refused if verdict == "known" and append.key])
    stale = [write.stream_id for append, verdict in refused if verdict == "stale" for write in append.writes]
    versions = {row[0]: row[1] for row in await source.fetch(READ_VERSIONS, stale)} if stale else {}
    taken = [guard.key for append, verdict in refused if verdict == "taken" for guard in append.guards]
    holders = {row[0]: row[1] for row in await source.fetch(READ_HOLDERS, taken)} if taken else {}
    return [_refusal(append, verdict, known, versions, holders) for append, verdict in refused]


def _refusal(
    append: Append, verdict: str, known: dict[str, Outcome], versions: dict[UUID, int], holders: dict[str, UUID | None]
) -> Outcome:
    match verdict:
        case "known":
            assert append.key is not None
            return known.get(append.key.key) or Unavailable("The stored answer has just expired; send this again.")
        case "stale":
            moved = [write for write in append.writes if versions.get(write.stream_id, 0) != write.expected_version]
            return WrongVersion(current=versions.get((moved or append.writes)[0].stream_id, 0))
        case "taken":
            held = [g.key for g in append.guards if g.held and (holders.get(g.key) or g.stream_id) != g.stream_id]
            return GuardTaken(f"Already taken: {', '.join(held) or 'a key given back just now'}.")
        case _:
            raise AssertionError(verdict)


async def fates(connection: Connection, appends: Sequence[Append], partitions: int) -> list[Outcome]:
    """What became of appends whose answer was lost, in order; the caller holds the append lock, so it is final."""
    known = await by_key(connection, [append.key for append in appends if append.key])
    events = [event.event_id for append in appends for write in append.writes for event in write.events]
    rows = {row["event_id"]: row for row in await connection.fetch(READ_EVENTS, events)}
    return [_fate(append, known, rows, partitions) for append in appends]


def _fate(append: Append, known: dict[str, Outcome], rows: dict[UUID, asyncpg.Record], partitions: int) -> Outcome:
    found = [rows[e.event_id] for write in append.writes for e in write.events if e.event_id in rows]
    wanted = sum(len(write.events) for write in append.writes)
    if found and len(found) == wanted:
        return _rebuilt(append, found, partitions)
    if append.key and append.key.key in known:
        return known[append.key.key]
    return Unavailable("The database went away before this change was written; send it again.")


def _rebuilt(append: Append, rows: list[asyncpg.Record], partitions: int) -> Answer:
    positions: dict[int, int] = {}
    for row in rows:
        positions[partition_of(row["stream_id"], partitions)] = row["position"]
    first = append.writes[0]
    return Answer(first.stream_id, first.expected_version + len(first.events), rows[0]["epoch"], positions)
