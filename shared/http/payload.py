"""What every request body is built on: nothing unknown, nothing converted behind the sender's back."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema

STRICT = ("int", "float", "bool")


def _tighten(schema: Any) -> None:
    if isinstance(schema, dict):
        if schema.get("type") in STRICT:
            schema["strict"] = True
        for name, part in schema.items():
            if name not in ("metadata", "cls", "ref"):
                _tighten(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            _tighten(part)


class Payload(BaseModel):
    """A request body or a part of one: unknown fields are refused, `"3"` is no number and `1` is no boolean."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler, /) -> CoreSchema:
        """Numbers and booleans are strict; dates, ids and decimals still come as text, as JSON has no other way."""
        schema = handler(source)
        _tighten(schema)
        return schema
