"""The `flowline` command: tokens, imports, reports, feeds, traces, histories, mined logs, the care of projections."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from flowline import events as event_feed
from flowline import operations, reports
from flowline.demo import loading as demo_data
from flowline.gateway import Gateway, NotSignedIn, Refused, signed_in
from flowline.generation import command as generation
from flowline.generation.following import StandsStill
from flowline.generation.parameters import CannotGenerate, Parameters
from flowline.imports import command as imports
from flowline.imports.command import NoSuchImport
from flowline.imports.crm_sales_opportunities.source import NotThisDataSet, Unreadable
from flowline.mining import command as mining
from flowline.operations import NoSuchReadModel
from flowline.output import say
from flowline.running import NotRunning, find_running
from flowline.tracing import command as tracing
from flowline.tracing.command import NothingFound
from flowline.tracing.lines import NoLogs
from shared.errors import DomainError

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
projections = typer.Typer(
    help="The read models of all services: how far they are, and building one anew.", no_args_is_help=True
)
parked = typer.Typer(help="Streams that a projection could not digest.", no_args_is_help=True)
events = typer.Typer(help="The event feeds of the services.", no_args_is_help=True)
app.add_typer(projections, name="projections")
app.add_typer(parked, name="parked")
app.add_typer(events, name="events")

_FIRST_DAY, _LAST_DAY = datetime(2023, 1, 1), datetime(2026, 10, 31)  # noqa: DTZ001 - days, as typer reads them
AsJson = Annotated[bool, typer.Option("--json", help="Answer with JSON and nothing else.")]


_SAID = (
    NotRunning,
    NotSignedIn,
    NoSuchImport,
    NoLogs,
    NoSuchReadModel,
    NothingFound,
    NotThisDataSet,
    Unreadable,
    Refused,
    CannotGenerate,
    StandsStill,
    DomainError,
    *mining.SAID,
)


def _with_gateway(work: Callable[[Gateway], Awaitable[int | None]], user: str | None = None) -> None:
    async def run() -> int | None:
        async with signed_in(find_running(), user) as gateway:
            return await work(gateway)

    raise typer.Exit(asyncio.run(run()) or 0)


@app.command()
def token(user: Annotated[str | None, typer.Option(help="A demo person; without a name an admin.")] = None) -> None:
    """Print an access token for curl."""

    async def work(gateway: Gateway) -> None:
        print(await gateway.token())  # noqa: T201  this is the command's answer

    _with_gateway(work, user)


@app.command("import")
def import_(
    name: str,
    folder: Path,
    *,
    keep_demo: Annotated[bool, typer.Option("--keep-demo", help="Leave the demo where it is.")] = False,
    json: AsJson = False,
) -> None:
    """Import a data set through the public API; stopped and run again, it ends in the same state."""
    _with_gateway(lambda gateway: imports.run(name, folder, gateway, json=json, keep_demo=keep_demo))


@app.command()
def report(
    name: str,
    where: Annotated[list[str] | None, typer.Option("--where", help="A filter as name=value; may be repeated.")] = None,
    *,
    json: AsJson = False,
) -> None:
    """Print a report, such as overview, funnel, forecast or waterfall; `GET /api/v1/reports` lists them all."""
    _with_gateway(lambda gateway: reports.show(gateway, name, where or [], json=json))


@events.command()
def tail(
    type_: Annotated[str | None, typer.Option("--type", help="Only this event name.")] = None,
    service: Annotated[str | None, typer.Option(help="Only this service.")] = None,
    *,
    from_start: Annotated[bool, typer.Option("--from-start", help="Begin with the first event.")] = False,
    json: AsJson = False,
) -> None:
    """Print events as they happen, until interrupted."""
    _with_gateway(lambda gateway: event_feed.tail(gateway, type_, service, from_start=from_start, json=json))


@projections.command()
def status(*, json: AsJson = False) -> None:
    """Print how far every read model is."""
    _with_gateway(lambda gateway: operations.status(gateway, json=json))


@projections.command()
def rebuild(name: str, *, json: AsJson = False) -> None:
    """Build a read model anew beside the live one and swap."""
    _with_gateway(lambda gateway: operations.rebuild(gateway, name, json=json))


@parked.command("list")
def parked_list(*, json: AsJson = False) -> None:
    """Print the parked streams of all services."""
    _with_gateway(lambda gateway: operations.parked(gateway, json=json))


@parked.command()
def retry(*, json: AsJson = False) -> None:
    """Try all parked streams again."""
    _with_gateway(lambda gateway: operations.retry(gateway, json=json))


@app.command()
def verify(*, json: AsJson = False) -> None:
    """Check the promises: log order, Kafka equals the log, every read model equals a fold from the first event."""
    _with_gateway(lambda gateway: operations.verify(gateway, json=json))


@app.command()
def trace(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A correlation id: X-Correlation-Id of every answer.")],
    logs: Annotated[list[Path] | None, typer.Argument(help="Log files; else those of the running system.")] = None,
    *,
    svg: Annotated[Path | None, typer.Option(help="Draw it into this file.")] = None,
    json: AsJson = False,
) -> None:
    """Follow one request through all services: its commands, events, Kafka and every projection that applied them."""
    _with_gateway(lambda gateway: tracing.run(gateway, id_, logs or [], svg, json=json))


app.command()(mining.mine)


@app.command()
def demo(
    *,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Only where nothing was ever recorded.")] = False,
    json: AsJson = False,
) -> None:
    """Load the small demo that the project generates itself."""
    _with_gateway(lambda gateway: demo_data.load(gateway, json=json, if_empty=if_empty))


@app.command()
def generate(  # noqa: PLR0913 - each is an option of the command line
    deals: Annotated[int, typer.Option(help="How many deals; each has about six events.")],
    *,
    seed: Annotated[int, typer.Option(help="The same seed and options tell the same history.")] = 1,
    owners: int = 200,
    teams: int = 20,
    customers: int = 5000,
    from_: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")] = _FIRST_DAY,
    until: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The day before which all happened.")
    ] = _LAST_DAY,
    currencies: Annotated[str, typer.Option(help="ISO 4217 codes; most deals are in the first one.")] = "CNY,USD,EUR",
    workers: Annotated[int, typer.Option(min=1, help="Processes that make the events up.")] = 1,
    json: AsJson = False,
) -> None:
    """Make up a long sales history and bring it through log, relay and Kafka; again, it adds what is missing."""
    wished = tuple(currency.strip() for currency in currencies.split(","))
    parameters = Parameters(
        deals=deals,
        seed=seed,
        owners=owners,
        teams=teams,
        customers=customers,
        start=from_.date(),
        until=until.date(),
        currencies=wished,
    )
    database = find_running().pipeline_database
    _with_gateway(lambda gateway: generation.run(gateway, database, parameters, workers, json=json))


def main() -> Any:
    """Run the command; what is wrong is said in one line, never as a stack trace."""
    try:
        return app()
    except* _SAID as problems:
        for problem in _leaves(problems):
            say(f"flowline: {problem}")
        sys.exit(1)
    except* KeyboardInterrupt:
        sys.exit(130)


def _leaves(group: BaseExceptionGroup[Exception]) -> list[BaseException]:
    """Return what went wrong, each thing once, out of tasks that ran side by side."""
    found = [
        leaf
        for each in group.exceptions
        for leaf in (_leaves(each) if isinstance(each, BaseExceptionGroup) else [each])
    ]
    return list({str(leaf): leaf for leaf in found}.values())


if __name__ == "__main__":
    main()
