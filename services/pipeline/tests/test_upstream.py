"""What is heard from the customer service adds up to the same, however its streams are interleaved and batched."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from services.pipeline.projections.customers import CUSTOMERS
from services.pipeline.projections.people import PEOPLE
from services.pipeline.tests.selling import MIGRATIONS, Selling, heard, same_stream, selling
from shared.eventstore.folding import Gap
from shared.eventstore.recorded import Recorded
from shared.testing.databases import Databases

TEAMS, STAFF, BUYERS = ([uuid7() for _ in range(number)] for number in (3, 6, 6))


def _histories() -> list[Recorded]:
    events = [heard("TeamCreated", team, name=f"team {at}") for at, team in enumerate(TEAMS)]
    events += [heard("TeamRenamed", TEAMS[0], before="team 0", after="East")]
    for at, person in enumerate(STAFF):
        events += [
            heard("PersonAdded", person, name=f"person {at}", subject=f"s{at}", team_id=TEAMS[at % 3]),
            heard("PersonMovedToTeam", person, team_id=TEAMS[(at + 1) % 3]),
            heard("PersonDeactivated", person),
            heard("PersonGivenADesk", person, desk=at),
            heard("PersonCorrected", person, changes={"name": {"before": f"person {at}", "after": f"better {at}"}}),
        ]
        events += [heard("PersonReactivated", person)] if at % 2 else []
    for at, buyer in enumerate(BUYERS):
        renamed = {"name": {"before": f"buyer {at}", "after": f"client {at}"}, "region": {"after": "West"}}
        events += [heard("CustomerCreated", buyer, name=f"buyer {at}"), heard("CustomerDeleted", buyer)]
        events += [heard("CustomerCorrected", buyer, changes=renamed)] if at % 3 else []
        events += [heard("CustomerRestored", buyer)] if at % 2 else []
    return same_stream(*events)


def _interleaved(events: Sequence[Recorded], dice: Random) -> list[Recorded]:
    """The same events in another order that keeps each stream's own."""
    queues: dict[UUID, list[Recorded]] = {}
    for event in events:
        queues.setdefault(event.stream_id, []).append(event)
    shuffled = []
    while queues:
        stream = dice.choice(list(queues))
        shuffled.append(queues[stream].pop(0))
        if not queues[stream]:
            del queues[stream]
    return shuffled


async def _heard_so(service: Selling, events: Sequence[Recorded], dice: Random) -> list[list[tuple[object, ...]]]:
    """What the tables hold after these events in batches of random size; they are emptied again."""
    rest = list(events)
    while rest:
        size = dice.randrange(1, 12)
        batch, rest = rest[:size], rest[size:]
        await service.hear(PEOPLE, *batch)
        await service.hear(CUSTOMERS, *batch)
    pool, tables = service.store.pool, ("people", "teams", "customers")
    shown = [await pool.fetch(f"SELECT * FROM read.{table} ORDER BY id") for table in tables]  # noqa: S608
    await pool.execute("TRUNCATE rm_people_1.people, rm_people_1.teams, rm_customers_1.customers")
    return [[tuple(row.values()) for row in rows] for rows in shown]


async def test_any_interleaving_in_any_batches_gives_the_same_rows(fresh_database: Databases) -> None:
    dice, events = Random(7), _histories()
    async with selling(await fresh_database(MIGRATIONS)) as service:
        expected = await _heard_so(service, events, Random(0))
        assert [len(rows) for rows in expected] == [6, 3, 6]
        for _ in range(8):
            assert await _heard_so(service, _interleaved(events, dice), dice) == expected


async def test_a_missing_event_is_a_gap_and_never_guessed(fresh_database: Databases) -> None:
    person = uuid7()
    added, _, left = same_stream(
        heard("PersonAdded", person, name="Anna"),
        heard("PersonMovedToTeam", person),
        heard("PersonDeactivated", person),
    )
    async with selling(await fresh_database(MIGRATIONS)) as service:
        await service.hear(PEOPLE, added)
        with pytest.raises(Gap):
            await service.hear(PEOPLE, left)
