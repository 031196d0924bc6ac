"""One group commit: the arguments of ev.append, its verdicts, and the answers that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from shared.eventstore.append import Answer, Append
from shared.eventstore.partitions import partition_of
from shared.eventstore.recorded import Recorded
from shared.eventstore.waiting import Waiting

APPEND = """
SELECT * FROM ev.append($1::text[], $2::bytea[], $3::text[]::jsonb[], $4::int[],
  $5::int[], $6::uuid[], $7::int[], $8::int[], $9::int[], $10::text[], $11::uuid[], $12::boolean[],
  $13::int[], $14::uuid[], $15::int[], $16::uuid[], $17::text[], $18::smallint[],
  $19::text[]::jsonb[], $20::text[]::jsonb[], $21::timestamptz[], $22::text[], $23::text[])
"""


Arguments = tuple[list[Any], ...]


class StoredAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """An answer as ev.commands keeps it: `offsets` (partition → number of its last event there) count from `after`."""

    stream_id: UUID
    version: int
    offsets: dict[int, int]
    epoch: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """What ev.append answered for a batch; `instances`, `cursors`: per inline read model, None = no build."""

    verdicts: list[str]
    base: int
    recorded_at: datetime
    epoch: int
    instances: list[int | None]
    cursors: list[int | None]


class Batch:
    """Appends that are written in one transaction; no two touch the same stream, guard or key."""

    def __init__(self, items: Sequence[Waiting], partitions: int) -> None:
        self.items = items
        self._offsets = [_offsets(item.append, partitions) for item in items]

    def arguments(self, models: Sequence[str], fingerprints: Sequence[str]) -> Arguments:
        """The arguments of `APPEND`, column by column."""
        return (*self._appends(), *self._streams(), *self._guards(), *self._events(), list(models), list(fingerprints))

    def _appends(self) -> Arguments:
        keys = [item.append.key for item in self.items]
        return (
            [key and key.key for key in keys],
            [key and key.request_hash for key in keys],
            [
                item.append.key and _stored(item.append, offsets)
                for item, offsets in zip(self.items, self._offsets, strict=True)
            ],
            [len(item.metadata) for item in self.items],
        )

    def _streams(self) -> Arguments:
        rows = [(number, write) for number, item in enumerate(self.items, 1) for write in item.append.writes]
        return (
            [number for number, _ in rows],
            [write.stream_id for _, write in rows],
            [write.expected_version for _, write in rows],
            [write.expected_version + len(write.events) for _, write in rows],
        )

    def _guards(self) -> Arguments:
        rows = [(number, guard) for number, item in enumerate(self.items, 1) for guard in item.guards]
        return (
            [number for number, _ in rows],
            [guard.key for _, guard in rows],
            [guard.stream_id for _, guard in rows],
            [guard.held for _, guard in rows],
        )

    def _events(self) -> Arguments:
        rows = [
            (number, write.stream_id, version, event)
            for number, item in enumerate(self.items, 1)
            for write in item.append.writes
            for version, event in enumerate(write.events, write.expected_version + 1)
        ]
        return (
            [number for number, _, _, _ in rows],
            [stream_id for _, stream_id, _, _ in rows],
            [version for _, _, version, _ in rows],
            [event.event_id for _, _, _, event in rows],
            [event.type for _, _, _, event in rows],
            [event.schema_version for _, _, _, event in rows],
            [data for item in self.items for data in item.data],
            [metadata for item in self.items for metadata in item.metadata],
            [event.occurred_at for _, _, _, event in rows],
        )

    def answers(self, written: Written) -> list[Answer | None]:
        """Per append: its answer, or None where the verdict is not 'ok'."""
        answers: list[Answer | None] = []
        after = written.base
        for item, offsets, verdict in zip(self.items, self._offsets, written.verdicts, strict=True):
            answers.append(_answer(item.append, offsets, written.epoch, after) if verdict == "ok" else None)
            after += len(item.metadata) if verdict == "ok" else 0
        return answers

    def recorded(self, written: Written, service: str) -> list[Recorded]:
        """The events as they were written, in order of position."""
        accepted = [item for item, verdict in zip(self.items, written.verdicts, strict=True) if verdict == "ok"]
        rows = (
            (write.stream_id, version, event)
            for item in accepted
            for write in item.append.writes
            for version, event in enumerate(write.events, write.expected_version + 1)
        )
        return [
            Recorded(
                service=service,
                position=position,
                epoch=written.epoch,
                stream_id=stream_id,
                version=version,
                event_id=event.event_id,
                type=event.type,
                schema_version=event.schema_version,
                data=event.data,
                metadata=event.metadata,
                occurred_at=event.occurred_at,
                recorded_at=written.recorded_at,
            )
            for position, (stream_id, version, event) in enumerate(rows, written.base + 1)
        ]


def _offsets(append: Append, partitions: int) -> dict[int, int]:
    """Partition → number (from 1, within the append) of the last event that goes there."""
    offsets: dict[int, int] = {}
    count = 0
    for write in append.writes:
        if write.events:
            count += len(write.events)
            offsets[partition_of(write.stream_id, partitions)] = count
    return offsets


def _stored(append: Append, offsets: dict[int, int]) -> str:
    first = append.writes[0]
    version = first.expected_version + len(first.events)
    answer = StoredAnswer(first.stream_id, version, offsets)
    return msgspec.json.encode(answer).decode()


def _answer(append: Append, offsets: dict[int, int], epoch: int, after: int) -> Answer:
    first = append.writes[0]
    positions = {partition: after + count for partition, count in offsets.items()}
    return Answer(first.stream_id, first.expected_version + len(first.events), epoch, positions)


def written_of(row: asyncpg.Record) -> Written:
    """The one row that `APPEND` answers."""
    return Written(
        row["verdicts"], row["base"], row["now_at"], row["at_epoch"], row["instances"] or [], row["cursors"] or []
    )
