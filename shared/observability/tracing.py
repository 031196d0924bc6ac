"""W3C trace context: one trace id from the request through the event to everything that the event causes."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

HEADER = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")


@dataclass(frozen=True, slots=True)
class Trace:
    """A place in a trace; ids are lower-case hex of 16 and 8 bytes."""

    trace_id: str
    span_id: str
    sampled: bool = True

    @property
    def header(self) -> str:
        """The value of `traceparent`."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"

    def child(self) -> Trace:
        """The next place in the same trace."""
        return Trace(self.trace_id, os.urandom(8).hex(), self.sampled)


def new_trace() -> Trace:
    """A trace that begins here."""
    drawn = os.urandom(24).hex()
    return Trace(drawn[:32], drawn[32:])


def parse(header: str | None) -> Trace | None:
    """Read a `traceparent`; None where it is missing, of another version or all zeros."""
    found = HEADER.match(header.strip()) if header else None
    if found is None or not found[1].strip("0") or not found[2].strip("0"):
        return None
    return Trace(found[1], found[2], bool(int(found[3], 16) & 1))


def continued(header: str | None) -> Trace:
    """The trace of a caller, one step on, or a new one."""
    trace = parse(header)
    return trace.child() if trace else new_trace()
