"""Applying a batch of events to one table: load the rows touched, fold in memory, save with one statement."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Row = TypeVar("Row", bound=DataclassInstance)
else:
    Row = TypeVar("Row")


class Gap(Exception):
    """An event does not follow the version its row has: one between them is missing, or this one came before."""


async def fold_rows(  # noqa: PLR0913 - the whole of a table's folding in one call
    connection: Connection,
    events: Sequence[Recorded],
    *,
    load: str,
    save: str,
    row: type[Row],
    key: Callable[[Recorded], UUID | None],
    evolve: Callable[[Row | None, Recorded], Row | None],
) -> None:
    """Fold `events` into a table whose rows are the dataclass `row`, in a fixed number of statements.

    `load`: `SELECT <columns in field order> FROM … WHERE id = ANY($1)`; its first column is the key.
    `save`: `INSERT INTO … SELECT * FROM unnest($1::uuid[], $2::…) ON CONFLICT (id) DO UPDATE SET …`, one array per
    field in field order (an array of arrays cannot be unnested: keep such a field as jsonb text).
    `key`: the row an event belongs to, None = it concerns no row. `evolve`: the row after the event; None for a first
    event = there is no row. Rows are never removed. If `row` has a field `version`, a row is one stream's: it is set to
    each event's version here, and a version that does not follow (the first must be 1) raises `Gap`.
    """
    touched = [(target, event) for event in events if (target := key(event)) is not None]
    if not touched:
        return
    loaded = await connection.fetch(load, list({target for target, _ in touched}))
    before: dict[UUID, Row] = {record[0]: row(*record) for record in loaded}
    after = dict(before)
    for target, event in touched:
        folded = _evolved(after.get(target), event, evolve)
        if folded is not None:
            after[target] = folded
    changed = [folded for target, folded in after.items() if folded is not before.get(target)]
    if changed:
        await connection.execute(save, *columns_of(row, changed))


def columns_of(row: type[Row], rows: Sequence[Row]) -> list[list[Any]]:
    """The rows as one list per field, in field order: the arguments of an `unnest`."""
    return [list(map(attrgetter(field.name), rows)) for field in dataclasses.fields(row)]


def _evolved(before: Row | None, event: Recorded, evolve: Callable[[Row | None, Recorded], Row | None]) -> Row | None:
    version = getattr(before, "version", None)
    if version is not None and event.version != version + 1:
        raise Gap(f"version {event.version} of {event.stream_id} after version {version}")
    after = evolve(before, event)
    if after is None:
        return before
    if getattr(after, "version", event.version) != event.version:
        after = dataclasses.replace(after, version=event.version)
    if before is None and hasattr(after, "version") and event.version != 1:
        raise Gap(f"version {event.version} of {event.stream_id} without any before it")
    return after
