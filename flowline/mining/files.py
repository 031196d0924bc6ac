"""Writes what was mined to files: the map as a drawing, the log in other formats; whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path

from flowline.mining.findings import Findings
from shared.drawing import mermaid, svg
from shared.drawing.flowchart import Flowchart
from shared.mining.log import by_case
from shared.mining.map_drawing import flowchart
from shared.mining.ocel_writing import written_ocel
from shared.mining.xes_writing import written_xes


class Drawing(StrEnum):
    """What a map is drawn as."""

    MERMAID = "mermaid"
    SVG = "svg"


class Format(StrEnum):
    """What a log is written as."""

    XES = "xes"
    OCEL = "ocel"


_DRAWN: dict[Drawing, Callable[[Flowchart], str]] = {Drawing.MERMAID: mermaid.written, Drawing.SVG: svg.written}


class NotWritten(Exception):
    """The file cannot be written."""


def draw(findings: Findings, drawing: Drawing, path: Path, title: str) -> None:
    """Write the map as it is shown; raises NotWritten."""
    _write(path, [_DRAWN[drawing](flowchart(findings.map, title)).encode()])


def export(findings: Findings, format_: Format, path: Path) -> None:
    """Write the log; raises NotWritten."""
    cases = by_case(findings.events)
    _write(path, (line.encode() for line in written_xes(cases)) if format_ is Format.XES else written_ocel(cases))


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write beside the file first, so that nobody finds half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.writelines(pieces)
        beside.replace(path)
    except OSError as error:
        raise NotWritten(f"{path}: {error}") from error
    finally:
        beside.unlink(missing_ok=True)
