"""Every refusal as application/problem+json (RFC 9457); the one place that knows status codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import orjson
from starlette.responses import Response

from shared import errors
from shared.http import refusals

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/problems/"

STATUS: Mapping[type[errors.DomainError], int] = {
    refusals.MalformedJson: 400,
    refusals.MissingIdempotencyKey: 400,
    refusals.MalformedHeader: 400,
    refusals.CursorMismatch: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    refusals.MethodNotAllowed: 405,
    refusals.TooSlow: 408,
    errors.Conflict: 409,
    errors.WrongVersion: 412,
    refusals.PayloadTooLarge: 413,
    refusals.UnsupportedMediaType: 415,
    errors.Rejected: 422,
    errors.Invalid: 422,
    errors.KeyReused: 422,
    refusals.PreconditionRequired: 428,
    refusals.InternalError: 500,
    errors.Unavailable: 503,
}


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong: `pointer` into the body, or the name of a query, path or header `parameter`."""

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of every refusal; `type` and `title` are the same for every problem of one `code`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str | None = None
    trace_id: str | None = None
    errors: Sequence[Fault] = ()


def status_of(kind: type[errors.DomainError]) -> int:
    """The HTTP status of a class of refusals: that of its nearest ancestor in the table."""
    return next((STATUS[ancestor] for ancestor in kind.__mro__ if ancestor in STATUS), 422)


def problem_of(
    error: errors.DomainError, *, instance: str | None = None, trace_id: str | None = None, faults: Sequence[Fault] = ()
) -> Problem:
    """What to answer to a refusal; what it blames becomes its faults unless faults are given."""
    faults = faults or _blamed(error)
    title = _first_sentence(type(error).__doc__) or error.code
    return Problem(
        TYPE_PREFIX + error.code, title, status_of(type(error)), error.message, error.code, instance, trace_id, faults
    )


def headers_of(error: errors.DomainError) -> dict[str, str]:
    """The headers that belong to a refusal besides its body."""
    match error:
        case errors.WrongVersion(current=int() as version):
            return {"ETag": f'"{version}"'}
        case errors.Unavailable(retry_after=seconds):
            return {"Retry-After": str(seconds)}
        case errors.Unauthenticated(message=message):
            return {"WWW-Authenticate": _challenge(error, message)}
        case _:
            return {}


def respond(problem: Problem, headers: Mapping[str, str]) -> Response:
    """A problem as a response; refusals are never cached."""
    body = orjson.dumps(msgspec.to_builtins(problem))
    return Response(body, problem.status, {**headers, "Cache-Control": "no-store"}, media_type=MEDIA_TYPE)


def faults_of(validation_errors: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Pydantic's errors as faults; a location that starts with `body` is a JSON Pointer, any other a parameter."""
    return [_fault(error) for error in validation_errors]


def pointer(path: Sequence[str | int]) -> str:
    """A JSON Pointer (RFC 6901) to a place in the body."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _blamed(error: errors.DomainError) -> Sequence[Fault]:
    blames = error.blames or ({} if error.field is None else {error.field: error.message})
    return [Fault(error.code, detail, pointer=place) for place, detail in blames.items()]


def _fault(error: Mapping[str, Any]) -> Fault:
    kind = str(error["type"])
    code = "unknown-field" if kind == "extra_forbidden" else kind.replace("_", "-")
    place, *path = error["loc"] or ("body",)
    detail = str(error["msg"])
    if place == "body":
        return Fault(code, detail, pointer=pointer(path))
    return Fault(code, detail, parameter=".".join(map(str, path)))


def _challenge(error: errors.Unauthenticated, message: str) -> str:
    if error.code == "token-missing":
        return 'Bearer realm="flowline"'
    said = message.replace("\\", "").replace('"', "'")
    return f'Bearer realm="flowline", error="invalid_token", error_description="{said}"'


def _first_sentence(text: str | None) -> str:
    return (text or "").strip().split("\n", 1)[0].strip()
