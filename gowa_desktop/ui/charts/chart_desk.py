"""Everything about charts that belongs to the main window: the services behind them, their libraries, the fleet view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from gowa_desktop.ui.charts.chart_sources import ChartSources
from gowa_desktop.ui.charts.monitor_text import alert_line, computer_line
from gowa_desktop.ui.instances.status_text import totals_line
from gowa_desktop.ui.parts.key_tip import KeyTip
from gowa_desktop.ui.parts.message_bar import Kind, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QAbstractButton, QWidget

    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.actions import Actions
    from gowa_desktop.ui.charts.fleet_window import FleetWindow
    from gowa_desktop.ui.instances.instance_table import InstanceModel
    from gowa_desktop.ui.parts.message_bar import MessageBar
    from gowa_desktop.ui.window_parts import WindowParts


class ChartDesk(ChartSources):
    """Puts history and window together. Main thread; lives as long as the main window."""

    show_requested = Signal(int)
    """This instance is wanted in the main window."""

    def __init__(self, parts: WindowParts, actions: Actions, model: InstanceModel, messages: MessageBar, window: QWidget) -> None:
        super().__init__(parts, model, window)
        self.alerts = parts.alerts
        self._retention = parts.retention
        self._actions = actions
        self._messages = messages
        self._window = window
        self._fleet: FleetWindow | None = None
        actions.fleet.triggered.connect(self.open_fleet)
        actions.alerts.triggered.connect(self.open_alerts)
        actions.clean_disk.triggered.connect(self.open_clean)
        parts.alerts.changed.connect(self._show_alerts)
        self._show_alerts()

    def name_start_keys(self, button: QAbstractButton) -> None:
        """Let a button that starts the selected instance name the keys that do."""
        KeyTip(self._actions.start, button)

    def cores(self) -> int:
        """Give how many cores this computer has; 1 before it is known."""
        computer = self.monitor.computer
        return computer.cores if computer is not None else 1

    @Slot()
    def open_fleet(self) -> None:
        """Show all instances side by side."""
        if self._fleet is None:
            from gowa_desktop.ui.charts.fleet_window import FleetWindow  # noqa: PLC0415 - not before the first paint

            self._fleet = FleetWindow(self, self._window)
            self._fleet.instance_requested.connect(self._on_fleet_instance_requested)
        self._fleet.show()
        self._fleet.raise_()
        self._fleet.activateWindow()

    @Slot()
    def open_alerts(self) -> None:
        """Show what is too much, and change what counts as that; for the selected instance when it is one."""
        from gowa_desktop.ui.charts.alerts_dialog import AlertsDialog  # noqa: PLC0415 - not before the first paint

        selected = self._actions.selected
        chosen = selected[0].id if len(selected) == 1 and self.alerts.active_for(selected[0].id) else None
        AlertsDialog(self.alerts, self.instances.statuses(), chosen, self._window).open()

    @Slot()
    def open_clean(self) -> None:
        """Show what the folder of the selected instance holds, and make room in it."""
        selected = self._actions.selected
        if len(selected) == 1:
            from gowa_desktop.ui.charts.clean_dialog import CleanDialog  # noqa: PLC0415 - not before the first paint

            CleanDialog(self._retention, self.monitor, selected[0], self._window).open()

    def totals(self, statuses: Sequence[InstanceStatus]) -> str:
        """Say how all instances together are, and how this computer is."""
        parts = (totals_line(statuses), computer_line(self.monitor.computer, self.monitor.disk_space))
        return " · ".join(part for part in parts if part)

    def run(self, work: Callable[[], None], done: str) -> None:
        """Do something that writes a file on a worker, and say how it went."""
        self._tasks.run(work, lambda _: self.tell(done), self.tell_failure, owner=self)

    def tell(self, sentence: str) -> None:
        """Say something in the main window."""
        self._messages.show_message(Message("charts", sentence, Kind.GOOD))

    def tell_failure(self, error: GowaError) -> None:
        """Say in the main window what went wrong."""
        self._messages.show_message(Message("charts", error.message, detail=error.next_step))

    @Slot()
    def _show_alerts(self) -> None:
        """Mark the rows of instances with alerts."""
        words: dict[int, tuple[str, ...]] = {}
        for alert in self.alerts.active():
            if alert.instance_id is not None:
                name = next((status.name for status in self._model.statuses if status.id == alert.instance_id), "")
                words[alert.instance_id] = (*words.get(alert.instance_id, ()), alert_line(alert, name))
        self._model.set_alerts(words)

    @Slot(int)
    def _on_fleet_instance_requested(self, instance_id: int) -> None:
        self.show_requested.emit(instance_id)
