"""Problems of a config as the form needs them: by option, and within one by row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gowa_desktop.ui.config.extra_options import ENVIRONMENT
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE = re.compile(r"(\w+)\[(.*)\]", re.DOTALL)


def sorted_problems(problems: Mapping[str, str]) -> dict[str, dict[int | str | None, str]]:
    """Sort problems by option key, and within one by row: its number, or the name of a variable; None is the whole value."""
    found: dict[str, dict[int | str | None, str]] = {}
    for place, sentence in problems.items():
        match = _PLACE.fullmatch(place)
        key, row = (match[1], match[2]) if match else (place, None)
        part: int | str | None = int(row) if row is not None and row.isdecimal() and key != ENVIRONMENT else row
        found.setdefault(key, {})[part] = told(sentence)
    return found
