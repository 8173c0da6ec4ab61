"""Telling from a name whether a value is likely to be a secret."""

from __future__ import annotations

import re

_SECRET_NAME = re.compile(
    r"pass(?!ive|ed)|pwd|secret|token|auth|credential|signature|(?:^|[^a-z])(?:api|access|private)?[_-]?key(?:$|[^a-z])|apikey|^sig$",
    re.IGNORECASE,
)


def looks_secret(name: str) -> bool:
    """Tell whether the name of a variable, flag or query field suggests a secret."""
    return _SECRET_NAME.search(name) is not None
