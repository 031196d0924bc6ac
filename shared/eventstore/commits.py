"""Wakes the relay and the feeds of this process after a commit."""

from __future__ import annotations

import asyncio


class Commits:
    """The highest position committed by this process, and a way to wait until it grows."""

    def __init__(self) -> None:
        self._position = 0
        self._grown = asyncio.Event()

    def reached(self, position: int) -> None:
        """Note a commit and wake everybody who waits."""
        self._position = max(self._position, position)
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    async def wait(self, seconds: float, after: int | None) -> bool:
        """True after a commit, or at once if one is above `after`; False when `seconds` passed without."""
        if after is not None and self._position > after:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._grown.wait()
        except TimeoutError:
            return False
        return True
