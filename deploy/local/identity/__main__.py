"""`python -m deploy.local.identity`: run the development identity provider on loopback."""

from __future__ import annotations

import sys

import uvicorn
from pydantic import ValidationError

from deploy.local.identity.app import create_app
from deploy.local.identity.settings import Settings


def main() -> None:
    """Serve until told to stop; refuse to start anywhere but on loopback."""
    try:
        settings = Settings()
    except ValidationError as problem:
        sys.exit("; ".join(f"IDENTITY_{error['loc'][0]}: {error['msg']}" for error in problem.errors()))
    app, host, port = create_app(settings), settings.host, settings.port
    uvicorn.run(app, host=host, port=port, timeout_keep_alive=75, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
