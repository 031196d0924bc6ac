"""The errors that Envoy makes itself, in the words of our own problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OwnError:
    """Envoy's status, and what the caller gets: status, code, title and seconds to wait (0 = not said)."""

    made: int
    status: int
    code: str
    title: str
    retry_after: int = 0


OWN_ERRORS = (
    OwnError(400, 400, "malformed-request", "The request is not well-formed HTTP."),
    OwnError(401, 401, "unauthenticated", "A valid access token is required."),
    OwnError(403, 401, "unauthenticated", "The access token is not meant for this system."),  # Envoy's wrong audience
    OwnError(404, 404, "no-such-route", "There is nothing at this address."),
    OwnError(408, 408, "too-slow", "The request took too long to arrive."),
    OwnError(413, 413, "payload-too-large", "The body is larger than 1 MiB."),
    OwnError(429, 429, "too-many-requests", "You are asking faster than one user may.", retry_after=1),
    OwnError(431, 431, "headers-too-large", "The headers are too large."),
    OwnError(503, 503, "unavailable", "This part of Flowline cannot be reached at the moment.", retry_after=1),
    OwnError(504, 504, "too-slow", "The answer took too long.", retry_after=1),
)


def mappers() -> list[dict[str, Any]]:
    """Envoy's `local_reply_config.mappers`; the readiness answer writes its own problem and is left alone."""
    untouched = {"filter": {"header_filter": {"header": {"name": ":path", "string_match": {"exact": "/healthz"}}}}}
    return [untouched, *(_mapper(_made("EQ", error.made), error) for error in OWN_ERRORS), _anything_else()]


def _anything_else() -> dict[str, Any]:
    return _mapper(_made("GE", 400), OwnError(500, 500, "gateway-error", "The gateway could not handle the request."))


def _made(comparison: str, status: int) -> dict[str, Any]:
    value = {"default_value": status, "runtime_key": f"flowline.own_error_{comparison.lower()}_{status}"}
    return {"status_code_filter": {"comparison": {"op": comparison, "value": value}}}


def _mapper(made: dict[str, Any], error: OwnError) -> dict[str, Any]:
    body = {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": "%LOCAL_REPLY_BODY%",
        "code": error.code,
        "instance": "%REQ(:PATH)%",
        "trace_id": "%REQ(X-REQUEST-ID)%",
    }
    headers = {"cache-control": "no-store"} | ({"retry-after": str(error.retry_after)} if error.retry_after else {})
    return {
        "filter": made,
        "status_code": error.status,
        "body_format_override": {"json_format": body, "content_type": "application/problem+json"},
        "headers_to_add": [
            {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
            for key, value in headers.items()
        ],
    }
