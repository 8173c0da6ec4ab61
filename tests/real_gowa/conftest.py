"""Real GOWA programs, from the folder that GOWA_BINARIES names: `gowa-v9.2.0`, `gowa-v8.11.0`, `gowa-v7.11.4`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

TAGS = ("v9.2.0", "v8.11.0", "v7.11.4")


@pytest.fixture(params=TAGS)
def tag(request: pytest.FixtureRequest) -> str:
    """Each version in turn."""
    return str(request.param)


@pytest.fixture
def real_program(tag: str) -> Path:
    """The program of a version; the test is skipped, saying so, when there is none."""
    folder = os.environ.get("GOWA_BINARIES")
    if not folder:
        pytest.skip("GOWA_BINARIES names no folder with real GOWA programs")
    program = Path(folder) / f"gowa-{tag}{'.exe' if os.name == 'nt' else ''}"
    if not program.is_file():
        pytest.skip(f"no real GOWA {tag} in the folder of GOWA_BINARIES")
    return program
