"""`python -m deploy.local`: run all of Flowline natively.

While it runs, `stop NAME` and `start NAME` take one part down and up (`start customer-2` is a second replica), and
`change NAME DIR` starts a service again from another checkout: another version beside the others.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from pydantic import ValidationError

from deploy.local import control
from deploy.local.places import AlreadyRunning, Places, here
from deploy.local.runner import start
from deploy.local.settings import Settings


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--without", default="", metavar="PARTS", help="parts to leave down, such as analytics")
    commands = parser.add_subparsers(dest="command")
    for name in ("stop", "start"):
        commands.add_parser(name, help=f"{name} one part of the running system").add_argument("part")
    changing = commands.add_parser("change", help="run one service from another checkout")
    changing.add_argument("part")
    changing.add_argument("checkout", type=Path)
    arguments = parser.parse_args()
    if arguments.command is None:
        run(here(), arguments.without)
    else:
        control_part(here(), arguments)


def run(places: Places, without: str) -> None:
    """Run until told to stop."""
    signal.signal(signal.SIGTERM, _leave)
    try:
        settings = Settings(**({"without": without} if without else {}))  # type: ignore[arg-type]
        with places.lock():
            start(places, settings, say).run()
    except (AlreadyRunning, RuntimeError) as problem:
        sys.exit(str(problem))
    except ValidationError as problem:
        sys.exit("; ".join(f"FLOWLINE_{'_'.join(map(str, at['loc']))}: {at['msg']}" for at in problem.errors()))
    except KeyboardInterrupt:
        sys.exit(130)


def control_part(places: Places, asked: argparse.Namespace) -> None:
    """Take one part down, up or to another version and say so."""
    try:
        if asked.command == "change":
            control.change_version(places, asked.part, asked.checkout)
        else:
            control.set_down(places, asked.part, down=asked.command == "stop")
    except (ValueError, TimeoutError) as problem:
        sys.exit(str(problem))
    say(f"{asked.part} is {'down' if asked.command == 'stop' else 'ready'}")


def say(line: str) -> None:
    """Print at once, also into a pipe; a reader that has gone is no reason to stop."""
    try:
        print(line, flush=True)  # noqa: T201 - this is the program's output
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(143)


if __name__ == "__main__":
    main()
