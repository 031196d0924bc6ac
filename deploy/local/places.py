"""Where the native runner keeps things, and what it says about a running system."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from deploy.local.processes import ROOT
from deploy.local.secret_files import SecretFiles, write_private


class AlreadyRunning(Exception):
    """Flowline is already running from this directory."""


@dataclass(frozen=True, slots=True)
class Places:
    """The directory `.flowline` (FLOWLINE_HOME puts it elsewhere): data, logs, secrets, the running system's record."""

    home: Path

    @property
    def secrets(self) -> SecretFiles:
        """Passwords, keys and client secrets."""
        return SecretFiles(self.home / "secrets")

    @property
    def record(self) -> Path:
        """What the flowline command reads to find the running system; exists while it runs."""
        return self.home / "run.json"

    @property
    def wanted(self) -> Path:
        """Which parts are to be left down."""
        return self.home / "left-down.json"

    def data(self, part: str) -> Path:
        """A part's own data."""
        return self.home / part

    def log(self, part: str) -> Path:
        """A part's log."""
        return self.home / "logs" / f"{part}.log"

    def lock(self) -> TextIOWrapper:
        """Hold this home as long as the file returned is open; raises AlreadyRunning."""
        self.home.mkdir(parents=True, exist_ok=True)
        file = (self.home / "lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise AlreadyRunning(f"Flowline is already running from {self.home.parent} (process {holder})") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file

    def left_down(self) -> frozenset[str]:
        """The parts that somebody wants down."""
        return frozenset(_json(self.wanted, []))

    def leave_down(self, parts: frozenset[str]) -> None:
        """Say which parts are to be down; the runner notices."""
        write_private(self.wanted, json.dumps(sorted(parts)))

    def checkouts(self) -> dict[str, Path]:
        """Parts that run from another checkout than this one → its directory."""
        return {part: Path(directory) for part, directory in _json(self.home / "checkouts.json", {}).items()}

    def run_from(self, checkouts: Mapping[str, Path]) -> None:
        """Say which parts run from another checkout, from their next start on."""
        write_private(self.home / "checkouts.json", json.dumps({part: str(place) for part, place in checkouts.items()}))

    def recorded(self) -> dict[str, Any]:
        """The record of the running system, or of one that was cut off; empty when there is none."""
        return dict(_json(self.record, {}))

    def write_record(self, record: dict[str, Any]) -> None:
        """Replace the record."""
        write_private(self.record, json.dumps(record, indent=1))


def here() -> Places:
    """The places of this checkout."""
    return Places(Path(os.environ.get("FLOWLINE_HOME") or ROOT / ".flowline").absolute())


def _json(path: Path, otherwise: Any) -> Any:
    with contextlib.suppress(FileNotFoundError, ValueError):
        return json.loads(path.read_text())
    return otherwise
