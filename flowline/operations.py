"""The care of read models from the command line: status, rebuild, parked streams and verification of all services."""

from __future__ import annotations

from flowline.events import SERVICES
from flowline.gateway import Gateway
from flowline.output import print_json, print_table, progress, say


class NoSuchReadModel(Exception):
    """No service has a read model of that name."""


async def status(gateway: Gateway, *, json: bool) -> None:
    """Print every read model of every service."""
    rows = [{"service": service, **row} for service in SERVICES for row in await _models(gateway, service)]
    if json:
        print_json(rows)
    else:
        columns = ("service", "name", "kind", "live", "lag", "state")
        print_table(columns, [[row.get(column) for column in columns] for row in rows])


async def rebuild(gateway: Gateway, name: str, *, json: bool) -> int:
    """Build the named read model anew, in whichever service has it; the exit code is 1 when the build failed."""
    service = await _service_of(gateway, name)
    path = f"/operations/{service}/projections/{name}/rebuild"
    with progress(silent=json) as report:
        result = await _watched(gateway, service, name, gateway.post(path, **_key(gateway)), report)
    if json:
        print_json(result)
    else:
        say(f"{service}/{name}: built anew and swapped; {_difference(result)}")
    return 0


async def parked(gateway: Gateway, *, json: bool) -> None:
    """Print parked streams with their reason."""
    rows = [
        {"service": service, **row}
        for service in SERVICES
        for row in (await gateway.get(f"/operations/{service}/parked"))["items"]
    ]
    if json:
        print_json(rows)
    else:
        columns = ("service", "projection", "stream_id", "events", "reason")
        print_table(columns, [[row.get(column) for column in columns] for row in rows])


async def retry(gateway: Gateway, *, json: bool) -> int:
    """Retry all parked streams; the exit code is 1 when some stay parked."""
    results = [
        {"service": service, **await gateway.post(f"/operations/{service}/parked/retry", **_key(gateway))}
        for service in SERVICES
    ]
    if json:
        print_json(results)
    else:
        print_table(
            ("service", "healed", "still_parked"), [[r["service"], r["healed"], r["still_parked"]] for r in results]
        )
    return 1 if any(result["still_parked"] for result in results) else 0
