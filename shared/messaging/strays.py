"""Cancellations that nobody asked for: a client library lets one out, and the loop round it would end silently."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Interrupted(Exception):
    """What we waited for was cancelled, though nobody cancelled us."""


@contextmanager
def no_stray_cancellation() -> Iterator[None]:
    """Turn a cancellation that was not meant for this task into `Interrupted`."""
    try:
        yield
    except asyncio.CancelledError as stray:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise Interrupted("a client library cancelled what was awaited") from stray
