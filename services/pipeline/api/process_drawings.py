"""Sales process versions as drawings over HTTP, in four formats, and what is different between two of them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from services.pipeline.api.processes import VERSION, Number, Reader, drawn_version, process_row
from services.pipeline.domain.sales_process.chart import Caption, chart_of
from services.pipeline.domain.sales_process.difference import Kind, Part, difference
from services.pipeline.domain.sales_process.difference_chart import marked_chart
from services.pipeline.domain.sales_process.difference_words import Teller
from services.pipeline.domain.sales_process.drawing import Drawing
from services.pipeline.domain.sales_process.wording import Language
from services.pipeline.projections.processes import Processes
from shared.drawing import bpmn, drawio, mermaid, svg
from shared.drawing.flowchart import Flowchart

Format = Literal["svg", "mermaid", "bpmn", "drawio"]


@dataclass(frozen=True, slots=True)
class Written:
    """How a format is written, what it is called on the wire and how its files end."""

    by: Callable[[Flowchart], str]
    media_type: str
    ending: str


WRITERS: Mapping[Format, Written] = MappingProxyType(
    {
        "svg": Written(svg.written, "image/svg+xml", "svg"),
        "mermaid": Written(mermaid.written, "text/vnd.mermaid; charset=utf-8", "mmd"),
        "bpmn": Written(bpmn.written, "application/bpmn+xml", "bpmn"),
        "drawio": Written(drawio.written, "application/vnd.jgraph.mxfile", "drawio"),
    }
)
# A drawing that is opened by itself runs nothing, whatever names somebody gave.
HEADERS = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {written.media_type: {"schema": {"type": "string"}} for written in WRITERS.values()}}
}


class ChangeView(BaseModel):
    """One difference as data and as a sentence in English and Chinese (see `element` of a note)."""

    kind: Kind
    part: Part
    element: str
    aspect: str | None
    before: Any
    after: Any
    sentence: dict[Language, str]


class DifferenceView(BaseModel):
    """Everything that differs between two versions, `before` and `after`."""

    before: int
    after: int
    changes: list[ChangeView]


@dataclass(frozen=True, slots=True)
class Look:
    """How a drawing is wanted; without a format where data is the usual answer."""

    format: Format | None
    language: Language


def look(format: Format | None = None, language: Language = "en") -> Look:
    """The query parameters of a drawing."""
    return Look(format, language)


Wanted = Annotated[Look, Depends(look)]


def process_drawing_routes(processes: Processes) -> APIRouter:
    """Draw a version, and two of them in one drawing."""
    router = APIRouter(tags=["processes"])

    @router.get(f"{VERSION}/drawing", operation_id="drawProcessVersion", response_class=Response, responses=FILES)
    async def draw(process_id: UUID, number: Number, wanted: Wanted, principal: Reader) -> Response:
        drawn = await drawn_version(processes, process_id, number, principal)
        title = f"{(await process_row(processes, process_id)).name} v{number}"
        caption = Caption(id=f"process-{process_id}-{number}", title=title, language=wanted.language)
        return await _file(wanted.format or "svg", title, lambda: chart_of(drawn.drawing, caption))

    @router.get(
        "/processes/{process_id}/versions/{number}/difference/{after}",
        operation_id="compareProcessVersions",
        response_model=DifferenceView,
        responses=FILES,
    )
    async def compare(
        process_id: UUID, number: Number, after: Number, wanted: Wanted, principal: Reader
    ) -> DifferenceView | Response:
        old = (await drawn_version(processes, process_id, number, principal)).drawing
        new = (await drawn_version(processes, process_id, after, principal)).drawing
        if wanted.format is None:
            return DifferenceView(before=number, after=after, changes=_changes(old, new))
        title = f"{(await process_row(processes, process_id)).name} v{number} → v{after}"
        caption = Caption(id=f"process-{process_id}-{number}-{after}", title=title, language=wanted.language)
        return await _file(wanted.format, title, lambda: marked_chart(old, new, caption))

    return router


def _changes(old: Drawing, new: Drawing) -> list[ChangeView]:
    english, chinese = Teller(old, new, "en"), Teller(old, new, "zh")
    return [
        ChangeView(**asdict(change), sentence={"en": english.sentence(change), "zh": chinese.sentence(change)})
        for change in difference(old, new)
    ]


async def _file(format: Format, title: str, charted: Callable[[], Flowchart]) -> Response:
    """A drawing; a big one takes a second or two to lay out, so it is written beside the requests of others."""
    writer = WRITERS[format]
    content = await asyncio.to_thread(lambda: writer.by(charted()))
    named = {"content-disposition": f"inline; filename*=UTF-8''{quote(f'{title}.{writer.ending}', safe='')}"}
    return Response(content, headers=HEADERS | named, media_type=writer.media_type)
