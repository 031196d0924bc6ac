"""XML written as text: every value is escaped, and what XML cannot hold is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

from shared.drawing.lettering import clean

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_LINE_BREAK = "&#10;"  # in attributes a bare one would be read as a space


def escaped(text: str) -> str:
    """Return a text as it stands between tags."""
    return clean(text).translate(_ESCAPES)


def tag(name: str, attributes: dict[str, object] | None = None, content: Iterable[str] | str = "") -> str:
    """Return an element; the attributes are escaped and those that are None left out, the content is markup already."""
    written = "".join(f' {key}="{_attribute(value)}"' for key, value in (attributes or {}).items() if value is not None)
    inner = content if isinstance(content, str) else "".join(content)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def name_for(kind: str, id_: str) -> str:
    """Return an XML name for an element: readable where its id is one, the same for the same id, no two alike."""
    if re.fullmatch(r"[A-Za-z0-9_]{1,60}", id_):
        return f"{kind}_{id_}"
    readable = re.sub(r"[^A-Za-z0-9]+", "_", id_).strip("_")[:40]
    return f"{kind}-{readable}-{blake2b(id_.encode('utf-8', 'surrogatepass'), digest_size=6).hexdigest()}"


def _attribute(value: object) -> str:
    return escaped(str(value)).replace("\n", _LINE_BREAK)
