"""What the edge finds out about a request once, for everything behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

from starlette.requests import HTTPConnection
from starlette.types import Scope

from shared.eventstore.append import CommandKey
from shared.observability.tracing import Trace, continued

KEY = "flowline.arrival"
READABLE = re.compile(r"^[\x21-\x7e]{1,128}$")


@dataclass(frozen=True, slots=True)
class Repeatable:
    """The key of a write, and whether the write creates."""

    key: CommandKey
    creates: bool


@dataclass(slots=True)
class Arrival:
    """A request's trace, correlation id and body; `content` is the parsed JSON (None without a body).

    `repeatable` is set once the caller of a write is known.
    """

    trace: Trace
    correlation_id: str
    body: bytes = b""
    content: Any = None
    repeatable: Repeatable | None = None


def arrived(scope: Scope) -> Arrival:
    """Note an arrival in the scope; a correlation id comes from the caller or is the trace id."""
    headers = dict(scope["headers"])
    trace = continued(headers.get(b"traceparent", b"").decode("latin-1"))
    given = headers.get(b"x-correlation-id", b"").decode("latin-1")
    arrival = Arrival(trace, given if READABLE.match(given) else trace.trace_id)
    scope[KEY] = arrival
    return arrival


def arrival_of(connection: HTTPConnection) -> Arrival:
    """What the edge noted about this request."""
    return cast(Arrival, connection.scope[KEY])
