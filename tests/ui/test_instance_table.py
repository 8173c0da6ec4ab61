"""The table: sorting by value, filter and search, and updates that touch only what changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton

from gowa_desktop.domain.instance import InstanceChanges, InstanceState
from gowa_desktop.domain.samples import ResourceSample
from gowa_desktop.ui.instances.instance_filter import InstanceFilter, natural_key
from gowa_desktop.ui.instances.instance_table import Column, InstanceModel, runs_of
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.look.format import NOTHING
from tests.ui.conftest import find, running, simulated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.main_window import MainWindow


def names(table: InstanceTableView) -> list[str]:
    model = table.model()
    return [str(model.index(row, Column.NAME).data()) for row in range(model.rowCount())]


def test_natural_key_sorts_numbers_by_value() -> None:
    assert sorted(["shop-10", "Shop-2", "alpha"], key=natural_key) == ["alpha", "Shop-2", "shop-10"]


def test_model_keeps_the_rules_of_qt_while_instances_come_and_go(services: Services, theme: Theme) -> None:
    model = InstanceModel(services.instances)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    proxy = InstanceFilter(model)
    first = simulated(services, "one")
    simulated(services, "two")

    services.instances.update(first.id, InstanceChanges(name="three"))

    assert proxy.rowCount() == 2
    tester.deleteLater()


def test_model_announces_only_the_cells_that_changed(services: Services, theme: Theme) -> None:
    simulated(services, "one")
    two = simulated(services, "two")
    model = InstanceModel(services.instances)
    changes: list[tuple[int, int, int]] = []
    model.dataChanged.connect(lambda top, bottom: changes.append((top.row(), top.column(), bottom.column())))

    services.instances.update(two.id, InstanceChanges(name="renamed"))

    assert changes == [(1, Column.NAME, Column.NAME)]


@pytest.mark.parametrize("order", list(Qt.SortOrder))
def test_table_sorts_ports_by_value(services: Services, open_window: Callable[[], MainWindow], order: Qt.SortOrder) -> None:
    first, _ = services.settings.port_range
    for name, port in (("a", first + 20), ("b", first + 3), ("c", first + 9)):
        created = simulated(services, name)
        services.instances.update(created.id, InstanceChanges(port=port))
    table = find(open_window(), InstanceTableView, "instanceTable")

    table.sortByColumn(Column.PORT, order)

    assert names(table) == (["b", "c", "a"] if order is Qt.SortOrder.AscendingOrder else ["a", "c", "b"])


def test_search_looks_at_name_port_and_version(services: Services, open_window: Callable[[], MainWindow]) -> None:
    shop = simulated(services, "shop")
    simulated(services, "office")
    window = open_window()
    table, search = find(window, InstanceTableView, "instanceTable"), find(window, QLineEdit, "searchField")

    search.setText("SHO")
    assert names(table) == ["shop"]
    search.setText(str(shop.port))
    assert names(table) == ["shop"]
    search.setText("simulator")
    assert names(table) == ["office", "shop"]


def test_search_that_finds_nothing_says_so_and_can_be_cleared(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()
    find(window, QLineEdit, "searchField").setText("zzz")

    assert "zzz" in find(window, QLabel, "nothingFoundText").text()
    QTest.mouseClick(find(window, QPushButton, "nothingFoundClear"), Qt.MouseButton.LeftButton)

    assert find(window, QLineEdit, "searchField").text() == ""
    assert find(window, InstanceTableView, "instanceTable").isVisible()


def test_segments_count_and_filter(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    running(qtbot, services, "runs")
    simulated(services, "rests")
    window = open_window()
    segment = find(window, QToolButton, "segment_running")

    assert find(window, QToolButton, "segment_all").text() == "All 2"
    assert segment.text() == "Running 1"
    QTest.mouseClick(segment, Qt.MouseButton.LeftButton)

    assert names(find(window, InstanceTableView, "instanceTable")) == ["runs"]


def test_selection_and_scroll_stay_when_something_changes(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = [simulated(services, f"shop-{number}") for number in range(40)]
    window = open_window()
    table = find(window, InstanceTableView, "instanceTable")
    table.select_ids([made[20].id, made[22].id])
    table.verticalScrollBar().setValue(300)

    services.instances.update(made[3].id, InstanceChanges(name="aaa"))
    services.instances.sampled.emit()

    assert sorted(table.selected_ids()) == [made[20].id, made[22].id]
    assert table.verticalScrollBar().value() == 300


def test_selection_survives_a_sort(services: Services, open_window: Callable[[], MainWindow]) -> None:
    made = [simulated(services, name) for name in ("a", "b", "c")]
    table = find(open_window(), InstanceTableView, "instanceTable")
    table.select_ids([made[0].id])

    table.sortByColumn(Column.NAME, Qt.SortOrder.DescendingOrder)

    assert table.selected_ids() == [made[0].id]
    assert table.selectionModel().isRowSelected(2)


def test_state_column_says_the_state_in_words(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    running(qtbot, services, "runs")
    model = find(open_window(), InstanceTableView, "instanceTable").model()

    assert model.index(0, Column.STATE).data() == "Running"
    assert model.index(0, Column.MARK).data(Qt.ItemDataRole.AccessibleTextRole) == "Running"
    assert model.index(0, Column.VERSION).data() == "simulator"
    assert services.instances.statuses()[0].status is InstanceState.RUNNING


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton])
@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
def test_a_click_beside_the_rows_keeps_what_is_selected(
    services: Services, open_window: Callable[[], MainWindow], button: Qt.MouseButton, modifier: Qt.KeyboardModifier
) -> None:
    one, two = simulated(services, "one"), simulated(services, "two")
    table = find(open_window(), InstanceTableView, "instanceTable")
    table.select_ids([one.id, two.id])
    beside = QPoint(60, table.viewport().height() - 4)
    assert not table.indexAt(beside).isValid()

    QTest.mouseClick(table.viewport(), button, modifier, beside)
    QTest.mouseDClick(table.viewport(), button, modifier, beside)

    assert set(table.selected_ids()) == {one.id, two.id}


def test_a_drag_that_begins_beside_the_rows_selects_nothing_else(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "one")
    two = simulated(services, "two")
    table = find(open_window(), InstanceTableView, "instanceTable")
    table.select_ids([two.id])
    beside, row = QPoint(60, table.viewport().height() - 4), QPoint(60, 14)
    assert table.indexAt(row).isValid()

    QTest.mousePress(table.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    QApplication.sendEvent(table.viewport(), _move(table, row))
    QTest.mouseRelease(table.viewport(), Qt.MouseButton.LeftButton, pos=row)

    assert table.selected_ids() == [two.id]


def _move(table: InstanceTableView, place: QPoint) -> QMouseEvent:
    """Make the event of a mouse that moves with the left button held."""
    everywhere = table.viewport().mapToGlobal(place)
    left = Qt.MouseButton.LeftButton
    return QMouseEvent(QEvent.Type.MouseMove, QPointF(place), QPointF(everywhere), left, left, Qt.KeyboardModifier.NoModifier)


@pytest.fixture
def measured(qtbot: QtBot, services: Services, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[InstanceModel]:
    """Three rows before the eyes of somebody; the first two have figures as soon as these are read."""
    made = [simulated(services, name) for name in ("a", "b", "rests")]
    sample = ResourceSample(1.0, 12.5, 30_000_000, 1)
    figures = {one.id: sample for one in made[:2]}
    for one in made[:2]:
        services.monitor.window(one.id).append(sample)
    monkeypatch.setattr(services.instances, "with_figures", lambda status: replace(status, sample=figures.get(status.id)))
    shown = QLabel("somebody looks")
    qtbot.addWidget(shown)
    shown.show()
    yield InstanceModel(services.instances, shown)
    shown.close()


def test_figures_of_all_rows_are_told_together_and_alone(qtbot: QtBot, services: Services, measured: InstanceModel) -> None:
    changes: list[tuple[int, int, int, int]] = []
    measured.dataChanged.connect(lambda top, last: changes.append((top.row(), last.row(), top.column(), last.column())))

    with qtbot.waitSignal(measured.refreshed, timeout=10_000):
        services.instances.sampled.emit()
        assert changes == []

    assert changes == [(0, 1, Column.CURVE, Column.MEMORY)]
    assert [measured.index(row, Column.CPU).data() for row in range(3)] == ["12.5 %", "12.5 %", NOTHING]


def test_row_that_changes_while_figures_are_read_keeps_its_newer_look(qtbot: QtBot, services: Services, measured: InstanceModel) -> None:
    for row in range(3):
        measured._read_figures(measured.status_at(row).id)
    services.instances.update(measured.status_at(1).id, InstanceChanges(name="renamed"))
    services.instances.sampled.emit()
    measured._show_figures()

    assert [measured.status_at(row).name for row in range(3)] == ["a", "renamed", "rests"]
    assert [measured.index(row, Column.CPU).data() for row in range(3)] == ["12.5 %", NOTHING, NOTHING]
    qtbot.waitUntil(lambda: measured.index(1, Column.CPU).data() == "12.5 %", timeout=10_000)
    assert measured.status_at(1).name == "renamed"


@pytest.mark.parametrize(
    ("rows", "runs"), [([], []), ([4, 3, 5, 9], [(3, 5), (9, 9)]), ([0, 2, 4], [(0, 0), (2, 2), (4, 4)]), ([0, 2, 4, 6], [(0, 6)])]
)
def test_rows_that_changed_are_told_in_few_runs(rows: list[int], runs: list[tuple[int, int]]) -> None:
    assert runs_of(rows) == runs
