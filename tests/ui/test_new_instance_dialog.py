"""The New instance dialog: safe defaults, errors under the field while typing, and a password on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.ui.config.config_form import ConfigForm
from gowa_desktop.ui.instances.new_instance_dialog import NewInstanceDialog
from gowa_desktop.ui.versions.version_runner import VersionRunner
from tests.ui.conftest import find, simulated

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> QWidget:
    """The window that the dialog belongs to."""
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def dialog(services: Services, host: QWidget) -> NewInstanceDialog:
    """The dialog on services that have one instance, shop."""
    simulated(services, "shop")
    opened = NewInstanceDialog(services.instances, services.versions, VersionRunner(services.versions, host), host)
    opened.show()
    return opened


def words(dialog: NewInstanceDialog, field: str) -> str:
    return find(dialog, QLabel, f"{field}Words").text().strip()


def test_dialog_without_a_real_version_says_that_the_simulator_is_not_whatsapp(dialog: NewInstanceDialog) -> None:
    assert find(dialog, QComboBox, "newVersion").currentData() == SIMULATOR
    assert "not WhatsApp" in words(dialog, "newVersion")
    assert find(dialog, QPushButton, "newImport").isVisible()


def test_dialog_offers_import(qtbot: QtBot, dialog: NewInstanceDialog) -> None:
    with qtbot.waitSignal(dialog.import_requested):
        QTest.mouseClick(find(dialog, QPushButton, "newImport"), LEFT)


def test_dialog_prefills_a_free_name_and_names_the_automatic_port(services: Services, dialog: NewInstanceDialog) -> None:
    services.instances.check_name(find(dialog, QLineEdit, "newName").text())
    assert str(services.instances.suggest_port()) in find(dialog, QLineEdit, "newPort").placeholderText()


@pytest.mark.parametrize(("text", "part"), [("SHOP", "already an instance named shop"), ("", "The name is empty"), ("a/b", "path separator")])
def test_dialog_says_at_once_what_is_wrong_with_the_name(dialog: NewInstanceDialog, text: str, part: str) -> None:
    find(dialog, QLineEdit, "newName").setText(text)

    assert part in words(dialog, "newName")


@pytest.mark.parametrize("text", ["80", "99999", "eight", "-1"])
def test_dialog_says_at_once_what_is_wrong_with_the_port(dialog: NewInstanceDialog, text: str) -> None:
    find(dialog, QLineEdit, "newPort").setText(text)

    assert words(dialog, "newPort") != "Leave empty to take the next free port."
    find(dialog, QLineEdit, "newPort").clear()
    assert words(dialog, "newPort") == "Leave empty to take the next free port."


def test_dialog_refuses_the_port_of_another_instance(services: Services, dialog: NewInstanceDialog) -> None:
    find(dialog, QLineEdit, "newPort").setText(str(services.instances.statuses()[0].port))

    assert "shop" in words(dialog, "newPort")


def test_create_with_an_error_stays_open_and_goes_to_the_field(qtbot: QtBot, services: Services, dialog: NewInstanceDialog) -> None:
    dialog.activateWindow()
    qtbot.waitActive(dialog)
    find(dialog, QLineEdit, "newName").setText("shop")

    QTest.keyClick(dialog, Qt.Key.Key_Return)

    assert dialog.isVisible()
    assert find(dialog, QLineEdit, "newName").hasFocus()
    assert len(services.instances.statuses()) == 1


def test_create_makes_the_instance_and_tells_to_start_it(qtbot: QtBot, services: Services, dialog: NewInstanceDialog) -> None:
    find(dialog, QLineEdit, "newName").setText("office")
    with qtbot.waitSignal(dialog.created) as caught:
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    made = services.instances.find("office")
    assert caught.args == [made.id, True]
    assert made.gowa_version == SIMULATOR


def test_create_without_start_leaves_it_stopped(qtbot: QtBot, dialog: NewInstanceDialog) -> None:
    find(dialog, QCheckBox, "startNow").setChecked(False)
    with qtbot.waitSignal(dialog.created) as caught:
        dialog.accept()

    assert caught.args is not None
    assert caught.args[1] is False


def test_password_is_generated_and_protects_the_api(services: Services, dialog: NewInstanceDialog) -> None:
    find(dialog, QLineEdit, "newName").setText("office")
    password = find(dialog, QLineEdit, "newPassword").text()
    assert not find(dialog, QLineEdit, "newPassword").isVisible()

    find(dialog, QCheckBox, "protectApi").setChecked(True)
    assert find(dialog, QLineEdit, "newPassword").isVisible()
    dialog.accept()

    assert len(password) == 20
    assert services.instances.connection(services.instances.find("office").id).users == (("admin", password),)


@pytest.mark.parametrize("field", ["newUser", "newPassword"])
def test_password_protection_needs_user_and_password(services: Services, dialog: NewInstanceDialog, field: str) -> None:
    find(dialog, QCheckBox, "protectApi").setChecked(True)
    find(dialog, QLineEdit, field).clear()

    dialog.accept()

    assert words(dialog, field).startswith("Type a")
    assert len(services.instances.statuses()) == 1


def open_settings(dialog: NewInstanceDialog) -> ConfigForm:
    QTest.mouseClick(find(dialog, QPushButton, "allSettings"), LEFT)
    return find(dialog, ConfigForm, "configForm")


def test_full_form_is_behind_a_disclosure_and_what_it_sets_is_created(qtbot: QtBot, services: Services, dialog: NewInstanceDialog) -> None:
    assert not dialog.findChildren(ConfigForm)
    form = open_settings(dialog)
    form.nav.choose("webhooks")
    secret = find(form, QLineEdit, "option_webhookSecret").text()
    form.nav.choose("whatsapp")
    find(form, QLineEdit, "option_os").setText("Kasir")
    assert not form.findChildren(QWidget, "option_port")

    with qtbot.waitSignal(dialog.created) as created:
        QTest.mouseClick(find(dialog, QPushButton, "createButton"), LEFT)

    assert created.args is not None
    assert services.instances.config(created.args[0])["flags"] == {"webhookSecret": secret, "os": "Kasir"}
    assert len(secret) >= 32


def test_sign_in_moves_between_the_fields_and_the_form(services: Services, dialog: NewInstanceDialog) -> None:
    QTest.mouseClick(find(dialog, QCheckBox, "protectApi"), LEFT)
    password = find(dialog, QLineEdit, "newPassword").text()

    form = open_settings(dialog)
    assert not find(dialog, QWidget, "protection").isVisible()
    rows = find(form, QWidget, "row_basicAuth")
    assert find(rows, QLineEdit, "option_basicAuth1Second").text() == password
    QTest.mouseClick(find(rows, QPushButton, "option_basicAuthAdd"), LEFT)
    find(rows, QLineEdit, "option_basicAuth1First").setText("kiosk")

    QTest.mouseClick(find(dialog, QPushButton, "allSettings"), LEFT)
    assert find(dialog, QLineEdit, "newUser").text() == "kiosk"
    logins = ConfigParser().value(dialog.new_instance().config, BY_KEY["basicAuth"])
    assert isinstance(logins, list)
    assert [login["username"] for login in logins if isinstance(login, dict)] == ["kiosk", "user2"]
    assert find(dialog, QCheckBox, "protectApi").isVisible()


def test_wrong_setting_in_the_full_form_keeps_the_dialog_open_and_shows_it(services: Services, dialog: NewInstanceDialog) -> None:
    form = open_settings(dialog)
    form.nav.choose("webhooks")
    QTest.mouseClick(find(form, QPushButton, "option_webhooksAdd"), LEFT)
    find(form, QLineEdit, "option_webhooks1Line").setText("nonsense")
    form.nav.choose("access")
    QTest.mouseClick(find(dialog, QPushButton, "allSettings"), LEFT)
    before = len(services.instances.statuses())

    QTest.mouseClick(find(dialog, QPushButton, "createButton"), LEFT)

    assert dialog.isVisible()
    assert len(services.instances.statuses()) == before
    assert form.isVisible()
    assert form.nav.current == "webhooks"


def test_origins_in_the_full_form_follow_the_port(dialog: NewInstanceDialog) -> None:
    form = open_settings(dialog)

    find(dialog, QLineEdit, "newPort").setText("9123")

    assert find(form, QLineEdit, "option_corsAllowedOrigins1Line").text() == "http://127.0.0.1:9123"
