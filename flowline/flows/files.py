"""The files of docs/flows: each flow in four formats, and a page that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flowline.flows.catalogue import Flow
from shared.drawing import bpmn, drawio, mermaid, svg

WRITERS = {"svg": svg.written, "mmd": mermaid.written, "bpmn": bpmn.written, "drawio": drawio.written}
NAMES = {"mmd": "Mermaid", "bpmn": "BPMN 2.0", "drawio": "draw.io"}


def files(flows: Sequence[Flow]) -> Mapping[str, str]:
    """Return the text of every file by its name; the same flows have the same files."""
    drawn = {f"{flow.chart.id}.{ending}": written(flow.chart) for flow in flows for ending, written in WRITERS.items()}
    return {"README.md": "\n".join(_page(flows)), **drawn}


def _page(flows: Sequence[Flow]) -> Iterator[str]:
    yield "# Flows"
    yield ""
    yield "Written by `make flows`, kept in step by a test. Rectangle = step, diamond = decision, arrow = allowed move,"
    yield "note = annotation. Every flow is here as a picture and for Mermaid, BPMN 2.0 tools and draw.io."
    for flow in flows:
        chart = flow.chart
        others = " · ".join(f"[{name}]({chart.id}.{ending})" for ending, name in NAMES.items())
        yield from ("", f"## {chart.title}", "", f"{flow.about} {others}", "", f"![{chart.title}]({chart.id}.svg)")
    yield ""
