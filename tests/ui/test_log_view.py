"""The log viewer: rows by position, follow, search, levels, folding, marks, copy and export, with the keyboard and without."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QFont, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QToolButton

from gowa_desktop.domain.log_line import LogFormat, LogLine
from gowa_desktop.domain.log_lines import MASK
from gowa_desktop.infra.log_bookmarks import read_bookmarks
from gowa_desktop.infra.log_files import LogLimits, rotate_before_run
from gowa_desktop.infra.log_parts import older_parts
from gowa_desktop.services.logs.log_store import OWN_LOG
from gowa_desktop.services.logs.row_reader import LogRow
from gowa_desktop.ui.logs.log_row_painter import Look, RowPainter, found_in_color
from gowa_desktop.ui.logs.log_view import LogView
from gowa_desktop.ui.look.fonts import fixed_font
from tests.services.test_log_store import instance_with_log, logrus
from tests.ui.conftest import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme

PANIC = b"panic: out of luck\n\ngoroutine 1 [running]:\nmain.main()\n\t/build/main.go:8 +0xf\n"


@pytest.fixture
def show(qtbot: QtBot, theme: Theme, services: Services) -> Iterator[Callable[[bytes], LogView]]:
    """Show a log with this content."""
    opened: list[LogView] = []

    def show_one(content: bytes) -> LogView:
        key = instance_with_log(services, f"shop{len(opened)}", content)
        view = LogView(services.logs, services.settings)
        qtbot.addWidget(view)
        opened.append(view)
        view.resize(900, 500)
        view.show()
        view.show_log(key)
        qtbot.waitUntil(lambda: view.document is not None and (view.document.rows > 0 or not content))
        return view

    yield show_one
    for view in opened:
        view.show_log(None)


def test_place_that_is_not_counted_yet_is_shown_when_it_is(qtbot: QtBot, services: Services, theme: Theme) -> None:
    content = many(120_000)
    key = instance_with_log(services, "long", content)
    view = LogView(services.logs, services.settings)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.show_log(key)
    view.go_to(content.index(b'"line 1000"') - 51)
    qtbot.waitUntil(lambda: "line 1000" in shown(view), timeout=15_000)
    assert not view.rows.is_following
    view.show_log(None)


def test_hit_in_a_folded_dump_is_unfolded_and_the_view_stays_full(show: Callable[[bytes], LogView]) -> None:
    dump = b"panic: out of luck\n\ngoroutine 1 [running]:\n" + b"".join(b"main.step%d()\n\t/build/main.go:8 +0xf\n" % n for n in range(60))
    content = many(300) + dump + many(3)
    view = show(content)
    assert not any("main.step50" in text for text in shown(view))
    view.go_to(content.index(b"main.step50"))
    assert "main.step50()" in shown(view)
    assert len(shown(view)) >= 20
    view.go_to(content.index(b"panic: out"))
    assert "panic: out of luck" in shown(view)
    assert shown(view)[0].startswith("line ")


def test_scrolling_never_stops_inside_what_is_folded(show: Callable[[bytes], LogView]) -> None:
    view = show(many(100) + PANIC * 30 + many(100))
    bar, tops = view.rows.verticalScrollBar(), []
    for value in range(90, 200, 2):
        bar.setValue(value)
        tops.append(view.rows.visible_rows()[0].line)
    assert not any(line.belongs_to_previous for line in tops)
    assert {line.text for line in tops} >= {"panic: out of luck", "line 98"}


@pytest.mark.parametrize("size", [8.0, 10.3, 13.7])
def test_width_of_a_row_is_that_of_its_letters(theme: Theme, size: float) -> None:
    font = fixed_font(QFont())
    font.setPointSizeF(size)
    painter, metrics = RowPainter(font, QPalette(), Look()), QFontMetrics(font)
    for text in ("iiiiii", "a long text " * 30, "naïve café", "W" * 400):
        empty, row = (LogRow(0, LogLine(LogFormat.UNKNOWN, words), None) for words in ("", text))
        assert abs(painter.text_width(row) - painter.text_width(empty) - metrics.horizontalAdvance(text)) <= 1


def test_end_of_the_last_run_is_found(qtbot: QtBot, show: Callable[[bytes], LogView]) -> None:
    ended = b"--- GOWA Desktop: run ended, It crashed, at 2026-03-10T11:22:33Z ---\n"
    view = show(many(500) + ended + many(500))
    view.show_run_end()
    qtbot.waitUntil(lambda: "Run ended, It crashed" in shown(view), timeout=15_000)
    assert view.rows.current == len(many(500))


def shown(view: LogView) -> list[str]:
    return [row.line.text for row in view.rows.visible_rows()]


def many(count: int) -> bytes:
    return b"".join(logrus(n // 60 % 60, f"line {n}", "error" if n % 100 == 0 else "info") for n in range(count))


def add(services: Services, view: LogView, content: bytes) -> None:
    with services.logs.path(view.shown_id or 0).open("ab") as file:
        file.write(content)


def test_view_opens_at_the_end_and_follows_until_one_scrolls_up(qtbot: QtBot, services: Services, show: Callable[[bytes], LogView]) -> None:
    view = show(many(5000))
    qtbot.waitUntil(lambda: shown(view)[-1:] == ["line 4999"])
    follow = find(view, QToolButton, "logFollow")
    add(services, view, logrus(1, "fresh"))
    qtbot.waitUntil(lambda: shown(view)[-1] == "fresh")
    view.rows.verticalScrollBar().setValue(1000)
    assert not follow.isChecked()
    before = shown(view)
    assert before[0] == "line 1000"
    add(services, view, logrus(1, "later"))
    qtbot.waitUntil(lambda: view.document is not None and view.document.rows == 5002)
    assert shown(view) == before
    QTest.mouseClick(follow, Qt.MouseButton.LeftButton)
    assert shown(view)[-1] == "later"


def test_search_counts_steps_and_marks(qtbot: QtBot, show: Callable[[bytes], LogView]) -> None:
    view = show(many(3000))
    edit = find(view, QLineEdit, "logSearch")
    count = find(view, QLabel, "logHitCount")
    find(view, QToolButton, "logRegex").setChecked(True)
    edit.setText(r"line \d*77$")
    qtbot.waitUntil(lambda: count.text() == "30 found")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert count.text() == "30 of 30"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert count.text() == "1 of 30"
    assert "line 77" in shown(view)
    QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert count.text() == "30 of 30"
    edit.setText("(")
    qtbot.waitUntil(lambda: count.text() == "no expression")
    assert edit.property("invalid") is True
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == ""


def test_levels_leave_lines_out_and_a_row_leads_back_to_its_surroundings(qtbot: QtBot, show: Callable[[bytes], LogView]) -> None:
    view = show(many(3000))
    level = find(view, QComboBox, "logLevel")
    level.setCurrentIndex(level.count() - 1)
    qtbot.waitUntil(lambda: view.document is not None and view.document.rows == 30)
    view.rows.verticalScrollBar().setValue(0)
    assert shown(view)[:2] == ["line 0", "line 100"] or shown(view)[0].startswith("line")
    position = view.document.read(5, 1)[0].position if view.document is not None else 0
    view.go_to(position)
    QTest.keyClick(view.rows, Qt.Key.Key_Return)
    assert view.document is not None
    assert view.document.rows == 3000
    assert {"line 499", "line 500", "line 501"} <= set(shown(view))


def test_panic_is_one_row_until_it_is_opened(qtbot: QtBot, show: Callable[[bytes], LogView]) -> None:
    view = show(logrus(1, "before") + PANIC + logrus(2, "after"))
    assert shown(view) == ["before", "panic: out of luck", "after"]
    panic = view.rows.visible_rows()[1]
    view.go_to(panic.position)
    QTest.keyClick(view.rows, Qt.Key.Key_Return)
    assert len(shown(view)) == 7


def test_settings_line_and_secrets_are_hidden(show: Callable[[bytes], LogView]) -> None:
    view = show(b"map[key:one\ntwo three]\n" + logrus(1, "sign-in admin:hush1234 failed"))
    assert shown(view)[0] == f"map[{MASK}]"
    assert "hush1234" not in str(shown(view))


def test_rows_are_selected_and_copied_by_keys_and_mouse(qtbot: QtBot, show: Callable[[bytes], LogView]) -> None:
    view = show(many(10))
    rows = view.rows
    height = rows.fontMetrics().height() + 4
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, height // 2))
    QTest.keyClick(rows, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(rows, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().split("\n")
    assert [line.split(" ", 3)[-1] for line in copied] == ["line 0", "line 1"] or [line[-6:] for line in copied] == ["line 0", "line 1"]
    assert rows.accessibleDescription().endswith("line 1")


def test_a_right_click_keeps_what_is_selected_and_offers_to_copy_it(show: Callable[[bytes], LogView]) -> None:
    rows = show(many(10)).rows
    height = rows.fontMetrics().height() + 4
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, height // 2))
    QTest.keyClick(rows, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    selected = rows.selected_text()
    assert len(selected.splitlines()) == 2

    QTest.mouseClick(rows.viewport(), Qt.MouseButton.RightButton, pos=QPoint(200, height // 2))
    assert rows.selected_text() == selected
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.RightButton, pos=QPoint(200, 4 * height + height // 2))
    assert rows.selected_text().endswith("line 4")

    assert rows.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu
    assert [action.objectName() for action in rows.actions()][:2] == ["logCopy", "logBookmark"]


def test_bookmarks_and_start_of_the_run(qtbot: QtBot, show: Callable[[bytes], LogView]) -> None:
    marker = b"--- GOWA Desktop: run starts, GOWA v9.2.0, at 2026-03-10T12:00:00Z ---\n"
    view = show(many(2000) + marker + many(2000))
    view.go_to(0)
    find_action(view, "logBookmark").trigger()
    find_action(view, "logRunStart").trigger()
    qtbot.waitUntil(lambda: "Run starts, GOWA v9.2.0" in shown(view))
    find_action(view, "logNextBookmark").trigger()
    assert view.rows.bookmarks == [0]
    assert shown(view)[0] == "line 0"
    key = view.shown_id
    view.show_log(OWN_LOG)
    assert view.rows.bookmarks == []
    view.show_log(key)
    assert view.rows.bookmarks == [0]


def test_bookmarks_are_there_in_the_next_run_of_the_program_and_after_rotation(
    qtbot: QtBot, show: Callable[[bytes], LogView], open_services: Callable[[], Services], services: Services
) -> None:
    view = show(many(2000))
    key = view.shown_id
    assert key is not None
    log = services.logs.path(key)
    position = log.read_bytes().index(logrus(0, "line 7"))
    view.go_to(position)
    find_action(view, "logBookmark").trigger()
    assert view.rows.bookmarks == [position]
    qtbot.waitUntil(lambda: read_bookmarks(log) == {position})
    view.show_log(None)
    services.close()
    rotate_before_run(log, LogLimits(log.stat().st_size, 5))
    assert older_parts(log)

    later = open_services()
    again = LogView(later.logs, later.settings)
    qtbot.addWidget(again)
    again.show()
    again.show_log(key)
    qtbot.waitUntil(lambda: again.rows.bookmarks == [position])
    qtbot.waitUntil(lambda: again.document is not None and again.document.rows > 0)
    find_action(again, "logNextBookmark").trigger()
    qtbot.waitUntil(lambda: position in [row.position for row in again.rows.visible_rows()])
    again.show_log(None)


def find_action(view: LogView, name: str) -> QAction:
    action = view.findChild(QAction, name)
    assert isinstance(action, QAction)
    return action


def test_export_hides_secrets_always_and_people_unless_told(qtbot: QtBot, show: Callable[[bytes], LogView], tmp_path: Path) -> None:
    view = show(logrus(1, "from 628123456789@s.whatsapp.net with hush1234"))
    for hides_people in (True, False):
        with qtbot.waitSignal(view.message):
            view.export_to(tmp_path / "out.txt", hides_people=hides_people)
        text = (tmp_path / "out.txt").read_text()
        assert "hush1234" not in text
        assert ("628123456789" in text) is not hides_people
    assert os.name == "nt" or (tmp_path / "out.txt").stat().st_mode & 0o077 == 0


def test_wrapped_rows_are_higher_and_times_may_be_utc(show: Callable[[bytes], LogView]) -> None:
    view = show(logrus(1, "word " * 200) + logrus(2, "short"))
    find_action(view, "logWrap").setChecked(True)
    find_action(view, "logUtc").setChecked(True)
    assert view.rows.look.is_utc
    assert shown(view)[-1] == "short"
    assert view.rows.horizontalScrollBar().maximum() == 0


def test_million_lines_open_at_once_and_every_end_is_reached(qtbot: QtBot, show: Callable[[bytes], LogView]) -> None:
    view = show(b"".join(b"%07d\n" % number for number in range(1_000_000)))
    assert shown(view)[-1] == "0999999"
    qtbot.waitUntil(lambda: view.document is not None and view.document.rows == 1_000_000)
    bar = view.rows.verticalScrollBar()
    bar.setValue(0)
    assert shown(view)[0] == "0000000"
    bar.setValue(500_000)
    assert shown(view)[0] == "0500000"
    bar.setValue(bar.maximum())
    assert shown(view)[-1] == "0999999"


def test_nothing_written_is_said(show: Callable[[bytes], LogView], qtbot: QtBot) -> None:
    view = show(b"")
    qtbot.waitUntil(lambda: bool(view.rows.instead))
    assert view.rows.accessibleDescription() == view.rows.instead == "Nothing was written yet."
    view.show_log(None)
    assert view.rows.instead == ""


def test_rows_take_the_place_of_what_was_said_instead(show: Callable[[bytes], LogView]) -> None:
    view = show(many(3))
    assert view.rows.instead == view.rows.accessibleDescription() == ""


def test_what_is_found_has_one_colour_whatever_it_is_part_of() -> None:
    pieces = [("GET /app", "text"), (" 200 ", "green"), ("in 3 ms", "muted")]
    found = list(found_in_color(pieces, [(4, 11), (12, 16)], "strong"))
    assert "".join(text for text, _ in found) == "GET /app 200 in 3 ms"
    assert [piece for piece in found if piece[0]] == [
        ("GET ", "text"), ("/app", "strong"), (" 20", "strong"), ("0", "green"), (" ", "strong"), ("in ", "strong"), ("3 ms", "muted"),
    ]  # fmt: skip
