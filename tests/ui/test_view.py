"""What the table shows and how: groups, tags, columns, and the menus of a right click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QMenu, QPlainTextEdit, QPushButton

from gowa_desktop.domain.instance import InstanceChanges
from gowa_desktop.ui.instances.column_choice import ColumnChoice
from gowa_desktop.ui.instances.grouping import GroupBy, read_query, tag_query
from gowa_desktop.ui.instances.instance_table import Column
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.instances.tags_dialog import TagsDialog
from gowa_desktop.ui.look.chips import HUES, chip_colors
from gowa_desktop.ui.look.color_tables import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, Colors
from gowa_desktop.ui.parts.message_bar import MessageBar
from tests.ui.conftest import find, simulated
from tests.ui.test_theme import contrast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def no_menu_left() -> Iterator[None]:
    yield
    while (menu := QApplication.activePopupWidget()) is not None:
        menu.close()


def table_of(window: MainWindow) -> InstanceTableView:
    return find(window, InstanceTableView, "instanceTable")


def action_of(window: MainWindow, name: str) -> QAction:
    found = window.findChild(QAction, f"action_{name}")
    assert isinstance(found, QAction)
    return found


def names(window: MainWindow) -> list[str]:
    model = table_of(window).model()
    return [str(model.index(row, Column.NAME).data()) for row in range(model.rowCount())]


def tagged(services: Services, name: str, *tags: str, notes: str = "") -> InstanceStatus:
    made = simulated(services, name)
    return services.instances.update(made.id, InstanceChanges(tags=tags, notes=notes))


def search(window: MainWindow, text: str) -> None:
    find(window, QLineEdit, "searchField").setText(text)


def open_menu(window: MainWindow, place: QPoint, reason: QContextMenuEvent.Reason = QContextMenuEvent.Reason.Mouse) -> QMenu:
    viewport = table_of(window).viewport()
    QApplication.sendEvent(viewport, QContextMenuEvent(reason, place, viewport.mapToGlobal(place)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def words_of(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


@pytest.mark.parametrize(
    ("search_text", "words", "tags"),
    [
        ("shop", ("shop",), ()), ("tag:shop", (), ("shop",)), ('a tag:"two words" B', ("a", "b"), ("two words",)),
        ("tag:", ("tag:",), ()), ("TAG:Shop tag:x", (), ("shop", "x")), ("", (), ()),
    ],
)  # fmt: skip
def test_search_reads_words_and_tags(search_text: str, words: tuple[str, ...], tags: tuple[str, ...]) -> None:
    assert read_query(search_text) == (words, tags)


@pytest.mark.parametrize("tag", ["shop", "two words", "Größe"])
def test_search_for_a_tag_finds_that_tag(tag: str) -> None:
    assert read_query(tag_query(tag)).tags == (tag.casefold(),)


@pytest.mark.parametrize("colors", [LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST], ids=["light", "dark", "light+", "dark+"])
def test_chips_of_every_hue_can_be_read(colors: Colors) -> None:
    seen = set()
    for number in range(200):
        ground, text = chip_colors(f"tag {number}", colors)
        assert contrast(text.name(), ground.name()) >= 4.5
        seen.add(ground.name())
    assert len(seen) == len(HUES)
    assert chip_colors("Shop", colors) == chip_colors("shop", colors)


def test_search_goes_over_tags_and_notes(services: Services, open_window: Callable[[], MainWindow]) -> None:
    tagged(services, "alpha", "shop", notes="Pak Budi's phone")
    tagged(services, "beta", "shopping")
    window = open_window()

    for text, shown in (("tag:shop", ["alpha"]), ("shop", ["alpha", "beta"]), ("budi", ["alpha"]), ("tag:none", [])):
        search(window, text)
        assert names(window) == shown


def test_rows_stand_in_groups_whatever_they_are_sorted_by(services: Services, open_window: Callable[[], MainWindow], qtbot: QtBot) -> None:
    tagged(services, "a", "zoo")
    tagged(services, "b", "Bird", "zoo")
    tagged(services, "c")
    tagged(services, "d", "zoo")
    window = open_window()
    table = table_of(window)

    action_of(window, "groupTag").trigger()
    assert names(window) == ["b", "a", "d", "c"]
    table.sortByColumn(Column.NAME, Qt.SortOrder.DescendingOrder)
    assert names(window) == ["b", "d", "a", "c"]

    qtbot.waitUntil(lambda: table.rowHeight(0) > table.rowHeight(2))
    assert [table.rowHeight(row) > table.verticalHeader().defaultSectionSize() for row in range(4)] == [True, True, False, True]

    action_of(window, "groupNothing").trigger()
    assert names(window) == ["d", "c", "b", "a"]
    qtbot.waitUntil(lambda: len({table.rowHeight(row) for row in range(4)}) == 1)


def test_groups_follow_changed_tags_and_survive_a_restart(services: Services, open_window: Callable[[], MainWindow]) -> None:
    first = tagged(services, "a", "zoo")
    tagged(services, "b", "bird")
    window = open_window()
    action_of(window, "groupTag").trigger()
    assert names(window) == ["b", "a"]

    services.instances.update(first.id, InstanceChanges(tags=("ant",)))

    assert names(window) == ["a", "b"]
    again = open_window()
    assert table_of(again).filter.group_by is GroupBy.TAG
    assert action_of(again, "groupTag").isChecked()


def test_tags_are_given_to_several_and_differences_stay(services: Services, open_window: Callable[[], MainWindow]) -> None:
    first, second = tagged(services, "a", "shop"), tagged(services, "b", "shop", "test")
    window = open_window()
    table_of(window).selectAll()
    action_of(window, "tags").trigger()
    dialog = find(window, TagsDialog, "tagsDialog")
    listed = find(dialog, QListWidget, "tagList")
    states = {listed.item(row).text(): listed.item(row).checkState() for row in range(listed.count())}
    assert states == {"shop": Qt.CheckState.Checked, "test": Qt.CheckState.PartiallyChecked}

    QTest.keyClicks(find(dialog, QLineEdit, "newTag"), "vip, north")
    listed.item(0).setCheckState(Qt.CheckState.Unchecked)
    QTest.mouseClick(find(dialog, QPushButton, "tagsSave"), LEFT)

    assert services.instances.status(first.id).tags == ("north", "vip")
    assert services.instances.status(second.id).tags == ("north", "test", "vip")


def test_a_tag_that_cannot_be_is_told_in_the_dialog(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "a")
    window = open_window()
    QTest.mouseClick(find(window, QPushButton, "tagsEdit"), LEFT)
    dialog = find(window, TagsDialog, "tagsDialog")
    QTest.keyClicks(find(dialog, QLineEdit, "newTag"), "x" * 31)
    QTest.mouseClick(find(dialog, QPushButton, "tagsSave"), LEFT)

    assert "too long" in find(dialog, QLabel, "tagsDialogProblem").text()
    assert services.instances.status(made.id).tags == ()
    dialog.reject()


def test_a_chip_shows_all_with_its_tag(services: Services, open_window: Callable[[], MainWindow]) -> None:
    for name, tag in (("a", "two words"), ("b", "two words"), ("c", "other")):
        tagged(services, name, tag)
    window = open_window()

    QTest.mouseClick(find(window, QPushButton, "tagChip"), LEFT)

    assert names(window) == ["a", "b"]
    assert find(window, QLineEdit, "searchField").text() == 'tag:"two words"'


def test_view_menu_filters_by_tag_and_takes_it_back(services: Services, open_window: Callable[[], MainWindow]) -> None:
    tagged(services, "a", "shop")
    tagged(services, "b")
    window = open_window()
    menu = find(window, QMenu, "tagMenu")
    assert find(window, QPushButton, "button_view").menu().objectName() == "viewMenu"

    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    assert names(window) == ["a"]
    menu.aboutToShow.emit()
    assert menu.actions()[0].isChecked()
    menu.actions()[0].trigger()
    assert names(window) == ["a", "b"]


def test_notes_are_saved_when_the_field_is_left(services: Services, open_window: Callable[[], MainWindow], qtbot: QtBot) -> None:
    made = simulated(services, "a")
    window = open_window()
    action_of(window, "notes").trigger()
    notes = find(window, QPlainTextEdit, "notes")
    qtbot.waitUntil(notes.hasFocus)
    QTest.keyClicks(notes, "Pak Budi")
    assert services.instances.status(made.id).notes == ""

    QTest.keyClick(notes, Qt.Key.Key_Tab)

    assert services.instances.status(made.id).notes == "Pak Budi"


def test_notes_go_to_the_instance_they_were_typed_for(services: Services, open_window: Callable[[], MainWindow]) -> None:
    first, second = simulated(services, "a"), tagged(services, "b", notes="old")
    window = open_window()
    notes = find(window, QPlainTextEdit, "notes")
    notes.setPlainText("for a")
    table_of(window).select_ids([second.id])

    assert notes.toPlainText() == "old"
    assert [services.instances.status(one).notes for one in (first.id, second.id)] == ["for a", "old"]


def test_notes_that_are_typed_survive_what_happens_meanwhile(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "a")
    window = open_window()
    notes = find(window, QPlainTextEdit, "notes")
    notes.setPlainText("half a sent")

    services.instances.update(made.id, InstanceChanges(tags=("x",)))
    QTest.qWait(0)

    assert notes.toPlainText() == "half a sent"
    window.hide()
    assert services.instances.status(made.id).notes == "half a sent"


def test_notes_that_are_too_long_are_told(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = simulated(services, "a")
    window = open_window()
    find(window, QPlainTextEdit, "notes").setPlainText("x" * 20_001)
    table_of(window).clearSelection()
    window.contents._panel.overview.labels.save()

    assert [message.title for message in find(window, MessageBar, "messageBar").messages] == ["The notes were not saved"]
    assert services.instances.status(made.id).notes == ""


def test_columns_are_chosen_in_the_header_and_remembered(services: Services, open_window: Callable[[], MainWindow]) -> None:
    tagged(services, "a", "x")
    window = open_window()
    table = table_of(window)
    table.horizontalHeader().customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert words_of(menu) == ["State", "Port", "CPU curve", "CPU", "Memory", "Uptime", "Version", "Tags", "Usual columns"]

    next(action for action in menu.actions() if action.text() == "Port").trigger()
    menu.close()
    table.horizontalHeader().moveSection(table.horizontalHeader().visualIndex(Column.TAGS), 2)
    table.setColumnWidth(Column.MEMORY, 111)
    assert table.isColumnHidden(Column.PORT)
    window.prepare_session_end()

    again = table_of(open_window())
    assert again.isColumnHidden(Column.PORT)
    assert again.horizontalHeader().visualIndex(Column.TAGS) == 2
    assert again.columnWidth(Column.MEMORY) == 111


def test_usual_columns_bring_everything_back(services: Services, open_window: Callable[[], MainWindow]) -> None:
    tagged(services, "a", "x")
    window = open_window()
    table = table_of(window)
    table.show_column(Column.PORT, is_shown=False)
    table.horizontalHeader().moveSection(table.horizontalHeader().visualIndex(Column.TAGS), 2)

    action_of(window, "resetColumns").trigger()

    assert not table.isColumnHidden(Column.PORT)
    assert [table.horizontalHeader().visualIndex(column) for column in Column] == list(Column)


@pytest.mark.parametrize(
    "layout",
    [
        ["-port=60", "nonsense", "-name=100", "cpu=99999", "memory=7", "=", "gone=40", "port"],
        ["tags=100", "-port=60>", "mark=0", "-port=70"],
    ],
)
def test_columns_of_another_program_do_no_harm(services: Services, open_window: Callable[[], MainWindow], layout: list[str]) -> None:
    tagged(services, "a", "x")
    table = table_of(open_window())
    table.restore_columns(layout)

    assert table.isColumnHidden(Column.PORT)
    assert not table.isColumnHidden(Column.NAME)
    assert sorted(table.horizontalHeader().visualIndex(column) for column in Column) == list(Column)
    assert table.horizontalHeader().visualIndex(Column.MARK) == 0
    assert table.columnWidth(Column.MEMORY) > 40


def test_narrow_tables_give_up_what_matters_least() -> None:
    choice = ColumnChoice()
    choice.has_tags = True
    everything = choice.fitting(2000, lambda _: 80)
    assert everything == set(Column)
    assert Column.CURVE not in choice.fitting(840, lambda _: 80)
    assert {Column.NAME, Column.STATE, Column.PORT} <= choice.fitting(100, lambda _: 80)
    choice.has_tags = False
    assert Column.TAGS not in choice.fitting(2000, lambda _: 80)


def test_a_row_and_the_empty_space_have_menus_of_their_own(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "a")
    window = open_window()
    table = table_of(window)

    menu = open_menu(window, table.visualRect(table.model().index(0, Column.NAME)).center())
    assert {"Start", "Delete…", "Tags…"} <= set(words_of(menu))
    menu.close()
    menu = open_menu(window, QPoint(50, table.viewport().height() - 5))
    assert words_of(menu)[0] == "New instance"
    assert "Delete…" not in words_of(menu)


def test_the_menu_key_opens_the_menu_of_the_current_row(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "a")
    window = open_window()

    menu = open_menu(window, QPoint(50, table_of(window).viewport().height() - 5), QContextMenuEvent.Reason.Keyboard)

    assert "Delete…" in words_of(menu)


def test_text_fields_keep_their_own_menu(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "a")
    window = open_window()
    for kind, name in ((QLineEdit, "searchField"), (QPlainTextEdit, "notes")):
        assert find(window, kind, name).contextMenuPolicy() is Qt.ContextMenuPolicy.DefaultContextMenu
