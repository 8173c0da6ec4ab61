"""The window in every language: it speaks it, changes it while it runs, and clips no label in the longest of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QLocale, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QTabBar,
    QToolButton,
    QWidget,
)

from gowa_desktop.domain.app_settings import LANGUAGE
from gowa_desktop.infra.languages import LANGUAGES
from gowa_desktop.launch import window_parts
from gowa_desktop.ui.language_switch import LanguageSwitch
from gowa_desktop.ui.look import language as look_language
from gowa_desktop.ui.look.labels import ElidedLabel
from gowa_desktop.ui.look.language import Language, missing_catalogues
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.main_window import MainWindow
from gowa_desktop.ui.tray.tray import Tray
from gowa_desktop.ui.window_face import WindowFace
from tests.ui.conftest import find, running, simulated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.window_state import WindowState

OTHERS = sorted(set(LANGUAGES) - {"en"})
START = {"es": "Iniciar", "id": "Mulai", "pt_BR": "Iniciar"}
PLAIN = (QPushButton, QToolButton, QCheckBox, QRadioButton)
SLACK = 2
"""Pixels that a style may take from what a widget asks for."""


@pytest.fixture
def language(qapp: QApplication) -> Iterator[Language]:
    """The language of the application; English again afterwards."""
    made = Language.of(qapp)
    before = QLocale()
    yield made
    made.use("en")
    QLocale.setDefault(before)


def clipped(window: QWidget) -> list[str]:
    """Find texts that show and have less room than they need."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ElidedLabel):
            continue
        is_text = (isinstance(widget, QLabel) and widget.text() and not widget.wordWrap()) or (isinstance(widget, PLAIN) and widget.text())
        if is_text and widget.sizeHint().width() > widget.width() + SLACK and not widget.property("elides"):
            words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
            found.append(f"{type(widget).__name__} {widget.objectName()} “{words}” needs {widget.sizeHint().width()}, has {widget.width()}")
    return found


@pytest.mark.parametrize("code", OTHERS)
def test_window_and_dialogs_clip_no_label(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], language: Language, code: str
) -> None:
    running(qtbot, services, "alpha")
    simulated(services, "beta")
    language.use(code)
    window = open_window()
    faults = {"window": clipped(window)}
    tabs = find(window, QTabBar, "panelTabs")
    for number in range(tabs.count()):
        tabs.setCurrentIndex(number)
        QApplication.processEvents()
        faults[tabs.tabText(number)] = clipped(window)
    for name in ("newInstance", "settings", "versions", "supervision", "shortcuts"):
        action = next(action for action in window.actions() if action.objectName() == f"action_{name}")
        action.trigger()
        qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in window.findChildren(QDialog)), timeout=10_000)
        QApplication.processEvents()
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                faults[name] = clipped(dialog)
                dialog.reject()
        QApplication.processEvents()
    assert [fault for found in faults.values() for fault in found] == []
    assert find(window, QToolButton, "button_start").text() == START[code]


@pytest.mark.parametrize("code", OTHERS)
def test_sentences_of_services_are_said_in_the_language(language: Language, code: str) -> None:
    english = "Port 8001 is used by nginx (process 81). Port 8002 is free."
    language.use(code)
    said = told(english)
    assert said != english
    assert {"8001", "8002"} <= {word.strip(".,") for word in said.split()}
    assert "nginx" in said


def test_a_program_without_its_catalogues_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_catalogues() == []
    monkeypatch.setattr(look_language, "resources_dir", lambda: tmp_path)
    # Qt has no Indonesian, so the words of its buttons are ours too.
    assert set(missing_catalogues()) == {"qtbase_id", *(f"gowa-desktop_{code}" for code in LANGUAGES if code != "en")}


@pytest.mark.parametrize(("code", "cancel"), [("es", "Cancelar"), ("id", "Batal"), ("pt_BR", "Cancelar")])
def test_buttons_of_qt_itself_speak_the_language(qapp: QApplication, language: Language, code: str, cancel: str) -> None:
    language.use(code)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "") == cancel
    box.deleteLater()


def test_another_language_holds_at_once_and_after_a_restart(
    qtbot: QtBot, theme: Theme, qapp: QApplication, services: Services, window_state: WindowState, language: Language
) -> None:
    simulated(services, "shop")
    face: WindowFace[Services] = WindowFace(
        lambda of, is_looking: MainWindow(window_parts(of), window_state, is_looking=is_looking), lambda: None, minimized=False
    )
    switch = LanguageSwitch.of(services.settings, face, qapp, services.owner)
    assert LanguageSwitch.of(services.settings, face, qapp, services.owner) is switch
    face.open(services, is_looking=False)
    face.show()
    first = face.window
    assert first is not None
    assert find(first, QToolButton, "button_start").text() == "Start"

    services.settings.set(LANGUAGE, "es")
    qtbot.waitUntil(lambda: face.window is not first and face.window is not None and face.window.isVisible())

    assert face.window is not None
    assert find(face.window, QToolButton, "button_start").text() == "Iniciar"
    language.use("en")
    LanguageSwitch(services.settings, face, qapp, services.owner)
    assert language.code == "es"
    face.close()


def test_tray_speaks_the_new_language_at_once(qtbot: QtBot, services: Services, theme: Theme, language: Language) -> None:
    simulated(services, "shop")
    owner = QObject()
    tray = Tray(owner, lambda: True)
    tray.follow(services.instances)
    tray.look()
    assert tray.icon is not None

    def texts() -> dict[str, str]:
        return {action.objectName(): action.text() for action in tray.menu.findChildren(QAction) if action.text()}

    english = texts()
    language.use("es")
    qtbot.waitUntil(lambda: texts() != english)

    spanish = texts()
    assert [name for name, text in english.items() if spanish[name] == text] == []
    assert spanish["tray_start"] == "Iniciar"
    assert tray.icon.toolTip() != "GOWA Desktop: 0 of 1 running."
    language.use("en")
    qtbot.waitUntil(lambda: texts() == english)
    assert tray.icon.toolTip() == "GOWA Desktop: 0 of 1 running."
    tray.close()
    owner.deleteLater()
