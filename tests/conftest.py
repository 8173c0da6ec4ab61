"""Fixtures that build the real services on a throw-away data directory, and fail a test that leaves anything alive."""

from __future__ import annotations

import gc
import os

from gowa_desktop.domain.app_settings import PORT_RANGE

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services


def pytest_configure(config: pytest.Config) -> None:
    """Have Hypothesis keep its examples where pytest keeps its own: the checkout may be read-only."""
    cache = getattr(config, "cache", None)  # not there when the plugin is switched off
    if cache is not None:
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(cache.mkdir("hypothesis")))


@pytest.fixture(autouse=True)
def garbage() -> Iterator[None]:
    """Collect garbage between tests only, as the program does on its main thread only: Qt's objects must not end on a worker."""
    gc.disable()
    yield
    from gowa_desktop.services.garbage import collect_due  # noqa: PLC0415 - unit tests of other parts need no Qt

    collect_due()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def open_services(qtbot: QtBot, data_dir: Path) -> Iterator[Callable[[], Services]]:
    """Open the services on the data directory, as often as a test likes; at the end every process of it is ended."""
    from gowa_desktop.bootstrap import build  # noqa: PLC0415 - unit tests of other parts need no Qt

    opened: list[Services] = []

    def open_one() -> Services:
        services = build(data_dir)
        services.settings.set(PORT_RANGE, port_range())
        opened.append(services)
        return services

    yield open_one
    for services in opened:
        if not services.database.is_closed():
            services.close()
    for process in processes_below(data_dir):
        process.kill()
        process.wait(10)


@pytest.fixture
def services(open_services: Callable[[], Services]) -> Services:
    """The services on an empty data directory."""
    return open_services()


def port_range() -> tuple[int, int]:
    """Give each test process ports of its own: two that run side by side would take the same free one."""
    first = 20_000 + os.getpid() % 100 * 100
    return first, first + 99


def processes_below(folder: Path) -> list[psutil.Process]:
    """Find every process that works below a folder, also in one that has been moved or removed."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(os.fspath(folder)):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found
