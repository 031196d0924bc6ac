"""Where a log was cut off by a restore: told with every message since, so that readers notice what they have too much.

After a restore the log goes on in a new epoch behind an earlier position. What was published above that position in an
older epoch is lost: the log has it no more, and whoever applied it has to read the topic again from its start.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from shared.eventstore.read_model import Connection
from shared.messaging.cloudevents import Message

HEADER = "ce_epochs"
READ = "SELECT string_agg(epoch || ':' || after, ',' ORDER BY epoch) FROM ev.epochs WHERE epoch > 1"

Cut = tuple[int, int]
"""An epoch, and the position after which it began."""


async def read_epochs(connection: Connection) -> str:
    """The value of the header, such as `2:1200,3:1310`; empty as long as nothing was restored."""
    told: str | None = await connection.fetchval(READ)
    return told or ""


def cuts_in(message: Message) -> Sequence[Cut]:
    """Where epochs began, as a message tells; nothing before the first restore."""
    for name, value in message.headers:
        if name == HEADER:
            return _parsed(value)
    return ()


def is_lost(epoch: int, position: int, cuts: Sequence[Cut]) -> bool:
    """Whether the log has no event (any more) at this place, which was reached in this epoch."""
    return any(epoch < later and position > after for later, after in cuts)


@lru_cache(maxsize=64)
def _parsed(told: bytes) -> tuple[Cut, ...]:
    pairs = (pair.split(":") for pair in told.decode().split(","))
    return tuple((int(epoch), int(after)) for epoch, after in pairs)
