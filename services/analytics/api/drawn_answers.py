"""A flowchart or an event log as an answer, in the form that was asked for."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Literal

from fastapi import Response
from fastapi.responses import StreamingResponse

from services.analytics.projections.process_map.event_log import Cases
from shared.drawing import bpmn, drawio, mermaid, svg
from shared.drawing.flowchart import Flowchart
from shared.mining.ocel_writing import written_ocel
from shared.mining.xes_writing import written_xes

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


XES, OCEL = "application/xml", "application/json"
LOGS: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {"schema": {"type": "string"}} for media in (XES, OCEL)}}
}
PIECES = 500


def logged(cases: Cases, form: Literal["xes", "ocel"]) -> StreamingResponse:
    """The log, written while it is sent."""
    name = "log.xes" if form == "xes" else "log.jsonocel"
    pieces = (line.encode() for line in written_xes(cases)) if form == "xes" else written_ocel(cases)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_in_chunks(pieces), media_type=XES if form == "xes" else OCEL, headers=headers)


def _in_chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Several lines at a time: each chunk costs a change of threads."""
    waiting = iter(pieces)
    while chunk := b"".join(islice(waiting, PIECES)):
        yield chunk
