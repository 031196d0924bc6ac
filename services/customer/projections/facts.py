"""Recorded events as this service's facts, and rows as the classes of their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from shared.domain import Event, Fact
from shared.eventstore.recorded import Recorded

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row", bound="DataclassInstance")


def reading(*kinds: type[Fact]) -> Callable[[Recorded], Fact | None]:
    """A reader of these kinds of events (none of them personal); it answers None to every other kind."""
    decoders = {kind.__name__: msgspec.json.Decoder(kind) for kind in kinds}

    def read(recorded: Recorded) -> Fact | None:
        decoder = decoders.get(recorded.type)
        return decoder.decode(recorded.data) if decoder else None

    return read


def streams_of(*kinds: type[Event]) -> Callable[[Recorded], UUID | None]:
    """The key of rows that are one stream each: the stream of these kinds of events, None for every other kind."""
    names = frozenset(kind.__name__ for kind in kinds)
    return lambda recorded: recorded.stream_id if recorded.type in names else None


def rows_of(row: type[Row], records: Iterable[asyncpg.Record]) -> list[Row]:
    """The records as rows; columns that a newer release has added are passed over."""
    names = [field.name for field in fields(row)]
    return [row(**{name: record[name] for name in names}) for record in records]
