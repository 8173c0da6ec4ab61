"""What the Charts tab writes into files: what is shown as a picture, and its figures as a table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.ui.look.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.ui.charts.chart_desk import ChartDesk
    from gowa_desktop.ui.charts.chart_figures import Figures
    from gowa_desktop.ui.charts.chart_range import ChartRange


@dataclass(frozen=True, slots=True)
class Shown:
    """What the charts show: of whom, of how much time, and the figures; None before any were collected."""

    names: list[str]
    range: ChartRange
    figures: Figures | None
    is_of_machine: bool


class ChartFiles(QObject):
    """Owns the menu button of the Charts tab. Main thread; lives as long as the tab."""

    def __init__(self, desk: ChartDesk, sheet: QWidget, shown: Callable[[], Shown], tab: QWidget) -> None:
        super().__init__(tab)
        self._desk = desk
        self._sheet = sheet
        self._shown = shown
        self._tab = tab
        self.button = self._make_menu_button()

    def export_png(self, target: Path) -> None:
        """Write what is shown as a picture."""
        from gowa_desktop.ui.charts.chart_export import write_png  # noqa: PLC0415 - imports numpy

        try:
            write_png(target, self._sheet)
        except GowaError as error:
            self._desk.tell_failure(error)
        else:
            self._desk.tell(self.tr("The picture is in {file}.").format(file=target))

    def export_csv(self, target: Path) -> None:
        """Write all figures of the time that is shown."""
        from gowa_desktop.ui.charts.chart_export import csv_text, write_csv  # noqa: PLC0415 - imports numpy

        shown = self._shown()
        figures = shown.figures
        if figures is not None:
            done = self.tr("The figures are in {file}.").format(file=target)
            self._desk.run(lambda: write_csv(target, csv_text(figures, is_of_machine=shown.is_of_machine)), done)

    def _make_menu_button(self) -> QToolButton:
        button = QToolButton(self._tab)
        button.setObjectName("chartMenuButton")
        button.setIcon(icon("ellipsis"))
        button.setProperty("iconOnly", True)
        button.setAccessibleName(self.tr("Export and more"))
        button.setToolTip(self.tr("Export and more"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setObjectName("chartMenu")
        png = menu.addAction(icon("file-media"), self.tr("Export picture (PNG)…"), self._on_png_triggered)
        csv = menu.addAction(icon("table"), self.tr("Export figures (CSV)…"), self._on_csv_triggered)
        menu.addSeparator()
        fleet = menu.addAction(icon("graph-line"), self.tr("All instances side by side"), self._desk.open_fleet)
        for action, name in ((png, "chart_png"), (csv, "chart_csv"), (fleet, "chart_fleet")):
            action.setObjectName(name)
        button.setMenu(menu)
        return button

    @Slot()
    def _on_png_triggered(self) -> None:
        target = self._ask_for_file(self.tr("Export picture"), "png", self.tr("Pictures (*.png)"))
        if target is not None:
            self.export_png(target)

    @Slot()
    def _on_csv_triggered(self) -> None:
        target = self._ask_for_file(self.tr("Export figures"), "csv", self.tr("Tables (*.csv)"))
        if target is not None:
            self.export_csv(target)

    def _ask_for_file(self, title: str, ending: str, kinds: str) -> Path | None:
        shown = self._shown()
        proposal = f"{shown.names[0] if len(shown.names) == 1 else 'instances'}-{shown.range.value}.{ending}"
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name, _ = QFileDialog.getSaveFileName(self._tab, title, str(Path(folder) / proposal), kinds)
        return Path(name) if name else None
