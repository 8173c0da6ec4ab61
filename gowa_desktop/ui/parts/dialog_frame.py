"""What windows with a list or pages have in common: messages across the top, a headline, a framed list, a row of buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from gowa_desktop.ui.look.fonts import scaled_font
from gowa_desktop.ui.look.labels import ElidedLabel, toned_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtWidgets import QAbstractItemView, QDialog, QLabel, QWidget

_ROOM_AROUND_WORDS = 24


def headline(text: str, parent: QWidget, name: str = "dialogTitle") -> ElidedLabel:
    """Make the large first line of a window; it is elided where there is no room."""
    label = ElidedLabel(text, parent)
    label.setObjectName(name)
    label.setFont(scaled_font(parent.font(), 1.4, bold=True))
    return label


def wrapped_words(text: str, parent: QWidget, name: str = "") -> QLabel:
    """Make muted words of as many lines as they need."""
    words = toned_label(text, "muted", parent, name)
    words.setWordWrap(True)
    return words


def words_instead(text: str, parent: QWidget, name: str) -> QLabel:
    """Make the words that stand where a list would be when it has nothing to show."""
    words = wrapped_words(text, parent, name)
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    words.setMargin(_ROOM_AROUND_WORDS)
    return words


def named_button(text: str, name: str, parent: QWidget, clicked: Callable[[], object] | None = None, kind: str = "") -> QPushButton:
    """Make a button that Enter presses only while it has the focus.

    Args:
        text: what stands on it.
        name: its object name.
        parent: the window.
        clicked: what it does.
        kind: "primary", "danger", "link"; empty for a plain one.
    """
    button = QPushButton(text, parent)
    button.setObjectName(name)
    button.setAutoDefault(False)
    if kind:
        button.setProperty("kind", kind)
    if clicked is not None:
        button.clicked.connect(clicked)
    return button


def head(title: QWidget, words: QWidget) -> QVBoxLayout:
    """Put a headline and the words that explain it close together."""
    lines = QVBoxLayout()
    lines.setSpacing(2)
    lines.addWidget(title)
    lines.addWidget(words)
    return lines


def framed_list(table: QAbstractItemView, nothing: QLabel, parent: QWidget) -> QFrame:
    """Put a list and the words that stand in its place into one frame."""
    frame = QFrame(parent)
    frame.setProperty("kind", "frame")
    inside = QVBoxLayout(frame)
    inside.setContentsMargins(1, 1, 1, 1)
    inside.addWidget(table)
    inside.addWidget(nothing)
    return frame


def in_a_row(left: Iterable[QWidget], right: Iterable[QWidget]) -> QHBoxLayout:
    """Put some widgets at the left and some at the right."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in left:
        row.addWidget(widget)
    row.addStretch(1)
    for widget in right:
        row.addWidget(widget)
    return row


def dialog_body(dialog: QDialog, *, above: QWidget | None = None, below: QWidget | None = None) -> QVBoxLayout:
    """Lay a dialog out and give the layout of its middle, to be filled; `above` and `below` go from edge to edge."""
    body = QVBoxLayout()
    body.setContentsMargins(24, 20, 24, 16)
    body.setSpacing(12)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    if above is not None:
        layout.addWidget(above)
    layout.addLayout(body, 1)
    if below is not None:
        layout.addWidget(below)
    return body
