"""The Postgres of customer is destroyed and restored from a base backup and its archived log to a chosen minute."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import httpx

from deploy.local.processes import ROOT
from tests.faults.drills.own_postgres import OwnPostgres, own_postgres
from tests.faults.drills.shift import Shift
from tests.system import eventually, running

HEAD = "SELECT epoch, position, clock_timestamp() AS now FROM ev.head"
SWITCH = "SELECT pg_walfile_name(pg_switch_wal()) AS segment"
COUNT = "SELECT count(*) AS known FROM read.customer"


def drill() -> None:
    """Everything after the chosen moment is lost in customer, kept in a file, and forgotten by the other services."""
    with tempfile.TemporaryDirectory(prefix="flowline-restore-") as folder:
        place = Path(folder)
        place.chmod(0o755)  # the server runs as another account where we are root
        with own_postgres(place / "own") as own, running(place / "home", **own.told()) as system:
            shift = Shift(system)
            moment = _live_and_die(shift, own)
            own.restore_to(moment)
            shift.tell(f"do: base backup restored and the log rolled forward to {moment:%H:%M:%S.%f}")
            shift.bring_up("customer")
            _go_on(shift, place / "lost.jsonl")


def _live_and_die(shift: Shift, own: OwnPostgres) -> datetime:
    """A backup, a good minute, some more that will be lost; then the disk is gone. Returns the good minute's end."""
    shift.write(20, "Before the backup")
    own.back_up()
    shift.tell("base backup taken while commands go on")
    shift.write(20, "In the good minute")
    [good] = shift.sql("customer", HEAD)
    shift.write(15, "Too late")
    [last] = shift.sql("customer", HEAD)
    eventually(lambda: shift.sql("analytics", COUNT)[0]["known"] == _customers(shift), "analytics has them all")
    own.archived(str(shift.superuser_of(own.server.url(), SWITCH)[0]["segment"]))
    shift.tell(f"position {good['position']} at the good minute's end, {last['position']} now, all on Kafka and shown")
    shift.take_down("customer")
    own.server.process.send_signal(signal.SIGKILL)
    own.server.process.wait(30)
    shift.tell("the Postgres of customer is destroyed")
    now: datetime = good["now"]
    return now


def _go_on(shift: Shift, lost: Path) -> None:
    shift.alarmed("EpochBumpNeeded", "customer")
    with shift.system.client() as client:
        refused = client.post("/customers", json={"name": "Too early"}, headers={"idempotency-key": "too-early"})
    assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE
    shift.tell(f"look: reads work, commands are answered 503 {refused.json()['code']}")
    shift.tell(f"do: begin-epoch: {_begin_epoch(shift)}")
    shift.tell(f"do: begin-epoch --lost FILE: {_begin_epoch(shift, '--lost', str(lost))}")
    kept = [json.loads(line) for line in lost.read_text().splitlines()]
    names = sorted({event["data"]["name"] for event in kept})
    shift.tell(f"look: {len(kept)} lost events are in the file, {names[0]!r} to {names[-1]!r}")
    shift.calm("EpochBumpNeeded", "customer")
    shift.write(5, "In the new epoch")
    wanted = _customers(shift)
    eventually(lambda: shift.sql("analytics", COUNT)[0]["known"] == wanted, "analytics shows what is left")
    shift.tell(f"verify: analytics has noticed the new epoch and shows {wanted} customers, as customer does")
    shift.everything_holds()
    [head] = shift.sql("customer", HEAD)
    shift.tell(f"verify: epoch {head['epoch']}, position {head['position']}")


def _customers(shift: Shift) -> int:
    return int(shift.sql("customer", "SELECT count(*) AS made FROM read.customers")[0]["made"])


def _begin_epoch(shift: Shift, *options: str) -> str:
    record = shift.system.record
    told = {"DATABASE_URL": record["databases"]["customer"], "KAFKA": record["kafka"]}
    told |= {"ISSUER": record["issuer"], "JWKS_URL": record["issuer"] + "/jwks"}
    environment = {**os.environ, **{f"CUSTOMER_{name}": value for name, value in told.items()}}
    command = [sys.executable, "-m", "services.customer", "begin-epoch", *options]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    line = json.loads(done.stdout.strip().splitlines()[-1])
    return ", ".join(
        f"{name}={line[name]}" for name in ("event", "reason", "epoch", "after", "lost_events") if name in line
    )
