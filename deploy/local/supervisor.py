"""Keeps the parts running: starts them in order, starts again what dies, stops all in the right order."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psutil

from deploy.local import processes
from deploy.local.parts import Part, Run, State

STARTS_WITHIN = 300.0  # seconds
STEADY = 30.0  # seconds after which earlier deaths no longer count
PROBE_EVERY = 5.0
MISSES_ALLOWED = 12
LONGEST_PAUSE = 10.0


@dataclass(slots=True)
class Supervisor:
    """All parts in the order in which they are started; `tick` is called every tenth of a second from one thread."""

    parts: Sequence[Part]
    tell: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    runs: dict[str, Run] = field(init=False)

    def __post_init__(self) -> None:
        """Every part waits for what it needs, spare ones for being asked for."""
        self.runs = {part.name: Run(part, State.DOWN if part.spare else State.WAITING) for part in self.parts}

    def tick(self, left_down: frozenset[str]) -> bool:
        """Move every part one step on; True when anything changed."""
        before = [(run.state, run.process) for run in self.runs.values()]
        for run in self.runs.values():
            if run.part.name in left_down:
                self._take_down(run)
            else:
                self._step(run)
        return before != [(run.state, run.process) for run in self.runs.values()]

    def all_ready(self) -> bool:
        """Whether every part that is wanted is ready."""
        return all(run.state in {State.READY, State.DOWN} for run in self.runs.values())

    def stop(self) -> None:
        """Stop everything that was started: those that need others first, those that need the same at once."""
        left = dict(self.runs)
        while left:
            needed = {need for run in left.values() for need in run.part.needs}
            last = [run for name, run in left.items() if name not in needed]
            self._stop_together(last)
            for run in last:
                del left[run.part.name]

    def record(self) -> dict[str, dict[str, Any]]:
        """What is known of each part, for the flowline command and for the next start."""
        return {name: _recorded(run) for name, run in self.runs.items()}

    def _step(self, run: Run) -> None:
        if run.state in {State.STARTING, State.READY} and run.process is not None and run.process.poll() is not None:
            self._died(run, f"ended ({_how(run.process.returncode)})")
        match run.state:
            case State.DOWN | State.WAITING if self._has_what_it_needs(run):
                self._start(run)
            case State.DIED if self.clock() >= run.next_start:
                self._start(run)
            case State.STARTING:
                self._look_whether_ready(run)
            case State.READY:
                self._look_whether_alive(run)
            case _:
                pass

    def _has_what_it_needs(self, run: Run) -> bool:
        needed = [self.runs[need].state for need in run.part.needs if need in self.runs]
        return all(state in {State.READY, State.DOWN} for state in needed)

    def _start(self, run: Run) -> None:
        run.since = self.clock()
        try:
            run.process = run.part.launch()
        except (OSError, RuntimeError, subprocess.SubprocessError) as problem:
            self._died(run, f"could not be started: {problem}")
        else:
            run.state, run.missed = State.STARTING, 0

    def _look_whether_ready(self, run: Run) -> None:
        if run.part.ready():
            run.state = State.READY
            run.next_probe = self.clock() + PROBE_EVERY
            self.tell(f"{run.part.name:<10} ready  {self.clock() - run.since:5.1f} s")
        elif self.clock() - run.since > STARTS_WITHIN:
            self._kill(run)
            self._died(run, f"was not ready within {STARTS_WITHIN:.0f} s")

    def _look_whether_alive(self, run: Run) -> None:
        if run.failures and self.clock() - run.since > STEADY:
            run.failures = 0
        if run.part.alive is None or self.clock() < run.next_probe:
            return
        run.next_probe = self.clock() + PROBE_EVERY
        run.missed = 0 if run.part.alive() else run.missed + 1
        if run.missed >= MISSES_ALLOWED:
            self._kill(run)
            self._died(run, f"has not answered for {MISSES_ALLOWED * PROBE_EVERY:.0f} s")

    def _died(self, run: Run, what: str) -> None:
        pause = min(0.2 * 2**run.failures, LONGEST_PAUSE)
        run.state, run.next_start = State.DIED, self.clock() + pause
        run.restarts, run.failures = run.restarts + 1, run.failures + 1
        lines = processes.last_lines(run.part.log, 8)
        self.tell(f"{run.part.name} {what}; starting it again in {pause:.1f} s. The end of {run.part.log}:")
        self.tell("\n".join(f"    {line}" for line in lines.splitlines()) or "    (nothing)")

    def _take_down(self, run: Run) -> None:
        if run.state is not State.DOWN:
            self._stop_together([run])
            run.state = State.DOWN
            self.tell(f"{run.part.name:<10} left down")

    def _kill(self, run: Run) -> None:
        if run.process is not None:
            run.process.kill()
            run.process.wait()

    def _stop_together(self, runs: Sequence[Run]) -> None:
        running = [run for run in runs if run.process is not None and run.process.poll() is None]
        for run in running:
            assert run.process is not None
            run.process.send_signal(run.part.stop_signal)
        for run in running:
            assert run.process is not None
            processes.stop(run.process, run.part.stop_signal)
            self.tell(f"{run.part.name:<10} stopped")


def end_what_was_left(recorded: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """End processes of a runner that was cut off; a process id that was given to another program is left alone."""
    ended = []
    for name, part in recorded.items():
        process = _same_process(part.get("pid"), part.get("created"))
        if process is not None:
            process.send_signal(signal.SIGCONT)
            process.send_signal(signal.Signals(part["stop_signal"]))
            try:
                process.wait(10)
            except psutil.TimeoutExpired:
                process.kill()
            ended.append(name)
    return ended


def _same_process(pid: int | None, created: float | None) -> psutil.Process | None:
    try:
        process = psutil.Process(pid) if pid else None
        return process if process is not None and process.create_time() == created else None
    except psutil.Error:
        return None


def _recorded(run: Run) -> dict[str, Any]:
    process = run.process if run.process is not None and run.process.poll() is None else None
    try:
        created = psutil.Process(process.pid).create_time() if process else None
    except psutil.Error:
        created = None
    return {
        "state": run.state,
        "pid": process.pid if process else None,
        "created": created,
        "restarts": run.restarts,
        "stop_signal": int(run.part.stop_signal),
        "log": str(run.part.log),
    }


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
