"""Settings of many instances in the window: one option, copies, templates, files, and closing what lets strangers in."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from gowa_desktop.domain.config_files import FileFormat
from gowa_desktop.domain.instance import InstanceChanges, InstanceState
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.ui.config.bulk_edit_dialog import BulkEditDialog
from gowa_desktop.ui.config.change_table import ChangeColumn, ChangeTable, RowKind
from gowa_desktop.ui.config.copy_dialog import CopyDialog
from gowa_desktop.ui.config.export_dialog import ExportDialog
from gowa_desktop.ui.config.list_editor import WebhooksEditor
from gowa_desktop.ui.config.option_row import OptionRow
from gowa_desktop.ui.config.template_dialogs import ApplyTemplateDialog, SaveTemplateDialog
from gowa_desktop.ui.config.templates_dialog import TemplatesDialog
from gowa_desktop.ui.instances.instance_table import Column, Role
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.look.format import NOTHING
from gowa_desktop.ui.parts.message_bar import Kind, MessageBar
from gowa_desktop.ui.versions.import_dialog import ImportDialog
from tests.ui.conftest import find, running, simulated, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.ui.main_window import MainWindow

SECRET = "hunter2hunter2"
SIGN_IN: list[Json] = [{"username": "me", "password": SECRET}]


def made(services: Services, name: str, flags: JsonObject | None = None) -> int:
    instance_id = simulated(services, name).id
    if flags:
        config = services.instances.config(instance_id)
        stored = cast("JsonObject", config["flags"])
        services.instances.save_config(instance_id, {**config, "flags": {**stored, **flags}})
    return instance_id


def flags_of(services: Services, instance_id: int) -> JsonObject:
    flags = services.instances.config(instance_id).get("flags", {})
    assert isinstance(flags, dict)
    return {key: value for key, value in flags.items() if key != "webhookSecret"}


def select(window: MainWindow, ids: Sequence[int]) -> None:
    find(window, InstanceTableView, "instanceTable").select_ids(ids)


def trigger(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, f"action_{name}")
    assert isinstance(action, QAction)
    assert action.isEnabled()
    action.trigger()


def click(parent: QWidget, name: str) -> None:
    button = find(parent, QAbstractButton, name)
    assert button.isEnabled()
    button.click()


def shown(dialog: QWidget) -> list[tuple[str, ...]]:
    """The rows of the table of changes: kind, instance, setting, now, new."""
    rows = find(dialog, ChangeTable, "changeTable").changes.rows
    return [(row.kind.value, row.instance, row.setting, row.old, row.new) for row in rows]


def messages(window: MainWindow) -> list[str]:
    return [message.text for message in find(window, MessageBar, "messageBar").messages]


# What lets strangers in


def test_exposed_instance_has_a_badge_and_a_card_and_one_click_closes_it(
    services: Services, qtbot: QtBot, open_window: Callable[[], MainWindow]
) -> None:
    safe, exposed = made(services, "safe"), made(services, "exposed", {"host": "0.0.0.0"})
    window = open_window()
    model = window.contents._model
    badges = {one.name: model.index(row, Column.NAME) for row, one in enumerate(model.statuses)}
    assert [bool(badges[name].data(Role.IS_EXPOSED)) for name in ("safe", "exposed")] == [False, True]
    assert "anyone on your network can use it" in badges["exposed"].data(Qt.ItemDataRole.ToolTipRole)
    assert "anyone on your network can use it" in badges["exposed"].data(Qt.ItemDataRole.AccessibleTextRole)
    assert badges["exposed"].data() == "exposed"
    select(window, [safe])
    assert not find(window, QWidget, "exposureCard").isVisible()
    select(window, [exposed])
    assert find(window, QWidget, "exposureCard").isVisible()
    assert "asks for no sign-in" in find(window, QLabel, "exposure_network").text()

    click(window, "fix_network_listen-locally")

    assert flags_of(services, exposed) == {}
    assert not badges["exposed"].data(Role.IS_EXPOSED)
    qtbot.waitUntil(lambda: not find(window, QWidget, "exposureCard").isVisible())
    assert messages(window) == [f"Changed for exposed: {BY_KEY['host'].label}. Other computers cannot reach it then."]
    click(window, "messageAction")  # undo
    assert flags_of(services, exposed) == {"host": "0.0.0.0"}
    assert messages(window) == ["Taken back for exposed."]
    assert badges["exposed"].data(Role.IS_EXPOSED)
    qtbot.waitUntil(find(window, QWidget, "exposureCard").isVisible)

    click(window, "fix_network_add-sign-in")
    assert [user for user, _ in services.instances.connection(exposed).users] == ["admin"]
    assert services.instances.connection(exposed).users[0][1] not in messages(window)[-1]


def test_running_instance_stays_exposed_until_the_restart_that_is_offered(
    services: Services, qtbot: QtBot, open_window: Callable[[], MainWindow]
) -> None:
    one = made(services, "shop", {"corsAllowedOrigins": ["*"]})
    operation = services.instances.start(one)
    qtbot.waitUntil(lambda: operation.is_finished, timeout=20_000)
    window = open_window()
    select(window, [one])
    click(window, "fix_web-pages_own-origins")
    qtbot.waitUntil(lambda: "open until it is restarted" in find(window, QLabel, "exposure_web-pages").text())
    assert "It runs with its old settings until it is restarted." in messages(window)[0]
    click(window, "messageAction")  # restart now
    qtbot.waitUntil(lambda: not services.instances.status(one).exposures, timeout=20_000)
    qtbot.waitUntil(lambda: not find(window, QWidget, "exposureCard").isVisible())
    wait_for_state(qtbot, services, one, InstanceState.RUNNING)


# One option of many


def open_bulk(window: MainWindow, ids: Sequence[int], key: str) -> BulkEditDialog:
    select(window, ids)
    trigger(window, "bulkEdit")
    dialog = find(window, BulkEditDialog, "bulkEditDialog")
    choice = find(dialog, QComboBox, "bulkOption")
    choice.setCurrentIndex(choice.findData(key))
    return dialog


def test_one_option_is_changed_for_many_with_a_preview_and_taken_back_once(services: Services, open_window: Callable[[], MainWindow]) -> None:
    one, two = made(services, "one"), made(services, "two", {"debug": True})
    window = open_window()
    dialog = open_bulk(window, [one, two], "debug")
    label = BY_KEY["debug"].label
    assert find(dialog, QLabel, "dialogTitle").text() == "Change a setting of 2 instances"
    assert shown(dialog) == [("same", "one", label, "off", "Stays as it is"), ("same", "two", label, "on", "Stays as it is")]
    assert find(dialog, QLabel, "bulkDiffer").isVisible()
    assert not find(dialog, QPushButton, "bulkEditAccept").isEnabled()

    find(dialog, QCheckBox, "option_debug").click()
    dialog.refresh()
    assert shown(dialog) == [("change", "one", label, "off", "on"), ("same", "two", label, "on", "Stays as it is")]
    click(dialog, "bulkEditAccept")

    assert [flags_of(services, i) for i in (one, two)] == [{"debug": True}, {"debug": True}]
    assert messages(window) == [f"Changed for one: {label}."]
    click(window, "messageAction")
    assert [flags_of(services, i) for i in (one, two)] == [{}, {"debug": True}]
    assert messages(window) == ["Taken back for one."]
    assert not window.findChildren(QPushButton, "messageAction") or not find(window, QPushButton, "messageAction").isVisible()


def test_wrong_value_is_told_below_the_field_and_cannot_be_saved(services: Services, open_window: Callable[[], MainWindow]) -> None:
    one, two = made(services, "one"), made(services, "two")
    window = open_window()
    dialog = open_bulk(window, [one, two], "presencePulseInterval")
    field = find(dialog, QLineEdit, "option_presencePulseInterval")
    field.setText("60")
    dialog.refresh()
    assert "60s" in find(dialog, OptionRow, "row_presencePulseInterval").problem
    assert {row[0] for row in shown(dialog)} == {"problem"}
    assert not find(dialog, QPushButton, "bulkEditAccept").isEnabled()
    field.setText("12h")
    QTest.keyClick(field, Qt.Key.Key_Return)  # at once, before the table has followed
    assert [flags_of(services, i) for i in (one, two)] == [{"presencePulseInterval": "12h"}] * 2


def test_versions_that_do_not_know_the_option_are_listed_as_skipped(
    services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = made(services, "old"), made(services, "new")
    original = services.instances.options
    known = services.configs.plan._parser.known_options(GowaVersion("v7.11.4"))
    monkeypatch.setattr(services.instances, "options", lambda one: known if one == old else original(one))
    window = open_window()
    dialog = open_bulk(window, [old, new], "autoRejectCall")
    find(dialog, QCheckBox, "option_autoRejectCall").click()
    dialog.refresh()
    label = BY_KEY["autoRejectCall"].label
    assert shown(dialog) == [
        ("change", "new", label, "off", "on"), ("skipped", "old", label, NOTHING, "Skipped. GOWA simulator does not know it."),
    ]  # fmt: skip
    table = find(dialog, ChangeTable, "changeTable")
    spoken = [table.changes.index(row, ChangeColumn.INSTANCE).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert spoken[0] == f"new: {label}, now off, new on"
    click(dialog, "bulkEditAccept")
    assert [flags_of(services, i) for i in (old, new)] == [{}, {"autoRejectCall": True}]


def test_option_goes_back_to_its_default_and_webhooks_take_their_switches_along(
    services: Services, open_window: Callable[[], MainWindow]
) -> None:
    urls: list[Json] = ["http://a.example/x", "http://b.example/x"]
    one, two = made(services, "one", {"webhooks": urls, "disabledWebhooks": urls[:1]}), made(services, "two", {"webhooks": urls[1:]})
    window = open_window()
    dialog = open_bulk(window, [one, two], "webhooks")
    editor = find(dialog, OptionRow, "row_webhooks").editor
    assert isinstance(editor, WebhooksEditor)
    line = editor.rows[0].line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "http://c.example/x")
    switch = editor.rows[0].switch
    assert switch is not None
    switch.setChecked(False)
    dialog.refresh()
    click(dialog, "bulkEditAccept")
    expected = {"webhooks": ["http://c.example/x", "http://b.example/x"], "disabledWebhooks": ["http://c.example/x"]}
    assert [flags_of(services, i) for i in (one, two)] == [expected, expected]

    dialog = open_bulk(window, [one, two], "webhooks")
    click(dialog, "bulkReset")
    assert not find(dialog, OptionRow, "row_webhooks").isEnabled()
    click(dialog, "bulkEditAccept")
    assert [flags_of(services, i) for i in (one, two)] == [{}, {}]


def test_bulk_dialog_works_with_the_keyboard_alone(services: Services, qtbot: QtBot, open_window: Callable[[], MainWindow]) -> None:
    one, two = made(services, "one"), made(services, "two")
    window = open_window()
    select(window, [one, two])
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = find(window, BulkEditDialog, "bulkEditDialog")
    qtbot.waitUntil(dialog.isActiveWindow)
    seen = []
    for _ in range(12):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus.objectName() in seen:
            break
        seen.append(focus.objectName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert seen == ["bulkOption", "option_debug", "bulkReset", "changeTable", "cancelButton"]
    combo = find(dialog, QComboBox, "bulkOption")
    for typed, meant in (("nonsense", "debug"), (BY_KEY["autoRejectCall"].label[:-1].lower(), "autoRejectCall")):
        combo.setFocus()
        find(dialog, QLineEdit, "bulkOptionSearch").selectAll()
        QTest.keyClicks(combo, typed)
        while (popup := QApplication.activePopupWidget()) is not None:  # the list of what fits
            popup.hide()
        QTest.keyClick(combo, Qt.Key.Key_Tab)
        assert combo.currentText() == BY_KEY[meant].label
    assert find(dialog, QCheckBox, "option_autoRejectCall").isVisible()
    find(dialog, QCheckBox, "option_autoRejectCall").setFocus()
    QTest.keyClick(find(dialog, QCheckBox, "option_autoRejectCall"), Qt.Key.Key_Space)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert [flags_of(services, i) for i in (one, two)] == [{"autoRejectCall": True}] * 2


def test_restart_is_offered_for_those_that_run(services: Services, qtbot: QtBot, open_window: Callable[[], MainWindow]) -> None:
    first, second = running(qtbot, services, "first").id, made(services, "second")
    pid = services.instances.status(first).pid
    window = open_window()
    dialog = open_bulk(window, [first, second], "debug")
    find(dialog, QCheckBox, "option_debug").click()
    dialog.refresh()
    click(dialog, "bulkEditAccept")
    assert messages(window)[0].endswith("1 of them run with their old settings until they are restarted.")
    click(window, "messageAction")
    qtbot.waitUntil(lambda: services.instances.status(first).pid not in {None, pid}, timeout=20_000)
    wait_for_state(qtbot, services, first, InstanceState.RUNNING)
    assert services.instances.pending_changes(first) == ()
    assert services.instances.status(second).status is InstanceState.STOPPED


def test_instance_that_cannot_be_changed_is_told_and_the_others_are(services: Services, open_window: Callable[[], MainWindow]) -> None:
    one, two = made(services, "one"), made(services, "two")
    window = open_window()
    dialog = open_bulk(window, [one, two], "debug")
    find(dialog, QCheckBox, "option_debug").click()
    dialog.refresh()
    services.instances.update(one, InstanceChanges(config={"flags": {"os": "elsewhere"}}))
    click(dialog, "bulkEditAccept")
    message = find(window, MessageBar, "messageBar").messages[0]
    assert message.kind is Kind.ERROR
    assert "one: Its settings were changed meanwhile." in message.text
    assert flags_of(services, two) == {"debug": True}


def test_change_of_very_many_shows_how_far_it_is_and_can_be_called_off(services: Services, open_window: Callable[[], MainWindow]) -> None:
    ids = [made(services, f"one {number}") for number in range(9)]
    window = open_window()
    dialog = open_bulk(window, ids, "debug")
    find(dialog, QCheckBox, "option_debug").click()
    dialog.refresh()
    click(dialog, "bulkEditAccept")
    message = find(window, MessageBar, "messageBar").messages[0]
    assert (message.kind, message.text, message.total) == (Kind.BUSY, "Changing settings: 4 of 9", 9)
    click(window, "messageAction")  # cancel
    assert messages(window) == [f"Changed for 4 instances: {BY_KEY['debug'].label}."]
    assert [bool(flags_of(services, i)) for i in ids].count(True) == 4
    click(window, "messageAction")  # undo
    assert not any(flags_of(services, i) for i in ids)


# Copies


def test_settings_are_copied_all_or_chosen_and_secrets_only_on_request(services: Services, open_window: Callable[[], MainWindow]) -> None:
    source = made(services, "source", {"debug": True, "os": "mine", "basicAuth": SIGN_IN})
    target = made(services, "target")
    window = open_window()
    select(window, [target])
    trigger(window, "copyConfig")
    dialog = find(window, CopyDialog, "copyDialog")
    assert [find(dialog, QComboBox, "copySource").itemText(0), find(dialog, QComboBox, "copySource").count()] == ["source", 1]
    assert {row[2] for row in shown(dialog)} == {BY_KEY["debug"].label, BY_KEY["os"].label}
    assert BY_KEY["basicAuth"].label in find(dialog, QLabel, "copyDialogNotes").text()
    assert "The port always stays" in find(dialog, QLabel, "copySecretsHint").text()
    click(dialog, "copySome")
    items = find(dialog, QListWidget, "copyList")
    by_label = {items.item(row).text(): items.item(row) for row in range(items.count())}
    assert not by_label[BY_KEY["basicAuth"].label].flags() & Qt.ItemFlag.ItemIsEnabled
    by_label[BY_KEY["os"].label].setCheckState(Qt.CheckState.Unchecked)
    dialog.refresh()
    click(dialog, "copyAccept")
    assert flags_of(services, target) == {"debug": True}

    trigger(window, "copyConfig")
    dialog = find(window, CopyDialog, "copyDialog")
    click(dialog, "copySecrets")
    assert SECRET not in str(shown(dialog))
    click(dialog, "copyAccept")
    assert services.instances.config(target) == services.instances.config(source)
    click(window, "messageAction")
    assert flags_of(services, target) == {"debug": True}


# Templates


def test_template_is_saved_applied_renamed_deleted_and_brought_back(services: Services, open_window: Callable[[], MainWindow]) -> None:
    source, target = made(services, "source", {"debug": True, "basicAuth": SIGN_IN}), made(services, "target")
    window = open_window()
    select(window, [source])
    trigger(window, "templates")
    dialog = find(window, TemplatesDialog, "templatesDialog")
    assert not find(dialog, QPushButton, "templateApplyTo").isEnabled()
    click(dialog, "templateSaveFrom")
    saving = find(dialog, SaveTemplateDialog, "saveTemplateDialog")
    click(saving, "templateSave")
    assert find(saving, QLabel, "saveTemplateDialogProblem").isVisible()  # it has no name yet
    find(saving, QLineEdit, "templateName").setText("Loud")
    click(saving, "templateSave")
    assert find(dialog, QPlainTextEdit, "templateContents").toPlainText() == f"{BY_KEY['debug'].label}: on"
    click(dialog, "templateSaveFrom")
    saving = find(dialog, SaveTemplateDialog, "saveTemplateDialog")
    find(saving, QLineEdit, "templateName").setText("LOUD")
    assert find(saving, QPushButton, "templateSave").text() == "Replace"
    saving.reject()

    names = find(dialog, QListWidget, "templateList")
    names.item(0).setText("Louder")
    assert [template.name for template in services.configs.templates.all()] == ["Louder"]
    names.item(0).setText("-")
    assert find(dialog, QLabel, "templatesDialogProblem").isVisible()
    assert names.item(0).text() == "Louder"
    dialog.reject()

    select(window, [source, target])
    trigger(window, "templates")
    dialog = find(window, TemplatesDialog, "templatesDialog")
    assert find(dialog, QPushButton, "templateApplyTo").text() == "Apply to 2 instances…"
    click(dialog, "templateApplyTo")
    applying = find(window, ApplyTemplateDialog, "applyTemplateDialog")
    assert [row[:2] for row in shown(applying)] == [("same", "source"), ("change", "target")]
    click(applying, "templateApply")
    assert flags_of(services, target) == {"debug": True}

    trigger(window, "templates")
    dialog = find(window, TemplatesDialog, "templatesDialog")
    click(dialog, "templateDelete")
    assert services.configs.templates.all() == []
    dialog.reject()
    assert messages(window)[-1] == "The template Louder was deleted. Instances keep what they have."
    find(window, QPushButton, "messageAction").click()
    assert [template.name for template in services.configs.templates.all()] == ["Louder"]


# Files


def test_settings_are_exported_without_secrets_unless_they_are_wanted(
    services: Services, qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    one = made(services, "my shop", {"debug": True, "basicAuth": SIGN_IN})
    window = open_window()
    select(window, [one])
    for wants_secrets in (False, True):
        path = tmp_path / f"{wants_secrets}.env"
        trigger(window, "exportConfig")
        dialog = find(window, ExportDialog, "exportSettingsDialog")
        click(dialog, "exportFormat_env")
        assert (dialog.file_format, dialog.has_secrets) == (FileFormat.ENV, False)
        assert BY_KEY["basicAuth"].label in find(dialog, QLabel, "exportLeftOut").text()
        if wants_secrets:
            click(dialog, "exportSecrets")
        click(dialog, "exportAccept")
        chooser = find(window, QFileDialog, "exportFileDialog")
        assert chooser.selectedFiles()[0].endswith("my shop.env")
        chooser.fileSelected.emit(str(path))
        chooser.close()
        qtbot.waitUntil(path.exists)
        assert "APP_DEBUG=true\n" in path.read_text()
        assert (SECRET in path.read_text()) is wants_secrets
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_import_shows_old_and_new_before_anything_changes(
    services: Services, qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    one = made(services, "shop")
    path = tmp_path / "x.env"
    path.write_text(f"APP_DEBUG=true\nAPP_BASIC_AUTH=me:{SECRET}\nAPP_PORT=1\n")
    window = open_window()
    select(window, [one])
    trigger(window, "importConfig")
    chooser = find(window, QFileDialog, "importFileDialog")
    chooser.fileSelected.emit(str(path))
    chooser.close()
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportDialog)))
    dialog = find(window, ImportDialog, "importSettingsDialog")
    assert [row[2:] for row in shown(dialog)] == [
        (BY_KEY["basicAuth"].label, "not set", "me:•••"), (BY_KEY["debug"].label, "off", "on"),
    ]  # fmt: skip
    assert find(dialog, ChangeTable, "changeTable").isColumnHidden(ChangeColumn.INSTANCE)
    assert "The port" in find(dialog, QLabel, "importSettingsDialogNotes").text()
    assert flags_of(services, one) == {}
    click(dialog, "importSettingsAccept")
    assert flags_of(services, one) == {"debug": True, "basicAuth": SIGN_IN}
    click(window, "messageAction")
    assert flags_of(services, one) == {}


def test_file_that_cannot_be_read_is_told(services: Services, qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path) -> None:
    one = made(services, "shop")
    (tmp_path / "x.env").write_text("nonsense")
    window = open_window()
    window.contents._config_desk.import_file(one, tmp_path / "x.env")
    qtbot.waitUntil(lambda: bool(messages(window)))
    assert "Line 1 of the .env file cannot be read" in messages(window)[0]
    assert not window.findChildren(ImportDialog)


def test_import_that_changes_nothing_says_so(services: Services, qtbot: QtBot, open_window: Callable[[], MainWindow], tmp_path: Path) -> None:
    one = made(services, "shop", {"debug": True})
    (tmp_path / "x.env").write_text("APP_DEBUG=true\n")
    window = open_window()
    window.contents._config_desk.import_file(one, tmp_path / "x.env")
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportDialog)))
    dialog = find(window, ImportDialog, "importSettingsDialog")
    assert find(dialog, QLabel, "importSettingsDialogProblem").isVisible()
    assert not find(dialog, QPushButton, "importSettingsAccept").isEnabled()
    assert {row[0] for row in shown(dialog)} == {RowKind.SAME.value}
    dialog.reject()


# The menus


def test_menus_have_the_actions_and_enable_what_the_selection_allows(services: Services, open_window: Callable[[], MainWindow]) -> None:
    one, two = made(services, "one"), made(services, "two")
    window = open_window()
    menu = find(window, QMenu, "configMenu")
    names = [action.objectName() for action in menu.actions() if not action.isSeparator()]
    assert names == ["action_bulkEdit", "action_copyConfig", "action_templates", "action_exportConfig", "action_importConfig"]
    table = find(window, InstanceTableView, "instanceTable")
    assert menu.menuAction() in table.actions()
    window_menu = QMenu()
    window.contents._actions.fill_window_menu(window_menu)
    assert menu.menuAction() in window_menu.actions()
    expected = {(): "00100", (one,): "11111", (one, two): "11100"}
    for ids, bits in expected.items():
        table.clearSelection()
        select(window, ids)
        states = [action.isEnabled() for action in menu.actions() if not action.isSeparator()]
        assert "".join("01"[state] for state in states) == bits, ids
