"""The services' OpenAPI descriptions, taken from a service put together on a database of its own."""

from __future__ import annotations

import base64
import importlib
import json
import secrets
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local.postgres import SETTINGS, start_postgres
from deploy.local.processes import free_port
from shared.http.schema import directories
from shared.http.service import create_app
from shared.testing.databases import Databases
from tests.contracts.promises import ROOT

FOLDER = ROOT / "docs" / "openapi"
NOWHERE = "127.0.0.1:9"


def path_of(service: str) -> Path:
    """Where a service's description is committed; the web client's types are made from it."""
    return FOLDER / f"{service}.json"


async def description_of(service: str, fresh_database: Callable[[Sequence[Path]], Awaitable[str]]) -> dict[str, Any]:
    """What this service answers at /openapi.json."""
    bootstrap = importlib.import_module(f"services.{service}.bootstrap")
    url = await fresh_database(directories(ROOT / "services" / service / "migrations"))
    with tempfile.NamedTemporaryFile() as kek:
        kek.write(base64.b64encode(secrets.token_bytes(32)))
        kek.flush()
        nowhere = {"kafka": NOWHERE, "issuer": f"http://{NOWHERE}", "jwks_url": f"http://{NOWHERE}/jwks"}
        settings = settings_of(service)(database_url=url, kek_file=kek.name, **nowhere)
        async with bootstrap.assemble(settings) as assembly:
            described = create_app(assembly.context, assembly.routers).openapi()
            return dict(json.loads(json.dumps(described)))  # lists, where the frameworks leave tuples


def settings_of(service: str) -> Any:
    """The settings class of a service."""
    return importlib.import_module(f"services.{service}.settings").Settings


@contextmanager
def databases() -> Iterator[Databases]:
    """Databases on a Postgres that is thrown away."""
    place = Path(tempfile.mkdtemp(prefix="flowline-contracts-"))
    place.chmod(0o755)
    password, log = secrets.token_urlsafe(12), place / "postgres.log"
    faster = {**SETTINGS, "fsync": "off"}
    server = start_postgres(place / "data", free_port(), password=password, log=log, settings=faster)
    try:
        yield Databases(server)
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)
