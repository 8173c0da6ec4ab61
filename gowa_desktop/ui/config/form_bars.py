"""The bars around the form: what is not saved yet, what was changed elsewhere meanwhile, what waits for a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.ui.look.labels import ElidedLabel, toned_label
from gowa_desktop.ui.parts.key_tip import KeyTip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction

MOST_NAMED = 4
"""How many options a bar names before it counts the rest."""


class SaveBar(QFrame):
    """Counts the changes and offers to save or discard them; hidden while there are none."""

    save_requested = Signal()
    """The changes are to be stored."""
    discard_requested = Signal()
    """The changes are to be forgotten."""
    problem_requested = Signal()
    """The first field that is wrong is to be shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("saveBar")
        self._count = ElidedLabel(parent=self)
        self._count.setObjectName("saveCount")
        self._count.setProperty("tone", "strong")
        self._problems = QPushButton(self)
        self._problems.setObjectName("saveProblems")
        self._problems.setProperty("kind", "problem")
        self._discard = QPushButton(self.tr("Discard"), self)
        self._discard.setObjectName("discardButton")
        self._save = QPushButton(self.tr("Save"), self)
        self._save.setObjectName("saveButton")
        self._save.setProperty("kind", "primary")
        self._failure = toned_label("", "error", self, "saveFailure")
        self._failure.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._count, 1)
        for button in (self._problems, self._discard, self._save):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(6)
        layout.addWidget(self._failure)
        layout.addLayout(row)
        self._save.clicked.connect(self.save_requested)
        self._discard.clicked.connect(self.discard_requested)
        self._problems.clicked.connect(self.problem_requested)
        self.show_failure("")
        self.hide()

    def show_changes(self, labels: Sequence[str], problem_count: int) -> None:
        """Show how much is to be saved, and how much of it is wrong."""
        count = len(labels)
        self._count.setText(self.tr("1 change") if count == 1 else self.tr("{count} changes").format(count=count))
        self._count.setToolTip(named(labels))
        self._count.setAccessibleDescription(named(labels))
        words = self.tr("1 problem") if problem_count == 1 else self.tr("{count} problems").format(count=problem_count)
        self._problems.setText(words)
        self._problems.setToolTip(self.tr("Show the first field that is wrong"))
        self._problems.setVisible(bool(problem_count))
        self._save.setEnabled(not problem_count)
        self.setVisible(bool(labels))

    def show_failure(self, sentence: str) -> None:
        """Say why the changes could not be saved; empty when all is well."""
        self._failure.setText(sentence)
        self._failure.setVisible(bool(sentence))


class NoticeBar(QFrame):
    """One sentence and one or two buttons, between the tabs and the page; without a text there is no second button."""

    accepted = Signal()
    """The person wants what the first button says."""
    dismissed = Signal()
    """The person has read it."""

    def __init__(self, name: str, accept: str, dismiss: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "strip")
        self._words = toned_label("", "", self, f"{name}Words")
        self._words.setWordWrap(True)
        self._accept = QPushButton(accept, self)
        self._accept.setObjectName(f"{name}Accept")
        self._accept.setProperty("kind", "link")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 10, 4)
        row.setSpacing(4)
        row.addWidget(self._words, 1)
        row.addWidget(self._accept)
        if dismiss:
            other = QPushButton(dismiss, self)
            other.setObjectName(f"{name}Dismiss")
            other.setProperty("kind", "link")
            other.clicked.connect(self.dismissed)
            row.addWidget(other)
        self._accept.clicked.connect(self.accepted)
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def name_keys(self, action: QAction) -> None:
        """Let the first button name the keys of the action that it stands for."""
        KeyTip(action, self._accept)

    def show_words(self, words: str, *, can_accept: bool = True) -> None:
        """Say something; empty hides the bar."""
        self._words.setText(words)
        self._accept.setVisible(can_accept)
        self.setVisible(bool(words))


def named(labels: Sequence[str]) -> str:
    """Name the options of a change, the first few by name and the rest by number."""
    shown = ", ".join(labels[:MOST_NAMED])
    more = len(labels) - MOST_NAMED
    return shown if more <= 0 else f"{shown} +{more}"
