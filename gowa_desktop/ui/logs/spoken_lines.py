"""SpokenLines: lets a screen reader read the lines of a log, which are painted and not widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QAccessible

from gowa_desktop.ui.logs.log_row_painter import plain_text

if TYPE_CHECKING:
    from gowa_desktop.ui.logs.log_rows_view import LogRowsView

_SETTLED_MS = 300
"""A log that scrolls is not read out line by line."""


class SpokenLines(QObject):
    """Describes a view by the lines in it, while an assistive tool listens. A current line describes it by itself."""

    def __init__(self, view: LogRowsView) -> None:
        super().__init__(view)
        self._view = view
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._settled.timeout.connect(self._describe)
        view.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Notice that other lines are painted."""
        if event.type() is QEvent.Type.Paint and QAccessible.isActive() and not self._settled.isActive():
            self._settled.start()
        return False

    @Slot()
    def _describe(self) -> None:
        if self._view.current is None:
            lines = (plain_text(row, is_utc=self._view.look.is_utc) for row in self._view.visible_rows())
            self._view.setAccessibleDescription("\n".join(lines))
