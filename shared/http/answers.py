"""How results look: what a command answers, and one resource with its ETag."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import orjson
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from shared.eventstore.append import Answer
from shared.http.consistency import HEADER as CONSISTENCY_TOKEN

JSON = "application/json"


def encode(service: str, epoch: int, positions: Mapping[int, int]) -> str:
    """Positions of one service as an opaque token."""
    return base64.urlsafe_b64encode(orjson.dumps([service, epoch, sorted(positions.items())])).decode().rstrip("=")


class Written(BaseModel):
    """What a command answers: the resource and the version that it has now."""

    id: str
    version: int


def written(request: Request, service: str, answer: Answer, *, created: bool) -> Response:
    """The response to an accepted command, the same on every repetition but for `Idempotency-Replayed`."""
    headers = {"ETag": etag(answer.version)}
    if token := token_of(service, [answer]):
        headers[CONSISTENCY_TOKEN] = token
    if created:
        headers["Location"] = f"{request.url.path.rstrip('/')}/{answer.stream_id}"
    if answer.replayed:
        headers["Idempotency-Replayed"] = "true"
    body = orjson.dumps({"id": str(answer.stream_id), "version": answer.version})
    return Response(body, 201 if created else 200, headers, media_type=JSON)


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


def token_of(service: str, answers: Iterable[Answer]) -> str:
    """One Consistency-Token for everything that was written; empty when nothing was."""
    positions: dict[int, int] = {}
    epoch = 0
    for answer in answers:
        epoch = max(epoch, answer.epoch)
        for partition, position in answer.positions.items():
            positions[partition] = max(position, positions.get(partition, 0))
    return encode(service, epoch, positions) if positions else ""


def _other(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    return msgspec.to_builtins(value)
