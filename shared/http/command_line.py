"""`python -m services.<name> serve | migrate`: the same words for every service."""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import subprocess
import sys
from pathlib import Path

import asyncpg
import uvloop

from shared.errors import Unavailable
from shared.eventstore.personal import Vault
from shared.eventstore.wrapping import Wrapping
from shared.http import schema
from shared.http.failures import DATABASE_AWAY
from shared.http.process import Assemble, Settings, serve
from shared.http.service import ServiceSettings
from shared.http.supervisor import Part
from shared.messaging.restoring import EventsWouldBeLost, NothingToBegin, begin_epoch
from shared.observability.logging import configure, logger

PARTS: tuple[Part, ...] = ("api", "relay", "consumers")


def run(settings_class: type[Settings], assemble: Assemble[Settings], *, migrations: Path) -> None:
    """Do what the command line says and exit; the service is named after the directory of its migrations."""
    name = migrations.parent.name
    chosen = _parser(name).parse_args()
    settings = settings_class()
    configure(name, settings.log_level)
    faulthandler.enable()
    places = schema.directories(migrations)
    if chosen.command == "migrate":
        sys.exit(_migrate(settings.database_url, places))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if chosen.command == "rotate-key":
            sys.exit(runner.run(_rotate_key(settings)))
        if chosen.command == "begin-epoch":
            sys.exit(runner.run(_begin_epoch(settings, name, chosen.lost)))
        parts = {part for part in PARTS if getattr(chosen, part)} or set(PARTS)
        sys.exit(runner.run(_serve(settings, assemble, parts, places)))


async def _serve(settings: Settings, assemble: Assemble[Settings], parts: set[Part], places: list[Path]) -> int:
    try:
        await schema.require_current(settings.database_url, places)
    except (schema.SchemaOutdated, *DATABASE_AWAY) as reason:
        logger().critical("not started", reason=str(reason) or repr(reason))
        return 1
    return await serve(settings, assemble, parts)


async def _begin_epoch(settings: ServiceSettings, service: str, lost: Path | None) -> int:
    try:
        begun = await begin_epoch(settings.database_url, settings.kafka, service, lost)
    except (NothingToBegin, EventsWouldBeLost, Unavailable, OSError, *DATABASE_AWAY) as reason:
        logger().critical("no new epoch", reason=str(reason) or repr(reason))
        return 1
    logger().info("epoch begun", epoch=begun.epoch, after=begun.after, lost_events=begun.lost, kept_in=str(lost))
    return 0


async def _rotate_key(settings: ServiceSettings) -> int:
    if settings.kek_file is None:
        logger().critical("no key rotated", reason="this service has no file of key-encryption keys")
        return 1
    async with asyncpg.create_pool(settings.database_url, min_size=1, max_size=1) as pool:
        rewrapped = await Vault(pool, Wrapping.of_file(settings.kek_file)).rewrap()
    logger().info("keys wrapped by the newest key", rewrapped=rewrapped)
    return 0


def _migrate(database_url: str, places: list[Path]) -> int:
    try:
        schema.migrate(database_url, places)
    except subprocess.CalledProcessError as reason:
        logger().critical("migration failed", exit_code=reason.returncode)
        return 1
    return 0


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m services.{name}")
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="run the service; with flags only the parts named")
    for part in PARTS:
        serving.add_argument(f"--{part}", action="store_true")
    commands.add_parser("migrate", help="bring the database schema up to date")
    commands.add_parser("rotate-key", help="wrap every person's key by the first key-encryption key of the file")
    beginning = commands.add_parser("begin-epoch", help="let the log go on in a restored or promoted Postgres")
    beginning.add_argument("--lost", type=Path, help="where to write the events that Kafka has and the log has not")
    return parser
