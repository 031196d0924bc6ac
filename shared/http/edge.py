"""The outermost layer: bounds the body, names the request, answers failures as problems, measures and logs."""

from __future__ import annotations

import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.arrival import Arrival, arrived
from shared.http.bodies import read_body, without_null
from shared.http.consistency import HEADER as CONSISTENCY_TOKEN
from shared.http.failures import refusal_of
from shared.http.problems import headers_of, problem_of, respond
from shared.http.refusals import InternalError
from shared.observability.logging import logger
from shared.observability.metrics import Metrics

WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Edge:
    """ASGI middleware of every service."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        arrival = arrived(scope)
        watched = Watched(send, arrival)
        with structlog.contextvars.bound_contextvars(
            correlation_id=arrival.correlation_id, trace_id=arrival.trace.trace_id
        ):
            try:
                await self._serve(scope, receive, watched, arrival)
            finally:
                self._measure(scope, watched)
                if scope["method"] in WITH_BODY:
                    _tell(scope, watched)

    async def _serve(self, scope: Scope, receive: Receive, watched: Watched, arrival: Arrival) -> None:
        try:
            without_null(scope.get("raw_path", b"") + b"?" + scope.get("query_string", b""))
            if scope["method"] in WITH_BODY:
                receive = await read_body(Headers(scope=scope), receive, arrival)
            await self._app(scope, receive, watched)
        except Exception as error:  # the last place where anything can still be answered
            if watched.status:
                raise
            await self._refuse(error, scope, receive, watched, arrival)

    async def _refuse(
        self, error: Exception, scope: Scope, receive: Receive, watched: Watched, arrival: Arrival
    ) -> None:
        refusal = refusal_of(error)
        if isinstance(refusal, InternalError):
            logger().error("unexpected error", path=scope["path"], method=scope["method"], exc_info=error)
        elif refusal is not error:
            logger().warning("refused", path=scope["path"], code=refusal.code, reason=repr(error))
        problem = problem_of(refusal, instance=scope["path"], trace_id=arrival.trace.trace_id)
        await respond(problem, headers_of(refusal))(scope, receive, watched)

    def _measure(self, scope: Scope, watched: Watched) -> None:
        seconds = time.perf_counter() - watched.began
        route = getattr(scope.get("route"), "path", "unknown")
        self._metrics.requests.labels(self._metrics.service, scope["method"], route, watched.status or 499).observe(
            seconds
        )


def _tell(scope: Scope, watched: Watched) -> None:
    """One line for every write: with what relay and projections say, an event can be followed to its effects."""
    logger().info(
        "answered",
        method=scope["method"],
        route=getattr(scope.get("route"), "path", "unknown"),
        status=watched.status or 499,
        seconds=round(time.perf_counter() - watched.began, 6),
        written=watched.written,
    )


class Watched:
    """A `send` that notes the status and what was written (a Consistency-Token), and adds the correlation id."""

    def __init__(self, send: Send, arrival: Arrival) -> None:
        self.status = 0
        self.written: str | None = None
        self.began = time.perf_counter()
        self._send = send
        self._arrival = arrival

    async def __call__(self, message: Message) -> None:
        """Pass a message on to the server."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Correlation-Id"] = self._arrival.correlation_id
            self.written = headers.get(CONSISTENCY_TOKEN)
        await self._send(message)


def trace_id_of(request: Request) -> str:
    """The trace id that a problem names."""
    arrival: Arrival = request.scope["flowline.arrival"]
    return arrival.trace.trace_id
