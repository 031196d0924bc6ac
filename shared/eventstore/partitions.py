"""Which Kafka partition a stream's events go to: the same answer as Kafka's default partitioner gives for its key."""

from __future__ import annotations

import struct
from uuid import UUID

_MULTIPLIER = 0x5BD1E995
_SEED = 0x9747B28C
_WORD = 0xFFFFFFFF


def partition_of(stream_id: UUID, partitions: int) -> int:
    """The partition (from 0) of the stream's text form among `partitions`."""
    return (murmur2(str(stream_id).encode()) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """Kafka's 32-bit murmur2 as an unsigned number."""
    length = len(data)
    whole = length // 4
    result = _SEED ^ length
    for word in struct.unpack_from(f"<{whole}I", data):
        k = (word * _MULTIPLIER) & _WORD
        result = (result * _MULTIPLIER ^ (k ^ (k >> 24)) * _MULTIPLIER) & _WORD
    if length % 4:
        rest = int.from_bytes(data[whole * 4 :], "little")
        result = ((result ^ rest) * _MULTIPLIER) & _WORD
    result = ((result ^ (result >> 13)) * _MULTIPLIER) & _WORD
    return result ^ (result >> 15)
