"""`python -m deploy.web`: serve the built web client."""

from __future__ import annotations

import sys

import uvicorn
from pydantic import ValidationError

from deploy.web.app import create_app
from deploy.web.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    try:
        settings = Settings()
    except ValidationError as problem:
        sys.exit("; ".join(f"WEB_{str(error['loc'][0]).upper()}: {error['msg']}" for error in problem.errors()))
    app, host, port = create_app(settings), settings.host, settings.port
    uvicorn.run(app, host=host, port=port, timeout_keep_alive=75, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
