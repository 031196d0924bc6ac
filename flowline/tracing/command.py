"""`flowline trace ID`: what one request set in motion, through all services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flowline.gateway import Gateway
from flowline.output import print_json, say
from flowline.running import home
from flowline.tracing.lines import NoLogs, read
from flowline.tracing.picture import drawn
from flowline.tracing.timeline import Event, Moment, Reach, reaches, timeline

_PAGE = 1000


class NothingFound(Exception):
    """No log line names this id: it is in the X-Correlation-Id of every answer, and in every event."""


async def run(gateway: Gateway, sought: str, files: Sequence[Path], svg: Path | None, *, json: bool) -> None:
    """Print the timeline and, where asked, draw it."""
    chosen = list(files) or sorted((home() / "logs").glob("*.log*"))
    if not chosen:
        raise NoLogs(NoLogs.__doc__)
    lines = read(chosen, sought)
    moments = timeline(lines, sought, await _events(gateway, sought, reaches(lines, sought)))
    if not moments:
        raise NothingFound(NothingFound.__doc__)
    if json:
        print_json([_plain(moment) for moment in moments])
    else:
        print(_told(sought, moments))  # noqa: T201  this is the command's answer
    if svg is not None:
        _write(svg, drawn(sought, moments))


async def _events(gateway: Gateway, sought: str, found: Sequence[Reach]) -> list[Event]:
    """The events of this id, fetched from the feeds at the places that the relays named."""
    events: list[Event] = []
    for reach in found:
        for before in range(reach.first - 1, reach.last, _PAGE):
            params = {"after": f"{reach.epoch}:{before}", "limit": min(_PAGE, reach.last - before)}
            page = await gateway.get(f"/events/{reach.service}", params)
            events += [event for event in page["events"] if event["correlationid"] == sought]
    return list({event["id"]: event for event in events}.values())  # a batch may have been sent twice


def _write(path: Path, picture: str) -> None:
    path.write_text(picture)
    say(f"drawn in {path}")


def _told(sought: str, moments: Sequence[Moment]) -> str:
    began = moments[0].at
    lane = max(len(moment.lane) for moment in moments)
    took = (max(moment.until for moment in moments) - began) / timedelta(milliseconds=1)
    rows = [f"{sought}: {len(moments)} moments in {took:.1f} ms from {began.isoformat()}"]
    for moment in moments:
        after = (moment.at - began) / timedelta(milliseconds=1)
        lasted = f" ({moment.milliseconds:.1f} ms)" if moment.until > moment.at else ""
        rows.append(f"{after:+10.1f} ms  {moment.lane:<{lane}}  {moment.says}{lasted}")
    return "\n".join(rows)


def _plain(moment: Moment) -> dict[str, Any]:
    return {"at": moment.at, "until": moment.until, "where": moment.lane, "what": moment.says}
