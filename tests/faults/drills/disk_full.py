"""The volume of customer's Postgres is full: commands are refused, reads go on, nothing is lost (Linux, as root)."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.faults.drills.own_postgres import OwnPostgres, own_postgres
from tests.faults.drills.shift import Shift
from tests.system import eventually, running

MEGABYTES = 300
SMALL = {"max_wal_size": "64MB", "min_wal_size": "32MB", "shared_buffers": "16MB", "archive_mode": "off"}


def drill() -> None:
    """A small volume, filled by a file that somebody forgot there."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flowline-full-")))
        place = stack.enter_context(volume(folder))
        own = stack.enter_context(own_postgres(place / "own", **SMALL))
        with running(folder / "home", **own.told()) as system:
            shift = Shift(system)
            made = shift.write(10)
            _fill(place / "forgotten")
            free = shutil.disk_usage(place).free
            shift.tell(f"symptom: DiskFillsUp: {free // 1024} KiB of {MEGABYTES} MiB are left")
            _refused(shift)
            with system.client() as client:
                shift.tell(f"look: reads go on: {client.get(f'/customers/{made[0]}').json()['name']!r}")
            (place / "forgotten").unlink()
            shift.tell("do: room has been made (in production: the volume is enlarged)")
            _start_again(shift, own)
            shift.write(5, "After the disk was full")
            shift.tell("verify: commands are accepted again")
            shift.everything_holds()


def _refused(shift: Shift) -> None:
    """Commands large enough to need new pages and new log."""
    answers: dict[int, int] = {}

    def refused() -> bool:
        with shift.system.client() as client:
            for _ in range(20):
                body = {"name": "Large", "address": "x" * 400}
                key = {"idempotency-key": f"large-{sum(answers.values())}"}
                status = client.post("/customers", json=body, headers=key).status_code
                answers[status] = answers.get(status, 0) + 1
        return httpx.codes.SERVICE_UNAVAILABLE in answers

    eventually(refused, "commands are refused")
    assert answers.keys() <= {httpx.codes.CREATED, httpx.codes.SERVICE_UNAVAILABLE}, answers
    count = shift.metric("customer", "crm_eventstore_append_total", outcome="unavailable")
    shift.tell(f"symptom: DatabaseTakesNoWrites: crm_eventstore_append_total{{outcome=unavailable}} is {count:.0f}")
    shift.tell(f"look: answers by status: {answers}")


def _start_again(shift: Shift, own: OwnPostgres) -> None:
    """A server that could not write its log has ended; started again it recovers what was committed."""
    if own.server.process.poll() is not None:
        own.start()
        shift.tell("do: Postgres had ended and was started again; it recovered from its log")


def _fill(file: Path) -> None:
    with file.open("wb") as ballast:
        try:
            while True:
                ballast.write(b"\\0" * (1 << 16))
                ballast.flush()
        except OSError:
            return


@contextmanager
def volume(place: Path) -> Iterator[Path]:
    """A file system of its own in memory."""
    place.chmod(0o755)
    mounted = place / "volume"
    mounted.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", mounted], check=True)
    try:
        yield mounted
    finally:
        subprocess.run(["umount", "-l", mounted], check=True)
