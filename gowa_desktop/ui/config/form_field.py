"""A labelled input with one line of words below it: a hint, or what is wrong with the value."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gowa_desktop.ui.look.labels import set_property, toned_label
from gowa_desktop.ui.look.sentences import told


class FormField(QWidget):
    """Keeps room for a line of words, so that little moves when an error comes or goes."""

    def __init__(
        self, title: str, editor: QWidget, parent: QWidget, name: str, beside: QWidget | None = None, *, is_short: bool = False
    ) -> None:
        super().__init__(parent)
        self._hint = ""
        self._editor = editor
        editor.setObjectName(name)
        editor.setAccessibleName(title.replace("&", ""))
        label = QLabel(title, self)
        label.setBuddy(editor)
        label.setProperty("tone", "strong")
        label.setVisible(bool(title))
        self._words = toned_label(" ", "muted", self, f"{name}Words")
        self._words.setWordWrap(True)
        self._words.setMinimumHeight(self._words.fontMetrics().lineSpacing())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(editor, 0 if is_short else 1)
        if beside is not None:
            row.addWidget(beside)
        if is_short:
            row.addStretch(1)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(label)
        layout.addLayout(row)
        layout.addWidget(self._words)

    @property
    def words(self) -> str:
        """What stands below the input."""
        return self._words.text().strip()

    @property
    def has_error(self) -> bool:
        """True while the value is marked as wrong."""
        return bool(self._editor.property("invalid"))

    def inset_words(self, width: int) -> None:
        """Begin the line below further right, in line with the text of a check box, which has room around itself."""
        self._layout.setSpacing(0)
        self._words.setContentsMargins(width, 0, 0, 0)

    def show_hint(self, hint: str) -> None:
        """Say something helpful below the input; an error takes its place while there is one."""
        self._hint = hint
        if not self.has_error:
            self._words.setText(hint or " ")

    def show_error(self, error: str) -> None:
        """Say what is wrong; empty when all is well."""
        set_property(self._editor, "invalid", bool(error))
        set_property(self._words, "tone", "error" if error else "muted")
        words = told(error) or self._hint
        self._words.setText(words or " ")
        self._editor.setAccessibleDescription(words)
