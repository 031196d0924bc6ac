"""What may be asked of an inbox."""

from shared.domain import Command


class MarkRead(Command, frozen=True, kw_only=True):
    """Mark single notifications as read (at most 200)."""

    notification_ids: tuple[str, ...]


class MarkAllRead(Command, frozen=True, kw_only=True):
    """Mark everything up to an inbox position as read."""

    up_to: int


InboxCommand = MarkRead | MarkAllRead
