"""The line that measures, when asked, what memory an instance has to itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gowa_desktop.domain.instance import LIVE_STATES
from gowa_desktop.ui.look.format import format_bytes
from gowa_desktop.ui.look.labels import ElidedLabel

if TYPE_CHECKING:
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.monitoring.resource_monitor import ResourceMonitor


class UniqueMemory(QWidget):
    """A button and, beside it, the answer. Shown for one live instance; main thread, a worker measures."""

    def __init__(self, monitor: ResourceMonitor, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("uniqueMemory")
        self._monitor = monitor
        self._subject: tuple[int, int | None] | None = None
        """Id and process of the instance that is shown; an answer about another comes too late."""
        meaning = self.tr(
            "The memory that would be free if this instance ended: what its processes share with other programs is left out. "
            "Measuring looks at every page of its memory, so it is done only when you ask."
        )
        self._button = QPushButton(self.tr("Measure unique memory"), self)
        self._button.setObjectName("measureUnique")
        self._button.setProperty("kind", "link")
        self._button.setToolTip(meaning)
        self._button.setAccessibleDescription(meaning)
        self._result = ElidedLabel("", self)
        self._result.setObjectName("uniqueResult")
        self._result.setProperty("tone", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._button)
        row.addWidget(self._result, 1)
        self._button.clicked.connect(self._on_button_clicked)
        self.hide()

    def show_instance(self, status: InstanceStatus | None) -> None:
        """Offer it for a live instance; None when there is none, or several."""
        subject = (status.id, status.pid) if status is not None and status.status in LIVE_STATES else None
        if subject != self._subject:
            self._subject = subject
            self._say("")
            self._button.setEnabled(True)
        self.setVisible(subject is not None)

    @Slot()
    def _on_button_clicked(self) -> None:
        subject = self._subject
        if subject is None:
            return
        self._button.setEnabled(False)
        self._say(self.tr("Measuring…"))
        self._monitor.measure_unique(subject[0], lambda found: self._show(subject, found), owner=self)

    def _show(self, subject: tuple[int, int | None], found: int | None) -> None:
        if subject != self._subject:
            return
        self._button.setEnabled(True)
        self._say(self.tr("The system does not tell it.") if found is None else format_bytes(found))

    def _say(self, text: str) -> None:
        self._result.setText(text)
        self._result.setAccessibleName(self.tr("Unique memory: {text}").format(text=text) if text else self.tr("Unique memory"))
