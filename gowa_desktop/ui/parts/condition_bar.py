"""The bar that says what is wrong around the program, for as long as it is: it cannot be closed, only come to an end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gowa_desktop.services.data.conditions import Remedy
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from gowa_desktop.services.data.conditions import Condition, Conditions


class ConditionBar(QWidget):
    """Stacks the conditions that hold, oldest first, above everything else. Empty it takes no room. Main thread."""

    def __init__(self, conditions: Conditions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._conditions = conditions
        self._rows: dict[str, QFrame] = {}
        self.setObjectName("conditionBar")
        self.setAccessibleName(self.tr("Lasting problems"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        conditions.changed.connect(self._show_conditions)
        self._show_conditions()

    @Slot()
    def _show_conditions(self) -> None:
        held = {condition.key: condition for condition in self._conditions.all()}
        for key in self._rows.keys() - held.keys():
            self._remove(key)
        for key, condition in held.items():
            shown = self._rows.get(key)
            if shown is None or shown.property("told") != str(condition):
                self._replace(condition)
        self.setVisible(bool(held))

    def _replace(self, condition: Condition) -> None:
        had_focus = self._remove(condition.key)
        row = self._make_row(condition)
        self._rows[condition.key] = row
        self._layout.addWidget(row)
        row.show()  # a layout shows what comes later only at the next turn of the event loop
        button = row.findChild(QPushButton)
        if had_focus and button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, key: str) -> bool:
        """Take a row away, and tell whether the keyboard was in it."""
        row = self._rows.pop(key, None)
        if row is None:
            return False
        had_focus = any(button.hasFocus() for button in row.findChildren(QPushButton))
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()
        return had_focus

    def _make_row(self, condition: Condition) -> QFrame:
        row = QFrame(self)
        row.setObjectName(f"condition_{condition.key}")
        row.setAccessibleName(told(str(condition)))
        row.setProperty("message", "lasting")
        row.setProperty("told", str(condition))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(16, 8, 12, 8)
        layout.setSpacing(12)
        sign = QLabel(row)
        sign.setPixmap(icon("warning", Tint.NOTICE).pixmap(QSize(16, 16), self.devicePixelRatio()))
        layout.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._make_text(condition.sentence, "strong", row))
        if condition.next_step:
            texts.addWidget(self._make_text(condition.next_step, "", row))
        layout.addLayout(texts, 1)
        if condition.remedy is not Remedy.NONE:
            layout.addWidget(self._make_button(condition, row), 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _make_text(self, text: str, tone: str, row: QFrame) -> QLabel:
        label = toned_label(told(text), tone, row)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _make_button(self, condition: Condition, row: QFrame) -> QPushButton:
        words = {Remedy.TRY_AGAIN: self.tr("Try again"), Remedy.RESTORE: self.tr("Restore now"), Remedy.RESTART: self.tr("Restart")}
        button = QPushButton(words[condition.remedy], row)
        button.setObjectName("conditionRemedy")
        button.setAccessibleName(f"{words[condition.remedy]}: {told(condition.sentence)}")
        button.clicked.connect(partial(self._request, condition.key))
        return button

    def _request(self, key: str, _checked: bool = False) -> None:
        self._conditions.remedy_requested.emit(key)
