"""The row above a log: what is looked for, how many lines have it, and the level below which lines are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QToolButton, QWidget

from gowa_desktop.domain.log_line import LogLevel
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.ui.look.icons import icon
from gowa_desktop.ui.look.labels import set_property, toned_label
from gowa_desktop.ui.parts.field_buttons import name_field_buttons

if TYPE_CHECKING:
    from gowa_desktop.domain.errors import UsageError
    from gowa_desktop.domain.json_types import JsonObject

_PAUSE_MS = 200


class LogSearchBar(QWidget):
    """Makes a `LogQuery` out of what a person types and chooses. Main thread."""

    changed = Signal()
    """Something else is looked for; told a moment after the last key."""
    next_requested = Signal()
    """Go to the next line that was found, further down."""
    previous_requested = Signal()
    """Go to the one before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("logSearchBar")
        self._edit = QLineEdit(self)
        self._edit.setObjectName("logSearch")
        self._edit.setAccessibleName(self.tr("Search the log"))
        self._edit.setPlaceholderText(self.tr("Search"))
        self._edit.setClearButtonEnabled(True)
        name_field_buttons(self._edit)
        self._regex = self._toggle("regex", "logRegex", self.tr("Regular expression"))
        self._case = self._toggle("case-sensitive", "logCase", self.tr("Upper and lower case differ"))
        self._count = toned_label("", "muted", self, "logHitCount")
        self._previous = self._button("arrow-up", "logPrevious", self.tr("Previous (Shift+Enter)"))
        self._next = self._button("arrow-down", "logNext", self.tr("Next (Enter)"))
        self._level = QComboBox(self)
        self._level.setObjectName("logLevel")
        self._level.setAccessibleName(self.tr("Least level"))
        for text, level in (
            (self.tr("All levels"), LogLevel.DEBUG), (self.tr("Info and above"), LogLevel.INFO),
            (self.tr("Warnings and errors"), LogLevel.WARNING), (self.tr("Errors"), LogLevel.ERROR),
        ):  # fmt: skip
            self._level.addItem(text, int(level))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.changed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._edit, 1)
        for widget in (self._count, self._regex, self._case, self._previous, self._next, self._level):
            layout.addWidget(widget)
        self._edit.installEventFilter(self)
        self._edit.textChanged.connect(self._timer.start)
        self._level.currentIndexChanged.connect(self.changed)
        for toggle in (self._regex, self._case):
            toggle.toggled.connect(self.changed)
        self._next.clicked.connect(self.next_requested)
        self._previous.clicked.connect(self.previous_requested)
        self.show_count(None, 0)

    def take_level_box(self) -> QComboBox:
        """Give the choice of the level away, to stand elsewhere where this row is short."""
        return self._level

    @property
    def text_query(self) -> LogQuery:
        """What text is looked for, of any level."""
        return LogQuery(self._edit.text(), is_regex=self._regex.isChecked(), is_case_sensitive=self._case.isChecked())

    @property
    def least_level(self) -> LogLevel:
        """The level below which lines are left out."""
        return LogLevel(int(self._level.currentData()))

    def focus(self) -> None:
        """Let the person type."""
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._edit.selectAll()

    def hide_steps(self) -> None:
        """Leave out what goes from line to line, where only lines that were found are shown."""
        for widget in (self._count, self._previous, self._next):
            widget.hide()

    def show_count(self, number: int | None, count: int, searched_percent: int | None = None) -> None:
        """Say which of how many lines is shown; `number` counts from 0. While it is searched, also how much has been."""
        has_text = bool(self._edit.text())
        more = f"… {searched_percent} %" if searched_percent is not None else ""
        if not has_text:
            text = ""
        elif number is None:
            text = self.tr("{count} found").format(count=f"{count:,}") + more
        else:
            text = self.tr("{number} of {count}").format(number=f"{number + 1:,}", count=f"{count:,}") + more
        self._count.setText(text)
        for button in (self._previous, self._next):
            button.setEnabled(has_text and (count > 0 or searched_percent is not None))

    def show_problem(self, error: UsageError | None) -> None:
        """Mark a pattern that makes no sense, and say why."""
        set_property(self._edit, "invalid", error is not None)
        self._edit.setToolTip(str(error) if error is not None else "")
        if error is not None:
            self._count.setText(self.tr("no expression"))

    def to_json(self) -> JsonObject:
        """Give what is looked for, to be stored."""
        query = self.text_query
        return {"pattern": query.pattern, "regex": query.is_regex, "case": query.is_case_sensitive, "level": int(self.least_level)}

    def restore(self, fields: JsonObject) -> None:
        """Take back what was stored; what makes no sense counts as not there."""
        self._edit.setText(str(fields.get("pattern", "")))
        self._regex.setChecked(fields.get("regex") is True)
        self._case.setChecked(fields.get("case") is True)
        self._level.setCurrentIndex(max(0, self._level.findData(fields.get("level"))))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Enter and Shift+Enter as next and previous, and Esc as the end of the search."""
        if watched is self._edit and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                is_back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                (self.previous_requested if is_back else self.next_requested).emit()
                return True
            if event.key() == Qt.Key.Key_Escape and self._edit.text():
                self._edit.clear()
                return True
        return super().eventFilter(watched, event)

    def _toggle(self, icon_name: str, name: str, text: str) -> QToolButton:
        button = self._button(icon_name, name, text)
        button.setCheckable(True)
        return button

    def _button(self, icon_name: str, name: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(icon_name))
        button.setObjectName(name)
        button.setToolTip(text)
        button.setAccessibleName(text)
        set_property(button, "iconOnly", value=True)
        return button
