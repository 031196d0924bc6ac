"""The way a deal has gone: the stages it entered, what is counted of each step, and a name for the whole way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

How = Literal["opened", "moved", "won", "lost", "reopened", "migrated"]
Kind = Literal["start", "step", "in", "out", "end", "open", "cycle"]


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A stage that was entered on a version of the process; `overridden`: against the rules, by right."""

    version: int
    stage: str
    how: How
    overridden: bool = False


Path = tuple[Entry, ...]


PATHS = msgspec.json.Decoder(Path)


class Fact(NamedTuple):
    """One thing to be counted.

    `kind`: start (target = where deals begin), step (source to target), out and in (left and reached by a migration),
    end (source = where a closed deal is), open (source = where an open one is), cycle (closed deals). `first`: 1 where
    the deal goes this way for the first time. `reached`: 1 where it is in the target for the first time. `wait`:
    milliseconds that it took, None where nothing took any.
    """

    version: int
    kind: Kind
    source: str
    target: str
    at: datetime | None
    first: int = 1
    reached: int = 0
    wait: int | None = None


class PathStep(NamedTuple):
    """What one entry of a path counts as; `ord` from 1 is the entry's place."""

    ord: int
    version: int
    kind: Kind
    source: str
    target: str
    how: How
    overridden: bool
    first: int
    reached: int


@lru_cache(maxsize=100_000)
def decoded(path: str) -> Path:
    """A path as it is kept."""
    return PATHS.decode(path)


@lru_cache(maxsize=50_000)
def path_id(process_id: UUID, path: Path) -> UUID:
    """A name for the path: a hash of the one before its last entry and that entry, so equal ways have equal names."""
    before = path_id(process_id, path[:-1]) if len(path) > 1 else process_id
    return UUID(bytes=blake2b(before.bytes + msgspec.json.encode(path[-1]), digest_size=16).digest())


@lru_cache(maxsize=50_000)
def steps(path: Path) -> tuple[PathStep, ...]:
    """What the entries of a path count as, in their order; a migration is two: out of one version, into another."""
    return tuple(_steps(path))


def _steps(path: Path) -> Iterator[PathStep]:
    gone, been = set[tuple[int, str, str]](), set[tuple[int, str]]()
    before: Entry | None = None
    for place, entry in enumerate(path, 1):
        reached = int((entry.version, entry.stage) not in been)
        been.add((entry.version, entry.stage))
        if before is not None and entry.how == "migrated":
            yield PathStep(place, before.version, "out", before.stage, "", entry.how, False, 1, 0)  # noqa: FBT003
        kind, source = _kind(before, entry)
        way = (entry.version, source, entry.stage)
        first = int(way not in gone)
        gone.add(way)
        yield PathStep(place, entry.version, kind, source, entry.stage, entry.how, entry.overridden, first, reached)
        before = entry


def _kind(before: Entry | None, entry: Entry) -> tuple[Kind, str]:
    if before is None:
        return "start", ""
    return ("in", "") if entry.how == "migrated" else ("step", before.stage)


def facts(path: Path, ats: Sequence[datetime], waits: Sequence[int], since: int = 0) -> Iterator[Fact]:
    """What the entries from `since` on are counted as; `ats`, `waits`: when each was entered, and after how long."""
    for step in steps(path):
        if step.ord > since:
            wait = waits[step.ord - 1] if step.kind == "step" else None
            at = ats[step.ord - 1]
            yield Fact(step.version, step.kind, step.source, step.target, at, step.first, step.reached, wait)
