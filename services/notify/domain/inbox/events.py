"""What happens in one reader's inbox; the stored and published format."""

from shared.domain import Event


class InboxRead(Event, frozen=True, kw_only=True):
    """These notifications are read, and everything up to an inbox position (0 = no such bound)."""

    notification_ids: tuple[str, ...] = ()
    up_to: int = 0
