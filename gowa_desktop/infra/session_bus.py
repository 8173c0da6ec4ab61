"""What tells a Linux program that its session or the computer is about to end, by D-Bus.

Two speak of it: the session manager of GNOME, MATE and Cinnamon (`org.gnome.SessionManager`, facts in gnome-session's own D-Bus
documentation) and systemd-logind (https://www.freedesktop.org/wiki/Software/systemd/inhibit/), which on every desktop tells of a shutdown
before it sends SIGTERM, and waits up to five seconds for those who hold a delay. Qt speaks neither, and the Qt of PySide6's packages
(6.11) is built without the old X11 session protocol.
"""

from __future__ import annotations

import contextlib
import enum
import os
import sys
from typing import TYPE_CHECKING, Any

from gowa_desktop.infra.bus_client import BusClient, BusRefusedError, bus_call, signal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANAGER, _MANAGER_PATH = "org.gnome.SessionManager", "/org/gnome/SessionManager"
_CLIENT = "org.gnome.SessionManager.ClientPrivate"
_LOGIN, _LOGIN_PATH, _LOGIN_MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
_WHY = "Notes which instances run and asks them to stop."


class SessionNews(enum.Enum):
    """What is told of the session."""

    ENDS = "ends"
    """It ends as soon as `ready` is called, or a few seconds later."""
    GOES_ON = "goes-on"
    """It does not end after all."""


def open_session_buses(app_id: str) -> list[SessionBus]:
    """Connect to those that are there. Blocks, at most a few seconds."""
    found: list[SessionBus] = []
    if sys.platform == "linux":
        for make in (lambda: SessionManagerBus(app_id), LoginBus):
            with contextlib.suppress(OSError, KeyError, ValueError, BusRefusedError):
                found.append(make())
    return found


class SessionBus(BusClient):
    """One connection to somebody who knows when the session ends."""

    def __init__(self, bus: str) -> None:
        super().__init__(bus, takes_files=True)

    def read(self) -> list[SessionNews]:
        """Give what has come, without waiting.

        Raises:
            OSError: the bus is gone.
        """
        return [news for message in self._messages() for news in self._news(message)]

    def ready(self) -> None:
        """Say that everything is on disk, so that the end need not wait for us.

        Raises:
            OSError: the bus is gone.
        """
        raise NotImplementedError

    def _news(self, message: Any) -> Iterator[SessionNews]:
        raise NotImplementedError


class SessionManagerBus(SessionBus):
    """Speaks with the session manager, which asks first and then waits for the answer, ten seconds at most."""

    def __init__(self, app_id: str) -> None:
        """Register this program.

        Raises:
            OSError, KeyError, ValueError, BusRefusedError: there is no session manager of this kind.
        """
        super().__init__("SESSION")
        try:
            self._listen(_CLIENT, None)  # before anything can be told; the path is only known when we are registered
            register = bus_call(_MANAGER, _MANAGER_PATH, _MANAGER, "RegisterClient", "ss", app_id, os.environ.get("DESKTOP_AUTOSTART_ID", ""))
            self._path = str(self._ask(register))
        except BaseException:
            self.close()
            raise

    def ready(self) -> None:
        """Agree to the end."""
        self._connection.send(bus_call(_MANAGER, self._path, _CLIENT, "EndSessionResponse", "bs", True, ""))

    def _news(self, message: Any) -> Iterator[SessionNews]:
        match signal_of(message, _CLIENT):
            case "QueryEndSession":
                self.ready()  # never an obstacle: what runs is found again
            case "EndSession" | "Stop":
                yield SessionNews.ENDS
            case "CancelEndSession":
                yield SessionNews.GOES_ON


class LoginBus(SessionBus):
    """Speaks with logind, and holds a delay, so that the computer waits until `ready` before it ends anything."""

    def __init__(self) -> None:
        """Connect and take the delay.

        Raises:
            OSError, KeyError, ValueError, BusRefusedError: there is no logind.
        """
        super().__init__("SYSTEM")
        self._delay: Any = None
        try:
            self._listen(_LOGIN_MANAGER, _LOGIN_PATH)
            self._delay = self._ask(self._inhibit())
        except BaseException:
            self.close()
            raise

    def ready(self) -> None:
        """Give the delay up."""
        if self._delay is not None:
            self._delay.close()
            self._delay = None

    def close(self) -> None:
        """Give the delay up and leave the bus."""
        self.ready()
        super().close()

    def _inhibit(self) -> Any:
        return bus_call(_LOGIN, _LOGIN_PATH, _LOGIN_MANAGER, "Inhibit", "ssss", "shutdown", "GOWA Desktop", _WHY, "delay")

    def _news(self, message: Any) -> Iterator[SessionNews]:
        from jeepney import HeaderFields, MessageType  # noqa: PLC0415

        if signal_of(message, _LOGIN_MANAGER) == "PrepareForShutdown":
            if message.body[0]:
                yield SessionNews.ENDS
            else:
                self._connection.send(self._inhibit())  # for the next time; the answer comes by itself
                yield SessionNews.GOES_ON
        elif message.header.message_type is MessageType.method_return and message.header.fields.get(HeaderFields.signature) == "h":
            self.ready()
            self._delay = message.body[0]
