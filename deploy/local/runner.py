"""What `make run` does: start all parts, say how far they are, keep them running, stop them when told to."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from deploy.gateway.render import SERVICES
from deploy.local import kafka, ports, processes
from deploy.local.databases import has_events
from deploy.local.parts import State, answers_ok
from deploy.local.places import Places
from deploy.local.settings import Settings
from deploy.local.stack import PORTS, SECOND, Stack
from deploy.local.supervisor import Supervisor, end_what_was_left

NEXT = """
Flowline is running: open {url} and pick who you are

  flowline report overview           the first look at sales
  flowline events tail --from-start  every change, in order, as it happens
  flowline token --user lilei        a token to try the API with
  flowline verify                    is what you see what happened?

(the command is .venv/bin/flowline; logs are in {logs}; Ctrl-C stops everything and keeps the data)
"""


@dataclass(slots=True)
class Runner:
    """One run, from the first part started to the last one stopped."""

    stack: Stack
    supervisor: Supervisor
    tell: Callable[[str], None]
    asked_to_stop: int = 0
    announced: bool = False
    demo: subprocess.Popen[bytes] | None = None
    recorded: dict[str, object] = field(default_factory=dict)

    def run(self) -> None:
        """Supervise until SIGINT, SIGTERM or SIGHUP; then stop everything that was started."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        try:
            while not self.asked_to_stop:
                self._step()
                time.sleep(0.1)
        finally:
            self._stop()

    def _step(self) -> None:
        self.supervisor.tick(self.stack.places.left_down())
        self._record()
        if self.demo is not None:
            self._look_at_demo(self.demo)
        elif not self.announced and self.supervisor.all_ready() and self._gateway_says_ready():
            self._all_is_ready()

    def _gateway_says_ready(self) -> bool:
        """Ask the address that everybody else asks; it cannot be content while a part is left down on purpose."""
        some_down = any(run.state is State.DOWN and not run.part.spare for run in self.supervisor.runs.values())
        return some_down or answers_ok(self.stack.url + "/healthz", 5)()

    def _all_is_ready(self) -> None:
        if self.stack.settings.demo and self._demo_is_missing():
            self.tell("the store is empty: loading a small demo (FLOWLINE_DEMO=0 leaves it empty)")
            self._demo_marker.touch()
            self.demo = subprocess.Popen([sys.executable, "-m", "flowline", "demo"], cwd=processes.ROOT)
        else:
            self._announce()

    def _demo_is_missing(self) -> bool:
        """Nothing was ever recorded, or loading the demo was cut short."""
        if self._demo_marker.exists():
            return True
        return not any(asyncio.run(has_events(self.stack.database(name))) for name in SERVICES)

    def _look_at_demo(self, demo: subprocess.Popen[bytes]) -> None:
        if demo.poll() is None:
            return
        if demo.returncode == 0:
            self._demo_marker.unlink()
        else:
            self.tell("the demo could not be loaded; `flowline demo` tries again")
        self.demo = None
        self._announce()

    def _announce(self) -> None:
        self.announced = True
        self.tell(NEXT.format(url=self.stack.url, logs=self.stack.places.log("x").parent))

    def _record(self) -> None:
        now = {**self.stack.record(), "parts": self.supervisor.record()}
        if now != self.recorded:
            self.stack.places.write_record(now)
            self.recorded = now

    def _stop_soon(self, number: int, _frame: FrameType | None) -> None:
        del number
        self.asked_to_stop += 1

    def _stop(self) -> None:
        self.tell("stopping")
        if self.demo is not None:
            processes.stop(self.demo)
        self.supervisor.stop()
        self.stack.places.record.unlink(missing_ok=True)

    @property
    def _demo_marker(self) -> Path:
        return self.stack.places.home / "demo-is-loading"


def start(places: Places, settings: Settings, tell: Callable[[str], None]) -> Runner:
    """Prepare a run: clear what an earlier one left, fetch what is missing, choose ports. The caller holds the lock."""
    for name in end_what_was_left(places.recorded().get("parts", {})):
        tell(f"{name} was left over from a run that was cut off; it has been ended")
    places.leave_down(frozenset(filter(None, settings.without.replace(",", " ").split())) | frozenset(SECOND.values()))
    places.run_from(dict.fromkeys(SERVICES, settings.checkout) if settings.checkout else {})
    chosen = ports.choose(PORTS, places.home / "ports.json", {"gateway": settings.port}, tell)
    libraries = kafka.jars(tell=tell) if settings.kafka is None else None
    stack = Stack(settings, places, chosen, libraries)
    tell(f"starting Flowline in {places.home}")
    stack.prepare()
    return Runner(stack, Supervisor(stack.parts(), tell), tell)
