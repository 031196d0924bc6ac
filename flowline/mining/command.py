"""`flowline mine FILE`: the process that an event log shows, without a running system."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowline.mining import files
from flowline.mining.answer import answer
from flowline.mining.files import Drawing, Format, NotWritten
from flowline.mining.findings import NotAModel
from flowline.mining.findings import mine as found_in
from flowline.mining.printing import show
from flowline.mining.request import NoSuchZone, Reading, Request, WorkingTime
from flowline.output import print_json
from shared.mining.columns import Columns
from shared.mining.discovery import GapInCase, Gaps
from shared.mining.log import UnreadableLog

SAID = (UnreadableLog, GapInCase, NotAModel, NoSuchZone, NotWritten)

_Share = typer.Option(min=0, max=1)


def mine(  # noqa: PLR0913  a command has as many options as it has
    file: Annotated[Path, typer.Argument(help="XES or CSV, packed with gzip or not.")],
    *,
    case: Annotated[str | None, typer.Option(help="The column or key that names the case.")] = None,
    activity: Annotated[str | None, typer.Option(help="The column or key that names the activity.")] = None,
    timestamp: Annotated[str | None, typer.Option(help="The column or key of the time.")] = None,
    resource: Annotated[str | None, typer.Option(help="The column or key that says who did it.")] = None,
    index: Annotated[str | None, typer.Option(help="The place in the case, from 1 on; else order of the file.")] = None,
    gaps: Annotated[Gaps, typer.Option(help="What to do when an index is missing.")] = "refuse",
    encoding: Annotated[str | None, typer.Option(help="Of a CSV file; else UTF-8 or GB 18030.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Of a CSV file; else as it is found.")] = None,
    time_format: Annotated[str | None, typer.Option(help="Of a CSV file, as in %d/%m/%Y %H:%M.")] = None,
    zone: Annotated[str, typer.Option(help="The time zone of times without an offset.")] = "UTC",
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Count bad records and go on.")] = False,
    working_time: Annotated[WorkingTime | None, typer.Option(help="Measure in office hours and working days.")] = None,
    closed_by: Annotated[list[str] | None, typer.Option(help="An activity that closes a case; repeat it.")] = None,
    conform_with: Annotated[float, _Share] = 0.02,
    model: Annotated[Path | None, typer.Option(help="JSON: activities, starts, ends, moves.")] = None,
    activities: Annotated[float, _Share] = 1.0,
    paths: Annotated[float, _Share] = 1.0,
    map_: Annotated[tuple[Drawing, Path] | None, typer.Option("--map", help="Draw the map into a file.")] = None,
    export: Annotated[tuple[Format, Path] | None, typer.Option(help="Write the log into a file.")] = None,
    top: Annotated[int, typer.Option(min=1, help="How many rows of each list.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="Answer with JSON and nothing else.")] = False,
) -> None:
    """Mine an event log: map, variants, rework, bottlenecks, conformance; draw it, export it.

    --activities and --paths (0 to 1) leave out what is rare, down to the most common way. --conform-with takes as model
    what happens at least in that share of the cases.
    """
    columns = Columns(case=case, activity=activity, timestamp=timestamp, resource=resource, index=index)
    reading = Reading(
        file=file, columns=columns, encoding=encoding, delimiter=delimiter, time_format=time_format, zone=zone
    )
    request = Request(
        reading=reading,
        gaps=gaps,
        skip_bad=skip_bad,
        working_time=working_time,
        closing=frozenset(closed_by or ()),
        model=model,
        min_share=conform_with,
        top=top,
        activities=activities,
        paths=paths,
    )
    _carry_out(request, map_, export, json=json)


def _carry_out(
    request: Request, map_: tuple[Drawing, Path] | None, export: tuple[Format, Path] | None, *, json: bool
) -> None:
    findings = found_in(request, keep_events=export is not None)
    if map_:
        files.draw(findings, *map_, title=request.reading.file.name)
    if export:
        files.export(findings, *export)
    found = answer(findings, request)
    if json:
        print_json(found)
    else:
        show(found, findings, request.top)
