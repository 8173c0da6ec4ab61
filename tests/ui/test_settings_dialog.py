"""The settings dialog: sections, what is saved, and which field says what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QListWidget, QPushButton, QRadioButton, QSpinBox, QToolButton, QWidget

from gowa_desktop.domain.app_settings import DEFAULT_RELEASE_ADDRESS
from gowa_desktop.ui.settings.settings_dialog import SettingsDialog
from tests.ui.conftest import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def open_settings(qtbot: QtBot, theme: Theme, services: Services) -> Callable[[], SettingsDialog]:
    """Open the dialog on the settings as they are."""
    host = QWidget()
    qtbot.addWidget(host)

    def open_one() -> SettingsDialog:
        dialog = SettingsDialog(services.settings, host)
        dialog.show()
        return dialog

    return open_one


def show_section(dialog: SettingsDialog, title: str) -> None:
    sections = find(dialog, QListWidget, "settingsSections")
    sections.setCurrentItem(sections.findItems(title, Qt.MatchFlag.MatchExactly)[0])


def save(dialog: SettingsDialog) -> None:
    QTest.mouseClick(find(dialog, QPushButton, "settingsSave"), LEFT)


def words(dialog: SettingsDialog, field: str) -> str:
    return find(dialog, QLabel, f"{field}Words").text().strip()


def echo_mode(dialog: SettingsDialog) -> QLineEdit.EchoMode:
    return find(dialog, QLineEdit, "githubToken").echoMode()


def test_settings_of_versions_and_downloads_are_saved(services: Services, open_settings: Callable[[], SettingsDialog]) -> None:
    settings = services.settings
    dialog = open_settings()
    assert find(dialog, QCheckBox, "checksDaily").isChecked()

    find(dialog, QCheckBox, "checksDaily").setChecked(False)
    find(dialog, QSpinBox, "snapshotsKept").setValue(9)
    find(dialog, QSpinBox, "updateGroupSize").setValue(2)
    find(dialog, QSpinBox, "updateWatch").setValue(90)
    find(dialog, QLineEdit, "releaseAddress").setText("https://mirror.example/api")
    find(dialog, QLineEdit, "githubToken").setText("ghp_secret")
    find(dialog, QRadioButton, "proxyOwn").setChecked(True)
    find(dialog, QLineEdit, "proxyAddress").setText("http://proxy.example:3128")
    save(dialog)

    assert not dialog.isVisible()
    assert (settings.checks_daily, settings.snapshots_kept, settings.update_group, settings.update_watch_s) == (False, 9, 2, 90)
    assert (settings.release_address, settings.github_token) == ("https://mirror.example/api", "ghp_secret")
    assert settings.proxy == "http://proxy.example:3128"
    again = open_settings()
    assert find(again, QLineEdit, "proxyAddress").text() == "http://proxy.example:3128"
    find(again, QRadioButton, "proxySystem").setChecked(True)
    find(again, QLineEdit, "releaseAddress").clear()
    save(again)
    assert services.settings.proxy is None
    assert services.settings.release_address == DEFAULT_RELEASE_ADDRESS


def test_the_token_is_hidden_until_it_is_asked_for(services: Services, open_settings: Callable[[], SettingsDialog]) -> None:
    services.settings.set_github_token("ghp_secret")
    dialog = open_settings()
    show_section(dialog, "Downloads")
    assert echo_mode(dialog) is QLineEdit.EchoMode.Password

    QTest.mouseClick(find(dialog, QToolButton, "githubTokenReveal"), LEFT)

    assert echo_mode(dialog) is QLineEdit.EchoMode.Normal


@pytest.mark.parametrize(
    ("field", "text"), [("releaseAddress", "ftp://x"), ("githubToken", "two words"), ("proxyAddress", "nonsense"), ("proxyAddress", "")]
)
def test_a_wrong_value_brings_its_section_to_the_front_and_is_explained(
    services: Services, open_settings: Callable[[], SettingsDialog], field: str, text: str
) -> None:
    dialog = open_settings()
    if field == "proxyAddress":
        find(dialog, QRadioButton, "proxyOwn").setChecked(True)
    find(dialog, QLineEdit, field).setText(text)

    save(dialog)

    assert dialog.isVisible()
    assert find(dialog, QLineEdit, field).isVisible()
    assert find(dialog, QLineEdit, field).property("invalid")
    assert words(dialog, field)
    assert services.settings.proxy is None


def test_a_wrong_port_range_is_shown_from_another_section(services: Services, open_settings: Callable[[], SettingsDialog]) -> None:
    dialog = open_settings()
    show_section(dialog, "Downloads")
    before = services.settings.port_range
    find(dialog, QSpinBox, "portFirst").setValue(9000)
    find(dialog, QSpinBox, "portLast").setValue(8000)

    save(dialog)

    assert find(dialog, QSpinBox, "portFirst").isVisible()
    assert "lower one first" in words(dialog, "portRange")
    assert services.settings.port_range == before
