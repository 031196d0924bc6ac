"""Reading a body: at most 1 MiB, JSON and nothing but JSON, without NUL characters."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.types import Message, Receive

from shared.http import refusals
from shared.http.arrival import Arrival
from shared.http.problems import pointer

LARGEST = 1024 * 1024
SECONDS = 30


async def read_body(headers: Headers, receive: Receive, arrival: Arrival) -> Receive:
    """Read and check the body into `arrival`; returns a `receive` that hands it on. Raises the refusals of HTTP."""
    _announced(headers)
    arrival.body = await _all_of(receive)
    if arrival.body:
        _json_only(headers)
        arrival.content = _parsed(arrival.body)
    return _again(arrival.body, receive)


def without_null(text: bytes) -> None:
    """Refuse a path or query with an encoded NUL."""
    if b"%00" in text or b"\0" in text:
        raise refusals.NullCharacter


def _announced(headers: Headers) -> None:
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST:
        raise refusals.PayloadTooLarge


async def _all_of(receive: Receive) -> bytes:
    """Stop at the first byte too many, whatever was announced."""
    chunks, size = [], 0
    try:
        async with asyncio.timeout(SECONDS):
            while True:
                message = await receive()
                chunk = message.get("body", b"")
                size += len(chunk)
                if size > LARGEST:
                    raise refusals.PayloadTooLarge
                chunks.append(chunk)
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return b"".join(chunks)
    except TimeoutError as reason:
        raise refusals.TooSlow from reason


def _json_only(headers: Headers) -> None:
    kind = headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise refusals.UnsupportedMediaType
    if headers.get("content-encoding", "identity") != "identity":
        raise refusals.UnsupportedMediaType("The body must not be compressed.")


def _parsed(body: bytes) -> Any:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as reason:
        raise refusals.MalformedJson(
            f"The body is not JSON: {reason.msg} (line {reason.lineno}, column {reason.colno})."
        ) from reason
    if b"\\u0000" in body and (places := list(_nulls(content, ()))):
        raise refusals.NullCharacter(field=pointer(places[0]))
    return content


def _nulls(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Where NUL characters are, in names and values; the path names a bad name by its parent."""
    match value:
        case str():
            if "\0" in value:
                yield path
        case dict():
            for name, part in value.items():
                yield from [path] if "\0" in name else _nulls(part, (*path, name))
        case list():
            for index, part in enumerate(value):
                yield from _nulls(part, (*path, index))
        case _:
            pass


def _again(body: bytes, receive: Receive) -> Receive:
    handed = False

    async def once() -> Message:
        nonlocal handed
        if handed:
            return await receive()
        handed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once
