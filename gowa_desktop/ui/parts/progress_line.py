"""A bar with words below it: what is being done, how far it is, and the button that cancels it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.ui.look.labels import ElidedLabel
from gowa_desktop.ui.parts.progress_text import bar_range, progress_words

if TYPE_CHECKING:
    from gowa_desktop.domain.progress import Progress


class ProgressLine(QWidget):
    """Shows the progress of one piece of work. Main thread."""

    cancel_requested = Signal()
    """The work is to be given up."""

    def __init__(self, name: str, parent: QWidget, *, has_cancel: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._words = ElidedLabel(parent=self)
        self._words.setObjectName(f"{name}Words")
        self._words.setProperty("tone", "muted")
        self._bar = QProgressBar(self)
        self._bar.setObjectName(f"{name}Bar")
        self._bar.setAccessibleName(self.tr("Progress"))
        self._bar.setTextVisible(False)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setObjectName(f"{name}Cancel")
        self._cancel.setAutoDefault(False)
        self._cancel.setVisible(has_cancel)
        self._cancel.clicked.connect(self.cancel_requested)
        across = QHBoxLayout()
        across.setSpacing(12)
        across.addWidget(self._bar, 1)
        across.addWidget(self._cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4 if has_cancel else 6)
        layout.addLayout(across)
        layout.addWidget(self._words)

    @property
    def words(self) -> str:
        """What stands below the bar."""
        return self._words.text()

    @property
    def has_focus(self) -> bool:
        """True while its button has the keyboard focus."""
        return self._cancel.hasFocus()

    def focus_cancel(self) -> None:
        """Give its button the keyboard focus."""
        self._cancel.setFocus()

    def show_progress(self, progress: Progress | None, before: str = "") -> None:
        """Show how far it is; `before` stands there while nothing is known yet."""
        most, value = bar_range(progress)
        self._bar.setRange(0, most)
        self._bar.setValue(value)
        step = progress.step if progress else before
        self._words.setText(" · ".join(part for part in (step, progress_words(progress)) if part))
        self._bar.setAccessibleDescription(self._words.text())

    def set_cancellable(self, *, is_on: bool) -> None:
        """Let the work be cancelled, or not any more."""
        self._cancel.setEnabled(is_on)
