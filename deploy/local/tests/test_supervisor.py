"""Parts are started in order, started again when they die, and stopped in the right order."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.local import processes, supervisor
from deploy.local.parts import Part, State
from deploy.local.supervisor import Supervisor, end_what_was_left

SLEEPING = "import time; print('asleep', flush=True); time.sleep(60)"
NOTHING_DOWN: frozenset[str] = frozenset()


def _part(
    place: Path, name: str, program: str = SLEEPING, *needs: str, ready: Callable[[], bool] = lambda: True
) -> Part:
    log = place / f"{name}.log"
    return Part(name, lambda: processes.spawn([sys.executable, "-c", program], log), ready, log, needs)


class Told(list[str]):
    """What the supervisor said."""

    def about(self, words: str) -> list[int]:
        return [number for number, line in enumerate(self) if words in line]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def supervise(told: Told) -> Iterator[Callable[..., Supervisor]]:
    started: list[Supervisor] = []

    def make(*parts: Part) -> Supervisor:
        started.append(Supervisor(parts, told.append))
        return started[-1]

    yield make
    for each in started:
        each.stop()


def _until(supervised: Supervisor, reached: Callable[[], bool], down: frozenset[str] = NOTHING_DOWN) -> None:
    deadline = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < deadline, supervised.record()
        supervised.tick(down)
        time.sleep(0.01)


def test_a_part_waits_for_what_it_needs(tmp_path: Path, supervise: Callable[..., Supervisor], told: Told) -> None:
    answers: list[bool] = []
    store = _part(tmp_path, "store", ready=lambda: bool(answers))
    supervised = supervise(_part(tmp_path, "shop", SLEEPING, "store"), store)
    for _ in range(5):
        supervised.tick(NOTHING_DOWN)
    assert supervised.runs["shop"].state is State.WAITING
    answers.append(True)
    _until(supervised, supervised.all_ready)
    supervised.stop()
    assert told.about("shop       stopped") < told.about("store      stopped")


def test_a_part_that_dies_is_named_with_its_last_words_and_started_again(
    tmp_path: Path, supervise: Callable[..., Supervisor], told: Told
) -> None:
    supervised = supervise(_part(tmp_path, "shop"))
    _until(supervised, lambda: supervised.all_ready() and "asleep" in processes.last_lines(tmp_path / "shop.log"))
    first = supervised.runs["shop"].process
    assert first is not None
    first.kill()
    _until(supervised, lambda: supervised.runs["shop"].process is not first and supervised.all_ready())
    said = "\n".join(told)
    assert "shop ended (signal SIGKILL); starting it again" in said
    assert "    asleep" in said
    assert supervised.record()["shop"]["restarts"] == 1


def test_a_part_that_keeps_dying_is_given_more_and_more_time(
    tmp_path: Path, supervise: Callable[..., Supervisor], told: Told
) -> None:
    supervised = supervise(_part(tmp_path, "shop", "raise SystemExit(3)", ready=lambda: False))
    _until(supervised, lambda: supervised.runs["shop"].restarts == 3)
    pauses = [line.split(" in ")[1].split(" s")[0] for line in told if "starting it again" in line]
    assert pauses == ["0.2", "0.4", "0.8"]
    assert "ended (code 3)" in told[0]


def test_a_part_that_cannot_even_be_started_is_no_reason_to_fall(
    tmp_path: Path, supervise: Callable[..., Supervisor], told: Told
) -> None:
    missing = Part("ghost", lambda: processes.spawn(["/no/such/program"], tmp_path / "g.log"), bool, tmp_path / "g.log")
    supervised = supervise(missing, _part(tmp_path, "shop"))
    _until(supervised, lambda: supervised.runs["shop"].state is State.READY)
    assert told.about("ghost could not be started")


def test_a_part_that_stops_answering_is_ended_and_started_again(
    tmp_path: Path, supervise: Callable[..., Supervisor], told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PROBE_EVERY", 0.01)
    log = tmp_path / "stuck.log"
    launch = _part(tmp_path, "stuck").launch
    supervised = supervise(Part("stuck", launch, lambda: True, log, alive=lambda: False))
    _until(supervised, lambda: supervised.runs["stuck"].restarts >= 1)
    assert told.about("stuck has not answered")


def test_a_part_is_left_down_and_taken_up_again(tmp_path: Path, supervise: Callable[..., Supervisor]) -> None:
    supervised = supervise(_part(tmp_path, "store"), _part(tmp_path, "shop", SLEEPING, "store"))
    _until(supervised, supervised.all_ready)
    process = supervised.runs["store"].process
    assert process is not None
    supervised.tick(frozenset({"store"}))
    assert process.poll() is not None
    assert supervised.record()["store"] | {"log": ""} == {
        "state": "down", "pid": None, "created": None, "restarts": 0, "stop_signal": 15, "log": ""
    }  # fmt: skip
    assert supervised.runs["shop"].state is State.READY
    _until(supervised, lambda: supervised.runs["store"].state is State.READY)


def test_only_our_own_left_over_processes_are_ended(tmp_path: Path) -> None:
    ours = processes.spawn([sys.executable, "-c", SLEEPING], tmp_path / "a.log")
    strangers = processes.spawn([sys.executable, "-c", SLEEPING], tmp_path / "b.log")
    created = psutil.Process(ours.pid).create_time()
    try:
        recorded: dict[str, dict[str, Any]] = {
            "ours": {"pid": ours.pid, "created": created, "stop_signal": 15},
            "theirs": {"pid": strangers.pid, "created": created - 100, "stop_signal": 15},
            "gone": {"pid": None, "created": None, "stop_signal": 15},
        }
        assert end_what_was_left(recorded) == ["ours"]
        ours.wait(5)
        assert not psutil.pid_exists(ours.pid)
        assert strangers.poll() is None
    finally:
        processes.stop(strangers)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise is Linux's")
def test_what_we_started_ends_with_us(tmp_path: Path) -> None:
    starts_one = (
        "import sys, time; from pathlib import Path; from deploy.local import processes\n"
        "child = processes.spawn([sys.executable, '-c', 'import time; time.sleep(60)'], Path(sys.argv[1]))\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", starts_one, str(tmp_path / "c.log")], stdout=subprocess.PIPE, cwd=processes.ROOT
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    psutil.wait_procs([child], timeout=5)
    assert not _lives(child)


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
