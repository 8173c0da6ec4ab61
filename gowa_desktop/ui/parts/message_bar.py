"""Messages inside the window: what failed and what to do, progress of bulk work, a short word of success. Never modal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

MOST_MESSAGES = 3
"""More than these would push the table out of sight; the oldest goes."""
SUCCESS_MS = 6000
OFFER_MS = 30_000
"""How long a word of success stays that offers something, such as to take it back."""


class Kind(StrEnum):
    """What a message is about."""

    ERROR = "error"
    GOOD = "good"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. A newer one with the same `key` takes its place; `done` of `total` shows as progress, total 0 as busy."""

    key: str
    text: str
    kind: Kind = Kind.ERROR
    title: str = ""
    detail: str = ""
    action_text: str = ""
    action: Callable[[], None] | None = None
    other_text: str = ""
    other_action: Callable[[], None] | None = None
    """A second thing to do, beside the first."""
    done: int = 0
    total: int = 0


class _MessageRow(QFrame):
    """Shows one message."""

    closed = Signal(str)
    """The person closed the message with this key."""

    def __init__(self, message: Message, parent: QWidget) -> None:
        super().__init__(parent)
        self._message = message
        self.setObjectName("message")
        self.setProperty("message", message.kind.value)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 12, 8)
        layout.setSpacing(12)
        is_one_line = not message.title and not message.detail
        layout.addWidget(self._make_sign(), 0, Qt.AlignmentFlag.AlignVCenter if is_one_line else Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._make_texts(), 1)
        self._bar = self._make_bar()
        layout.addWidget(self._bar)
        if message.action is not None:
            layout.addWidget(self._make_action("messageAction", message.action_text, message.action))
        if message.other_action is not None:
            layout.addWidget(self._make_action("messageOtherAction", message.other_text, message.other_action))
        if message.kind is not Kind.BUSY:
            layout.addWidget(self._make_close(), 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_close_clicked)
        if message.kind is Kind.GOOD:
            self._timer.start(SUCCESS_MS if message.action is None else OFFER_MS)

    @property
    def message(self) -> Message:
        """What is shown."""
        return self._message

    def update_progress(self, message: Message) -> None:
        """Show another text and progress of the same work."""
        self._message = message
        self._text.setText(told(message.text))
        self._bar.setRange(0, message.total)
        self._bar.setValue(message.done)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._message.kind is not Kind.BUSY:
            self._on_close_clicked()
            return
        super().keyPressEvent(event)

    def _make_sign(self) -> QLabel:
        names = {Kind.ERROR: ("error", Tint.FAILED), Kind.GOOD: ("pass", Tint.ACCENT), Kind.BUSY: ("sync", Tint.MUTED)}
        sign = QLabel(self)
        sign.setPixmap(icon(*names[self._message.kind]).pixmap(QSize(16, 16), self.devicePixelRatio()))
        return sign

    def _make_texts(self) -> QVBoxLayout:
        texts = QVBoxLayout()
        texts.setSpacing(2)
        if self._message.title:
            texts.addWidget(self._make_label(self._message.title, "strong"))
        self._text = self._make_label(self._message.text)
        self._text.setObjectName("messageText")
        texts.addWidget(self._text)
        if self._message.detail:
            texts.addWidget(self._make_label(self._message.detail))
        return texts

    def _make_label(self, text: str, tone: str = "") -> QLabel:
        label = QLabel(told(text), self)
        label.setProperty("tone", tone)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _make_bar(self) -> QProgressBar:
        bar = QProgressBar(self)
        bar.setObjectName("messageProgress")
        bar.setAccessibleName(self.tr("Progress"))
        bar.setTextVisible(False)
        bar.setFixedWidth(160)
        bar.setRange(0, self._message.total)
        bar.setValue(self._message.done)
        bar.setVisible(self._message.kind is Kind.BUSY)
        return bar

    def _make_action(self, name: str, text: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        # `clicked` would pass `checked` on to the action.
        button.clicked.connect(lambda: self._act(action))
        return button

    def _make_close(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("messageClose")
        button.setProperty("kind", "quiet")
        button.setIcon(icon("close", Tint.MUTED))
        button.setAccessibleName(self.tr("Close message"))
        button.setToolTip(self.tr("Close"))
        button.clicked.connect(self._on_close_clicked)
        return button

    def _act(self, action: Callable[[], None]) -> None:
        if self._message.kind is not Kind.BUSY:
            self._on_close_clicked()
        action()

    @Slot()
    def _on_close_clicked(self) -> None:
        self.closed.emit(self._message.key)


class MessageBar(QWidget):
    """Stacks messages above the table, newest last. Empty it takes no room. Main thread."""

    shown = Signal(object)
    """A `Message` that was not there before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAccessibleName(self.tr("Messages"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._rows: dict[str, _MessageRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.hide()

    @property
    def messages(self) -> list[Message]:
        """What is shown, oldest first."""
        return [row.message for row in self._rows.values()]

    def show_message(self, message: Message) -> None:
        """Show a message, in place of an earlier one with the same key."""
        row = self._rows.get(message.key)
        if row is not None and row.message.kind is message.kind is Kind.BUSY:
            row.update_progress(message)
            return
        self.close_message(message.key)
        while len(self._rows) >= MOST_MESSAGES:
            oldest = next((k for k, r in self._rows.items() if r.message.kind is not Kind.BUSY), next(iter(self._rows)))
            self.close_message(oldest)
        row = _MessageRow(message, self)
        row.closed.connect(self.close_message)
        self._rows[message.key] = row
        self._layout.addWidget(row)
        self.show()
        self.shown.emit(message)

    @Slot(str)
    def close_message(self, key: str) -> None:
        """Take a message away; nothing happens when it is not shown."""
        row = self._rows.pop(key, None)
        if row is None:
            return
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.setVisible(bool(self._rows))
