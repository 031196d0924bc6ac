"""The request headers that writes carry, read strictly."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from shared.errors import Invalid, WrongVersion
from shared.http.refusals import MalformedHeader, MissingIdempotencyKey, PreconditionRequired

KEY = re.compile(r'^(?:"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"|([\x21\x23-\x7e][\x21-\x7e]{0,254}))$')
ETAG = re.compile(r'^(W/)?"([\x21\x23-\x7e]*)"$')
TOLERANCE = timedelta(minutes=5)
LARGEST_VERSION = 2**31 - 1


def idempotency_key(header: str | None) -> str:
    """The key, sent as a structured-field string (quoted) or bare; up to 255 printable characters."""
    if not header:
        raise MissingIdempotencyKey
    found = KEY.match(header.strip())
    if found is None:
        raise MalformedHeader("Idempotency-Key must be 1 to 255 printable ASCII characters, quoted or not.")
    quoted, bare = found.groups()
    return re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else str(bare)


def if_match(header: str | None) -> int | None:
    """The version the caller has seen; None for `*`. A weak or foreign tag can match nothing: WrongVersion."""
    if not header:
        raise PreconditionRequired
    if header.strip() == "*":
        return None
    found = ETAG.match(header.strip())
    if found is None:
        raise MalformedHeader('If-Match must be one quoted ETag such as "3", or *.')
    weak, version = found.groups()
    if weak or not version.isascii() or not version.isdigit() or int(version) > LARGEST_VERSION:
        raise WrongVersion("If-Match holds a tag that this resource never had.")
    return int(version)


def moment(text: str, now: datetime, *, field: str | None = None) -> datetime:
    """A business time in RFC 3339 with an offset, at most five minutes ahead of our clock."""
    try:
        at = datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo else at
    except (ValueError, OverflowError) as reason:
        raise Invalid("The time of occurrence must be an RFC 3339 time.", field=field) from reason
    if at.tzinfo is None:
        raise Invalid("The time of occurrence needs an offset from UTC.", field=field)
    if at > now + TOLERANCE:
        raise Invalid("The time of occurrence lies in the future.", field=field)
    return at


def fingerprint(*parts: Any) -> bytes:
    """SHA-256 of a request in canonical form: the order of names in the JSON does not matter."""
    return sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).digest()
