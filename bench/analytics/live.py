"""The same questions put to the database of a running system: read only, beside a plain schema of its history."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import asyncpg

from bench.analytics.asking import Asked, Connection, Ours
from bench.analytics.questions import questions
from bench.analytics.table import Row, judged, line
from bench.analytics.timing import Times, timed
from flowline.generation.parameters import Parameters
from shared.eventstore.instances import schema_of

READ_ONLY = {"default_transaction_read_only": "on", "application_name": "bench"}
LIVE = "SELECT live FROM pj.projections WHERE name = 'deals'"


@dataclass(frozen=True, slots=True)
class Patience:
    """How the peer is waited for, in seconds: `each` answer, and `whole` for all repetitions of a question."""

    each: float
    whole: float


@dataclass(frozen=True, slots=True)
class Both:
    """The running system with the zone of its days, and the peer."""

    ours: asyncpg.Pool[asyncpg.Record]
    peer: Connection
    zone: str


async def asked_live(
    url: str, peer: str, parameters: Parameters, wanted: tuple[str, int], patience: Patience
) -> list[Row]:
    """A row per question with the text in its name, over so many repetitions; other answers than the peer's are told.

    The system may hold more than the generated history, so a different answer is no error here.
    """
    only, repetitions = wanted
    limit = {"statement_timeout": str(int(patience.each * 1000))}
    pool = await asyncpg.create_pool(url, min_size=1, max_size=1, server_settings=READ_ONLY)
    plain = await asyncpg.connect(peer, server_settings=READ_ONLY | limit)
    try:
        both = Both(pool, plain, await _zone(pool))
        asked = [one for one in questions(parameters, both.zone) if only in one.name]
        return [await _row(one, both, repetitions, patience) for one in asked]
    finally:
        await pool.close()
        await plain.close()


async def _zone(pool: asyncpg.Pool[asyncpg.Record]) -> str:
    """By which the days of the live tables begin."""
    schema = schema_of("deals", await pool.fetchval(LIVE))
    return str(await pool.fetchval(f"SELECT {schema}.business_time_zone()"))


async def _row(one: Asked, both: Both, repetitions: int, patience: Patience) -> Row:
    ours = Ours.on(both.ours, both.zone)
    answer, rows = await one.ours(ours), await _of_peer(one, both.peer)
    times = (await timed({"ours": lambda: one.ours(ours)}, repetitions, patience.whole))["ours"]
    row = judged(one, times, None if rows is None else await _peers(one, both.peer, repetitions, patience))
    if rows is not None:
        mine, theirs = one.same(answer, rows)
        row["same"] = mine == theirs
    print(line(row), file=sys.stderr)
    return row


async def _of_peer(one: Asked, peer: Connection) -> list[Any] | None:
    """Its rows; None where it does not answer in time."""
    try:
        return await one.of_peer(peer)
    except asyncpg.QueryCanceledError:
        return None


async def _peers(one: Asked, peer: Connection, repetitions: int, patience: Patience) -> Times | None:
    """None where it did not answer in time after all."""
    try:
        found = await timed({"peer": lambda: one.of_peer(peer)}, repetitions, patience.whole, least=1)
    except asyncpg.QueryCanceledError:
        return None
    return found["peer"]
