"""What a process is going to do by itself, as the deal's people see it, and what it has done."""

from __future__ import annotations

from datetime import datetime

from services.pipeline.bootstrap import assemble
from services.pipeline.settings import Settings
from services.pipeline.tests.automated import CALL, DAY, NUDGE, Automated
from services.pipeline.tests.calling import Caller, introduce, refused
from services.pipeline.tests.examples import ANNA_ID
from services.pipeline.tests.selling import MIGRATIONS, selling
from shared.http.service import serving
from shared.projections.live import connected
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer


async def test_a_deals_people_see_what_is_due_and_then_what_was_done(
    fresh_database: Databases, token_issuer: TokenIssuer
) -> None:
    database = await fresh_database(MIGRATIONS)
    settings = Settings(
        database_url=database, kafka="127.0.0.1:1", issuer=token_issuer.issuer, jwks_url=token_issuer.jwks_url
    )
    async with (
        assemble(settings) as assembly,
        serving(assembly, "api") as client,
        selling(database) as beside,
        connected(database) as connection,
    ):
        await introduce(connection)
        process = Automated(beside)
        await process.draw()
        admin = Caller(client, token_issuer)
        deal_id = await admin.open(process_id=str(process.process_id), stage="qualify", owner_id=str(ANNA_ID))
        anna = admin.as_("rep", subject="anna")
        call, nudge = (await anna.get(f"/deals/{deal_id}/automations")).json()["due"]
        silent = datetime.fromisoformat(nudge.pop("due_at")) - datetime.fromisoformat(call.pop("due_at"))
        assert silent == 7 * DAY
        assert call == {
            "stage": "qualify", "automation": "call", "when": "enter", "action": "create_task",
            "reason": CALL.reason, "trigger_version": 1,
        }  # fmt: skip
        assert (nudge["automation"], nudge["when"], nudge["reason"]) == ("nudge", "idle", NUDGE.reason)
        refused(await admin.as_("rep", subject="darcel").get(f"/deals/{deal_id}/automations"), 404, "deal-not-found")
        await process.run(datetime.now().astimezone())
        due = (await anna.get(f"/deals/{deal_id}/automations")).json()["due"]
        assert [one["automation"] for one in due] == ["nudge"]
        (task,) = (await anna.get("/tasks", deal=deal_id, mine=True)).json()["items"]
        assert (task["title"], task["automation"], task["reason"], task["created_by"]) == (
            "Call", "call", CALL.reason, "automation",
        )  # fmt: skip
        entries = (await anna.get(f"/deals/{deal_id}/story")).json()["entries"]
        assert (entries[1]["event"], entries[1]["who"], entries[1]["cause"]) == (
            "DealAutomationRan", "automation", entries[0]["event_id"],
        )  # fmt: skip
