"""`python -m deploy.docker secrets | databases`: the jobs that run before the containers of a system start."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from deploy.docker.owners import Owners
from deploy.local.databases import ensure_databases
from deploy.local.identity.clients import registered_clients

PATIENCE = 60.0  # seconds for Postgres to answer


def main() -> None:
    """Do the one job that is named."""
    parser = argparse.ArgumentParser(prog="python -m deploy.docker", description=__doc__)
    parser.add_argument("job", choices=("secrets", "databases"))
    parser.add_argument("--place", type=Path, default=Path("/secrets"), help="has a directory for every owner")
    parser.add_argument("--server", default="postgres:5432", help="where the containers find Postgres")
    arguments = parser.parse_args()
    owners = Owners(arguments.place, arguments.server)
    if arguments.job == "secrets":
        owners.draw()
        registered_clients(owners.of("identity"))
    else:
        sys.exit(make_databases(owners))


def make_databases(owners: Owners) -> str | None:
    """Make a database and a role for every service; returns what is wrong when Postgres does not answer."""
    deadline = time.monotonic() + PATIENCE
    while not ensure_databases(owners.superuser_url, owners.passwords()):
        if time.monotonic() > deadline:
            return f"Postgres at {owners.server} has not answered for {PATIENCE:.0f} s"
        time.sleep(0.5)
    return None


if __name__ == "__main__":
    main()
