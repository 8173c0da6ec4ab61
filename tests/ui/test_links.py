"""Links to instances: they show one, or a sentence, and never do anything else."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.launch import window_parts
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.parts.message_bar import MessageBar
from gowa_desktop.ui.window_face import WindowFace
from tests.ui.conftest import find, simulated

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.window_state import WindowState

FILE_OPENED = """
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from gowa_desktop.ui.application import create_application
application = create_application(["test"])
opened = []
application.link_opened.connect(opened.append)
for url in ("gowa-desktop://instance/AB12CD34", "gowa-desktop:nonsense", "file:///gowa.zip", "https://example.invalid/"):
    application.sendEvent(application, QFileOpenEvent(QUrl(url)))
print(*opened)
"""

REOPENED = """
from PySide6.QtCore import Qt
from gowa_desktop.ui.application import create_application
application = create_application(["test"])
seen = []
application.reopened.connect(lambda: seen.append("reopened"))
for state in ("ApplicationActive", "ApplicationInactive", "ApplicationActive", "ApplicationActive", "ApplicationInactive"):
    application.applicationStateChanged.emit(Qt.ApplicationState[state])
    seen.append(state)
print(*seen)
"""


def said(window: MainWindow) -> list[tuple[str, str]]:
    return [(message.text, message.detail) for message in find(window, MessageBar, "messageBar").messages]


def selected(window: MainWindow) -> list[int]:
    return window.findChildren(InstanceTableView)[0].selected_ids()


def states(services: Services) -> list[InstanceState]:
    return [status.status for status in services.instances.statuses()]


def test_link_shows_its_instance_and_changes_nothing(services: Services, open_window: Callable[[], MainWindow]) -> None:
    first, second = simulated(services, "shop"), simulated(services, "bakery")
    window = open_window()
    for wanted in (second, first, second):
        window.open_link(f"gowa-desktop://instance/{wanted.key.lower()}")
        assert selected(window) == [wanted.id]
    assert said(window) == []
    assert states(services) == [InstanceState.STOPPED] * 2


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("gowa-desktop://instance/ZZZZZZZZ", "There is no instance with the key ZZZZZZZZ."),
        ("gowa-desktop://instance/{key}/stop", "The link leads to no instance."),
        ("gowa-desktop:delete", "The link leads to no instance."),
    ],
)
def test_link_that_leads_nowhere_is_answered_in_the_window(
    services: Services, open_window: Callable[[], MainWindow], link: str, sentence: str
) -> None:
    shop = simulated(services, "shop")
    window = open_window()
    window.open_link(link.format(key=shop.key))
    [(text, next_step)] = said(window)
    assert text == sentence
    assert next_step
    assert states(services) == [InstanceState.STOPPED]


def test_link_waits_for_the_first_window_and_reaches_a_shown_one_at_once(
    qtbot: QtBot, theme: Theme, services: Services, window_state: WindowState
) -> None:
    first, second = simulated(services, "shop"), simulated(services, "bakery")
    face: WindowFace[Services] = WindowFace(
        lambda of, is_looking: MainWindow(window_parts(of), window_state, is_looking=is_looking), lambda: None, minimized=True
    )
    face.open_link(f"gowa-desktop://instance/{second.key}")
    face.open(services, is_looking=False)
    face.show()
    window = face.window
    assert window is not None
    assert selected(window) == [second.id]
    assert not window.isMinimized()
    face.open_link(f"gowa-desktop://instance/{first.key}")
    assert selected(window) == [first.id]
    raise_window = face.raise_action()
    assert raise_window is not None
    raise_window(f"gowa-desktop://instance/{second.key}")
    raise_window("")
    assert selected(window) == [second.id]
    face.close()


def test_application_hands_on_the_links_that_macos_opens_and_no_other_address() -> None:
    done = subprocess.run([sys.executable, "-c", FILE_OPENED], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["gowa-desktop://instance/AB12CD34", "gowa-desktop:nonsense"], done.stderr


def test_a_click_in_the_dock_is_told_from_other_ways_to_the_front() -> None:
    done = subprocess.run([sys.executable, "-c", REOPENED], capture_output=True, text=True, timeout=60, check=False)
    seen = done.stdout.split()
    assert [seen[at + 1] for at, word in enumerate(seen) if word == "reopened"] == ["ApplicationActive"], done.stderr
    assert seen.index("reopened") == 3
