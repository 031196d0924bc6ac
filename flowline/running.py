"""Finds the running system: the file that the local runner leaves behind, or the environment."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path


class NotRunning(Exception):
    """No running Flowline was found: start it with `make run`, or set FLOWLINE_URL and FLOWLINE_TOKEN."""


@dataclass(frozen=True, slots=True)
class Running:
    """Where the gateway is and how to get a token: a ready one, or the identity provider's endpoint and client.

    `pipeline_database`: the address of pipeline's log, for the generator, which writes it as a replica does.
    `approver_token`: of somebody else, who approves what the first one submits.
    """

    url: str
    token: str | None = None
    token_url: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    pipeline_database: str | None = None
    approver_token: str | None = None


def find_running() -> Running:
    """Look at FLOWLINE_URL first, then at `.flowline/run.json` here, in each folder above and beside the project.

    Beside FLOWLINE_URL stands FLOWLINE_TOKEN, or what gets one: FLOWLINE_TOKEN_URL, _CLIENT_ID and _CLIENT_SECRET_FILE.
    """
    if url := os.environ.get("FLOWLINE_URL"):
        return Running(
            url.rstrip("/"),
            token=os.environ.get("FLOWLINE_TOKEN"),
            approver_token=os.environ.get("FLOWLINE_APPROVER_TOKEN"),
            pipeline_database=os.environ.get("FLOWLINE_PIPELINE_DATABASE"),
            token_url=os.environ.get("FLOWLINE_TOKEN_URL"),
            client_id=os.environ.get("FLOWLINE_CLIENT_ID"),
            client_secret=_secret(os.environ.get("FLOWLINE_CLIENT_SECRET_FILE")),
        )
    for folder in _candidates():
        if (record := folder / "run.json").exists():
            return _read(record)
    raise NotRunning(NotRunning.__doc__)


def _secret(file: str | None) -> str | None:
    return Path(file).read_text().strip() if file else None


def home() -> Path:
    """The folder of the running system's data and logs; the nearest `.flowline` where none runs."""
    known = [folder for folder in _candidates() if (folder / "run.json").exists() or (folder / "logs").exists()]
    return known[0] if known else _candidates()[-1]


def _candidates() -> list[Path]:
    if home := os.environ.get("FLOWLINE_HOME"):
        return [Path(home)]
    here = Path.cwd()
    return [folder / ".flowline" for folder in (here, *here.parents, Path(__file__).resolve().parents[1])]


def _read(record: Path) -> Running:
    found = json.loads(record.read_text())
    try:
        client = (found["token_url"], found["client_id"], found["client_secret"])
        return Running(found["url"], None, *client, found["databases"]["pipeline"])
    except KeyError as missing:
        raise NotRunning(f"{record} has no {missing}: is `make run` still starting?") from missing
