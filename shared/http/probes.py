"""What an orchestrator asks: alive, ready, and the numbers."""

from fastapi import APIRouter, Request, Response

from shared.http.answers import JSON, as_json
from shared.http.context import service_of


def probe_routes() -> APIRouter:
    """`/healthz`, `/readyz`, `/metrics`; outside /api and without a token, so the gateway does not route them."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def alive(request: Request) -> Response:
        """200 while every loop shows progress, else 503 with the names of those that do not."""
        health = service_of(request).health
        stalled = health.stalled()
        body = {"status": "stalled" if stalled else "alive", "stalled": stalled, "loops": health.report()}
        return Response(as_json(body), 503 if stalled else 200, media_type=JSON)

    @router.get("/readyz")
    async def ready(request: Request) -> Response:
        """200 when this process wants requests; 503 before it has started and from the first moment of its end."""
        health = service_of(request).health
        willing = health.ready and not health.draining
        return Response(as_json({"ready": willing}), 200 if willing else 503, media_type=JSON)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Everything measured, for Prometheus."""
        return Response(service_of(request).metrics.exposition(), media_type="text/plain; version=0.0.4")

    return router
