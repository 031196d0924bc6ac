"""Which reports there are and which filters each takes, read off the routes: a coming report is known by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_origin

from fastapi import APIRouter
from pydantic import BaseModel, ValidationError

from services.analytics.api.answering import ReportRoute
from services.analytics.api.filters import ReportQuery
from shared.errors import Invalid

Filters = dict[str, tuple[str, ...]]


class ReportNotKnown(Invalid):
    """There is no report of this name."""

    code = "report-not-known"


class FilterNotUnderstood(Invalid):
    """The report does not take this filter, or not with this value."""

    code = "filter-not-understood"


@dataclass(frozen=True, slots=True)
class Questions:
    """The reports by name, each with the model of its query parameters."""

    models: Mapping[str, type[BaseModel]]

    def parameters(self, report: str, filters: Mapping[str, Any], at: str) -> Filters:
        """The filters as they stand in an address; `at`: where the thing with the two fields is in the body.

        Raises ReportNotKnown, FilterNotUnderstood and what the report's own filters refuse.
        """
        model = self.models.get(report)
        if model is None:
            raise ReportNotKnown(f"There is no report {report!r}.", field=f"{at}/report")
        asked = _understood(model, filters, at)
        if isinstance(asked, ReportQuery):
            asked.filters()
        given = asked.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
        return {name: _spelled(value) for name, value in given.items()}


def _understood(model: type[BaseModel], filters: Mapping[str, Any], at: str) -> BaseModel:
    try:
        return model.model_validate({name: _alone(model, name, value) for name, value in filters.items()})
    except ValidationError as reason:
        first = reason.errors(include_url=False)[0]
        where = "".join(f"/{step}" for step in first["loc"])
        raise FilterNotUnderstood(f"{first['msg']}.", field=f"{at}/filters{where}") from reason


def _alone(model: type[BaseModel], name: str, value: Any) -> Any:
    """One value of a parameter that has only one may come in a list, as it does in an address."""
    if not isinstance(value, list) or len(value) != 1:
        return value
    field = next((one for key, one in model.model_fields.items() if name in (key, one.alias)), None)
    return value if field is None or get_origin(field.annotation) is list else value[0]


def _spelled(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in values)


def questions_of(routers: Sequence[APIRouter]) -> Questions:
    """The reports among the routes: those that ReportRoute answers and whose address has no variable part."""
    routes = [route for router in routers for route in router.routes if isinstance(route, ReportRoute)]
    found = {route.path.rpartition("/")[2]: _model_of(route) for route in routes if "{" not in route.path}
    return Questions({name: model for name, model in found.items() if model is not None})


def _model_of(route: ReportRoute) -> type[BaseModel] | None:
    """The model of all query parameters of a route, None where it takes them one by one."""
    kinds = (parameter.field_info.annotation for parameter in route.dependant.query_params)
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
