"""A session manager as GNOME has it, and logind: what they are asked is kept, and they tell of an end when a test wants it."""

from __future__ import annotations

import os
import select
from typing import Any

from tests.desktop.bus import BusServer

MANAGER, CLIENT = "org.gnome.SessionManager", "org.gnome.SessionManager.ClientPrivate"
LOGIN, LOGIN_PATH, LOGIN_MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
CLIENT_PATH = "/org/gnome/SessionManager/Client7"


class SessionManager:
    """Registers one program and tells it of the end of the session."""

    def __init__(self, address: str) -> None:
        self.registered: list[str] = []
        self.answers: list[bool] = []
        """What was answered to each question and each end."""
        self._server = BusServer(address, MANAGER, self._answer)

    def tell(self, member: str) -> None:
        """Send `QueryEndSession`, `EndSession` or `CancelEndSession`."""
        signature, words = ("", ()) if member == "CancelEndSession" else ("u", (0,))
        self._server.emit(CLIENT_PATH, CLIENT, member, signature, *words)

    def close(self) -> None:
        """Take the server away."""
        self._server.close()

    def _answer(self, _sender: str, member: str, arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]] | None:
        if member == "RegisterClient":
            self.registered.append(str(arguments[0]))
            return "o", (CLIENT_PATH,)
        if member == "EndSessionResponse":
            self.answers.append(bool(arguments[0]))
            return "", ()
        return None


class LoginManager:
    """Gives delays out as logind does: a file descriptor, which is held as long as somebody has it open."""

    def __init__(self, address: str) -> None:
        self.asked: list[tuple[str, ...]] = []
        self._delays: list[int] = []
        self._given: list[int] = []
        self._server = BusServer(address, LOGIN, self._answer)

    @property
    def held(self) -> int:
        """How many delays are held."""
        for given in self._given:
            os.close(given)  # by now the other side has its own
        self._given.clear()
        return sum(not select.select([one], [], [], 0)[0] for one in self._delays)

    def tell(self, *, is_ending: bool) -> None:
        """Tell that the computer shuts down, or does not after all."""
        self._server.emit(LOGIN_PATH, LOGIN_MANAGER, "PrepareForShutdown", "b", is_ending)

    def close(self) -> None:
        """Take the server away."""
        self._server.close()
        for one in self._delays + self._given:
            os.close(one)

    def _answer(self, _sender: str, member: str, arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]] | None:
        if member != "Inhibit":
            return None
        reading, writing = os.pipe()
        self._delays.append(reading)
        self._given.append(writing)
        self.asked.append(tuple(str(one) for one in arguments))
        return "h", (writing,)
