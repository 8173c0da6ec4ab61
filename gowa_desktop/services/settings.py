"""AppSettings: the program's own settings, typed, with defaults that are not stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import DatabaseError, PortInvalidError

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.store.repositories import SettingsRepository

DEFAULT_PORT_RANGE = (8000, 9000)
DEFAULT_PARALLEL_STARTS = 4
FIRST_USER_PORT = 1024
LAST_PORT = 65535


class AppSettings:
    """Reads and writes settings. Main thread."""

    def __init__(self, repository: SettingsRepository) -> None:
        self._repository = repository

    @property
    def port_range(self) -> tuple[int, int]:
        """First and last port that new instances may get."""
        stored = self._repository.get("port_range")
        if isinstance(stored, list) and len(stored) == 2 and all(isinstance(p, int) for p in stored):
            first, last = int(str(stored[0])), int(str(stored[1]))
            if FIRST_USER_PORT <= first <= last <= LAST_PORT:
                return first, last
        return DEFAULT_PORT_RANGE

    def set_port_range(self, first: int, last: int) -> None:
        """Change the range of automatic ports.

        Raises:
            PortInvalidError: out of 1024-65535, or the first is above the last.
        """
        if not FIRST_USER_PORT <= first <= last <= LAST_PORT:
            raise PortInvalidError(
                f"{first} to {last} is no range of ports.", f"Choose two ports between {FIRST_USER_PORT} and {LAST_PORT}, the lower one first."
            )
        is_default = (first, last) == DEFAULT_PORT_RANGE
        self._repository.set("port_range", None if is_default else [first, last])

    @property
    def parallel_starts(self) -> int:
        """How many instances start at a time when the program starts, 1-16."""
        stored = self._or_default("parallel_starts")
        return stored if isinstance(stored, int) and 1 <= stored <= 16 else DEFAULT_PARALLEL_STARTS

    def set_parallel_starts(self, count: int) -> None:
        """Change how many instances start at a time, 1-16; out of range is cut to it."""
        count = min(16, max(1, count))
        self._repository.set("parallel_starts", None if count == DEFAULT_PARALLEL_STARTS else count)

    @property
    def retries_slowly(self) -> bool:
        """Whether an instance that was given up is tried again each 15 minutes."""
        return self._or_default("retries_slowly") is not False

    def set_retries_slowly(self, *, is_on: bool) -> None:
        """Change whether a given-up instance is tried again each 15 minutes."""
        self._repository.set("retries_slowly", None if is_on else False)

    def _or_default(self, key: str) -> Json:
        """Read what supervision needs: it goes on with the default when the database cannot be read any more."""
        try:
            return self._repository.get(key)
        except DatabaseError:
            return None
