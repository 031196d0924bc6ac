"""Where an instance stands in each partition: kept in our database, moved in the transaction that moves its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded
from shared.messaging.cloudevents import Message, Unparsable, from_message
from shared.messaging.kafka import TopicPartition
from shared.projections.projection import Superseded

READ = """
SELECT topic, partition, incarnation, next_offset, epoch, position FROM pj.offsets
WHERE projection = $1 AND instance = $2 ORDER BY topic, partition"""
BEGIN = """
INSERT INTO pj.offsets(projection, instance, topic, partition)
SELECT $1, $2, $3, generate_series(0, $4 - 1) ON CONFLICT DO NOTHING"""
MOVE = """
UPDATE pj.offsets o SET incarnation = n.incarnation, next_offset = n.next_offset, epoch = n.epoch,
  position = n.position, moved_at = now()
FROM unnest($3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
  n(topic, partition, old_incarnation, old_offset, incarnation, next_offset, epoch, position)
WHERE o.projection = $1 AND o.instance = $2 AND o.topic = n.topic AND o.partition = n.partition
  AND o.incarnation = n.old_incarnation AND o.next_offset = n.old_offset"""


class Place(NamedTuple):
    """What comes next (`next_offset` in this `incarnation` of the topic, 0 = any) and the last event applied."""

    incarnation: int
    next_offset: int
    epoch: int
    position: int

    @property
    def applied(self) -> tuple[int, int]:
        """The last event's (epoch, position)."""
        return self.epoch, self.position


class Item(NamedTuple):
    """A message and the event in it; `recorded` None = it is none of ours, for `reason`."""

    partition: TopicPartition
    message: Message
    recorded: Recorded | None
    reason: str = ""


class Slice(NamedTuple):
    """What is new in a run of messages of one partition, and the place after it; `rewound` = go on from there."""

    items: list[Item]
    before: Place
    after: Place
    rewound: bool


def read_slice(
    partition: TopicPartition, place: Place, messages: Sequence[Message], until: tuple[int, int] | None = None
) -> Slice:
    """Sort out messages that follow on `place`: drop what was applied before, notice a new life of the topic.

    `until`: stop before the first event after this (epoch, position).
    """
    incarnation, offset, applied = place.incarnation, place.next_offset, place.applied
    items: list[Item] = []
    rewound = False
    for message in messages:
        try:
            recorded, life = from_message(message)
        except Unparsable as reason:
            items.append(Item(partition, message, None, str(reason)))
            offset = message.offset + 1
            continue
        if life > incarnation:  # another life of the topic: read it from its beginning, unless that is where we are
            rewound, incarnation = offset > 0 and incarnation > 0, life
            if rewound:
                offset = 0
                break
        order = (recorded.epoch, recorded.position)
        if until is not None and order > until:
            rewound = True
            break
        if order > applied:
            items.append(Item(partition, message, recorded))
            applied = order
        offset = message.offset + 1
    return Slice(items, place, Place(incarnation, offset, *applied), rewound)


class Places:
    """The rows of one instance."""

    def __init__(self, connection: Connection, projection: str, instance: int) -> None:
        self._connection = connection
        self._key = (projection, instance)

    async def read(self, *, lock: bool = False) -> dict[TopicPartition, Place]:
        """Every partition's place; locked until the end of the caller's transaction where asked."""
        rows = await self._connection.fetch(READ + (" FOR UPDATE" if lock else ""), *self._key)
        return {
            TopicPartition(row["topic"], row["partition"]): Place(
                row["incarnation"], row["next_offset"], row["epoch"], row["position"]
            )
            for row in rows
        }

    async def begin(self, topic: str, partitions: int) -> None:
        """Let every partition of a topic begin at its first offset."""
        await self._connection.execute(BEGIN, *self._key, topic, partitions)

    async def move(self, moves: Mapping[TopicPartition, tuple[Place, Place]]) -> None:
        """Compare-and-set each partition from its old to its new place; `Superseded` (and no commit) if one differs."""
        old, new = [pair[0] for pair in moves.values()], [pair[1] for pair in moves.values()]
        outcome = await self._connection.execute(
            MOVE,
            *self._key,
            [place.topic for place in moves],
            [place.partition for place in moves],
            [place.incarnation for place in old],
            [place.next_offset for place in old],
            [place.incarnation for place in new],
            [place.next_offset for place in new],
            [place.epoch for place in new],
            [place.position for place in new],
        )
        if outcome != f"UPDATE {len(moves)}":
            raise Superseded(f"{outcome} of {len(moves)} places")
