"""SystemService: ports of this computer for instances.

There is no list of reservations to leak: a port belongs to an instance from the moment its row is stored, and rows are
stored on the one thread that also chooses ports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.app_settings import FIRST_USER_PORT, LAST_PORT
from gowa_desktop.domain.errors import PortInvalidError, PortTakenError
from gowa_desktop.infra.network import is_port_free, is_port_reserved, port_holder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.services.settings import AppSettings


class SystemService:
    """Chooses and checks ports. Main thread; a check takes well under a millisecond."""

    def __init__(self, settings: AppSettings, instances: Callable[[], Iterable[Instance]]) -> None:
        self._settings = settings
        self._instances = instances

    def next_free_port(self) -> int:
        """Give the first port of the range that no instance has and no program holds.

        Raises:
            PortTakenError: the whole range is taken.
        """
        first, last = self._settings.port_range
        owned = {instance.port for instance in self._instances()}
        for port in range(first, last + 1):
            if port not in owned and is_port_free(port):
                return port
        raise PortTakenError(f"Every port from {first} to {last} is taken.", "Choose a wider range, or give a port yourself.")

    def check_port(self, port: int, ignore_id: int | None = None) -> None:
        """Check a port that a person chose for an instance.

        Raises:
            PortInvalidError: out of range or privileged.
            PortTakenError: another instance has it, or a program holds it.
        """
        if not 1 <= port <= LAST_PORT:
            raise PortInvalidError(f"{port} is no port.", f"Choose one between {FIRST_USER_PORT} and {LAST_PORT}.")
        if port < FIRST_USER_PORT:
            raise PortInvalidError(
                f"Port {port} is reserved for the system.", f"Choose one between {FIRST_USER_PORT} and {LAST_PORT}."
            )
        for instance in self._instances():
            if instance.port == port and instance.id != ignore_id:
                raise PortTakenError(f"Port {port} belongs to the instance {instance.name}.", self._offer())
        self.check_unused(port)

    def check_unused(self, port: int) -> None:
        """Check that no program holds a port.

        Raises:
            PortTakenError: one does; it is named when the system tells.
        """
        if is_port_free(port):
            return
        holder = port_holder(port)
        if holder is None and is_port_reserved(port):
            sentence = f"Port {port} is reserved by the system, which lets no program listen there."
            raise PortTakenError(sentence, self._offer())
        if holder is None and is_port_free(port):
            return
        who = f"{holder[0]} (process {holder[1]})" if holder else "another program"
        raise PortTakenError(f"Port {port} is used by {who}.", self._offer())

    def _offer(self) -> str:
        try:
            return f"Port {self.next_free_port()} is free."
        except PortTakenError:
            return "Choose another port."
