"""Imports after Qt cost what they cost without it.

PySide6 puts its own `__import__` in the place of Python's, which reads the source of every module that is imported afterwards, to find
out whether it may use `from __feature__ import ...` (PYSIDE-2029). Nobody does here, and Python keeps all that text: 10 MB, and a
tenth of the time until the first window (measured, PySide6 6.11).
"""

from __future__ import annotations

import builtins


def import_qt() -> None:
    """Import Qt and keep Python's own `__import__`. For the beginning of the program, before anything else imports Qt."""
    own_import = builtins.__import__
    import PySide6.QtCore  # noqa: F401, PLC0415 - the one that replaces it

    builtins.__import__ = own_import
