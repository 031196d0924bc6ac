"""`python -m deploy.observability`: write the dashboards anew."""

from __future__ import annotations

import json
from pathlib import Path

from deploy.observability.dashboards import DASHBOARDS
from deploy.observability.panels import as_json

PLACE = Path(__file__).parent / "grafana"


def written() -> dict[Path, str]:
    """Every dashboard's file → its text."""
    return {PLACE / f"{each.uid}.json": json.dumps(as_json(each), indent=1) + "\n" for each in DASHBOARDS}


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text)
