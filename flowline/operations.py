"""The care of read models from the command line: status, rebuild, parked streams and verification of all services."""

from __future__ import annotations

import asyncio
from typing import Any

from flowline.events import SERVICES
from flowline.gateway import Gateway
from flowline.output import Report, print_json, print_table, progress, say

_LOOK_AGAIN = 0.5  # seconds
_HUNDRED = 100


class NoSuchReadModel(Exception):
    """No service has a read model of that name."""


async def status(gateway: Gateway, *, json: bool) -> None:
    """Print every read model of every service."""
    rows = [{"service": service, **row} for service in SERVICES for row in await _models(gateway, service)]
    if json:
        print_json(rows)
    else:
        columns = ("service", "name", "kind", "instance", "state", "waiting", "parked", "error")
        print_table(columns, [[row.get(column) for column in columns] for row in rows])


async def rebuild(gateway: Gateway, name: str, *, json: bool) -> int:
    """Build the named read model anew in every service that has one; the exit code is 1 when a build failed."""
    services = [each for each in SERVICES if any(row["name"] == name for row in await _models(gateway, each))]
    if not services:
        raise NoSuchReadModel(f"no service has a read model called {name!r}: see `flowline projections status`")
    with progress(silent=json) as report:
        results = [{"service": service, **await _rebuilt(gateway, service, name, report)} for service in services]
    if json:
        print_json(results)
    for result in results:
        say(f"{result['service']}/{name}: {_sentence(result)}")
    return 1 if any(result["state"] == "failed" for result in results) else 0


async def _rebuilt(gateway: Gateway, service: str, name: str, report: Report) -> dict[str, Any]:
    await gateway.post(f"/operations/{service}/projections/{name}/rebuild")
    while True:
        [row] = [row for row in await _models(gateway, service) if row["name"] == name]
        build: dict[str, Any] | None = row["rebuild"]
        if build is None:
            return {"state": "failed", "error": "the service was restarted meanwhile; the old version goes on"}
        if build["state"] != "running":
            return build
        report(f"{service}/{name}", round(_HUNDRED * build.get("progress", 0)), _HUNDRED)
        await asyncio.sleep(_LOOK_AGAIN)


def _sentence(result: dict[str, Any]) -> str:
    if result["state"] == "failed":
        return f"not rebuilt, the old version goes on: {result['error']}"
    if result["equal"]:
        return "built anew and swapped; every row equals the old version's"
    changed = [f"{t['table']} ({t['only_live']} rows gone, {t['only_rebuilt']} new)" for t in result["tables"]]
    return f"built anew and swapped; it differs from the old version in {', '.join(changed)}"


async def parked(gateway: Gateway, *, json: bool) -> None:
    """Print parked streams with their reason."""
    rows = [
        {"service": service, **row}
        for service in SERVICES
        for row in (await gateway.get(f"/operations/{service}/parked"))["parked"]
    ]
    if json:
        print_json(rows)
    else:
        columns = ("service", "projection", "stream_id", "type", "events", "attempts", "error")
        print_table(columns, [[row.get(column) for column in columns] for row in rows])


async def retry(gateway: Gateway, *, json: bool) -> int:
    """Retry all parked streams; the exit code is 1 when some stay parked."""
    results = [
        {"service": service, **await gateway.post(f"/operations/{service}/parked/retry")} for service in SERVICES
    ]
    if json:
        print_json(results)
    else:
        columns = ("service", "streams", "events", "still_parked")
        print_table(columns, [[row[column] for column in columns] for row in results])
    return 1 if any(row["still_parked"] for row in results) else 0


async def verify(gateway: Gateway, *, json: bool) -> int:
    """Check every service; the exit code is 1 when a promise does not hold."""
    results = {}
    with progress(silent=json) as report:
        for number, service in enumerate(SERVICES, start=1):
            results[service] = await gateway.post(f"/operations/{service}/verify")
            report("verify", number, len(SERVICES))
    holds = all(result["ok"] for result in results.values())
    if json:
        print_json({"ok": holds, "services": results})
    else:
        print_table(
            ("service", "check", "result"), [row for name, result in results.items() for row in _rows(name, result)]
        )
        say("every promise holds" if holds else "NOT everything holds")
    return 0 if holds else 1


def _rows(service: str, result: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(service, check["name"], "; ".join(check["findings"]) or "holds") for check in result["checks"]]


async def _models(gateway: Gateway, service: str) -> list[dict[str, Any]]:
    answer = await gateway.get(f"/operations/{service}/projections")
    return list(answer["projections"])
