"""One connection to a D-Bus of Linux, by jeepney. Knows no Qt: whoever uses it waits for its socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONNECT_S = 2.0


class BusRefusedError(RuntimeError):
    """The bus, or who was asked on it, answered with an error; nobody is there, mostly."""


class BusClient:
    """Made on a worker, then used by one thread only, which reads when `fileno` is ready."""

    def __init__(self, bus: str, *, takes_files: bool = False) -> None:
        """Connect. Blocks, at most a few seconds.

        Args:
            bus: "SESSION" or "SYSTEM".
            takes_files: whether answers may carry open files.

        Raises:
            OSError, KeyError, ValueError: there is no such bus.
        """
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - Linux only

        self._connection = open_dbus_connection(bus=bus, enable_fds=takes_files, auth_timeout=_CONNECT_S)

    def fileno(self) -> int:
        """Give the socket to wait for."""
        return int(self._connection.sock.fileno())

    def close(self) -> None:
        """Leave the bus."""
        self._connection.close()

    def _messages(self) -> Iterator[Any]:
        """Give what has come, without waiting.

        Raises:
            OSError: the bus is gone.
        """
        while True:
            try:
                message = self._connection.receive(timeout=0)
            except TimeoutError:
                return
            yield message

    def _ask(self, message: Any) -> Any:
        """Send a call and give the first value of its answer.

        Raises:
            BusRefusedError: the answer is an error.
        """
        from jeepney import MessageType  # noqa: PLC0415

        reply = self._connection.send_and_get_reply(message, timeout=_CONNECT_S)
        if reply.header.message_type is MessageType.error:
            raise BusRefusedError(str(reply.body))
        return reply.body[0] if reply.body else None

    def _listen(self, interface: str, path: str | None) -> None:
        """Have the signals of an interface sent here; None for those of all paths."""
        from jeepney import MatchRule  # noqa: PLC0415
        from jeepney.bus_messages import message_bus  # noqa: PLC0415

        self._ask(message_bus.AddMatch(MatchRule(type="signal", interface=interface, path=path)))


def bus_call(name: str, path: str, interface: str, member: str, signature: str = "", *arguments: object) -> Any:
    """Make a call, to be sent."""
    from jeepney import DBusAddress, new_method_call  # noqa: PLC0415

    return new_method_call(DBusAddress(path, bus_name=name, interface=interface), member, signature or None, arguments)


def signal_of(message: Any, interface: str) -> str:
    """Give the name of a signal of this interface; empty for every other message."""
    from jeepney import HeaderFields, MessageType  # noqa: PLC0415

    fields = message.header.fields
    if message.header.message_type is not MessageType.signal or fields.get(HeaderFields.interface) != interface:
        return ""
    return str(fields.get(HeaderFields.member, ""))
