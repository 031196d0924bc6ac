"""The key-encryption key is exchanged while everything runs; names of contacts stay readable at every step."""

from __future__ import annotations

import base64
import os
import secrets
import signal
import subprocess
import sys
import uuid
from pathlib import Path

from deploy.local.processes import ROOT
from tests.faults.drills.shift import Shift
from tests.system import eventually

OLD = "SELECT stream_id, md5(wrapped) AS wrapped FROM vault.keys WHERE wrapped IS NOT NULL ORDER BY stream_id"


def drill(shift: Shift) -> None:
    """New key first in the file, both services restarted, keys wrapped anew, old key out of the file."""
    file = Path(shift.system.record["kek_file"])
    old, new = file.read_text(), base64.b64encode(secrets.token_bytes(32)).decode()
    contact = _contact(shift)
    before = shift.sql("customer", OLD)
    _replace(shift, file, f"{new}\n{old}\n")
    shift.tell("do: the new key stands first in the file, the old one behind it; customer and notify restarted")
    assert _name(shift, contact) == "Xiao Hong"
    said = _rotate(shift, file)
    assert "keys wrapped by the newest key" in said
    shift.tell(f"do: python -m services.customer rotate-key: {said}")
    eventually(lambda: shift.sql("notify", OLD) == shift.sql("customer", OLD) != before, "notify has them too")
    shift.tell("look: notify has taken the keys over, byte for byte")
    _replace(shift, file, new)
    shift.tell("do: the old key is out of the file, both restarted")
    assert _name(shift, contact) == "Xiao Hong"
    shift.tell("verify: the contact's name is read with the new key alone")
    shift.everything_holds()


def _contact(shift: Shift) -> str:
    with shift.system.client() as client:
        headers = {"idempotency-key": str(uuid.uuid4())}
        made = client.post("/contacts", json={"name": "Xiao Hong"}, headers=headers).raise_for_status()
    return str(made.json()["id"])


def _name(shift: Shift, contact: str) -> str:
    with shift.system.client() as client:
        return str(client.get(f"/contacts/{contact}").raise_for_status().json()["name"])


def _replace(shift: Shift, file: Path, keys: str) -> None:
    file.write_text(keys)
    for part in ("customer", "notify"):
        before = shift.system.part(part)["pid"]
        shift.system.signal(part, signal.SIGTERM)
        eventually(lambda part=part, before=before: shift.system.part(part)["pid"] != before, f"{part} is new")  # type: ignore[misc]
    shift.system.wait_until_ready()


def _rotate(shift: Shift, file: Path) -> str:
    record = shift.system.record
    told = {"DATABASE_URL": record["databases"]["customer"], "KAFKA": record["kafka"], "KEK_FILE": str(file)}
    told |= {"ISSUER": record["issuer"], "JWKS_URL": record["issuer"] + "/jwks"}
    environment = {**os.environ, **{f"CUSTOMER_{name}": value for name, value in told.items()}}
    command = [sys.executable, "-m", "services.customer", "rotate-key"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout.strip()
