"""The real window on the real services and the simulator; widgets are found by their object names, as an assistive tool would."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psutil
import pytest
from PySide6.QtWidgets import QApplication, QWidget

from gowa_desktop.domain.app_settings import RELEASE_ADDRESS
from gowa_desktop.domain.instance import DesiredState, InstanceState, InstanceStatus, NewInstance
from gowa_desktop.domain.restart_policy import FailureCounter
from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.launch import window_parts
from gowa_desktop.ui.application import dress_application
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.window_state import WindowState
from tests.gowa_program import build_gowa, release_zip
from tests.release_server import ReleaseServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme

WidgetT = TypeVar("WidgetT", bound=QWidget)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the offscreen platform say what it cannot do; with a real display these lines do not come."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", "systemTrayWindowChanged", extend=True))


@pytest.fixture(scope="session")
def theme_of_all(qapp: QApplication) -> Theme:
    """The one theme of the test application."""
    return dress_application(qapp)


@pytest.fixture
def theme(theme_of_all: Theme) -> Iterator[Theme]:
    """The theme of the test application: light, whatever the machine prefers and another test chose."""
    theme_of_all.choose(ThemeChoice.LIGHT)
    yield theme_of_all
    theme_of_all.choose(ThemeChoice.LIGHT)


@pytest.fixture
def window_state(tmp_path: Path) -> WindowState:
    """A fresh memory of the window, in which the notice about running instances is known already."""
    state = WindowState(tmp_path / "window.ini")
    state.hides_close_notice = True
    return state


@pytest.fixture
def open_window(qtbot: QtBot, theme: Theme, services: Services, window_state: WindowState) -> Iterator[Callable[[], MainWindow]]:
    """Open the window on the services as they are at that moment."""
    opened: list[MainWindow] = []

    def open_one() -> MainWindow:
        window = MainWindow(window_parts(services), window_state)
        qtbot.addWidget(window)
        opened.append(window)
        window.show()
        window.activateWindow()
        # Shortcuts work in the active window only.
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield open_one
    for window in opened:
        window.deleteLater()


@pytest.fixture
def release_server() -> Iterator[ReleaseServer]:
    """A release server on this computer, without releases yet."""
    with ReleaseServer() as server:
        yield server


@pytest.fixture
def online(services: Services, release_server: ReleaseServer) -> Services:
    """The services, asking the local release server."""
    services.settings.set(RELEASE_ADDRESS, release_server.address)
    return services


@pytest.fixture(scope="session")
def gowa_zip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A release file with a program that passes for GOWA."""
    program = build_gowa(tmp_path_factory.mktemp("gowa"))
    if program is None:
        pytest.skip("there is no C compiler to build a stand-in for GOWA with")
    return release_zip(program.read_bytes(), padding=4_000_000)


@pytest.fixture
def holder() -> Iterator[Callable[[int], None]]:
    """Take a port, as another program would."""
    held: list[socket.socket] = []

    def hold(port: int) -> None:
        held.append(socket.create_server(("127.0.0.1", port)))

    yield hold
    for one in held:
        one.close()


def find(parent: QWidget, kind: type[WidgetT], name: str) -> WidgetT:
    """Find the one widget of this kind and name that has not been thrown away."""
    found = parent.findChildren(kind, name)
    assert found, f"there is no {kind.__name__} named {name}"
    return found[-1]


def simulated(services: Services, name: str, faults: str = "") -> InstanceStatus:
    """Create an instance that runs the simulator."""
    env = {"GOWA_SIM_FAULTS": faults} if faults else {}
    return services.instances.create(NewInstance(name=name, gowa_version=SIMULATOR, config={"env": dict(env)}))


def wait_for_state(qtbot: QtBot, services: Services, instance_id: int, state: InstanceState) -> None:
    """Wait until an instance is in a state."""
    qtbot.waitUntil(lambda: services.instances.status(instance_id).status is state, timeout=20_000)


def running(qtbot: QtBot, services: Services, name: str) -> InstanceStatus:
    """Create an instance and start it."""
    created = simulated(services, name)
    operation = services.instances.start(created.id)
    qtbot.waitUntil(lambda: operation.is_finished, timeout=20_000)
    assert operation.error is None
    return services.instances.status(created.id)


def kill(status: InstanceStatus) -> None:
    """End the process of an instance as the system would."""
    psutil.Process(status.pid).kill()


def crash_from_now_on(services: Services, instance_id: int, faults: str = "crash-at-start=1") -> None:
    """Let every further start of a simulated instance fail."""
    (services.instances.folder(instance_id) / "sim-faults").write_text(faults)


def make_delays(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let every restart, also the first, wait this long."""
    monkeypatch.setattr(FailureCounter, "_delay_s", lambda _: seconds)


def a_status(state: InstanceState = InstanceState.RUNNING, instance_id: int = 1) -> InstanceStatus:
    """Make a picture of an instance that exists in no service."""
    moment = datetime(2026, 3, 10, tzinfo=UTC)
    return InstanceStatus(
        id=instance_id, key="ABCDEFGH", name="shop", port=8001, status=state, desired=DesiredState.RUNNING, gowa_version="v9.2.0",
        resolved_version="v9.2.0", host="127.0.0.1", base_url="http://127.0.0.1:8001", pid=None, uptime_s=None, error_message=None,
        sample=None, disk_bytes=None, created_at=moment, updated_at=moment,
    )  # fmt: skip
