"""The card that says what lets strangers in, and closes it with one click."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.domain.exposure import ExposureTiming
from gowa_desktop.ui.instances.status_text import exposure_line
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from gowa_desktop.domain.exposure import Exposure
    from gowa_desktop.domain.instance import InstanceStatus


class ExposureCard(QFrame):
    """Lists the exposures of one instance with a button for each way of closing them. Main thread; hidden when there are none."""

    fix_requested = Signal(int, str)
    """An `ExposureFix` is wanted for this instance."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: tuple[int, tuple[Exposure, ...], bool] = (0, (), False)
        self.setObjectName("exposureCard")
        self.setProperty("kind", "notice")
        self.setAccessibleName(self.tr("Open to strangers"))
        self._sign = QLabel(self)
        self._rows = QWidget(self)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(self._sign)
        title.addWidget(toned_label(self.tr("Open to strangers"), "strong", self), 1)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(6)
        layout.addLayout(title)
        layout.addWidget(self._rows)
        self._draw_sign()
        self.hide()

    def show_status(self, status: InstanceStatus) -> None:
        """Show what is true of an instance."""
        shown = (status.id, status.exposures, status.is_busy or status.is_view_only)
        if shown == self._shown:
            return
        self._shown = shown
        self.setVisible(bool(status.exposures))
        fresh = QWidget(self)
        rows = QVBoxLayout(fresh)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        for exposure in status.exposures:
            self._add(rows, status, exposure)
        self._layout.replaceWidget(self._rows, fresh)
        self._rows.hide()
        self._rows.deleteLater()
        self._rows = fresh
        fresh.show()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the sign anew in the colours of another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw_sign()

    def _add(self, rows: QVBoxLayout, status: InstanceStatus, exposure: Exposure) -> None:
        sentence = toned_label(exposure_line(exposure), "", self, f"exposure_{exposure.code.value}")
        sentence.setWordWrap(True)
        sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows.addWidget(sentence)
        if exposure.timing is ExposureTiming.UNTIL_RESTART:
            return  # the bar that offers the restart is there already
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for fix in exposure.fixes:
            button = QPushButton(told(fix.label), self)
            button.setObjectName(f"fix_{exposure.code.value}_{fix.value}")
            button.setToolTip(told(fix.consequence))
            button.setAccessibleDescription(f"{told(exposure.sentence)} {told(fix.consequence)}")
            button.setEnabled(not status.is_busy and not status.is_view_only)
            button.clicked.connect(partial(self._request, status.id, fix.value))
            buttons.addWidget(button)
        buttons.addStretch(1)
        rows.addLayout(buttons)

    def _request(self, instance_id: int, fix: str) -> None:
        self.fix_requested.emit(instance_id, fix)

    def _draw_sign(self) -> None:
        self._sign.setPixmap(icon("unlock", Tint.NOTICE).pixmap(QSize(16, 16), self.devicePixelRatio()))
