"""A Postgres that one service has for itself, with base backups and an archive of its log, for drills."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.local.databases import database_url, ensure_databases
from deploy.local.postgres import SETTINGS, Postgres, binaries, start_postgres, unprivileged
from deploy.local.processes import free_port
from tests.system import eventually

PASSWORD = "only-in-this-drill"


@dataclass(slots=True)
class OwnPostgres:
    """A cluster below `place`, its archive beside it; `settings` are added to the native runner's."""

    place: Path
    settings: Mapping[str, str]
    port: int
    server: Postgres

    @property
    def database(self) -> str:
        """The address of the database of customer."""
        return database_url(self.server.url(), "customer", PASSWORD)

    def told(self) -> dict[str, str]:
        """The setting of the native runner that sends customer here."""
        return {"DATABASES": json.dumps({"customer": self.database})}

    def back_up(self) -> None:
        """Take a base backup while everything runs."""
        target = self.place / "backup"
        _run(binaries() / "pg_basebackup", "-D", target, "-d", self.server.url(), "-X", "none", "-c", "fast")

    def restore_to(self, moment: datetime) -> None:
        """Replace the cluster by the backup, rolled forward to a moment, and start it at the same address."""
        cluster = self.place / "cluster"
        cluster.rename(self.place / "destroyed")
        shutil.copytree(self.place / "backup", cluster)
        (cluster / "recovery.signal").touch()
        _give_away(cluster)
        recovery = {
            "restore_command": f"cp {self.place}/archive/%f %p",
            "recovery_target_time": moment.isoformat(),
            "recovery_target_action": "promote",
        }
        self.start(recovery)

    def start(self, more: Mapping[str, str] | None = None) -> None:
        """Start the server on what is there."""
        settings = {**SETTINGS, **self.settings, **(more or {})}
        log = self.place / "postgres.log"
        self.server = start_postgres(self.place / "cluster", self.port, password=PASSWORD, log=log, settings=settings)

    def archived(self, segment: str) -> None:
        """Wait until a segment of the log is in the archive."""
        eventually((self.place / "archive" / segment).exists, f"{segment} is archived", 60)


@contextmanager
def own_postgres(place: Path, **settings: str) -> Iterator[OwnPostgres]:
    """Start a cluster in a directory and end it; what is in the directory stays."""
    (place / "archive").mkdir(parents=True)
    _give_away(place)
    archive = {"archive_mode": "on", "archive_command": f"cp %p {place}/archive/%f", "log_min_messages": "warning"}
    chosen, port = {**archive, **settings}, free_port()
    log = place / "postgres.log"
    server = start_postgres(place / "cluster", port, password=PASSWORD, log=log, settings={**SETTINGS, **chosen})
    own = OwnPostgres(place, chosen, port, server)
    try:
        assert ensure_databases(server.url(), {"customer": PASSWORD})
        yield own
    finally:
        own.server.stop()


def _give_away(place: Path) -> None:
    """Let the account that the server runs as own it."""
    user = unprivileged()
    if user is not None:
        for root, folders, files in os.walk(place):
            for name in (".", *folders, *files):
                os.chown(Path(root) / name, user.pw_uid, user.pw_gid)


def _run(*command: str | Path) -> None:
    user = unprivileged()
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        user=user and user.pw_uid,
        group=user and user.pw_gid,
        extra_groups=user and (),
    )
    assert done.returncode == 0, done.stderr
