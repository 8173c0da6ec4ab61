"""NotificationServer: shows nothing, but keeps every notification that programs of a desktop send, and clicks on them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.desktop.bus import BusServer
from tests.desktop.tray_host import wait_until

NOTIFICATIONS = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"


@dataclass(frozen=True, slots=True)
class Shown:
    """One notification as it was sent."""

    id: int
    replaces: int
    title: str
    text: str
    actions: dict[str, str]
    """Words by key; `default` is a click on the whole."""
    hints: dict[str, object] = field(default_factory=dict)


class NotificationServer:
    """Keeps what is sent, in its order."""

    def __init__(self, address: str, capabilities: tuple[str, ...] = ("body", "actions")) -> None:
        self.shown: list[Shown] = []
        self.closed: list[int] = []
        self._capabilities = list(capabilities)
        self._ids = itertools.count(1)
        self._server = BusServer(address, NOTIFICATIONS, self._answer)

    def close(self) -> None:
        """Take the server away."""
        self._server.close()

    def wait_for(self, words: str) -> Shown:
        """Wait for a notification with these words in its title or text."""
        wait_until(lambda: self._find(words), f"a notification with “{words}” among {self.shown}")
        found = self._find(words)
        assert found is not None
        return found

    def click(self, shown: Shown, action: str = "default") -> None:
        """Do what a person does who clicks it."""
        self._server.emit(PATH, NOTIFICATIONS, "ActionInvoked", "us", shown.id, action)

    def _find(self, words: str) -> Shown | None:
        return next((one for one in reversed(self.shown) if words in f"{one.title} {one.text}"), None)

    def _answer(self, _sender: str, member: str, arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]] | None:
        if member == "Notify":
            _app, replaces, _icon, title, text, actions, hints, _timeout = arguments
            number = replaces or next(self._ids)
            pairs = dict(zip(actions[::2], actions[1::2], strict=True))
            self.shown.append(Shown(number, replaces, title, text, pairs, {key: value for key, (_kind, value) in hints.items()}))
            return "u", (number,)
        if member == "CloseNotification":
            self.closed.append(arguments[0])
            return "", ()
        if member == "GetCapabilities":
            return "as", (self._capabilities,)
        if member == "GetServerInformation":
            return "ssss", ("tests", "GOWA Desktop", "1", "1.2")
        return None
