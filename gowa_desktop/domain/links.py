"""Links such as `gowa-desktop://instance/AB12CD34`, which browsers and other programs hand over: what they say, and nothing more."""

from __future__ import annotations

import re

from gowa_desktop.domain.errors import UsageError

LINK_SCHEME = "gowa-desktop"
MAX_LINK_LENGTH = 200
"""Characters; longer ones are cut before they are handed on, and refused."""
_LINK = re.compile(rf"{LINK_SCHEME}://instance/([A-Z0-9]{{8}})/?", re.IGNORECASE | re.ASCII)
_NEXT_STEP = f"Use a link such as {LINK_SCHEME}://instance/AB12CD34, with the key of an instance of this computer."


def is_link(text: str) -> bool:
    """Tell whether a text has the scheme of our links, well-formed or not."""
    return text.lower().startswith(f"{LINK_SCHEME}:")


def shortened(link: str) -> str:
    """Give what is handed on of a link: enough to refuse what is too long."""
    return link[: MAX_LINK_LENGTH + 1]


def instance_key(link: str) -> str:
    """Give the key of the instance that a link names, in capitals.

    Raises:
        UsageError: it is no link to an instance. The sentence does not repeat the link: anybody can write one.
    """
    found = _LINK.fullmatch(link) if len(link) <= MAX_LINK_LENGTH else None
    if found is None:
        raise UsageError("The link leads to no instance.", _NEXT_STEP)
    return found[1].upper()
