"""What may be wished of any report's answer: its format, one table of it, another period beside it, the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast
from urllib.parse import urlencode

from fastapi import Request

from services.analytics.domain.measure.measure import Language
from shared.errors import Invalid

Format = Literal["json", "csv", "xlsx"]
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[str, Format] = {"json": "json", "csv": "csv", "xlsx": "xlsx"}
MEDIA: dict[str, Format] = {"application/json": "json", CSV: "csv", XLSX: "xlsx"}
OWN = ("format", "bom", "table", "compare_to")


class FormatNotKnown(Invalid):
    """A report comes as json, csv or xlsx."""

    code = "format-not-known"


class WishNotUnderstood(Invalid):
    """`bom` is true or false, and each of format, bom, table and compare_to is said once."""

    code = "wish-not-understood"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked besides the question.

    `table`: the only list wanted; `bom`: whether CSV begins with the mark by which Excel knows UTF-8;
    `further`: the parameters of the report itself.
    """

    format: Format
    bom: bool
    table: str | None
    compare_to: str | None
    language: Language
    further: list[tuple[str, str]]

    @staticmethod
    def described() -> list[dict[str, Any]]:
        """The parameters in OpenAPI's words."""
        text = {"type": "string"}
        return [
            _parameter("format", "The form of the answer; without it the Accept header decides", _one_of(FORMATS)),
            _parameter("bom", "CSV begins with a byte order mark, so that Excel reads UTF-8", {"type": "boolean"}),
            _parameter("table", "CSV or XLSX of one list of the answer only, such as by_owner", text),
            _parameter("compare_to", "previous_period, previous_year or <day>..<day>: both and the differences", text),
        ]


def asked_for(request: Request) -> Wishes:
    """The wishes of a request; raises FormatNotKnown and WishNotUnderstood."""
    pairs = request.query_params.multi_items()
    own = [(name, value) for name, value in pairs if name in OWN]
    said = dict(own)
    if len(said) < len(own):
        raise WishNotUnderstood
    return Wishes(
        format=_format(said.get("format"), request.headers.get("accept", "")),
        bom=_truth(said.get("bom", "true")),
        table=said.get("table"),
        compare_to=said.get("compare_to"),
        language=language_of(request.headers.get("accept-language", "")),
        further=[(name, value) for name, value in pairs if name not in OWN],
    )


def readdressed(request: Request, parameters: list[tuple[str, str]]) -> Request:
    """The same request with other parameters in its address."""
    scope = {**request.scope, "query_string": urlencode(parameters).encode()}
    return Request(scope, request.receive)


def language_of(accepted: str) -> Language:
    """Chinese where the header prefers it to English, else English."""
    ranks = {tag.split("-")[0]: quality for tag, quality in sorted(_weighed(accepted), key=lambda pair: pair[1])}
    return "zh" if ranks.get("zh", 0.0) > ranks.get("en", 0.0) else "en"


def _format(wish: str | None, accept: str) -> Format:
    if wish is not None:
        if wish not in FORMATS:
            raise FormatNotKnown(field="/format")
        return FORMATS[wish]
    ranked = sorted(_weighed(accept), key=lambda pair: -pair[1])
    return next((MEDIA[kind] for kind, quality in ranked if kind in MEDIA and quality > 0), "json")


def _weighed(header: str) -> list[tuple[str, float]]:
    """The values of an Accept header in lower case with their q (RFC 9110); a q that is no number counts as 0."""
    found = []
    for part in header.split(","):
        value, _, rest = part.strip().partition(";")
        _, given, quality = rest.partition("q=")
        found.append((value.strip().lower(), _quality(quality) if given else 1.0))
    return found


def _quality(text: str) -> float:
    try:
        return float(text.split(";", maxsplit=1)[0])
    except ValueError:
        return 0.0


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise WishNotUnderstood(field="/bom")
    return text == "true"


def _parameter(name: str, says: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": says, "schema": schema}


def _one_of(values: dict[str, Format]) -> dict[str, Any]:
    return cast(dict[str, Any], {"type": "string", "enum": list(values)})
