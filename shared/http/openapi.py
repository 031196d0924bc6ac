"""The OpenAPI 3.1 description: what a route's dependencies ask for and refuse joins what FastAPI knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from shared.http.answers import Written
from shared.http.batch import BatchRight
from shared.http.batch_items import BatchResults
from shared.http.calls import Reader, Right
from shared.http.consistency import Consistent
from shared.http.problems import MEDIA_TYPE, Problem

Schema = dict[str, Any]

REFUSALS = {
    "400": "The request is not well formed",
    "401": "A valid access token is required",
    "403": "Your role does not have the right",
    "404": "There is no such thing, or it is not visible to you",
    "409": "It exists already, or its state contradicts the command",
    "412": "It has changed since you read it; ETag holds its version now",
    "413": "The body is larger than 1 MiB",
    "415": "The body is not application/json",
    "422": "Values are not acceptable, a rule refuses, or the key came before with another request",
    "428": "If-Match is missing",
    "500": "A fault of ours",
    "503": "Not now; send it again after Retry-After",
}
ALWAYS = ("400", "500", "503")
PROTECTED = ("401", "403", "404", "422")
WRITING = ("409", "412", "413", "415")

HEADERS: dict[str, Schema] = {
    "Idempotency-Key": {
        "required": True,
        "description": "Your own name for this request, quoted or not; for 24 h a repetition gets the first answer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "If-Match": {
        "required": True,
        "description": 'The ETag that you read, such as "3"; * for whatever it is now.',
        "schema": {"type": "string"},
    },
    "Occurred-At": {
        "required": False,
        "description": "The business time, where it is not now; needs the right to back-date.",
        "schema": {"type": "string", "format": "date-time"},
    },
    "Consistency-Token": {
        "required": False,
        "description": "What a command answered: this read waits until it shows that write.",
        "schema": {"type": "string"},
    },
    "Prefer": {
        "required": False,
        "description": "wait=n: the seconds to wait for a Consistency-Token, 2 unless told, at most 30.",
        "schema": {"type": "string"},
    },
}
ANSWERED: dict[str, Schema] = {
    "ETag": {"description": "The version of the resource now", "schema": {"type": "string"}},
    "Consistency-Token": {"description": "Send it with a read that must show this", "schema": {"type": "string"}},
    "Idempotency-Replayed": {"description": "true on a repetition", "schema": {"type": "string"}},
    "Location": {"description": "Where what was created is", "schema": {"type": "string"}},
}


class DescribedApp(FastAPI):
    """A FastAPI whose description is completed when it is first asked for."""

    def openapi(self) -> Schema:
        """The whole description; raises ValueError for a route without an operation_id."""
        if self.openapi_schema is None:
            schema = get_openapi(title=self.title, version=self.version, routes=self.routes)
            _components(schema.setdefault("components", {}))
            operations = {o["operationId"]: o for path in schema["paths"].values() for o in path.values()}
            for route in _routes(self):
                _complete(operations[route.operation_id or ""], route)
            self.openapi_schema = schema
        return self.openapi_schema


def waited_for(app: FastAPI) -> set[str]:
    """The projections that reads of this app wait for."""
    calls = (call for route in _routes(app) for call in _calls(route.dependant))
    return {name for call in calls if isinstance(call, Consistent) for name in call.projections}


def _routes(app: FastAPI) -> Iterator[APIRoute]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            if route.operation_id is None:
                raise ValueError(f"{route.path} has no operation_id")
            yield route


def _components(components: Schema) -> None:
    _, problems = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    results = BatchResults.model_json_schema(ref_template="#/components/schemas/{model}")
    inner = results.pop("$defs", {})
    schemas = components.setdefault("schemas", {})
    schemas.update({**problems, **inner, "Written": Written.model_json_schema(), "BatchResults": results})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["headers"] = ANSWERED
    components["parameters"] = {name: {"name": name, "in": "header", **said} for name, said in HEADERS.items()}
    components["responses"] = {f"Problem{status}": _problem(says) for status, says in REFUSALS.items()}
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}


def _problem(says: str) -> Schema:
    return {"description": says, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _complete(operation: Schema, route: APIRoute) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    refusals = list(ALWAYS)
    for call in _calls(route.dependant):
        match call:
            case Right():
                asks_version = call.versioned and not call.creates
                _writes(operation, creates=call.creates, asks_version=asks_version)
                refusals += [*PROTECTED, *WRITING, *(("428",) if asks_version else ())]
            case BatchRight():
                _batches(operation)
                refusals += [*PROTECTED, *WRITING]
            case Reader():
                refusals += PROTECTED
            case Consistent():
                _asks(operation, "Consistency-Token", "Prefer")
            case _:
                continue
        operation["security"] = [{"bearer": []}]
    responses.update({status: {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(set(refusals))})


def _calls(dependant: Dependant) -> Iterator[Any]:
    for part in dependant.dependencies:
        yield part.call
        yield from _calls(part)


def _writes(operation: Schema, *, creates: bool, asks_version: bool) -> None:
    _asks(operation, "Idempotency-Key", "Occurred-At", *(("If-Match",) if asks_version else ()))
    names = ["ETag", "Consistency-Token", "Idempotency-Replayed", *(["Location"] if creates else [])]
    says = "Created" if creates else "Accepted"
    status = "201" if creates else "200"
    told = operation["responses"].pop("200", operation["responses"].get(status, {}))
    operation["responses"][status] = _success(says, _schema_of(told) or "Written", names)


def _schema_of(response: Schema) -> str | None:
    """The name of the model that a route says it answers with."""
    schema: Schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return schema["$ref"].rpartition("/")[2] if "$ref" in schema else None


def _batches(operation: Schema) -> None:
    _asks(operation, "Idempotency-Key", "Occurred-At")
    names = ["Consistency-Token", "Idempotency-Replayed"]
    operation["responses"]["200"] = _success("A result for every command, in their order", "BatchResults", names)


def _success(says: str, schema: str, names: list[str]) -> Schema:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    return {"description": says, "content": content, "headers": headers}


def _asks(operation: Schema, *names: str) -> None:
    parameters = operation.setdefault("parameters", [])
    parameters += [{"$ref": f"#/components/parameters/{name}"} for name in names]
