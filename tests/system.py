"""The whole system, started the way `make run` starts it, in a home of its own and on free ports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import httpx

from deploy.local.places import Places
from deploy.local.processes import ROOT, free_port, last_lines

PATIENCE = float(os.environ.get("FLOWLINE_PATIENCE", "240"))  # seconds; a machine of two cores needs less


@dataclass(slots=True)
class System:
    """A running system; `home` holds its data, logs and record."""

    home: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    @property
    def record(self) -> dict[str, Any]:
        """What the runner says of its parts, addresses and databases."""
        return Places(self.home).recorded()

    @property
    def url(self) -> str:
        """The gateway's address."""
        return str(self.record["url"])

    def flowline(self, *arguments: str, check: bool = True) -> str:
        """Run the flowline command on this system and return what it printed; `check` False lets it find fault."""
        done = self.start_flowline(*arguments)
        out, errors = done.communicate(timeout=PATIENCE)
        if done.returncode and (check or not out):
            raise AssertionError(f"flowline {' '.join(arguments)} ended with {done.returncode}:\n{errors}\n{out}")
        return out

    def start_flowline(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the flowline command without waiting for it."""
        command = [sys.executable, "-m", "flowline", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=pipe, stderr=pipe, text=True)

    def client(self, user: str | None = None) -> httpx.Client:
        """An HTTP client signed in as a demo person, or as an admin."""
        token = self.flowline("token", *(["--user", user] if user else [])).strip()
        headers = {"authorization": f"Bearer {token}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=30)

    def part(self, name: str) -> dict[str, Any]:
        """One part's state and pid."""
        return dict(self.record["parts"][name])

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a part that this system started."""
        os.kill(int(self.part(name)["pid"]), number)

    def wait_until_ready(self) -> None:
        """Wait until the gateway says that everything is there."""
        eventually(lambda: _healthy(self), f"the system is ready\n{last_lines(self.home / 'runner.log')}")


def _healthy(system: System) -> bool:
    if system.process.poll() is not None:
        raise AssertionError(f"the runner ended:\n{last_lines(system.home / 'runner.log', 40)}")
    try:
        with urlopen(f"{system.url}/healthz", timeout=5) as answer:  # noqa: S310  loopback, from the runner's record
            return bool(answer.status == httpx.codes.OK)
    except (KeyError, OSError):
        return False


def eventually(holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something holds; AssertionError naming it when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.1)


@contextmanager
def running(home: Path, **settings: str) -> Iterator[System]:
    """Start a system, wait until it is ready, and stop all of it at the end; `settings` are FLOWLINE_ variables."""
    home.mkdir(parents=True, exist_ok=True)
    own = {"FLOWLINE_HOME": str(home), "FLOWLINE_PORT": str(free_port()), "FLOWLINE_DEMO": "0"}
    environment = {**os.environ, **own, **{f"FLOWLINE_{name}": value for name, value in settings.items()}}
    with (home / "runner.log").open("ab") as log:
        command = [sys.executable, "-u", "-m", "deploy.local"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        system = System(home, process, environment)
        system.wait_until_ready()
        yield system
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(90)


def read_json(text: str) -> Any:
    """Parse what a command printed with --json."""
    return json.loads(text)
