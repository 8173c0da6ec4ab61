"""The list of an instance's last unexpected ends, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from gowa_desktop.ui.look.format import format_clock
from gowa_desktop.ui.look.labels import ElidedLabel, toned_label
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gowa_desktop.domain.instance import ExitReport

MOST_ROWS = 5


class EarlierList(QWidget):
    """Shows when and why an instance ended before. Takes no room while there is nothing to tell."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("earlierList")
        self.setAccessibleName(self.tr("Earlier ends of the instance"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._rows = [self._make_row(number) for number in range(MOST_ROWS)]
        for number, (time, sentence) in enumerate(self._rows):
            grid.addWidget(time, number, 0)
            grid.addWidget(sentence, number, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 4)
        layout.setSpacing(8)
        layout.addWidget(toned_label(self.tr("Earlier"), "strong", self))
        layout.addLayout(grid)
        self.hide()

    @property
    def lines(self) -> list[str]:
        """What is shown, newest first."""
        return [f"{time.text()} {sentence.text()}" for time, sentence in self._rows if not sentence.isHidden()]

    def show_reports(self, reports: Sequence[ExitReport], now: datetime) -> None:
        """Show the newest of these, which come oldest first."""
        newest = [report for report in reversed(reports) if report.ended_at is not None][:MOST_ROWS]
        for number, (time, sentence) in enumerate(self._rows):
            is_used = number < len(newest)
            time.setVisible(is_used)
            sentence.setVisible(is_used)
            if is_used:
                time.setText(format_clock(newest[number].ended_at or 0.0, now))
                sentence.setText(told(first_sentence(newest[number].sentence)))
        self.setVisible(bool(newest))

    def _make_row(self, number: int) -> tuple[QLabel, ElidedLabel]:
        sentence = ElidedLabel(parent=self)
        sentence.setObjectName(f"earlier{number}Sentence")
        return toned_label("", "muted", self, f"earlier{number}Time"), sentence


def first_sentence(text: str) -> str:
    """Give what happened, without the advice after it."""
    return text.partition(". ")[0].removesuffix(".")
