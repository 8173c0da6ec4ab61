"""Notifications of a Linux desktop: the calls and signals of org.freedesktop.Notifications on the session bus.

Facts: https://specifications.freedesktop.org/notification/ 1.2. Qt's own D-Bus cannot send an unsigned number from Python (PySide6
6.11), which `Notify` needs; hence jeepney.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from gowa_desktop.infra.bus_client import BusClient, BusRefusedError, bus_call, signal_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
DEFAULT_ACTION = "default"
"""A click on the whole notification."""
_MOST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Answered:
    """The server has shown what was sent with `serial`, and calls it `id`."""

    serial: int
    id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The server did not show what was sent with `serial`."""

    serial: int


@dataclass(frozen=True, slots=True)
class Acted:
    """A person clicked a notification; `action` is the key that was sent with it."""

    id: int
    action: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A notification has gone."""

    id: int


Event = Answered | Refused | Acted | Closed


def open_notification_bus() -> NotificationBus | None:
    """Connect; None where there is no session bus or nobody shows notifications. Blocks, at most a few seconds."""
    if sys.platform != "linux" or not os.environ.get("DBUS_SESSION_BUS_ADDRESS", os.environ.get("XDG_RUNTIME_DIR")):
        return None
    try:
        return NotificationBus()
    except (OSError, KeyError, ValueError, BusRefusedError):
        return None


class NotificationBus(BusClient):
    """One connection to the server that shows notifications."""

    def __init__(self) -> None:
        """Connect and ask what the server can.

        Raises:
            OSError, KeyError, ValueError, BusRefusedError: there is no bus that answers, or nobody who shows notifications.
        """
        super().__init__("SESSION")
        try:
            self._listen(NAME, PATH)
            self._capabilities = frozenset(self._ask(bus_call(NAME, PATH, NAME, "GetCapabilities")))
        except BaseException:
            self.close()
            raise

    @property
    def can_act(self) -> bool:
        """Whether the server tells of clicks."""
        return "actions" in self._capabilities

    def show(
        self, title: str, text: str, actions: Sequence[tuple[str, str]], *, replaces: int = 0, is_urgent: bool = False, desktop_file: str = ""
    ) -> int:
        """Show a notification, in place of the one with the id `replaces`; the answer is the serial by which `Answered` tells its id.

        Raises:
            OSError: the bus is gone.
        """
        # A server that knows markup would take a "<" in a name for it.
        body = escape(text[:_MOST_TEXT], quote=False) if "body-markup" in self._capabilities else text[:_MOST_TEXT]
        pairs = [word for pair in actions for word in pair] if self.can_act else []
        hints = {"urgency": ("y", 2 if is_urgent else 1), "desktop-entry": ("s", desktop_file)}
        arguments = ("GOWA Desktop", replaces, desktop_file, title[:_MOST_TEXT], body, pairs, hints, -1)
        serial = next(self._connection.outgoing_serial)
        self._connection.send(bus_call(NAME, PATH, NAME, "Notify", "susssasa{sv}i", *arguments), serial=serial)
        return int(serial)

    def take_back(self, notification_id: int) -> None:
        """Let a notification disappear.

        Raises:
            OSError: the bus is gone.
        """
        from jeepney import MessageFlag  # noqa: PLC0415

        message = bus_call(NAME, PATH, NAME, "CloseNotification", "u", notification_id)
        message.header.flags |= MessageFlag.no_reply_expected
        self._connection.send(message)

    def read(self) -> list[Event]:
        """Give what has come, without waiting.

        Raises:
            OSError: the bus is gone.
        """
        return [event for message in self._messages() if (event := _event(message)) is not None]


def _event(message: Any) -> Event | None:
    from jeepney import HeaderFields, MessageType  # noqa: PLC0415

    fields = message.header.fields
    kind = message.header.message_type
    if kind is MessageType.method_return and fields.get(HeaderFields.signature) == "u":
        return Answered(fields[HeaderFields.reply_serial], message.body[0])
    if kind is MessageType.error:
        return Refused(fields[HeaderFields.reply_serial])
    member, signature = signal_of(message, NAME), fields.get(HeaderFields.signature)
    if member == "ActionInvoked" and signature == "us":
        return Acted(message.body[0], message.body[1])
    if member == "NotificationClosed" and signature == "uu":
        return Closed(message.body[0])
    return None
