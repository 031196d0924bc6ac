"""Personal data is kept in envelopes that one key per person opens; erasing a person is destroying that key."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from uuid_utils.compat import uuid7

from shared.errors import Rejected
from shared.eventstore.read_model import Connection, Pool, ReadModel
from shared.eventstore.recorded import Recorded
from shared.eventstore.wrapping import WrappedByAnother, Wrapping

ERASED = "[erased]"
NONCE_BYTES = 12
REWRAPPED_AT_ONCE = 500

# Sequences are drawn under this lock, so that a reader of `sequence > cursor` misses no change.
LOCK = "SELECT pg_advisory_xact_lock(7310868735400002)"
READ = "SELECT stream_id, key_id, wrapped, sequence FROM vault.keys WHERE stream_id = ANY($1)"
READ_AFTER = (
    "SELECT stream_id, key_id, wrapped, sequence FROM vault.keys WHERE sequence > $1 ORDER BY sequence LIMIT $2"
)
CREATE = """
INSERT INTO vault.keys (stream_id, key_id, wrapped, sequence)
SELECT n.stream_id, n.key_id, n.wrapped, (SELECT coalesce(max(sequence), 0) FROM vault.keys) + row_number() OVER ()
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) n(stream_id, key_id, wrapped)
ON CONFLICT (stream_id) DO NOTHING
"""
DESTROY = """
INSERT INTO vault.keys AS k (stream_id, key_id, wrapped, sequence)
SELECT n.stream_id, n.key_id, NULL, (SELECT coalesce(max(sequence), 0) FROM vault.keys) + row_number() OVER ()
FROM unnest($1::uuid[], $2::uuid[]) n(stream_id, key_id)
ON CONFLICT (stream_id) DO UPDATE SET wrapped = NULL, sequence = excluded.sequence, changed_at = clock_timestamp()
WHERE k.wrapped IS NOT NULL
"""
READ_WRAPPED = """
SELECT stream_id, key_id, wrapped, sequence FROM vault.keys WHERE wrapped IS NOT NULL ORDER BY stream_id"""
# One that was destroyed meanwhile stays destroyed.
REPLACE = """
UPDATE vault.keys k SET wrapped = n.anew, changed_at = clock_timestamp(),
  sequence = (SELECT max(sequence) FROM vault.keys) + n.place
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) WITH ORDINALITY n(stream_id, wrapped, anew, place)
WHERE k.stream_id = n.stream_id AND k.wrapped = n.wrapped
"""
KEEP = """
INSERT INTO vault.keys AS k (stream_id, key_id, wrapped, sequence)
SELECT n.stream_id, n.key_id, n.wrapped, (SELECT coalesce(max(sequence), 0) FROM vault.keys) + row_number() OVER ()
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) n(stream_id, key_id, wrapped)
ON CONFLICT (stream_id) DO UPDATE SET key_id = excluded.key_id, wrapped = excluded.wrapped,
  sequence = excluded.sequence, changed_at = clock_timestamp()
WHERE k.wrapped IS NOT NULL
"""


class PersonErased(Rejected):
    """The personal data of this person was erased."""

    code = "person-erased"


class KeyMissing(Exception):
    """An envelope's key has not reached this vault, which is not the same as erased."""


Envelope = TypedDict("Envelope", {"$enc": int, "k": str, "n": str, "c": str})
"""`k` key id, `n` nonce and `c` AES-256-GCM ciphertext (tag last) of the field's JSON, both base64."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """One person's key, unwrapped."""

    key_id: UUID
    secret: bytes


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One person's key as it is stored and published: wrapped, or None once destroyed. `sequence` is this vault's."""

    stream_id: UUID
    key_id: UUID
    wrapped: bytes | None
    sequence: int


Keys = Mapping[UUID, DataKey | None]
"""Stream → its key; None = destroyed; no entry = unknown here."""


def seal_value(key: DataKey, value: bytes, *, event_id: UUID, field: str) -> Envelope:
    """Put a field's JSON into an envelope bound to its event and field."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key.secret).encrypt(nonce, value, _bound_to(event_id, field))
    return {
        "$enc": 1,
        "k": str(key.key_id),
        "n": base64.b64encode(nonce).decode(),
        "c": base64.b64encode(sealed).decode(),
    }


def open_value(key: DataKey, envelope: Envelope, *, event_id: UUID, field: str) -> bytes:
    """Take a field's JSON out of its envelope; raises `KeyMissing` for another key, InvalidTag for a forged one."""
    if envelope["k"] != str(key.key_id):
        raise KeyMissing(envelope["k"])
    nonce, sealed = base64.b64decode(envelope["n"]), base64.b64decode(envelope["c"])
    return AESGCM(key.secret).decrypt(nonce, sealed, _bound_to(event_id, field))


def _bound_to(event_id: UUID, field: str) -> bytes:
    return event_id.bytes + field.encode()


class Vault:
    """The keys of one service's database, each wrapped by a key-encryption key."""

    def __init__(self, pool: Pool, wrapping: Wrapping) -> None:
        self._pool = pool
        self._wrapping = wrapping

    async def ensure(self, stream_ids: Iterable[UUID]) -> dict[UUID, DataKey | None]:
        """The keys of these streams, made where there was none yet; None = destroyed, that person is erased."""
        wanted = set(stream_ids)
        keys = await self.keys(wanted)
        if missing := wanted - keys.keys():
            await self._create(missing)
            keys = await self.keys(wanted)
        return keys

    async def keys(
        self, stream_ids: Iterable[UUID], connection: Connection | None = None
    ) -> dict[UUID, DataKey | None]:
        """The keys known of these streams; None = destroyed. Not cached: a destroyed key is gone at once."""
        rows = await (connection or self._pool).fetch(READ, list(stream_ids))
        return {row["stream_id"]: self._unwrap(KeyRow(*row)) for row in rows}

    async def destroy(self, stream_id: UUID) -> None:
        """Erase a person: nobody can read their fields any more, and no new key is ever made for them."""
        async with self._pool.acquire() as connection, connection.transaction():
            await destroy_keys(connection, [stream_id])

    async def keys_after(self, sequence: int, limit: int) -> list[KeyRow]:
        """Changes above `sequence`, in order: what to publish next."""
        return [KeyRow(*row) for row in await self._pool.fetch(READ_AFTER, sequence, limit)]

    async def keep(self, rows: Sequence[KeyRow], connection: Connection) -> None:
        """Store keys that another service published, in the caller's transaction; a destroyed one stays destroyed."""
        latest = {row.stream_id: row for row in rows}.values()
        columns = [[row.stream_id for row in latest], [row.key_id for row in latest], [row.wrapped for row in latest]]
        await connection.execute(LOCK)
        await connection.execute(KEEP, *columns)

    async def _create(self, stream_ids: set[UUID]) -> None:
        ordered = sorted(stream_ids)
        key_ids = [uuid7() for _ in ordered]
        wrapped = [self._wrap(*pair) for pair in zip(ordered, key_ids, strict=True)]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(LOCK)
            await connection.execute(CREATE, ordered, key_ids, wrapped)

    async def rewrap(self) -> int:
        """Wrap every key by the first key-encryption key that another one wraps; returns how many.

        They get new sequences, so the relay publishes them and other services take them over.
        """
        rows = [KeyRow(*row) for row in await self._pool.fetch(READ_WRAPPED)]
        old = [row for row in rows if not self._wrapping.is_newest(row.wrapped or b"", _owner(row))]
        for start in range(0, len(old), REWRAPPED_AT_ONCE):
            await self._replace(old[start : start + REWRAPPED_AT_ONCE])
        return len(old)

    async def _replace(self, rows: Sequence[KeyRow]) -> None:
        wrapped = [row.wrapped or b"" for row in rows]
        secrets = [self._wrapping.open(row.wrapped or b"", _owner(row)) for row in rows]
        anew = [self._wrapping.wrap(secret, _owner(row)) for secret, row in zip(secrets, rows, strict=True)]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(LOCK)
            await connection.execute(REPLACE, [row.stream_id for row in rows], wrapped, anew)

    def _wrap(self, stream_id: UUID, key_id: UUID) -> bytes:
        return self._wrapping.wrap(AESGCM.generate_key(bit_length=256), stream_id.bytes + key_id.bytes)

    def _unwrap(self, row: KeyRow) -> DataKey | None:
        if row.wrapped is None:
            return None
        try:
            secret = self._wrapping.open(row.wrapped, _owner(row))
        except WrappedByAnother as error:
            raise KeyMissing(f"key {row.key_id} was wrapped by another key-encryption key") from error
        return DataKey(row.key_id, secret)


def _owner(row: KeyRow) -> bytes:
    """What a wrapped key is bound to: the person whose key it is, and its id."""
    return row.stream_id.bytes + row.key_id.bytes


async def destroy_keys(connection: Connection, stream_ids: Sequence[UUID]) -> None:
    """Destroy the keys of these people in the caller's transaction; repeating it changes nothing."""
    await connection.execute(LOCK)
    await connection.execute(DESTROY, list(stream_ids), [uuid7() for _ in stream_ids])


def erasure(*erasing: str) -> ReadModel:
    """An inline read model without tables that destroys a person's key in the transaction that records their erasure.

    `erasing`: event names, such as `ContactErased`. Folding the log again destroys the same keys again: no change.
    """

    async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
        if people := sorted({event.stream_id for event in events if event.type in erasing}):
            await destroy_keys(connection, people)

    return ReadModel(name="erasure", tables="", apply=apply)


def envelope_schema() -> dict[str, object]:
    """The JSON Schema of a published personal field."""
    return msgspec.json.schema(Envelope)
