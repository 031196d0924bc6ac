"""One example of every event of this service, as other services will meet it."""

from __future__ import annotations

from uuid import UUID

from services.analytics.domain.saved_report.events import SavedReportCreated, SavedReportDeleted, SavedReportRenamed
from shared.domain import Event

ANNA = UUID("01890000-0000-7000-8000-000000000011")
PROCESS = UUID("01890000-0000-7000-8000-000000000031")

CREATED = SavedReportCreated(
    name="Win rate, China",
    report="win-rate",
    filters={"process": (str(PROCESS),), "region": ("上海", "深圳"), "from": ("2026-01-01",)},
    owner_id=ANNA,
)
RENAMED = SavedReportRenamed(before="Win rate, China", after="赢单率")
DELETED = SavedReportDeleted()

EXAMPLES: tuple[Event, ...] = (CREATED, RENAMED, DELETED)
