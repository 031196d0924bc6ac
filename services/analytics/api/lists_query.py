"""What the lists of events and work behind reports can be asked: the report's filters and which number is opened."""

from typing import Annotated

from pydantic import Field

from services.analytics.api.filters import ReportQuery, WithoutQuery, Words
from services.analytics.api.money_query import ActivityFilters, WindowQuery
from services.analytics.projections import deed_list, slip_list, work_list

WithoutOwner = Annotated[bool, Field(description="Of nobody")]
Limit = Annotated[int, Field(ge=1, le=200, description="Rows per page")]
Cursor = Annotated[str | None, Field(max_length=2000, description="`page.next` of the page before")]


class DeedsQuery(ReportQuery):
    """What owners did with deals."""

    deed: deed_list.Deed = Field(description="moved_forward: to a stage of a higher rank in the deal's version")
    without_owner: WithoutOwner = False
    limit: Limit = 50
    cursor: Cursor = None

    def listed(self) -> deed_list.Listed:
        """As the list takes it."""
        return deed_list.Listed(deed=self.deed, without_owner=self.without_owner)


class SlipsQuery(WithoutQuery, WindowQuery):
    """Moves of expected closes."""

    limit: Limit = 50
    cursor: Cursor = None

    def listed(self) -> slip_list.Listed:
        """As the list takes it; raises CloseWindowEndsBeforeItBegins and RatesNotUnderstood."""
        return slip_list.Listed(window=self.window(), coins=self.coins(), without=self.without())


class WorkQuery(ActivityFilters):
    """Activities and tasks."""

    what: work_list.What
    kind: Words = Field([], description="call, visit, meeting, note or task")
    without_owner: WithoutOwner = False
    limit: Limit = 50
    cursor: Cursor = None

    def listed(self) -> work_list.Listed:
        """As the list takes it."""
        return work_list.Listed(what=self.what, kind=tuple(self.kind), without_owner=self.without_owner)
