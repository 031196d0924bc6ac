"""An inbox remembers what its reader has read."""

from services.notify.domain.inbox.commands import MarkAllRead, MarkRead
from services.notify.domain.inbox.decider import INBOX, TooManyMarked
from services.notify.domain.inbox.events import InboxRead
from shared.testing.scenario import scenario

inbox = scenario(INBOX)


def test_notifications_are_marked_once() -> None:
    inbox.given(InboxRead(notification_ids=("a",))).when(MarkRead(notification_ids=("a", "b", "b"))).then(
        InboxRead(notification_ids=("b",))
    )


def test_what_is_read_needs_no_mark() -> None:
    inbox.given(InboxRead(notification_ids=("a", "b"))).when(MarkRead(notification_ids=("b", "a"))).then_nothing()


def test_everything_up_to_a_position_is_read() -> None:
    inbox.given(InboxRead(up_to=3)).when(MarkAllRead(up_to=7)).then(InboxRead(up_to=7))


def test_the_bound_never_goes_back() -> None:
    inbox.given(InboxRead(up_to=7)).when(MarkAllRead(up_to=7)).then_nothing()
    assert inbox.given(InboxRead(up_to=7), InboxRead(up_to=3)).state.up_to == 7


def test_at_most_200_at_once() -> None:
    inbox.when(MarkRead(notification_ids=tuple(map(str, range(201))))).then_rejected(
        TooManyMarked, field="/notification_ids"
    )
