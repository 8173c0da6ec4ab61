"""The settings dialog: sections, what is saved, and which field says what is wrong."""

from __future__ import annotations

import shlex
import subprocess
import sys
from datetime import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTimeEdit,
    QToolButton,
    QWidget,
)

from gowa_desktop.domain.app_settings import DEFAULT_RELEASE_ADDRESS, GITHUB_TOKEN, PORT_RANGE, QUIET_HOURS, SETTINGS
from gowa_desktop.infra.autostart_linux import LinuxAutostart
from gowa_desktop.infra.login_start import LoginStart
from gowa_desktop.infra.program_command import program_command
from gowa_desktop.ui.settings.setting_row import SettingRow
from gowa_desktop.ui.settings.settings_dialog import SettingsDialog
from tests.setting_values import OTHER_VALUES
from tests.ui.conftest import find

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def autostart(tmp_path: Path) -> LinuxAutostart:
    """Start at login in a folder of the test's own."""
    return LinuxAutostart(("/opt/gowa-desktop", "--minimized"), {"XDG_CONFIG_HOME": str(tmp_path / "config")})


@pytest.fixture
def open_settings(qtbot: QtBot, theme: Theme, services: Services, autostart: LinuxAutostart) -> Callable[[], SettingsDialog]:
    """Open the dialog on the settings as they are."""
    host = QWidget()
    qtbot.addWidget(host)

    def open_one() -> SettingsDialog:
        dialog = SettingsDialog(services.settings, host, autostart=autostart, data_dir=services.paths.root)
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
    services.settings.set(GITHUB_TOKEN, "ghp_secret")
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
    assert words(dialog, "proxy" if field == "proxyAddress" else field)
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


ROWS = {
    "startMinimized": "start_minimized", "closeAction": "close_action", "quitAction": "quit_action", "language": "language", "theme": "theme",
    "reducedMotion": "reduced_motion", "portRange": "port_range", "parallelStarts": "parallel_starts", "retriesSlowly": "retries_slowly",
    "sampleWindow": "sample_window_s", "sampleTray": "sample_tray_s", "logLimits": "log_limits", "logLevel": "log_level",
    "notifications": "notifications", "quietHours": "quiet_hours", "urgentBreaksQuiet": "urgent_breaks_quiet", "checksDaily": "checks_daily",
    "snapshotsKept": "snapshots_kept", "updateGroupSize": "update_group", "updateWatch": "update_watch_s",
    "releaseAddress": "release_address", "githubToken": "github_token", "proxy": "proxy",
}  # fmt: skip
ELSEWHERE = {"shortcuts", "log_searches"}
"""Settings that are changed where they are used."""


def rows(dialog: SettingsDialog) -> dict[str, SettingRow]:
    return {row.setting.key: row for row in dialog.findChildren(SettingRow)}


def test_every_setting_has_a_row_or_a_place_of_its_own(open_settings: Callable[[], SettingsDialog]) -> None:
    shown = set(rows(open_settings()))
    assert shown == set(ROWS.values())
    assert {setting.key for setting in SETTINGS} == shown | ELSEWHERE


@pytest.mark.parametrize("name", ROWS)
def test_a_value_that_is_edited_is_saved_told_and_shown_again_and_the_arrow_takes_it_back(
    name: str, services: Services, open_settings: Callable[[], SettingsDialog]
) -> None:
    services.settings.reset(PORT_RANGE)
    key = ROWS[name]
    other = OTHER_VALUES[key]
    heard: list[str] = []
    services.settings.changed.connect(heard.append)
    dialog = open_settings()
    row = rows(dialog)[key]
    arrow = find(dialog, QToolButton, f"{name}Reset")
    assert arrow.isHidden()
    row.editor.show_value(other)
    assert not arrow.isHidden()
    save(dialog)

    assert not dialog.isVisible()
    assert heard == [key]
    assert services.settings.get(row.setting) == other
    again = open_settings()
    assert rows(again)[key].editor.value() == other
    find(again, QToolButton, f"{name}Reset").click()
    assert find(again, QToolButton, f"{name}Reset").isHidden()
    save(again)
    assert services.settings.get(row.setting) == row.setting.default


def test_cancel_changes_nothing(services: Services, open_settings: Callable[[], SettingsDialog]) -> None:
    before = {setting.key: services.settings.get(setting) for setting in SETTINGS}
    dialog = open_settings()
    for key, row in rows(dialog).items():
        row.editor.show_value(OTHER_VALUES[key])
    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert not dialog.isVisible()
    assert {setting.key: services.settings.get(setting) for setting in SETTINGS} == before


def test_nothing_is_saved_as_long_as_one_field_is_wrong(services: Services, open_settings: Callable[[], SettingsDialog]) -> None:
    dialog = open_settings()
    find(dialog, QSpinBox, "parallelStarts").setValue(9)
    find(dialog, QLineEdit, "githubToken").setText("two words")
    save(dialog)
    assert services.settings.parallel_starts == 4


def test_search_shows_only_what_fits_and_says_when_nothing_does(open_settings: Callable[[], SettingsDialog]) -> None:
    dialog = open_settings()
    search = find(dialog, QLineEdit, "settingsSearch")
    assert search.hasFocus() or dialog.focusWidget() is search
    sections = find(dialog, QListWidget, "settingsSections")
    QTest.keyClicks(search, "TOKEN github")

    assert [sections.item(n).text() for n in range(sections.count()) if not sections.item(n).isHidden()] == ["Downloads"]
    assert find(dialog, QLineEdit, "githubToken").isVisible()
    assert not find(dialog, QLineEdit, "releaseAddress").isVisible()

    search.setText("no such thing")
    assert find(dialog, QLabel, "settingsNothing").isVisible()
    search.clear()
    assert find(dialog, QLineEdit, "releaseAddress").isVisible()


def test_start_at_login_is_what_the_system_says_and_is_changed_there(
    open_settings: Callable[[], SettingsDialog], autostart: LinuxAutostart
) -> None:
    dialog = open_settings()
    assert not find(dialog, QCheckBox, "startAtLogin").isChecked()
    find(dialog, QCheckBox, "startAtLogin").click()
    assert autostart.state() is LoginStart.OFF
    save(dialog)
    assert autostart.state() is LoginStart.ON

    autostart.file.write_text(autostart.file.read_text("utf-8").replace("enabled=true", "enabled=false"), "utf-8")
    dialog = open_settings()
    assert not find(dialog, QCheckBox, "startAtLogin").isChecked()
    assert "switched it off" in find(dialog, QLabel, "startAtLoginWords").text()
    save(dialog)
    assert autostart.state() is LoginStart.SWITCHED_OFF
    dialog = open_settings()
    find(dialog, QCheckBox, "startAtLogin").click()
    save(dialog)
    assert autostart.state() is LoginStart.ON
    dialog = open_settings()
    find(dialog, QCheckBox, "startAtLogin").click()
    save(dialog)
    assert autostart.state() is LoginStart.OFF


def test_start_at_login_that_the_system_refuses_is_told(open_settings: Callable[[], SettingsDialog], autostart: LinuxAutostart) -> None:
    autostart.file.parent.parent.mkdir()
    autostart.file.parent.write_text("")
    dialog = open_settings()
    find(dialog, QCheckBox, "startAtLogin").click()
    save(dialog)
    assert dialog.isVisible()
    assert "cannot be changed" in find(dialog, QLabel, "settingsDialogProblem").text()


def test_data_folder_is_shown(services: Services, open_settings: Callable[[], SettingsDialog]) -> None:
    dialog = open_settings()
    show_section(dialog, "Data folder")
    assert find(dialog, QLabel, "dataFolder").text() == str(services.paths.root)
    assert find(dialog, QLabel, "dataFolder").isVisible()


def test_quiet_hours_that_are_no_time_are_refused_under_the_field(services: Services, open_settings: Callable[[], SettingsDialog]) -> None:
    dialog = open_settings()
    rows(dialog)["quiet_hours"].editor.show_value((time(9), time(9)))
    save(dialog)
    assert dialog.isVisible()
    assert "two different times" in words(dialog, "quietHours")
    assert services.settings.get(QUIET_HOURS) is None


def test_every_control_has_a_name_for_screen_readers(open_settings: Callable[[], SettingsDialog]) -> None:
    dialog = open_settings()
    kinds = (QCheckBox, QRadioButton, QLineEdit, QSpinBox, QComboBox, QTimeEdit, QToolButton, QListWidget)
    for control in [one for kind in kinds for one in dialog.findChildren(kind) if one.objectName() and not one.objectName().startswith("qt_")]:
        text = control.text() if isinstance(control, (QCheckBox, QRadioButton)) else ""
        assert control.accessibleName() or text, control.objectName()


def test_another_data_folder_gives_the_command_that_starts_the_program_with_it(
    qapp: QApplication, tmp_path: Path, open_settings: Callable[[], SettingsDialog]
) -> None:
    other = tmp_path / "other data"
    other.mkdir()
    dialog = open_settings()
    show_section(dialog, "Data folder")
    assert find(dialog, QLineEdit, "dataFolderCommand").isHidden()
    QTest.mouseClick(find(dialog, QPushButton, "dataFolderChoose"), LEFT)
    chooser = find(dialog, QFileDialog, "dataFolderDialog")
    chooser.selectFile(str(other))
    chooser.accept()

    QTest.mouseClick(find(dialog, QPushButton, "dataFolderCopy"), LEFT)

    words = shlex.split(qapp.clipboard().text(), posix=sys.platform != "win32")
    assert words[-2:] == ["--data-dir", str(other) if sys.platform != "win32" else f'"{other}"']
    assert find(dialog, QLineEdit, "dataFolderCommand").text() == qapp.clipboard().text()
    done = subprocess.run([*program_command(other), "list", "--json"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
    dialog.reject()
