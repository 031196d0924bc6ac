"""What may be asked of a process map, as query parameters; one that is unknown is refused, not ignored."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.analytics.api.filters import Ids, Instant, PeriodEndsBeforeItBegins, Words
from services.analytics.projections.process_map.asking import By, MapFilters
from services.analytics.projections.process_map.case_list import Passed
from services.analytics.projections.process_map.chosen_ways import Chosen, Wanted
from services.analytics.projections.process_map.picture import Metric
from shared.errors import Invalid

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Key = Annotated[str, Field(min_length=1, max_length=200)]


class NoMapOfAPastVariant(Invalid):
    """With as_of neither the map nor the conformance of one variant is told; its deals are listed."""

    code = "no-map-of-a-past-variant"


class MapQuery(BaseModel):
    """Which deals count; several values of one parameter are alternatives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Number | None = Field(None, description="A version of the process; left out = all together")
    owner: Ids = Field([], description="People: for closed deals the owner at closing, else the owner today")
    team: Ids = Field([], description="Teams of these owners as they stand today, with all teams below")
    product: Ids = Field([], description="Products that the deal has lines of")
    source: Words = Field([], description="Where the deal came from")
    region: Words = Field([], description="The deal's region, or where it has none its customer's")
    currency: Words = Field([], description="ISO 4217 codes")
    variant: UUID | None = Field(None, description="The whole way that they have gone, of `/variants`")
    from_date: date | None = Field(None, alias="from", description="First day, in the company's time zone")
    to_date: date | None = Field(None, alias="to", description="Last day, itself included")
    by: By = Field(
        "activity",
        description="activity: what happened in these days; opened, closed: all that ever happened to the deals opened "
        "or closed in them; closed leaves open deals out, also without days",
    )

    def filters(self) -> MapFilters:
        """As the map takes them; raises PeriodEndsBeforeItBegins."""
        if self.from_date and self.to_date and self.from_date > self.to_date:
            raise PeriodEndsBeforeItBegins(field="/from")
        return MapFilters(
            version=self.version,
            owner=tuple(self.owner),
            team=tuple(self.team),
            product=tuple(self.product),
            source=tuple(self.source),
            region=tuple(self.region),
            currency=tuple(self.currency),
            variant=self.variant,
            from_date=self.from_date,
            to_date=self.to_date,
            by=self.by,
        )


class PastQuery(MapQuery):
    """What can also be asked of the past."""

    as_of: Instant | None = Field(None, description="The instant at which deals are looked at; left out = now")

    def filters(self) -> MapFilters:
        """With the instant; a variant is then one of that time."""
        return replace(super().filters(), as_of=self.as_of)


class StepsQuery(PastQuery):
    """What is told step by step: of the past not of one variant."""

    def filters(self) -> MapFilters:
        """With the instant; also raises NoMapOfAPastVariant."""
        if self.as_of is not None and self.variant is not None:
            raise NoMapOfAPastVariant(field="/variant")
        return super().filters()


class GraphQuery(StepsQuery):
    """The map itself: by which clock, how much of it, in which form."""

    calendar: Literal["all", "working"] = Field("all", description="working: only the company's working hours count")
    activities: Share = Field(1, description="Share of the stages beside the happy path, the most frequent first")
    paths: Share = Field(1, description="Share of the ways beside the happy path, the most frequent first")
    metric: Metric = Field("deals", description="What the arrows of a picture say and are as wide as")
    format: Literal["json", "svg", "mermaid", "bpmn", "drawio"] = "json"


class VariantsQuery(PastQuery):
    """The most frequent variants."""

    top: int = Field(20, ge=1, le=500, description="How many")


class PassedQuery(PastQuery):
    """The deals behind a number of the map."""

    activity: Key | None = Field(None, description="The key of a stage that they entered")
    step_from: Key | None = Field(None, description="The key of a stage that they went on from")
    step_to: Key | None = Field(None, description="The key of a stage that they went to, in the same step")
    longer_than_days: int | None = Field(None, ge=0, le=36500, description="They stayed longer before that step")
    at: Key | None = Field(None, description="The key of the stage where they are now")
    outcome: Literal["open", "won", "lost"] | None = None
    violation: Annotated[str, Field(max_length=40)] | None = Field(None, description="How they left the drawing")
    limit: int = Field(50, ge=1, le=200, description="Rows per page")
    cursor: str | None = Field(None, max_length=2000, description="`page.next` of the page before")

    def passed(self, chosen: Chosen) -> Passed:
        """What they did, besides the ways that are `chosen` by it."""
        told = Passed(
            activity=self.activity,
            source=self.step_from,
            target=self.step_to,
            longer_than_days=self.longer_than_days,
            paths=chosen.paths,
            then=chosen.then,
        )
        return told if self.as_of else replace(told, at=self.at, outcome=self.outcome)

    def wanted(self) -> Wanted:
        """By which ways they are chosen."""
        steps = bool(self.activity or self.step_from or self.step_to)
        return Wanted(at=self.at, outcome=self.outcome, violation=self.violation, by_steps=steps)


class LogQuery(PastQuery):
    """The event log behind the map."""

    format: Literal["xes", "ocel"] = Field("xes", description="XES (IEEE 1849) or OCEL 2.0 JSON")


class TrendQuery(PastQuery):
    """Conformance by time."""

    unit: Literal["month", "week"] = "month"


class OverlayQuery(StepsQuery):
    """The drawing coloured by reality; json: its elements with their marks, counts and deals."""

    format: Literal["json", "svg", "mermaid", "bpmn", "drawio"] = "svg"
