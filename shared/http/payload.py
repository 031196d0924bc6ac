"""What every request body is built on: nothing unknown, nothing converted behind the sender's back."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema

STRICT = ("int", "float", "bool")
LARGEST_INTEGER = 2**53 - 1  # beyond it JSON readers in other languages lose digits
MOST_DIGITS = 38  # else "1E+999999" would be written out


def _tighten(schema: Any) -> None:
    if isinstance(schema, dict):
        _tighten_number(schema)
        for name, part in schema.items():
            if name not in ("metadata", "cls", "ref"):
                _tighten(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            _tighten(part)


def _tighten_number(schema: dict[Any, Any]) -> None:
    kind = schema.get("type")
    if kind in STRICT:
        schema["strict"] = True
    if kind == "int" and not {"le", "lt"} & schema.keys():
        schema["le"] = LARGEST_INTEGER
    if kind == "int" and not {"ge", "gt"} & schema.keys():
        schema["ge"] = -LARGEST_INTEGER
    if kind == "decimal":
        schema.setdefault("max_digits", MOST_DIGITS)


class Payload(BaseModel):
    """A request body or a part of one: unknown fields are refused, `"3"` is no number and `1` is no boolean.

    Numbers are bounded where their field does not say how: integers to what JSON can carry, decimals to 38 digits.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler, /) -> CoreSchema:
        """Numbers and booleans are strict; dates, ids and decimals still come as text, as JSON has no other way."""
        schema = handler(source)
        _tighten(schema)
        return schema
