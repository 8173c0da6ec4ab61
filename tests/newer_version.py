"""A version of GOWA that does not exist yet: the simulator under another name, with options nobody has heard of."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gowa_desktop

if TYPE_CHECKING:
    from gowa_desktop.bootstrap import Services

needs_scripts = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for a newer version is a script")


def put_version(services: Services, tag: str, new_flags: str = "") -> Path:
    """Install the stand-in; `new_flags` has `flag|kind|default|help` separated by semicolons."""
    folder = services.paths.versions / tag
    folder.mkdir(parents=True)
    simulator = Path(gowa_desktop.__file__).parent / "simulator" / "__main__.py"
    program = folder / "gowa"
    call = shlex.join([sys.executable, "-I", "-S", str(simulator)])
    program.write_text(f'#!/bin/sh\nexport GOWA_SIM_NEW_FLAGS={shlex.quote(new_flags)}\nexec {call} "$@"\n')
    program.chmod(0o755)
    services.versions.versions_changed.emit()
    return program
