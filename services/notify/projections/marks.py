"""What each reader has read: inline, by the stream of the reader's inbox."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import msgspec

from services.notify.domain.inbox.events import InboxRead
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

INBOXES = UUID("6f2d4c1e-5b7a-4f0e-9a55-0d1f6c1c2b7e")

TABLES = """
CREATE TABLE read_up_to(inbox_id uuid PRIMARY KEY, position bigint NOT NULL);
CREATE TABLE read_mark(inbox_id uuid NOT NULL, notification_id uuid NOT NULL, PRIMARY KEY (inbox_id, notification_id));
"""

MARK = """
INSERT INTO read_mark(inbox_id, notification_id) SELECT * FROM unnest($1::uuid[], $2::uuid[]) ON CONFLICT DO NOTHING
"""
RAISE = """
INSERT INTO read_up_to AS r (inbox_id, position) SELECT * FROM unnest($1::uuid[], $2::bigint[])
ON CONFLICT (inbox_id) DO UPDATE SET position = greatest(r.position, excluded.position)
"""


def inbox_id(subject: str) -> UUID:
    """The stream of one reader's inbox."""
    return uuid5(INBOXES, subject)


async def _apply(connection: Connection, batch: Sequence[Recorded]) -> None:
    marks: list[tuple[UUID, UUID]] = []
    bounds: dict[UUID, int] = {}
    for recorded in batch:
        if recorded.type == InboxRead.__name__:
            event = msgspec.json.decode(recorded.data, type=InboxRead)
            marks += [(recorded.stream_id, UUID(marked)) for marked in event.notification_ids]
            bounds[recorded.stream_id] = max(event.up_to, bounds.get(recorded.stream_id, 0))
    if bounds:
        await connection.execute(MARK, [inbox for inbox, _ in marks], [marked for _, marked in marks])
        await connection.execute(RAISE, list(bounds), list(bounds.values()))


MARKS = ReadModel("marks", TABLES, _apply)
