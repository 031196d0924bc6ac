"""A flowchart as an answer, in the form that was asked for."""

from collections.abc import Callable
from typing import Literal

from fastapi import Response

from shared.drawing import bpmn, drawio, mermaid, svg
from shared.drawing.flowchart import Flowchart

Picture = Literal["svg", "mermaid", "bpmn", "drawio"]
WRITERS: dict[Picture, tuple[Callable[[Flowchart], str], str]] = {
    "svg": (svg.written, "image/svg+xml"),
    "mermaid": (mermaid.written, "text/plain; charset=utf-8"),
    "bpmn": (bpmn.written, "application/xml"),
    "drawio": (drawio.written, "application/xml"),
}
FORMS = {media.partition(";")[0]: {"schema": {"type": "string"}} for _, media in WRITERS.values()}


def pictured(chart: Flowchart, form: Picture) -> Response:
    """The chart, written."""
    written, media = WRITERS[form]
    return Response(written(chart), media_type=media)
