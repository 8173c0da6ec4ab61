"""The tab “Configure” in the real window: edit, save, discard, restart to apply, and nothing lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QTabBar, QWidget

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.domain.options import BY_KEY, Option, OptionKind, Section
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.versions.version_manager import VersionManager
from gowa_desktop.ui.config.config_form import PREVIEW, ConfigForm
from gowa_desktop.ui.config.option_row import OptionRow
from gowa_desktop.ui.config.unsaved_guard import UnsavedDialog
from gowa_desktop.ui.instances.instance_panel import CONFIGURE, OVERVIEW, InstancePanel
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.parts.dialogs import ConfirmDialog
from tests.ui.conftest import crash_from_now_on, find, kill, running, simulated, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
FOUND_OUT = Option(
    "fancy", OptionKind.TEXT, "", "--fancy", since="v10.0.0", section=Section.NEW, label="Fancy", help="From the help of this version.",
    is_discovered=True,
)  # fmt: skip
CONTROL = Qt.KeyboardModifier.ControlModifier


def configure(window: MainWindow, section: str = "whatsapp") -> ConfigForm:
    """Open the tab as a person does, and a section of the form."""
    tabs = find(window, QTabBar, "panelTabs")
    QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(CONFIGURE).center())
    form = find(window, ConfigForm, "configForm")
    form.nav.choose(section)
    find(window, QPushButton, f"advanced_{section}").setChecked(True)
    return form


def line(window: MainWindow, key: str) -> QLineEdit:
    return find(window, QLineEdit, f"option_{key}")


def select(window: MainWindow, *ids: int) -> None:
    find(window, InstanceTableView, "instanceTable").select_ids(list(ids))


def flags_of(services: Services, instance_id: int) -> JsonObject:
    flags = services.instances.config(instance_id)["flags"]
    assert isinstance(flags, dict)
    return flags


def test_overview_comes_first_and_the_form_is_not_made_before_it_is_asked_for(
    services: Services, open_window: Callable[[], MainWindow]
) -> None:
    simulated(services, "shop")
    window = open_window()

    assert find(window, QTabBar, "panelTabs").currentIndex() == OVERVIEW
    assert not window.findChildren(ConfigForm)
    configure(window)
    assert find(window, ConfigForm, "configForm").isVisible()


def test_edit_is_counted_saved_by_key_and_stored_as_the_difference_alone(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "shop")
    window = open_window()
    configure(window)
    bar = find(window, QWidget, "saveBar")
    assert not bar.isVisible()

    line(window, "os").setText("Kasir")
    find(window, QCheckBox, "option_autoMarkRead").click()
    assert find(window, QLabel, "saveCount").text() == "2 changes"
    assert BY_KEY["os"].label in find(window, QLabel, "saveCount").accessibleDescription()
    assert find(window, QTabBar, "panelTabs").tabText(CONFIGURE) == "Configure •"
    line(window, "os").setFocus()
    QTest.keyClick(line(window, "os"), Qt.Key.Key_S, CONTROL)

    assert not bar.isVisible()
    assert find(window, QTabBar, "panelTabs").tabText(CONFIGURE) == "Configure"
    assert flags_of(services, made.id).keys() == {"webhookSecret", "os", "autoMarkRead"}
    assert line(window, "os").text() == "Kasir"


def test_discard_shows_what_is_stored_again(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    configure(window)
    line(window, "os").setText("Kasir")

    QTest.mouseClick(find(window, QPushButton, "discardButton"), LEFT)

    assert line(window, "os").text() == "GOWA"
    assert not find(window, QWidget, "saveBar").isVisible()


def test_wrong_value_is_not_saved_and_the_bar_leads_to_it(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "shop")
    window = open_window()
    form = configure(window)
    line(window, "presencePulseInterval").setText("60")
    form.nav.choose("access")

    assert find(window, QPushButton, "saveProblems").text() == "1 problem"
    assert not find(window, QPushButton, "saveButton").isEnabled()
    form.focus_search()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_S, CONTROL)

    assert line(window, "presencePulseInterval").hasFocus()
    assert "presencePulseInterval" not in flags_of(services, made.id)


def test_edits_survive_other_selections(services: Services, open_window: Callable[[], MainWindow]) -> None:
    shop, lab = simulated(services, "shop"), simulated(services, "lab")
    window = open_window()
    select(window, shop.id)
    configure(window)
    line(window, "os").setText("Kasir")

    select(window, lab.id)
    assert line(window, "os").text() == "GOWA"
    assert not find(window, QWidget, "saveBar").isVisible()
    select(window, shop.id, lab.id)
    select(window, shop.id)

    assert find(window, QTabBar, "panelTabs").currentIndex() == CONFIGURE
    assert line(window, "os").text() == "Kasir"
    assert find(window, QLabel, "saveCount").text() == "1 change"


def test_failed_instance_is_met_with_its_crash_card_and_the_chosen_tab_comes_back(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    shop, lab = simulated(services, "shop"), simulated(services, "lab", "crash-at-start=1")
    services.instances.start(lab.id)
    wait_for_state(qtbot, services, lab.id, InstanceState.FAILED)
    window = open_window()
    select(window, shop.id)
    configure(window)
    tabs = find(window, QTabBar, "panelTabs")

    select(window, lab.id)
    assert tabs.currentIndex() == OVERVIEW
    assert find(window, QWidget, "crashCard").isVisible()
    select(window, shop.id)
    assert tabs.currentIndex() == CONFIGURE


def test_saved_change_waits_for_a_restart_that_one_click_brings(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    status = running(qtbot, services, "shop")
    window = open_window()
    configure(window)
    bar, words = find(window, QWidget, "restartBar"), find(window, QLabel, "restartBarWords")
    assert not bar.isVisible()

    line(window, "os").setText("Kasir")
    assert not bar.isVisible()
    QTest.mouseClick(find(window, QPushButton, "saveButton"), LEFT)
    qtbot.waitUntil(bar.isVisible)
    assert words.text() == f"Restart to apply: {BY_KEY['os'].label}"

    QTest.mouseClick(find(window, QPushButton, "restartBarAccept"), LEFT)
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=20_000)
    wait_for_state(qtbot, services, status.id, InstanceState.RUNNING)
    assert services.instances.status(status.id).pid != status.pid
    assert not services.instances.pending_changes(status.id)


def test_find_key_goes_to_the_search_of_the_form_from_within_the_form_only(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    configure(window)
    line(window, "os").setFocus()

    QTest.keyClick(line(window, "os"), Qt.Key.Key_F, CONTROL)
    assert find(window, QLineEdit, "formSearch").hasFocus()

    table = find(window, InstanceTableView, "instanceTable")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F, CONTROL)
    assert find(window, QLineEdit, "searchField").hasFocus()


def test_change_made_elsewhere_is_told_and_both_are_kept(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "shop")
    window = open_window()
    configure(window)
    line(window, "os").setText("Mine")
    parser = ConfigParser()
    config = parser.with_value(services.instances.config(made.id), BY_KEY["autoReply"], "Back at nine")
    services.instances.save_config(made.id, config)

    assert find(window, QLabel, "newsBarWords").text() == f"Changed elsewhere: {BY_KEY['autoReply'].label}. Your edits are kept."
    assert find(window, QPlainTextEdit, "option_autoReply").toPlainText() == "Back at nine"
    assert line(window, "os").text() == "Mine"
    QTest.mouseClick(find(window, QPushButton, "newsBarDismiss"), LEFT)
    assert not find(window, QWidget, "newsBar").isVisible()

    services.instances.save_config(made.id, parser.with_value(config, BY_KEY["os"], "Theirs"))
    assert find(window, QLabel, "newsBarWords").text().startswith(f"Changed elsewhere too: {BY_KEY['os'].label}.")
    QTest.mouseClick(find(window, QPushButton, "newsBarAccept"), LEFT)
    assert line(window, "os").text() == "Theirs"
    assert not find(window, QWidget, "saveBar").isVisible()


def test_cursor_stays_where_it_is_while_the_instance_changes_its_state(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    made = simulated(services, "shop")
    window = open_window()
    configure(window)
    editor = line(window, "os")
    editor.setFocus()
    editor.setText("Kasir")
    editor.setCursorPosition(2)

    services.instances.start(made.id)
    wait_for_state(qtbot, services, made.id, InstanceState.RUNNING)
    qtbot.waitUntil(lambda: find(window, QLabel, "panelSummary").text().startswith("Running"))

    assert editor.hasFocus()
    assert (editor.text(), editor.cursorPosition()) == ("Kasir", 2)


def test_preview_masks_secrets_and_shows_what_is_being_edited(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "shop")
    secret = str(flags_of(services, made.id)["webhookSecret"])
    window = open_window()
    form = configure(window)
    line(window, "os").setText("Kasir")

    form.nav.choose(PREVIEW)

    shown = find(window, QPlainTextEdit, "previewEnvironment").toPlainText()
    assert "APP_OS=Kasir" in shown
    assert "WHATSAPP_WEBHOOK_SECRET=" in shown
    assert secret not in shown + find(window, QPlainTextEdit, "previewCommand").toPlainText()


def test_env_file_in_the_folder_is_told_and_imported_on_request(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "shop")
    folder = services.instances.folder(made.id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".env").write_text("APP_OS=FromFile\n", "utf-8")
    window = open_window()
    configure(window)
    assert "APP_OS" in find(window, QLabel, "strayBarWords").text()

    QTest.mouseClick(find(window, QPushButton, "strayBarAccept"), LEFT)

    assert not find(window, QWidget, "strayBar").isVisible()
    assert line(window, "os").text() == "FromFile"
    assert not (folder / ".env").exists()


def test_options_that_are_found_out_later_join_the_form_and_edits_stay(
    services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated(services, "shop")
    window = open_window()
    form = configure(window)
    line(window, "os").setText("Kasir")
    monkeypatch.setattr(VersionManager, "discovered_options", lambda *_, **__: (FOUND_OUT,))

    services.versions.options_discovered.emit(SIMULATOR)

    form.nav.choose(Section.NEW.value)
    assert line(window, "fancy").isVisible()
    form.nav.choose("whatsapp")
    assert line(window, "os").text() == "Kasir"


def test_closing_with_unsaved_edits_asks_and_cancel_keeps_both(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    configure(window)
    line(window, "os").setText("Kasir")

    assert not window.close()
    dialog = find(window, UnsavedDialog, "unsavedDialog")
    assert any("shop" in label.text() for label in dialog.findChildren(QLabel))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert window.isVisible()
    assert line(window, "os").text() == "Kasir"


@pytest.mark.parametrize(("button", "stored"), [("unsavedSave", "Kasir"), ("unsavedDiscard", None)])
def test_closing_saves_or_discards_what_was_chosen(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], button: str, stored: str | None
) -> None:
    made = simulated(services, "shop")
    window = open_window()
    configure(window)
    line(window, "os").setText("Kasir")
    window.close()

    with qtbot.waitSignal(window.quit_requested):
        QTest.mouseClick(find(find(window, UnsavedDialog, "unsavedDialog"), QPushButton, button), LEFT)

    assert flags_of(services, made.id).get("os") == stored
    assert not window.isVisible()


def test_closing_with_an_edit_that_cannot_be_saved_shows_it_instead(services: Services, open_window: Callable[[], MainWindow]) -> None:
    shop, lab = simulated(services, "shop"), simulated(services, "lab")
    window = open_window()
    select(window, shop.id)
    configure(window)
    line(window, "presencePulseInterval").setText("60")
    select(window, lab.id)
    find(window, QTabBar, "panelTabs").setCurrentIndex(OVERVIEW)
    window.close()

    QTest.mouseClick(find(find(window, UnsavedDialog, "unsavedDialog"), QPushButton, "unsavedSave"), LEFT)

    assert window.isVisible()
    assert find(window, InstancePanel, "instancePanel").shown_id == shop.id
    assert find(window, QPushButton, "saveProblems").isVisible()


def test_deleting_an_instance_with_unsaved_edits_says_that_they_go_too(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    delete = window.findChild(QAction, "action_delete")
    assert isinstance(delete, QAction)
    delete.trigger()
    assert not any("not saved" in label.text() for label in find(window, ConfirmDialog, "confirmDialog").findChildren(QLabel))
    find(window, QDialog, "confirmDialog").reject()
    configure(window)
    line(window, "os").setText("Kasir")

    delete.trigger()

    dialog = find(window, ConfirmDialog, "confirmDialog")
    assert any("not saved" in label.text() for label in dialog.findChildren(QLabel))
    dialog.reject()


def test_unsaved_edits_outlive_a_crash_of_their_instance(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    status = running(qtbot, services, "shop")
    window = open_window()
    configure(window)
    line(window, "os").setText("Kasir")
    crash_from_now_on(services, status.id)

    kill(status)
    wait_for_state(qtbot, services, status.id, InstanceState.BACKOFF)

    assert find(window, QTabBar, "panelTabs").currentIndex() == CONFIGURE
    assert line(window, "os").text() == "Kasir"
    assert find(window, QLabel, "saveCount").text() == "1 change"


def test_every_control_of_the_tab_has_a_name_for_a_screen_reader(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    made = simulated(services, "shop")
    parser = ConfigParser()
    login: Json = {"username": "admin", "password": parser.generate_secret(20)}
    config = parser.with_value(services.instances.config(made.id), BY_KEY["basicAuth"], [login])
    services.instances.save_config(made.id, parser.with_webhook_rows(config, [("https://a.example", True), ("https://b.example", False)]))
    window = open_window()
    form = configure(window)
    qtbot.waitUntil(lambda: len(form.findChildren(OptionRow)) > 60)
    find(window, QLineEdit, "formSearch").setText("a e")

    for widget in form.findChildren(QWidget):
        is_own = not widget.objectName().startswith("qt_")
        if is_own and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            text = widget.text() if isinstance(widget, QPushButton | QCheckBox) else ""
            assert widget.accessibleName() or text, widget.objectName()
            assert widget.objectName()
