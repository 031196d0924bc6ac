"""What is asked about a number: its measure, and what the address of the list behind it says."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from services.analytics.api.explain import Explainer
from services.analytics.api.filters import DealsQuery, ReportQuery, Words
from services.analytics.api.money_query import MoneyQuery
from services.analytics.api.questions import FilterNotUnderstood
from services.analytics.api.waterfall_query import StretchQuery
from services.analytics.domain.measure.measure import Measure
from services.analytics.projections import deed_list, work_list
from services.analytics.projections.attainment import Holder
from services.analytics.projections.contribution import Clock
from services.analytics.projections.report import Question
from services.analytics.projections.selection import Filters
from services.analytics.projections.waterfall import Bar
from shared.http.auth import Principal
from shared.http.pages import PageRequest

Query = TypeVar("Query", bound=BaseModel)


class DealsBehindQuery(DealsQuery, MoneyQuery):
    """The deals behind a number, and in which money it was asked for."""

    clock: Clock = Field("latest", description="Which of the clocks of time in stage")


class NumberQuery(DealsBehindQuery, StretchQuery):
    """The list behind the number, as its `drill` says, and the measure that it is.

    A measure takes what the list that it is made of takes: deals, a bar of a waterfall, deeds, slips, work or quotas.
    """

    measure: Annotated[str, Field(max_length=100, description="The key of a measure of GET /measures")]
    bar: Bar | None = Field(None, description="Of a waterfall")
    bar_currency: str | None = Field(None, max_length=3, description="The currency whose bar it is")
    deed: deed_list.Deed | None = Field(None, description="Of the leaderboard")
    what: work_list.What | None = Field(None, description="Of the activity report")
    kind: Words = Field([], description="Kinds of activities and tasks")
    period: Words = Field([], description="Of quotas, such as 2026-Q3")
    holder: Holder | None = Field(None, description="Quotas of people, or of teams")

    def of_list(self, model: type[Query]) -> Query:
        """The same as that list takes it; raises FilterNotUnderstood for what it does not take, or misses."""
        said = self.model_dump(by_alias=True, exclude_defaults=True, exclude={"measure", "limit", "cursor"})
        try:
            return model.model_validate(said)
        except ValidationError as reason:
            first = reason.errors(include_url=False)[0]
            where = "".join(f"/{step}" for step in first["loc"])
            raise FilterNotUnderstood(f"{first['msg']}.", field=where) from reason


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks about which number, and for which page of what it is made of."""

    explainer: Explainer
    asker: Principal
    asked: NumberQuery
    measure: Measure
    page: PageRequest

    def question(self, asked: ReportQuery) -> AbstractAsyncContextManager[Question]:
        """A snapshot of what the asker sees."""
        reports, asker = self.explainer.reports, self.asker
        return reports.ask(asker.subject, asker.roles, asked.filters(), asked.as_of, asked.known_at)

    def now(self, filters: Filters) -> AbstractAsyncContextManager[Question]:
        """The same of what knows no past."""
        return self.explainer.reports.ask(self.asker.subject, self.asker.roles, filters)

    def after_deal(self) -> tuple[UUID | None, int]:
        """Where a list of deals goes on, and how many of them to ask for."""
        return (self.page.after[0] if self.page.after else None), self.page.limit + 1
