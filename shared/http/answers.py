"""How results look: what a command answers, and one resource with its ETag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import orjson
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from shared.eventstore.append import Answer
from shared.http.consistency import HEADER as CONSISTENCY_TOKEN
from shared.projections.consistency import encode, token_of

JSON = "application/json"


class Written(BaseModel):
    """What a command answers: the resource and the version that it has now."""

    id: str
    version: int


def written(request: Request, service: str, answer: Answer, *, created: bool) -> Response:
    """The response to an accepted command, the same on every repetition but for `Idempotency-Replayed`."""
    headers = {"ETag": etag(answer.version)}
    if token := encode(token_of(service, [answer])):
        headers[CONSISTENCY_TOKEN] = token
    if created:
        headers["Location"] = f"{request.url.path.rstrip('/')}/{answer.stream_id}"
    if answer.replayed:
        headers["Idempotency-Replayed"] = "true"
    body = orjson.dumps({"id": str(answer.stream_id), "version": answer.version})
    return Response(body, 201 if created else 200, headers, media_type=JSON)


def many_written(service: str, body: Mapping[str, Any], answers: Sequence[Answer]) -> Response:
    """The response to a request that led to many commands, with the token that covers all of them."""
    headers = {}
    if token := encode(token_of(service, answers)):
        headers[CONSISTENCY_TOKEN] = token
    return Response(orjson.dumps(body), 200, headers, media_type=JSON)


def found(request: Request, body: Any, version: int) -> Response:
    """One resource with its ETag, or 304 when the caller has this version already."""
    headers = {"ETag": etag(version), "Cache-Control": "private, no-cache"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag(version) in known or "*" in known:
        return Response(None, 304, headers)
    return Response(as_json(body), 200, headers, media_type=JSON)


def as_json(body: Any) -> bytes:
    """Pydantic models, structs, dataclasses and mappings as JSON."""
    if isinstance(body, BaseModel):
        return body.model_dump_json(by_alias=True).encode()
    if isinstance(body, Mapping):
        return orjson.dumps(body, default=_other)
    return msgspec.json.encode(body)


def etag(version: int) -> str:
    """A strong tag: the version of the stream."""
    return f'"{version}"'


def _other(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return msgspec.to_builtins(value)
