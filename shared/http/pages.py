"""Lists in pages: an opaque cursor that only continues the list and the filter it was made for."""

import base64
import binascii
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Query, Request, Response
from pydantic import BaseModel

from shared.http.context import service_of
from shared.http.refusals import CursorMismatch

Row = TypeVar("Row")
SIGNATURE_BYTES = 16
NOT_FILTERS = frozenset({"cursor", "limit"})
WHOLE_LIST = "flowline.rows_per_page"  # in the scope of a request that walks a list in longer pages than clients may
SPELLED: dict[str, Callable[[str], Any]] = {
    "u": UUID,
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
}


class PageLinks(BaseModel):
    """`next` is null on the last page."""

    next: str | None
    limit: int


class Page(BaseModel, Generic[Row]):
    """One page of a list."""

    items: list[Row]
    page: PageLinks


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`limit` rows after the row with sort values `after` (None = from the start)."""

    limit: int
    after: list[Any] | None
    scope: bytes
    secret: bytes
    request: Request
    response: Response

    def of(self, rows: Sequence[Row], key: Callable[[Row], Sequence[Any]]) -> Page[Row]:
        """A page of rows that were asked for with `limit + 1`; `key` gives a row's sort values."""
        items = list(rows[: self.limit])
        more = encoded(key(items[-1]), self.scope, self.secret) if len(rows) > self.limit else None
        if more is not None:
            link = self.request.url.include_query_params(cursor=more)
            self.response.headers["Link"] = f'<{link.path}?{link.query}>; rel="next"'
        return Page[Any](items=items, page=PageLinks(next=more, limit=self.limit))


async def page_request(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=200, description="Rows per page")] = 50,
    cursor: Annotated[str | None, Query(max_length=2000, description="`page.next` of the page before")] = None,
) -> PageRequest:
    """The dependency of a list; raises CursorMismatch for a cursor of another list, filter or sender."""
    secret = service_of(request).cursor_secret
    scope = orjson.dumps([request.url.path, sorted(_filters(request))])
    after = None if cursor is None else decoded(cursor, scope, secret)
    return PageRequest(request.scope.get(WHOLE_LIST, limit), after, scope, secret, request, response)


def encoded(values: Sequence[Any], scope: bytes, secret: bytes) -> str:
    """Sort values as a cursor, signed together with the list and filter they belong to."""
    content = orjson.dumps([_spell(value) for value in values])
    return base64.urlsafe_b64encode(_signature(content, scope, secret) + content).rstrip(b"=").decode()


def decoded(cursor: str, scope: bytes, secret: bytes) -> list[Any]:
    """The sort values of a cursor; raises CursorMismatch."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as reason:
        raise CursorMismatch from reason
    signature, content = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(content, scope, secret)):
        raise CursorMismatch
    return [SPELLED[value[0]](value[1]) if isinstance(value, list) else value for value in orjson.loads(content)]


def _signature(content: bytes, scope: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, scope + b"\0" + content, "sha256")[:SIGNATURE_BYTES]


def _filters(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.query_params.multi_items() if name not in NOT_FILTERS]


def _spell(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case UUID():
            return ["u", str(value)]
        case datetime():
            return ["t", value.isoformat()]
        case date():
            return ["d", value.isoformat()]
        case Decimal():
            return ["n", str(value)]
        case _:
            raise TypeError(f"a list cannot be sorted by {type(value).__name__}")
