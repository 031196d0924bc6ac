"""`python -m tests.contracts` writes docs/events and docs/openapi anew; it refuses to break promised events."""

from __future__ import annotations

import asyncio
import json
import sys

from tests.contracts.compatibility import breaks
from tests.contracts.descriptions import databases, description_of, path_of
from tests.contracts.promises import SERVICES, promise_of, text_of


def main() -> int:
    """Write the files; the exit code is 1 and nothing is written when a committed schema would be broken."""
    files = {path: value for service in SERVICES for path, value in promise_of(service).files().items()}
    broken = [
        f"{path.name}: {sentence}"
        for path, value in files.items()
        if path.exists() and "asyncapi" not in path.name
        for sentence in breaks(json.loads(path.read_text()), value)
    ]
    if broken:
        sys.stderr.write("\n".join([*broken, "make a new schema_version instead", ""]))
        return 1
    for path, value in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(value))
    asyncio.run(write_descriptions())
    return 0


async def write_descriptions() -> None:
    """Write every service's OpenAPI description."""
    with databases() as fresh:
        for service in SERVICES:
            path_of(service).parent.mkdir(parents=True, exist_ok=True)
            path_of(service).write_text(text_of(await description_of(service, fresh)))


if __name__ == "__main__":
    sys.exit(main())
