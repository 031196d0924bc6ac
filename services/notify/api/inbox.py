"""The inbox over HTTP: one's own notifications, how many are unread, and marking them as read."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Response
from pydantic import BaseModel, Field, model_validator

from services.notify.api.arrivals import Arrivals
from services.notify.api.inbox_views import Narrator, NotificationView
from services.notify.api.texts import language_of
from services.notify.domain.inbox.commands import InboxCommand, MarkAllRead, MarkRead
from services.notify.domain.inbox.decider import INBOX, MAX_MARKED
from services.notify.projections.inbox_reading import Inboxes
from services.notify.projections.marks import inbox_id
from services.notify.projections.readers import Reader, Readers
from shared.errors import NotFound
from shared.http.auth import Principal
from shared.http.calls import Call, reader, right
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request
from shared.http.payload import Payload


class NotificationUnknown(NotFound):
    """There is no such notification in your inbox."""

    code = "notification-unknown"


class MarkAsRead(Payload):
    """Either some notifications, or all that are in the inbox now."""

    notification_ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_MARKED)] | None = None
    all: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.notification_ids is None) is not self.all:
            raise ValueError("Give either notification_ids or all.")
        return self


class Unread(BaseModel):
    """How many notifications are unread."""

    unread: int


def inbox_routes(inboxes: Inboxes, readers: Readers, narrator: Narrator, arrivals: Arrivals) -> APIRouter:
    """The routes of one's own inbox."""
    router = APIRouter(tags=["inbox"])
    caught_up = [Depends(consistent("inbox", "directory"))]

    @router.get("/inbox", operation_id="listInbox", dependencies=caught_up)
    async def list_inbox(
        principal: Annotated[Principal, Depends(reader("inbox.read"))],
        page: Annotated[PageRequest, Depends(page_request)],
        unread: bool = False,  # noqa: FBT001, FBT002 - a query parameter
        accept_language: Annotated[str | None, Header()] = None,
    ) -> Page[NotificationView]:
        mine = await readers.of(principal.subject)
        before = page.after[0] if page.after else None
        rows = await inboxes.page(mine, before, page.limit + 1, read_too=not unread)
        views = await narrator.told(rows, language_of(accept_language))
        positions = {row.id: row.position for row in rows}
        return page.of(views, key=lambda view: (positions[view.id],))

    @router.get("/inbox/unread-count", operation_id="countUnread", dependencies=caught_up)
    async def count_unread(principal: Annotated[Principal, Depends(reader("inbox.read"))]) -> Unread:
        return Unread(unread=await inboxes.unread(await readers.of(principal.subject)))

    @router.post("/inbox/mark-read", operation_id="markRead")
    async def mark_read(
        body: MarkAsRead, call: Annotated[Call, Depends(right("inbox.mark", versioned=False))]
    ) -> Response:
        mine = await readers.of(call.principal.subject)
        answer = await call.run(INBOX, inbox_id(mine.subject), await marking(inboxes, mine, body))
        arrivals.wake(mine.own)
        return answer

    return router


async def marking(inboxes: Inboxes, mine: Reader, body: MarkAsRead) -> InboxCommand:
    """The command of a body; raises NotificationUnknown for one that is not in the reader's inbox."""
    if body.notification_ids is None:
        return MarkAllRead(up_to=await inboxes.newest(mine))
    known = await inboxes.known(mine, body.notification_ids)
    for index, one in enumerate(body.notification_ids):
        if one not in known:
            raise NotificationUnknown(field=f"/notification_ids/{index}")
    return MarkRead(notification_ids=tuple(str(one) for one in body.notification_ids))
