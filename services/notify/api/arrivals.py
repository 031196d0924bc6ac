"""Who waits in this process: woken when notifications for them, or any events at all, were committed."""

from asyncio import Event
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from shared.eventstore.recorded import Recorded


class Waiter:
    """One open stream: `addresses` under which something may come for it; `happened` when it is to hear of all events.

    `worth_looking`: something for it may be in the table. `happened`: names of events, without anything about them.
    """

    def __init__(self, addresses: frozenset[str], *, hears_all: bool = False) -> None:
        self.addresses = addresses
        self.hears_all = hears_all
        self.happened: set[str] = set()
        self.worth_looking = False
        self.woken = Event()

    def look(self) -> None:
        """Wake it for what may have come for it."""
        self.worth_looking = True
        self.woken.set()

    def hear(self, types: set[str]) -> None:
        """Wake it for events of these types, if it wants to know."""
        if self.hears_all:
            self.happened |= types
            self.woken.set()


class Arrivals:
    """Fan-out inside one process: a wake-up says only that it is worth looking; what came is read from the table."""

    def __init__(self) -> None:
        self._waiters: set[Waiter] = set()
        self._told: set[str] = set()

    def told(self, addresses: frozenset[str]) -> None:
        """Notifications for these addresses are about to be committed."""
        self._told |= addresses

    async def committed(self, events: Sequence[Recorded]) -> None:
        """The projection's batch is committed: wake whom it tells, and say what kinds of things happened."""
        addresses, self._told = frozenset(self._told), set()
        self.wake(addresses)
        types = {event.type for event in events}
        for waiter in self._waiters:
            waiter.hear(types)

    async def directory_changed(self, events: Sequence[Recorded]) -> None:
        """People or teams changed, so anybody may be addressed by something that was stored before."""
        if events:
            self._wake_all()

    def wake(self, addresses: frozenset[str]) -> None:
        """Let everyone look who is reached by one of these addresses."""
        for waiter in self._waiters:
            if not addresses.isdisjoint(waiter.addresses):
                waiter.look()

    @contextmanager
    def waiting(self, addresses: frozenset[str], *, hears_all: bool = False) -> Iterator[Waiter]:
        """Be woken as long as the context lasts."""
        waiter = Waiter(addresses, hears_all=hears_all)
        self._waiters.add(waiter)
        try:
            yield waiter
        finally:
            self._waiters.discard(waiter)

    def _wake_all(self) -> None:
        for waiter in self._waiters:
            waiter.look()
