"""Ids that the same source row gets on every run, so that an import can be stopped and run again."""

from __future__ import annotations

import hashlib
from uuid import UUID

_EPOCH_MS = 1_475_280_000_000  # one fixed instant: an id may not depend on a date that a later copy of the row corrects


def id_for(source: str, kind: str, key: str) -> UUID:
    """A UUIDv7-shaped id out of the hash of where a thing comes from, what it is and what it is called there."""
    digest = hashlib.sha256(f"{source}\0{kind}\0{key}".encode()).digest()
    raw = bytearray(_EPOCH_MS.to_bytes(6, "big") + digest[:10])
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return UUID(bytes=bytes(raw))
