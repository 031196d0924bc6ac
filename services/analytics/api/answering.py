"""How a report's answer goes out: JSON, CSV or XLSX, alone or beside another period; one line gives it to a router.

`APIRouter(prefix="/reports", route_class=ReportRoute)`. The endpoint itself only knows its question: what is asked here
is taken off the address before the endpoint sees it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute

from services.analytics.api.comparing import Comparison, compared, comparison_tables, sides_of
from services.analytics.api.sending import COMPARISON, sent
from services.analytics.api.tables import Table, table_of, tables_of
from services.analytics.api.wishes import CSV, XLSX, Wishes, asked_for, readdressed
from services.analytics.projections.answer_rows import rows_of
from shared.errors import Invalid
from shared.http.pages import WHOLE_LIST

Handler = Callable[[Request], Awaitable[Response]]
MOST_ROWS = 100_000
ROWS_PER_PAGE = 5_000
ITEMS = "items"
BINARY = {"schema": {"type": "string", "format": "binary"}}


class ExportTooLarge(Invalid):
    """An export has at most 100,000 rows; narrow the filters or the period."""

    code = "export-too-large"


class NothingToCompare(Invalid):
    """A list of single things has no numbers of two periods to compare."""

    code = "nothing-to-compare"


class NoSuchTable(Invalid):
    """The answer has no list of this name."""

    code = "no-such-table"


class ReportRoute(APIRoute):
    """A GET whose JSON answer can also be had as a file, and compared with that of another period."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **how: Any) -> None:
        """Describe what is understood here besides the endpoint's own parameters."""
        how["openapi_extra"] = described(how.get("openapi_extra") or {})
        super().__init__(path, endpoint, **how)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint's handler, with the wishes taken off before and fulfilled after it."""
        handler = super().get_route_handler()
        report = self.path.rpartition("/")[2]

        async def answer(request: Request) -> Response:
            wishes = asked_for(request)
            plain = readdressed(request, wishes.further)
            if wishes.compare_to is not None:
                return await _beside_another_period(report, handler, plain, wishes)
            if wishes.format == "json":
                return await handler(plain)
            return await _as_file(report, handler, plain, wishes)

        return answer


async def _beside_another_period(report: str, handler: Handler, request: Request, wishes: Wishes) -> Response:
    now, then = sides_of(wishes)
    answers = [await _asked(handler, readdressed(request, side.parameters)) for side in (now, then)]
    for response, answer in answers:
        if answer is None:
            return response
        if _is_list(answer):
            raise NothingToCompare(field="/compare_to")
    comparison = compared(report, (now, answers[0][1] or {}), (then, answers[1][1] or {}))
    if wishes.format == "json":
        return Response(orjson.dumps(comparison), headers=_headers(answers[0][0]), media_type=COMPARISON)
    return await sent(report, wishes, _chosen(comparison_tables(report, comparison, wishes.language), wishes))


async def _as_file(report: str, handler: Handler, request: Request, wishes: Wishes) -> Response:
    response, answer = await _asked(handler, _in_long_pages(request, wishes, None))
    if answer is None:
        return response
    if _is_list(answer):
        return await sent(report, wishes, [await _whole_list(report, handler, request, (wishes, answer))])
    return await sent(report, wishes, _chosen(tables_of(report, answer, wishes.language), wishes))


async def _whole_list(
    report: str, handler: Handler, request: Request, began: tuple[Wishes, Mapping[str, Any]]
) -> Table:
    """A paged list from its first page to its last, in long pages; raises ExportTooLarge."""
    wishes, page = began
    rows = rows_of(report, {ITEMS: page[ITEMS]}).get(ITEMS, [])
    while after := page["page"]["next"]:
        if len(rows) >= MOST_ROWS:
            raise ExportTooLarge(field="/format")
        _, more = await _asked(handler, _in_long_pages(request, wishes, after))
        if more is None:
            raise ExportTooLarge(field="/format")
        page = more
        rows += rows_of(report, {ITEMS: page[ITEMS]}).get(ITEMS, [])
    return await asyncio.to_thread(table_of, report, ITEMS, rows, wishes.language)  # seconds of computing


async def _asked(handler: Handler, request: Request) -> tuple[Response, Mapping[str, Any] | None]:
    """The endpoint's response and its JSON, None where it answered something else."""
    response = await handler(request)
    is_json = response.status_code == HTTPStatus.OK and (response.media_type or "").endswith("json")
    if isinstance(response, StreamingResponse):
        return response, None
    found = orjson.loads(bytes(response.body)) if is_json else None
    return response, {ITEMS: found} if isinstance(found, list) else found


def _in_long_pages(request: Request, wishes: Wishes, cursor: str | None) -> Request:
    kept = [(name, value) for name, value in wishes.further if name not in ("limit", "cursor")]
    walking = readdressed(request, kept + ([("cursor", cursor)] if cursor else []))
    walking.scope[WHOLE_LIST] = ROWS_PER_PAGE
    return walking


def _is_list(answer: Mapping[str, Any]) -> bool:
    return ITEMS in answer and "page" in answer


def _chosen(tables: Sequence[Table], wishes: Wishes) -> Sequence[Table]:
    if sum(len(table.rows) for table in tables) > MOST_ROWS:
        raise ExportTooLarge(field="/format")
    if wishes.table is None:
        return tables
    found = [table for table in tables if table.name == wishes.table]
    if not found:
        names = ", ".join(table.name for table in tables)
        raise NoSuchTable(f"The answer has no list {wishes.table}; it has {names}.", field="/table")
    return found


def _headers(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name not in ("content-length", "content-type")}


def described(extra: dict[str, Any]) -> dict[str, Any]:
    """What OpenAPI says about every report besides its own parameters."""
    content = {CSV: BINARY, XLSX: BINARY, COMPARISON: {"schema": Comparison.described()}}
    return {
        **extra,
        "parameters": [*extra.get("parameters", []), *Wishes.described()],
        "responses": {"200": {"content": content}},
    }
