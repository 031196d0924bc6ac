"""`python -m flowline.flows [FOLDER]`: writes docs/flows anew."""

from __future__ import annotations

import sys
from pathlib import Path

from flowline.flows.catalogue import flows
from flowline.flows.files import files

FOLDER = Path("docs/flows")


def main(folder: Path) -> None:
    """Write every file, and remove what no flow has any more."""
    folder.mkdir(parents=True, exist_ok=True)
    written = files(flows())
    for old in folder.iterdir():
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)
