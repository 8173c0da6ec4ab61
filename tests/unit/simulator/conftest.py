"""The fixture that starts simulators and ends them with the test, also when it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.simulator.simulator_harness import Launcher

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Launcher]:
    launcher = Launcher(tmp_path)
    yield launcher
    launcher.end_all()
