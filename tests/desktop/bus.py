"""Plain calls on a D-Bus, and a server that answers some; jeepney does the talking."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any, Protocol, Self, cast

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_call, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

CALL_S = 20.0
_TURN_S = 0.05
PROPERTIES = "org.freedesktop.DBus.Properties"


class BusError(Exception):
    """The other side answered with an error; the text is its name and words."""


class Message(Protocol):
    """What jeepney gives for one message."""

    body: tuple[Any, ...]


class Bus:
    """One connection, for calls out of a test. Not for several threads."""

    def __init__(self, address: str) -> None:
        self._connection = open_dbus_connection(bus=address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave the bus."""
        self._connection.close()

    def call(self, name: str, path: str, interface: str, member: str, signature: str = "", *arguments: object) -> tuple[Any, ...]:
        """Call a method and wait for what it gives.

        Raises:
            BusError: it failed.
        """
        address = DBusAddress(path, bus_name=name, interface=interface)
        message = new_method_call(address, member, signature or None, arguments)
        reply = self._connection.send_and_get_reply(message, timeout=CALL_S)
        if reply.header.message_type is MessageType.error:
            raise BusError(f"{reply.header.fields.get(HeaderFields.error_name)} {reply.body}")
        return cast("tuple[Any, ...]", reply.body)

    def get(self, name: str, path: str, interface: str, prop: str) -> Any:
        """Read a property; the variant is taken off."""
        return self.call(name, path, PROPERTIES, "Get", "ss", interface, prop)[0][1]

    def has(self, name: str) -> bool:
        """Tell whether somebody owns a name."""
        return bool(self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner", "s", name)[0])


class BusServer:
    """Owns a name and answers calls in a thread of its own until it is closed."""

    def __init__(self, address: str, name: str, answer: Callable[[str, str, tuple[Any, ...]], tuple[str, tuple[Any, ...]] | None]) -> None:
        """`answer` gets sender, member and arguments, and gives signature and values of the reply; None for an unknown member."""
        self._connection = open_dbus_connection(bus=address, enable_fds=True)
        self._answer = answer
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._connection.send_and_get_reply(message_bus.RequestName(name), timeout=CALL_S)
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def emit(self, path: str, interface: str, member: str, signature: str = "", *arguments: object) -> None:
        """Send a signal to everybody who listens."""
        message = new_signal(DBusAddress(path, interface=interface), member, signature or None, arguments)
        with self._lock:
            self._connection.send(message)

    def close(self) -> None:
        """Give the name up."""
        self._is_over.set()
        self._thread.join(CALL_S)
        self._connection.close()

    def _serve(self) -> None:
        while not self._is_over.is_set():
            try:
                message = self._connection.receive(timeout=_TURN_S)
            except TimeoutError:
                continue
            except (OSError, RuntimeError):
                return
            if message.header.message_type is MessageType.method_call:
                self._reply(message)

    def _reply(self, message: Any) -> None:
        fields = message.header.fields
        answer = self._answer(fields[HeaderFields.sender], fields[HeaderFields.member], message.body)
        if answer is None:
            reply = new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
        else:
            signature, values = answer
            reply = new_method_return(message, signature or None, values)
        with self._lock, contextlib.suppress(OSError):
            self._connection.send(reply)
