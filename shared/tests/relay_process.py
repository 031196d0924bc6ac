"""A relay in a process of its own, to be frozen: `python -m shared.tests.relay_process DSN KAFKA`."""

from __future__ import annotations

import asyncio
import sys

from shared.messaging.relay import Relay, RelaySettings
from shared.observability.logging import configure
from shared.tests.made_events import MemoryLog


def settings(dsn: str, kafka: str) -> RelaySettings:
    """A relay whose time-outs are short enough for a test."""
    return RelaySettings(dsn, kafka, "shop", deadline=3.5, transaction_timeout=6.0, lock_idle=4.0, poll=0.02)


async def main(dsn: str, kafka: str) -> None:
    """Keep appending to its own log and publishing it, saying so once it leads; its own log goes elsewhere."""
    configure("shop", stream=sys.stderr)
    log = MemoryLog()
    relay = Relay(log, settings(dsn, kafka))
    publishing = asyncio.create_task(relay.run())
    while not publishing.done():
        log.count(len(log.events) % 5)
        await asyncio.sleep(0.02)
        print(relay.progress.leading, relay.progress.position, relay.progress.error, flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
