"""The Charts tab and the fleet view in the real window, on the real history, for mouse, keyboard and screen reader."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QTabBar, QToolTip

from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.domain.usage import Metric, UsageEvent, UsageEventKind
from gowa_desktop.ui.charts.chart_range import ChartRange
from gowa_desktop.ui.charts.charts_tab import ChartsTab
from gowa_desktop.ui.charts.fleet_window import FleetWindow, Order
from gowa_desktop.ui.charts.legend import Legend
from gowa_desktop.ui.instances.instance_panel import CHARTS, InstancePanel
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.look.color_tables import DARK, LIGHT
from tests.ui.conftest import find, simulated
from tests.usage_samples import fill_last_hour

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.charts.usage_view import UsageView
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.main_window import MainWindow

WAIT_MS = 20_000


def with_history(qtbot: QtBot, services: Services, *names: str, seconds: int = 900) -> list[int]:
    """Create instances that have a past; the file must know first that they are new."""
    ids = [simulated(services, name).id for name in names]
    qtbot.waitUntil(lambda: not services.history.is_storing, timeout=WAIT_MS)
    fill_last_hour(services.history, ids, seconds=seconds)
    return ids


def open_charts(qtbot: QtBot, window: MainWindow, ids: list[int]) -> tuple[ChartsTab, UsageView]:
    """Open the charts of these instances."""
    find(window, InstanceTableView, "instanceTable").select_ids(ids)
    find(window, InstancePanel, "instancePanel").show_charts()
    tab = find(window, ChartsTab, "chartsTab")
    qtbot.waitUntil(lambda: tab.view is not None and tab.view.isVisible(), timeout=WAIT_MS)
    assert tab.view is not None
    return tab, tab.view


def test_opening_the_window_imports_neither_pyqtgraph_nor_numpy(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from gowa_desktop.bootstrap import build\n"
        "from gowa_desktop.launch import window_parts\n"
        "from gowa_desktop.ui.application import create_application\n"
        "from gowa_desktop.ui.main_window import MainWindow\n"
        "from gowa_desktop.ui.window_state import WindowState\n"
        "application = create_application(sys.argv[:1])\n"
        "services = build(Path(sys.argv[1]))\n"
        "window = MainWindow(window_parts(services), WindowState(Path(sys.argv[1]) / 'window.ini'))\n"
        "window.show()\n"
        "QTimer.singleShot(50, application.quit)\n"
        "application.exec()\n"
        "print(sorted({'numpy', 'pyqtgraph'} & set(sys.modules)))\n"
        "window.deleteLater()\n"
        "services.close()\n"
    )

    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "data")], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_charts_show_what_was_used_and_say_it_in_words(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    (shop,) = with_history(qtbot, services, "shop")
    window = open_window()

    tab, view = open_charts(qtbot, window, [shop])

    assert find(window, QTabBar, "panelTabs").currentIndex() == CHARTS
    assert [plot.metric for plot in view.plots] == list(Metric)
    assert all(plot.traces[0].points.has_figures for plot in view.plots)
    begin, end = view.span
    assert end - begin == pytest.approx(3600)
    summary = find(tab, QLabel, "chartSummary").text()
    assert "CPU" in summary
    assert "in the last hour" in summary
    assert summary in view.accessibleName()


def test_axes_of_time_are_linked(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    (shop,) = with_history(qtbot, services, "shop")
    _, view = open_charts(qtbot, open_window(), [shop])
    now = time.time()

    view.plots[2].item.setXRange(now - 120, now, padding=0)

    assert all(plot.item.viewRange()[0] == pytest.approx([now - 120, now]) for plot in view.plots)


@pytest.mark.parametrize(
    ("key", "chosen"),
    [(Qt.Key.Key_1, ChartRange.FIVE_MINUTES), (Qt.Key.Key_3, ChartRange.DAY), (Qt.Key.Key_5, ChartRange.MONTH)],
)
def test_number_keys_choose_the_range(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], key: Qt.Key, chosen: ChartRange
) -> None:
    (shop,) = with_history(qtbot, services, "shop")
    tab, view = open_charts(qtbot, open_window(), [shop])
    view.setFocus()

    QTest.keyClick(view, key)

    assert tab.chosen_range is chosen
    begin, end = view.span
    assert end - begin == pytest.approx(chosen.seconds)


def test_arrows_move_the_crosshair_and_it_is_read_out(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    (shop,) = with_history(qtbot, services, "shop")
    _, view = open_charts(qtbot, open_window(), [shop])
    view.setFocus()

    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Left)

    assert view.crosshair is not None
    assert view.crosshair < view.span[1]
    assert all(plot.is_crossed for plot in view.plots)
    assert "CPU" in view.read_out
    assert "Memory" in view.read_out
    assert view.accessibleDescription() == view.read_out
    assert "%" in view.plots[0].head.text
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.read_out == ""
    assert not any(plot.is_crossed for plot in view.plots)


def test_zoom_and_pan_leave_now_until_it_is_wanted_back(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    (shop,) = with_history(qtbot, services, "shop")
    tab, view = open_charts(qtbot, open_window(), [shop])
    view.setFocus()
    back = find(tab, QPushButton, "backToNow")
    assert not back.isVisible()

    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)

    begin, end = view.span
    assert end - begin == pytest.approx(2400, rel=0.01)
    assert end < time.time() - 300
    assert back.isVisible()
    services.history.changed.emit()
    assert view.span == pytest.approx((begin, end))
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    assert view.span[1] == pytest.approx(time.time(), abs=5)
    assert not back.isVisible()


def test_a_turn_of_the_wheel_zooms_time_only(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    (shop,) = with_history(qtbot, services, "shop")
    tab, view = open_charts(qtbot, open_window(), [shop])
    before = view.plots[0].item.viewRange()

    view.plots[0].item.vb.scaleBy(x=0.5)
    view.plots[0].item.vb.sigRangeChangedManually.emit([True, False])

    after = view.plots[0].item.viewRange()
    assert after[0][1] - after[0][0] == pytest.approx((before[0][1] - before[0][0]) / 2)
    assert after[1] == before[1]
    assert find(tab, QPushButton, "backToNow").isVisible()


def test_where_it_did_not_run_there_is_a_gap(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    (shop,) = with_history(qtbot, services, "shop", seconds=3500)
    _, view = open_charts(qtbot, open_window(), [shop])

    view.cross(time.time() - 1470)

    assert "CPU" not in view.read_out
    assert "–" in view.plots[0].head.text  # noqa: RUF001 - the sign that tables use


def test_what_happened_is_marked_and_told(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    (shop,) = with_history(qtbot, services, "shop")
    at = time.time() - 200
    services.history.note(shop, UsageEvent(at, UsageEventKind.CRASH, "Ended with code 1"))
    _, view = open_charts(qtbot, open_window(), [shop])
    view.setFocus()

    QTest.keyClick(view, Qt.Key.Key_E, Qt.KeyboardModifier.ShiftModifier)

    assert view.crosshair == pytest.approx(at)
    assert "Crashed" in view.read_out
    assert "Ended with code 1" in view.read_out
    view.cross(None)
    box = view.plots[0].item.vb
    view._on_mouse_moved(box.mapViewToScene(QPointF(at, 0.5)))
    assert "Crashed" in QToolTip.text()
    QToolTip.hideText()


def test_of_the_machine_divides_by_its_cores(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    (shop,) = with_history(qtbot, services, "shop")
    services.monitor.sample_blocking(0.0)
    tab, view = open_charts(qtbot, open_window(), [shop])
    computer = services.monitor.computer
    assert computer is not None
    of_a_core = view.plots[0].traces[0].points.top

    find(tab, QCheckBox, "ofMachine").setChecked(True)

    assert view.plots[0].traces[0].points.top == pytest.approx(of_a_core / computer.cores)
    assert "of the machine" in view.plots[0].head.text


def test_several_selected_instances_are_compared(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    ids = with_history(qtbot, services, "shop", "lab", "office")
    window = open_window()
    table = find(window, InstanceTableView, "instanceTable")
    table.select_ids(ids)
    QTest.mouseClick(find(window, QPushButton, "compareInCharts"), Qt.MouseButton.LeftButton)
    tab = find(window, ChartsTab, "chartsTab")
    qtbot.waitUntil(lambda: tab.view is not None and tab.view.isVisible(), timeout=WAIT_MS)
    assert tab.view is not None

    traces = tab.view.plots[0].traces

    assert {trace.name for trace in traces} == {"shop", "lab", "office"}
    assert len({(trace.look.color, trace.look.style) for trace in traces}) == 3
    assert find(tab, Legend, "chartLegend").isVisible()
    assert "3 instances compared" in find(window, QLabel, "severalLine").text()
    table.select_ids(ids[:1])
    assert not find(tab, Legend, "chartLegend").isVisible()
    assert find(window, QTabBar, "panelTabs").isVisible()


def test_another_selection_uses_the_same_chart_again(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    ids = with_history(qtbot, services, "shop", "lab")
    window = open_window()
    tab, view = open_charts(qtbot, window, ids)
    items = len(view.scene().items())
    table = find(window, InstanceTableView, "instanceTable")

    for _ in range(3):
        for selection in (ids[:1], ids[1:], ids):
            table.select_ids(selection)

    assert tab.view is view
    assert len(window.findChildren(ChartsTab)) == 1
    assert len(view.scene().items()) == items


def test_without_a_past_it_says_what_to_do(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    lab = simulated(services, "lab")
    window = open_window()
    find(window, InstanceTableView, "instanceTable").select_ids([lab.id])
    find(window, InstancePanel, "instancePanel").show_charts()
    tab = find(window, ChartsTab, "chartsTab")
    message = find(tab, QLabel, "chartMessage")
    qtbot.waitUntil(lambda: "No history yet" in message.text(), timeout=WAIT_MS)

    QTest.mouseClick(find(tab, QPushButton, "chartStart"), Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: services.instances.status(lab.id).pid is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not find(tab, QPushButton, "chartStart").isVisible(), timeout=WAIT_MS)


def test_colours_follow_the_theme_at_once(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop,) = with_history(qtbot, services, "shop")
    _, view = open_charts(qtbot, open_window(), [shop])
    assert view.backgroundBrush().color().name() == LIGHT.panel

    theme.choose(ThemeChoice.DARK)
    try:
        assert view.backgroundBrush().color().name() == DARK.panel
        qtbot.waitUntil(lambda: view.plots[0].traces[0].look.color == DARK.accent, timeout=WAIT_MS)
    finally:
        theme.choose(ThemeChoice.LIGHT)


def test_export_writes_figures_and_picture(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], tmp_path: Path) -> None:
    (shop,) = with_history(qtbot, services, "shop")
    services.history.note(shop, UsageEvent(time.time() - 200, UsageEventKind.UPDATE, "=1+1"))
    tab, _ = open_charts(qtbot, open_window(), [shop])
    tab.choose_range(ChartRange.HOUR)

    tab.export_csv(tmp_path / "figures.csv")
    tab.export_png(tmp_path / "picture.png")

    qtbot.waitUntil((tmp_path / "figures.csv").exists, timeout=WAIT_MS)
    rows = list(csv.DictReader((tmp_path / "figures.csv").read_text("utf-8-sig").splitlines()))
    assert {row["instance"] for row in rows} == {"shop"}
    assert {row["what"] for row in rows} == {"cpu", "memory", "disk", "update"}
    assert next(row for row in rows if row["what"] == "update")["unit"] == "'=1+1"
    assert sum(row["what"] == "cpu" for row in rows) > 600
    picture = QImage(str(tmp_path / "picture.png"))
    assert picture.width() > 200
    assert picture.height() > 200


def test_export_that_cannot_be_written_says_why(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    (shop,) = with_history(qtbot, services, "shop")
    window = open_window()
    tab, _ = open_charts(qtbot, window, [shop])

    tab.export_png(tmp_path / "missing" / "picture.png")

    assert any("picture.png cannot be written" in label.text() for label in window.findChildren(QLabel))


def open_fleet(qtbot: QtBot, window: MainWindow) -> FleetWindow:
    action = window.findChild(QAction, "action_fleet")
    assert isinstance(action, QAction)
    action.trigger()
    fleet = find(window, FleetWindow, "fleetWindow")
    qtbot.waitUntil(fleet.grid.isVisible, timeout=WAIT_MS)
    return fleet


def test_fleet_paints_what_is_in_view_only(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    ids = with_history(qtbot, services, *(f"shop-{number}" for number in range(60)), seconds=200)
    fleet = open_fleet(qtbot, open_window())

    fleet.grid.viewport().repaint()

    assert len(fleet.grid.cells) == len(ids) + 1
    assert 0 < fleet.grid.painted < 30
    fleet.grid.setFocus()
    QTest.keyClick(fleet.grid, Qt.Key.Key_End)
    assert fleet.grid.verticalScrollBar().value() > 0
    assert fleet.grid.current is not None
    assert fleet.grid.current.key == fleet.grid.cells[-1].key
    assert fleet.grid.current.name in fleet.grid.accessibleDescription()
    fleet.close()


def test_fleet_sorts_by_name_and_opens_an_instance(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    ids = with_history(qtbot, services, "shop-10", "shop-2", seconds=200)
    window = open_window()
    fleet = open_fleet(qtbot, window)
    order = find(fleet, QComboBox, "fleetOrder")

    order.setCurrentIndex(order.findData(Order.NAME.value))
    assert [cell.name for cell in fleet.grid.cells] == ["This computer", "shop-2", "shop-10"]
    QTest.mouseClick(fleet.grid.viewport(), Qt.MouseButton.LeftButton, pos=fleet.grid.rect_of(2).center())

    assert find(window, InstanceTableView, "instanceTable").selected_ids() == [ids[0]]
    assert find(window, QTabBar, "panelTabs").currentIndex() == CHARTS
    fleet.close()


def test_fleet_without_instances_says_so(qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    action = window.findChild(QAction, "action_fleet")
    assert isinstance(action, QAction)
    action.trigger()
    fleet = find(window, FleetWindow, "fleetWindow")

    qtbot.waitUntil(lambda: "No instances yet" in find(fleet, QLabel, "fleetMessage").text(), timeout=WAIT_MS)
    fleet.close()
