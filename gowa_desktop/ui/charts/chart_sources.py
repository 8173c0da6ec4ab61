"""What charts are made of: the history, what is measured now, the instances, and the libraries that draw."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.services.garbage import GarbageKeeper

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.instances.instance_table import InstanceModel
    from gowa_desktop.ui.window_parts import WindowParts

_LIBRARIES = ("gowa_desktop.ui.charts.usage_view", "gowa_desktop.ui.charts.chart_figures")


class ChartSources(QObject):
    """Holds the services behind charts. Main thread; lives as long as the main window."""

    libraries_loaded = Signal()
    """Charts can be made from now on."""

    def __init__(self, parts: WindowParts, model: InstanceModel, window: QWidget) -> None:
        super().__init__(window)
        self._model = model
        self.history = parts.history
        self.monitor = parts.monitor
        self.instances = parts.instances
        self._tasks = parts.logs.tasks
        self._is_loading = False
        self.is_loaded = False

    def load(self) -> None:
        """Have a worker import pyqtgraph and numpy, which takes half a second that no window should stand still for."""
        if self.is_loaded:
            self.libraries_loaded.emit()
        elif not self._is_loading:
            self._is_loading = True
            self._tasks.run(lambda: list(map(importlib.import_module, _LIBRARIES)), self._on_loaded, owner=self)

    def statuses(self) -> list[InstanceStatus]:
        """Give all instances as the table shows them, with figures a second old at most: a picture of each would cost more."""
        return list(self._model.statuses)

    def _on_loaded(self, _: object) -> None:
        self._is_loading = False
        self.is_loaded = True
        if (keeper := GarbageKeeper.at_work()) is not None:
            keeper.spare()
        self.libraries_loaded.emit()
