"""One service as an application: settings, what bootstrap hands over, and the FastAPI app around the routes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

import httpx
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.errors import DomainError
from shared.http.arrival import arrival_of
from shared.http.calls import answered_before
from shared.http.context import ServiceContext
from shared.http.edge import Edge
from shared.http.failures import refusal_of, validation_refusal
from shared.http.feed import feed_routes
from shared.http.openapi import DescribedApp, waited_for
from shared.http.operations import operation_routes
from shared.http.probes import probe_routes
from shared.http.problems import headers_of, problem_of, respond
from shared.http.supervisor import Loop, Part, Supervisor

API = "/api/v1"
SECRETS = Path("/run/secrets")


class ServiceSettings(BaseSettings):
    """What every service is told by its environment; subclasses set `env_prefix`, such as PIPELINE_.

    A setting may also be a file in /run/secrets, such as pipeline_database_url. `member` names this process among the
    replicas in Kafka's groups, the same after a restart (in Kubernetes the name of a StatefulSet's pod); without it a
    process leaves its groups when it ends. `drain_seconds`: between not being ready and taking no more requests.
    `topic_replicas`: on how many brokers a topic is kept that this service makes. `kek_file`: key-encryption keys in
    base64, one a line, the newest first.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", secrets_dir=SECRETS if SECRETS.is_dir() else None)

    database_url: str
    kafka: str
    issuer: str
    jwks_url: str
    audience: str = "flowline"
    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    kek_file: Path | None = None
    partitions: int = Field(default=3, ge=1)
    topic_replicas: int = Field(default=1, ge=1)
    member: str | None = None
    drain_seconds: float = Field(default=0, ge=0, le=30)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def cursor_secret(self) -> bytes:
        """A key for list cursors that all replicas share without being told another secret."""
        return sha256(b"cursor of " + self.database_url.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """A whole service as bootstrap builds it; `routers` are mounted under /api/v1."""

    context: ServiceContext
    routers: Sequence[APIRouter]
    loops: Sequence[Loop] = ()


def create_app(context: ServiceContext, routers: Sequence[APIRouter]) -> FastAPI:
    """The application: routes, feed, operations, probes, problems for every failure, OpenAPI 3.1."""
    app = DescribedApp(
        title=f"Flowline {context.name}", version="1", docs_url=None, redoc_url=None, redirect_slashes=False
    )
    app.state.service = context
    for router in (*routers, feed_routes(context.name), operation_routes(context.name)):
        app.include_router(router, prefix=API)
    app.include_router(probe_routes())
    app.add_exception_handler(DomainError, _refuse)
    app.add_exception_handler(HTTPException, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse)
    app.add_middleware(Edge, metrics=context.metrics)
    if unknown := waited_for(app) - context.catching_up.keys():
        raise ValueError(f"nothing in `catching_up` knows how to wait for {', '.join(sorted(unknown))}")
    return app


async def _refuse(request: Request, error: Exception) -> Response:
    trace_id = arrival_of(request).trace.trace_id
    if isinstance(error, RequestValidationError):
        refusal, faults = validation_refusal(error)
        problem = problem_of(refusal, instance=request.url.path, trace_id=trace_id, faults=faults)
        return respond(problem, {})
    if answer := await answered_before(request):
        return answer
    refusal = refusal_of(error)
    allowed = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    problem = problem_of(refusal, instance=request.url.path, trace_id=trace_id)
    return respond(problem, {**allowed, **headers_of(refusal)})


@asynccontextmanager
async def serving(assembly: Assembly, *parts: Part) -> AsyncIterator[httpx.AsyncClient]:
    """For tests: the service in this process without a port, with the loops of `parts`; yields a client for it."""
    app = create_app(assembly.context, assembly.routers)
    async with AsyncExitStack() as stack:
        supervisor = Supervisor(assembly.context.health, assembly.context.metrics)
        await stack.enter_async_context(supervisor.running([loop for loop in assembly.loops if loop.part in parts]))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        yield await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://service"))
