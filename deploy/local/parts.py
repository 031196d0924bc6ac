"""A part of the running system: a process that is started when what it needs is there, and again when it dies."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen


class State(StrEnum):
    """Where a part is in its life."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DIED = "died"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Part:
    """How a part is run.

    `launch` starts the process without waiting; `ready` asks it; `alive` (None = the process existing is enough) is
    asked every few seconds once it was ready. A `spare` one stays down until somebody asks for it.
    """

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    ready: Callable[[], bool]
    log: Path
    needs: tuple[str, ...] = ()
    alive: Callable[[], bool] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    spare: bool = False


@dataclass(slots=True)
class Run:
    """What is known of a part's process; times are monotonic seconds."""

    part: Part
    state: State = State.WAITING
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    restarts: int = 0
    failures: int = 0  # deaths in a row, for the back-off
    next_start: float = 0.0
    next_probe: float = 0.0
    missed: int = 0  # liveness answers that did not come, in a row


def answers_ok(url: str, seconds: float = 1.0) -> Callable[[], bool]:
    """Asks whether a GET of this loopback address is answered with 2xx."""

    def ask() -> bool:
        try:
            with urlopen(url, timeout=seconds) as answer:  # noqa: S310 - a loopback address of ours
                return bool(answer.status < 300)  # noqa: PLR2004 - the 2xx statuses
        except (URLError, OSError):
            return False

    return ask
