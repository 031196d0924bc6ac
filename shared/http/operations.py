"""What operators of a service can see and start over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from shared.errors import NotFound
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.context import Operations, service_of
from shared.http.payload import Payload
from shared.http.rights import OPERATE

Operator = Annotated[Principal, Depends(reader(OPERATE))]


class RetryParked(Payload):
    """Which parked events to try again; without fields, all."""

    projection: str | None = None
    stream_id: str | None = None


def operation_routes(service: str) -> APIRouter:
    """`/operations/<service>/…`; they change no business fact and so need neither key nor version."""
    router = APIRouter(prefix=f"/operations/{service}", tags=["operations"])

    @router.get("/projections", operation_id="listProjections")
    async def list_projections(request: Request, operator: Operator) -> dict[str, Any]:
        """Every read model: position, lag, running rebuilds with progress and time left."""
        del operator
        return {"projections": await _operations(request).projections()}

    @router.post("/projections/{name}/rebuild", operation_id="rebuildProjection", status_code=202)
    async def rebuild_projection(request: Request, operator: Operator, name: str) -> dict[str, Any]:
        """Build it anew beside the live one, compare, swap; its progress is in the list of projections."""
        del operator
        return await _operations(request).rebuild(name)

    @router.get("/parked", operation_id="listParked")
    async def list_parked(request: Request, operator: Operator) -> dict[str, Any]:
        """Events that a projection could not apply, and those waiting behind them."""
        del operator
        return {"parked": await _operations(request).parked()}

    @router.post("/parked/retry", operation_id="retryParked")
    async def retry_parked(request: Request, operator: Operator, body: RetryParked) -> dict[str, Any]:
        """Apply parked events again, in order."""
        del operator
        return await _operations(request).retry(body.projection, body.stream_id)

    @router.post("/verify", operation_id="verifyLog")
    async def verify_log(request: Request, operator: Operator) -> dict[str, Any]:
        """Check the log and compare every read model with an independent fold of it."""
        del operator
        result = await _operations(request).verify()
        service_of(request).metrics.verify_failed.set(sum(bool(check["findings"]) for check in result["checks"]))
        return result

    return router


def _operations(request: Request) -> Operations:
    operations = service_of(request).operations
    if operations is None:
        raise NotFound("This service has nothing to operate.")
    return operations
