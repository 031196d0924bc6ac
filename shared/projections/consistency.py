"""Reading one's own writes across services: a token says how far a write went, a query waits for its projection."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from shared.errors import Invalid, Unavailable
from shared.eventstore.append import Answer
from shared.eventstore.read_model import Pool
from shared.messaging.topics import events_topic

PART = re.compile(r"([a-z][a-z0-9-]{0,40})@(\d{1,9})=(\d{1,6}:\d{1,18}(?:,\d{1,6}:\d{1,18})*)", re.ASCII)
MAX_LENGTH = 4096
PAUSE = 0.01

READ_PLACES = """
SELECT o.topic, o.partition, o.epoch, o.position FROM pj.offsets o
JOIN pj.projections p ON p.name = o.projection AND p.live = o.instance WHERE o.projection = $1 AND o.topic = ANY($2)"""
READ_PARKED = """
SELECT 1 FROM pj.parked_events e JOIN pj.projections p ON p.name = e.projection AND p.live = e.instance
WHERE e.projection = $1 AND (e.topic, e.partition, e.epoch, e.position) IN
  (SELECT * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[])) LIMIT 1"""


class ProjectionBehind(Unavailable):
    """What you read has not caught up with your last write yet; ask again in a moment."""

    code = "projection-behind"


class ProjectionParked(Unavailable):
    """Your last write could not be shown here and was set aside; an operator has been told."""

    code = "projection-parked"


class Reached(NamedTuple):
    """The epoch and the highest position per touched partition of one service."""

    epoch: int
    positions: Mapping[int, int]


Token = Mapping[str, Reached]
"""Service → how far its log went with a write."""


def token_of(service: str, answers: Iterable[Answer]) -> Token:
    """The token of one or more accepted commands of a service; empty when nothing was written."""
    merged: dict[str, Reached] = {}
    for answer in answers:
        if answer.positions:
            merged = dict(merge(merged, {service: Reached(answer.epoch, answer.positions)}))
    return merged


def merge(first: Token, second: Token) -> Token:
    """A token that is reached when both are; of two epochs of a service the later one counts."""
    merged = dict(first)
    for service, reached in second.items():
        known = merged.get(service)
        if known is None or reached.epoch > known.epoch:
            merged[service] = reached
        elif reached.epoch == known.epoch:
            partitions = known.positions.keys() | reached.positions.keys()
            highest = {p: max(known.positions.get(p, 0), reached.positions.get(p, 0)) for p in partitions}
            merged[service] = Reached(known.epoch, highest)
    return merged


def encode(token: Token) -> str:
    """The header's value, such as `pipeline@1=0:120,2:131;customer@1=1:14`."""
    return ";".join(
        f"{service}@{reached.epoch}=" + ",".join(f"{p}:{position}" for p, position in sorted(reached.positions.items()))
        for service, reached in sorted(token.items())
        if reached.positions
    )


def parse(value: str) -> Token:
    """The token in a header's value; raises Invalid."""
    if len(value) > MAX_LENGTH:
        raise Invalid("The Consistency-Token is too long.")
    token: Token = {}
    for part in filter(None, value.strip().split(";")):
        found = PART.fullmatch(part.strip())
        if found is None:
            raise Invalid("The Consistency-Token is not one that this system gave out.")
        pairs = (pair.split(":") for pair in found[3].split(","))
        token = merge(token, {found[1]: Reached(int(found[2]), {int(p): int(position) for p, position in pairs})})
    return token


async def wait_for(pool: Pool, projection: str, topics: Sequence[str], token: Token, seconds: float) -> None:
    """Return once the projection has applied what the token names, or never will have to (topics it does not follow).

    Raises ProjectionBehind after `seconds` (also for a token of a log that was lost in a restore), ProjectionParked
    when an event that the token names is set aside.
    """
    wanted = {
        (events_topic(service), partition): (reached.epoch, position)
        for service, reached in token.items()
        if events_topic(service) in topics
        for partition, position in reached.positions.items()
    }
    deadline = time.monotonic() + seconds
    while wanted and not await _reached(pool, projection, wanted):
        if time.monotonic() + PAUSE > deadline:
            raise ProjectionBehind(f"{projection} is behind your last write; ask again in a moment.")
        await asyncio.sleep(PAUSE)
    if wanted:
        await _confirm_shown(pool, projection, wanted)


async def _reached(pool: Pool, projection: str, wanted: Mapping[tuple[str, int], tuple[int, int]]) -> bool:
    rows = await pool.fetch(READ_PLACES, projection, list({topic for topic, _ in wanted}))
    places = {(row["topic"], row["partition"]): (row["epoch"], row["position"]) for row in rows}
    return all(places.get(key, (0, 0)) >= order for key, order in wanted.items())


async def _confirm_shown(pool: Pool, projection: str, wanted: Mapping[tuple[str, int], tuple[int, int]]) -> None:
    topics, partitions = [key[0] for key in wanted], [key[1] for key in wanted]
    epochs, positions = [order[0] for order in wanted.values()], [order[1] for order in wanted.values()]
    if await pool.fetchval(READ_PARKED, projection, topics, partitions, epochs, positions):
        raise ProjectionParked(f"Your last write is set aside in {projection}; an operator has been told.")
