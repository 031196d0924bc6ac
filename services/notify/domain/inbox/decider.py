"""An inbox: what its one reader has read; the notifications themselves are a projection."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.notify.domain.inbox.commands import InboxCommand, MarkAllRead, MarkRead
from services.notify.domain.inbox.events import InboxRead
from shared.domain import Decider
from shared.errors import Invalid

MAX_MARKED = 200


class TooManyMarked(Invalid):
    """At most 200 notifications can be marked at once."""

    code = "too-many-marked"


@dataclass(frozen=True, slots=True)
class Inbox:
    """Read up to a position, and single notifications besides."""

    up_to: int = 0
    marked: frozenset[str] = frozenset()


def decide(inbox: Inbox, command: InboxCommand) -> Sequence[InboxRead]:
    """What was read already is not said again."""
    match command:
        case MarkRead():
            return _mark(inbox, command)
        case MarkAllRead():
            return (InboxRead(up_to=command.up_to),) if command.up_to > inbox.up_to else ()
        case _:
            assert_never(command)


def evolve(inbox: Inbox, event: InboxRead) -> Inbox:
    """Marks only grow."""
    return Inbox(max(inbox.up_to, event.up_to), inbox.marked | set(event.notification_ids))


def _mark(inbox: Inbox, command: MarkRead) -> Sequence[InboxRead]:
    if len(command.notification_ids) > MAX_MARKED:
        raise TooManyMarked(field="/notification_ids")
    unread = tuple(one for one in dict.fromkeys(command.notification_ids) if one not in inbox.marked)
    return (InboxRead(notification_ids=unread),) if unread else ()


INBOX: Decider[Inbox, InboxCommand, InboxRead] = Decider(
    category="inbox", initial=Inbox(), decide=decide, evolve=evolve, events=(InboxRead,)
)
