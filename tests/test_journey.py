"""One story over the gateway: data becomes events, events become reports, events become notifications."""

import signal
import threading
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import data_set
from tests.faults.expected import totals
from tests.faults.storm import overview
from tests.system import System, eventually, read_json

DEALS = 300
QUARTERS = [
    (f"{year}-{month:02}-01", f"{year}-{month + 2:02}-{30 if month in (4, 7) else 31}")
    for year in (2020, 2021, 2022)
    for month in (1, 4, 7, 10)
]


@pytest.fixture(scope="module")
def imported(system: System, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = data_set.write(tmp_path_factory.mktemp("data"), DEALS, seed=7)
    system.flowline("import", "crm-sales-opportunities", str(folder), "--json")
    return folder


def same_as_files(system: System, folder: Path) -> None:
    expected = totals(folder)
    eventually(lambda: overview(system) == expected, f"the overview is {expected}")


def test_an_import_gives_the_totals_of_its_files(system: System, imported: Path) -> None:
    same_as_files(system, imported)


def test_the_same_import_again_changes_nothing(system: System, imported: Path) -> None:
    before = events(system, "pipeline")
    again = read_json(system.flowline("import", "crm-sales-opportunities", str(imported), "--json"))
    assert (again["errors"], again.get("done", 0)) == ([], 0)
    assert events(system, "pipeline") == before


def events(system: System, service: str) -> int:
    """How many events a service has published over its feed."""
    count, after = 0, "1:0"
    with system.client() as client:
        while True:
            page = client.get(f"/events/{service}", params={"after": after, "limit": 1000}).json()
            if not page["events"]:
                return count
            count, after = count + len(page["events"]), page["next"]


def test_a_rebuilt_projection_answers_the_same(system: System, imported: Path) -> None:
    names = {row["name"] for row in read_json(system.flowline("projections", "status", "--json"))}
    deals = next(name for name in names if name.startswith("deals_current") or name == "deals")
    results = read_json(system.flowline("projections", "rebuild", deals, "--json"))
    assert all(result["state"] == "done" and result["equal"] for result in results)
    same_as_files(system, imported)


def test_killed_parts_come_back_and_nothing_is_lost(system: System, imported: Path) -> None:
    for part in ("analytics", "pipeline", "kafka", "postgres"):
        before = system.part(part)["pid"]
        system.signal(part, signal.SIGKILL)
        eventually(lambda part=part, before=before: system.part(part)["pid"] != before, f"{part} is restarted")  # type: ignore[misc]
        system.wait_until_ready()
    same_as_files(system, imported)


def test_a_waterfall_of_every_quarter_balances_and_begins_where_the_last_one_ended(
    system: System, imported: Path
) -> None:
    del imported
    ended: dict[str, Decimal] = {}
    won = Decimal(0)
    with system.client() as client:
        for first, last in QUARTERS:
            answer = client.get("/reports/waterfall", params={"from": first, "to": last}).json()
            for one in answer["currencies"]:
                bars = {bar["bar"]: Decimal(bar["contribution"]) for bar in one["bars"]}
                moved = sum(amount for bar, amount in bars.items() if bar not in ("start", "end"))
                assert Decimal(one["start"]) == ended.get(one["currency"], Decimal(0))
                assert Decimal(one["start"]) + moved == Decimal(one["end"])
                won -= bars.get("won", Decimal(0))
            ended = {one["currency"]: Decimal(one["end"]) for one in answer["currencies"]}
        whole = client.get("/reports/won", params={"to": QUARTERS[-1][1]}).json()
    assert won == sum(Decimal(one["amount"]) for one in whole["total"]) > 0


def test_every_promise_holds(system: System, imported: Path) -> None:
    del imported
    verified = read_json(system.flowline("verify", "--json", check=False))
    found = {
        service: [c for c in result["checks"] if c["findings"]] for service, result in verified["services"].items()
    }
    assert verified["ok"], found


def written(client: httpx.Client, path: str, body: Any, **headers: str) -> httpx.Response:
    keyed = {"idempotency-key": str(uuid.uuid4())} | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.post(path, json=body, headers=keyed)
    assert answer.is_success, answer.text
    return answer


@pytest.fixture(scope="module")
def process(system: System, imported: Path) -> str:
    del imported
    with system.client() as client:
        [process] = client.get("/processes").json()["items"]
        return str(process["id"])


def test_a_won_deal_reaches_its_owners_inbox_at_once(system: System, process: str) -> None:
    with system.client() as admin, system.client("lilei") as owner:
        person = written(admin, "/people", {"name": "李雷", "subject": "lilei"}).json()["id"]
        rule = {"name": "Big deal", "event_type": "DealWon", "condition": "event.data.amount.amount > 1000.0"}
        written(admin, "/rules", rule | {"recipients": [{"kind": "person", "person_id": person}]})
        heard = listen(owner)
        deal = {"name": "Journey", "process_id": process, "amount": {"amount": "5000.00", "currency": "USD"}}
        opened = written(admin, "/deals", deal, consistency_token="")
        won = written(admin, f"/deals/{opened.json()['id']}/win", {}, if_match=opened.headers["etag"])
        assert won.headers["etag"] == '"2"'
        eventually(lambda: owner.get("/inbox/unread-count").json()["unread"] == 1, "one unread notification", 30)
        [notice] = owner.get("/inbox").json()["items"]
        eventually(lambda: any(notice["id"] in line for line in heard), "the stream pushed it", 10)
        written(owner, "/inbox/mark-read", {"notification_ids": [notice["id"]]})
        assert owner.get("/inbox/unread-count").json()["unread"] == 0


def listen(client: httpx.Client) -> list[str]:
    """Collect what the inbox pushes, in the background, until the stream is closed with its client."""
    heard: list[str] = []
    connected = threading.Event()

    def read() -> None:
        try:
            with client.stream("GET", "/inbox/stream", timeout=None) as answer:
                assert answer.status_code == httpx.codes.OK
                for line in answer.iter_lines():
                    connected.set()
                    heard.append(line)
        except (httpx.HTTPError, RuntimeError):
            return  # the test is over

    threading.Thread(target=read, daemon=True).start()
    assert connected.wait(20), "the inbox stream said nothing"
    return heard


def test_a_write_is_seen_by_the_report_that_carries_its_token(system: System, process: str) -> None:
    with system.client() as client:
        for amount in ("10.00", "20.00", "30.00"):
            before = client.get("/reports/overview").json()["deals_total"]
            deal = {"name": f"Seen {amount}", "process_id": process, "amount": {"amount": amount, "currency": "USD"}}
            token = written(client, "/deals", deal).headers["consistency-token"]
            report = client.get("/reports/overview", headers={"consistency-token": token, "prefer": "wait=10"})
            assert report.status_code == httpx.codes.OK, report.text
            assert report.json()["deals_total"] == before + 1


def test_reports_wait_for_no_analytics_and_commands_for_no_broker(system: System, process: str) -> None:
    system.signal("kafka", signal.SIGSTOP)
    try:
        with system.client() as client:
            deal = {"name": "Broker away", "process_id": process, "amount": {"amount": "1.00", "currency": "USD"}}
            token = written(client, "/deals", deal).headers["consistency-token"]
            behind = client.get("/reports/overview", headers={"consistency-token": token, "prefer": "wait=1"})
            assert (behind.status_code, behind.json()["code"]) == (503, "projection-behind")
            assert int(behind.headers["retry-after"]) >= 1
    finally:
        system.signal("kafka", signal.SIGCONT)
    with system.client() as client:
        eventually(
            lambda: client.get("/reports/overview", headers={"consistency-token": token}).is_success, "flows on", 90
        )


@pytest.mark.parametrize(
    ("token", "code"),
    [("", 401), ("not.a.token", 401), ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.", 401)],
)
def test_the_gateway_refuses_what_is_no_token(system: System, token: str, code: int) -> None:
    answer = httpx.get(f"{system.url}/api/v1/deals", headers={"authorization": f"Bearer {token}"} if token else {})
    assert answer.status_code == code
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["status"] == code


def test_identity_headers_of_a_client_count_for_nothing(system: System) -> None:
    with system.client("gus") as guest:
        answer = guest.get("/customers", headers={"x-sub": "ada", "x-user": "ada", "x-roles": "admin"})
        assert answer.status_code == 403 or answer.json()["items"] == []


def test_a_body_that_is_too_large_is_refused_by_name(system: System) -> None:
    with system.client() as client:
        headers = {"idempotency-key": "large", "content-type": "application/json"}
        answer = client.post("/customers", content=b'{"name": "' + b"x" * 2_097_152 + b'"}', headers=headers)
        assert answer.status_code == 413
        assert answer.headers["content-type"].startswith("application/problem+json")
