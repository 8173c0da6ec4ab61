"""Real GOWA programs, from the folder that GOWA_BINARIES names: `gowa-v9.2.0`, `gowa-v8.11.0`, `gowa-v7.11.4`.

`gowa-v9.2.0-events` and so on are the same programs with a stand-in for WhatsApp, which are not part of this repository: every 20 ms
they take a file `desktop-test-event` from their working directory and hand on what it says (kind, chat, text) as an event of
WhatsApp, or, when it says `config`, write `desktop-test-config.json`, every setting they hold by `--flag` and environment name.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.real_gowa.real_instance import RealInstance

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services

TAGS = ("v9.2.0", "v8.11.0", "v7.11.4")


@pytest.fixture(params=TAGS)
def tag(request: pytest.FixtureRequest) -> str:
    """Each version in turn."""
    return str(request.param)


@pytest.fixture
def real_program(tag: str) -> Path:
    """The program of a version; the test is skipped, saying so, when there is none."""
    return find_program(tag)


@pytest.fixture
def real(qtbot: QtBot, services: Services, real_program: Path, tag: str) -> RealInstance:
    """A stopped instance of a version."""
    return RealInstance(qtbot, services, tag, real_program)


@pytest.fixture
def with_events(qtbot: QtBot, services: Services, tag: str) -> RealInstance:
    """A stopped instance of a version that takes events from a file in place of WhatsApp."""
    return RealInstance(qtbot, services, tag, find_program(tag, "-events"))


def find_program(tag: str, suffix: str = "") -> Path:
    """Find a program, or skip the test."""
    folder = os.environ.get("GOWA_BINARIES")
    if not folder:
        pytest.skip("GOWA_BINARIES names no folder with real GOWA programs")
    program = Path(folder) / f"gowa-{tag}{suffix}{'.exe' if os.name == 'nt' else ''}"
    if not program.is_file():
        pytest.skip(f"no {program.name} in the folder of GOWA_BINARIES")
    return program
