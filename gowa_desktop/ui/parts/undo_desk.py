"""The key that undoes: what messages offer to take back can be taken back by it too, the newest first, also when they are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from gowa_desktop.ui.parts.message_bar import Message, MessageBar

MOST_KEPT = 20


class UndoOffer:
    """Takes something back, once. Is what a button of a message does, so that the key and the button mean the same."""

    def __init__(self, take_back: Callable[[], None]) -> None:
        self._take_back = take_back
        self.is_used = False
        self.when_used: Callable[[], None] = lambda: None

    def __call__(self) -> None:
        """Take it back, unless that was done."""
        if not self.is_used:
            self.is_used = True
            self.when_used()
            self._take_back()


class UndoDesk(QObject):
    """Puts the offers of a message bar and the action of the window together. Main thread; lives as long as the window."""

    def __init__(self, action: QAction, messages: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._action = action
        self._messages = messages
        self._offers: list[tuple[UndoOffer, Message]] = []
        action.triggered.connect(self.take_back)
        messages.shown.connect(self._on_messages_shown)
        self._show()

    @Slot()
    def take_back(self) -> None:
        """Take back the newest that is left, and take its message away."""
        if self._offers:
            offer, message = self._offers[-1]
            if any(shown is message for shown in self._messages.messages):
                self._messages.close_message(message.key)
            offer()

    @Slot(object)
    def _on_messages_shown(self, message: Message) -> None:
        offers = [one for one in (message.action, message.other_action) if isinstance(one, UndoOffer)]
        for offer in offers:
            offer.when_used = self._show
            self._offers = [*self._offers, (offer, message)][-MOST_KEPT:]
        self._show()

    @Slot()
    def _show(self) -> None:
        """Enable the action while there is something to take back, and have it say what."""
        self._offers = [(offer, message) for offer, message in self._offers if not offer.is_used]
        self._action.setEnabled(bool(self._offers))
        self._action.setToolTip(self._offers[-1][1].text if self._offers else self._action.text())
