"""Who waits for notifications in this process, and waking them when some for them were committed."""

from asyncio import Event
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from shared.eventstore.recorded import Recorded


class Waiter:
    """One open stream: `addresses` under which something may come for it."""

    def __init__(self, addresses: frozenset[str]) -> None:
        self.addresses = addresses
        self.woken = Event()


class Arrivals:
    """Fan-out inside one process: a wake-up says only that it is worth looking; what came is read from the table."""

    def __init__(self) -> None:
        self._waiters: set[Waiter] = set()
        self._told: set[str] = set()

    def told(self, addresses: frozenset[str]) -> None:
        """Notifications for these addresses are about to be committed."""
        self._told |= addresses

    async def committed(self, events: Sequence[Recorded]) -> None:
        """The projection's batch is committed: wake whom it tells."""
        del events
        addresses, self._told = frozenset(self._told), set()
        self.wake(addresses)

    async def directory_changed(self, events: Sequence[Recorded]) -> None:
        """People or teams changed, so anybody may be addressed by something that was stored before."""
        if events:
            self._wake_all()

    def wake(self, addresses: frozenset[str]) -> None:
        """Let everyone look who is reached by one of these addresses."""
        for waiter in self._waiters:
            if not addresses.isdisjoint(waiter.addresses):
                waiter.woken.set()

    @contextmanager
    def waiting(self, addresses: frozenset[str]) -> Iterator[Waiter]:
        """Be woken as long as the context lasts."""
        waiter = Waiter(addresses)
        self._waiters.add(waiter)
        try:
            yield waiter
        finally:
            self._waiters.discard(waiter)

    def _wake_all(self) -> None:
        for waiter in self._waiters:
            waiter.woken.set()
