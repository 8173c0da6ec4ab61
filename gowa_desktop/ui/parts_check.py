"""The self-test's look at what the program brings along and loads only when it is needed: a package may have lost it."""

from __future__ import annotations

import sys
from importlib import import_module

from gowa_desktop.domain.errors import GowaError, StartFailedError
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.infra.log_expression import compile_query

_BUS_MODULES = ("jeepney", "jeepney.bus_messages", "jeepney.io.blocking")
"""What notifications on Linux import when the first is shown."""


def check_parts() -> None:
    """Use the search in logs, and import what notifications need; takes some milliseconds.

    Raises:
        StartFailedError: something is not there, or does not work.
    """
    try:
        expression = compile_query(LogQuery(r"port=\d+"))
        for name in _BUS_MODULES if sys.platform == "linux" else ():
            import_module(name)
    except (GowaError, ImportError) as error:
        raise StartFailedError(f"A part of the program is missing: {error}.") from error
    if expression is None or not expression.is_in("listening, port=3000"):
        raise StartFailedError("The search in logs does not find what is there.")
