"""AppSettings: the program's own settings, typed, stored in the database; what has its default is not stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain import app_settings as table
from gowa_desktop.domain.errors import DatabaseError, SettingInvalidError
from gowa_desktop.infra.log_files import LogLimits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gowa_desktop.domain.app_settings import Setting
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.domain.leaving import CloseAction, QuitAction
    from gowa_desktop.store.repositories import SettingsRepository

T = TypeVar("T")

MOST_SEARCHES = 50
_LONGEST_SEARCH_NAME = 60
_MEGABYTE = 1024 * 1024


class AppSettings(QObject):
    """Reads and writes the settings of `domain/app_settings`. Main thread. What the table does not know is left alone."""

    changed = Signal(str)
    """The setting with this key has another value now; it is stored already."""

    def __init__(self, repository: SettingsRepository, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._repository = repository

    def get(self, setting: Setting[T]) -> T:
        """Give the value of a setting; its default while the database cannot be read, for supervision goes on."""
        try:
            return setting.read(self._repository.get(setting.key))
        except DatabaseError:
            return setting.read(None)

    def set(self, setting: Setting[T], value: T) -> None:
        """Change a setting.

        Raises:
            SettingInvalidError: the value makes no sense.
            DatabaseError: it cannot be stored.
        """
        stored = setting.write(value)
        before = self.get(setting)
        self._repository.set(setting.key, stored)
        if self.get(setting) != before:
            self.changed.emit(setting.key)

    def reset(self, setting: Setting[T]) -> None:
        """Give a setting its default again.

        Raises:
            DatabaseError: it cannot be stored.
        """
        self.set(setting, setting.default)

    @property
    def port_range(self) -> tuple[int, int]:
        """First and last port that new instances may get."""
        return self.get(table.PORT_RANGE)

    @property
    def parallel_starts(self) -> int:
        """How many instances start at a time when the program starts."""
        return self.get(table.PARALLEL_STARTS)

    @property
    def retries_slowly(self) -> bool:
        """Whether an instance that was given up is tried again each 15 minutes."""
        return self.get(table.RETRIES_SLOWLY)

    @property
    def close_action(self) -> CloseAction:
        """What the window's close button does."""
        return self.get(table.CLOSE_ACTION)

    def set_close_action(self, action: CloseAction) -> None:
        """Change what the window's close button does."""
        self.set(table.CLOSE_ACTION, action)

    @property
    def quit_action(self) -> QuitAction:
        """What becomes of running instances when the program ends."""
        return self.get(table.QUIT_ACTION)

    def set_quit_action(self, action: QuitAction) -> None:
        """Change what becomes of running instances when the program ends."""
        self.set(table.QUIT_ACTION, action)

    def log_limits(self) -> LogLimits:
        """Give how much log each instance may keep."""
        megabytes, files = self.get(table.LOG_LIMITS)
        return LogLimits(megabytes * _MEGABYTE, files)

    @property
    def log_level(self) -> str:
        """How much the program writes into its own log: a level of Python's logging, in capitals."""
        return self.get(table.LOG_LEVEL)

    @property
    def log_searches(self) -> dict[str, JsonObject]:
        """The searches in logs that a person saved, by name."""
        return self.get(table.LOG_SEARCHES)

    def save_log_search(self, name: str, fields: JsonObject | None) -> None:
        """Keep a search in logs under a name; None forgets it.

        Raises:
            SettingInvalidError: the name is empty or too long, or there are too many.
        """
        name = name.strip()
        if not name or len(name) > _LONGEST_SEARCH_NAME:
            raise SettingInvalidError(f"A saved search needs a name of 1 to {_LONGEST_SEARCH_NAME} characters.", "Write a shorter one.")
        searches = {key: kept for key, kept in self.log_searches.items() if key != name}
        if fields is not None:
            if len(searches) >= MOST_SEARCHES:
                raise SettingInvalidError(f"There are {MOST_SEARCHES} saved searches already.", "Forget one first.")
            searches[name] = fields
        self.set(table.LOG_SEARCHES, searches)

    @property
    def shortcuts(self) -> dict[str, str]:
        """The keys that a person gave to actions: key sequences in Qt's portable form by name of action, empty for none at all."""
        return self.get(table.SHORTCUTS)

    def set_shortcuts(self, keys: Mapping[str, str]) -> None:
        """Change the keys of actions; only those that differ from the default belong here.

        Raises:
            DatabaseError: they cannot be stored.
        """
        self.set(table.SHORTCUTS, dict(keys))

    @property
    def release_address(self) -> str:
        """Address of the release server's API, without a slash at the end."""
        return self.get(table.RELEASE_ADDRESS)

    @property
    def github_token(self) -> str | None:
        """A secret that raises GitHub's limit of questions; None without one."""
        return self.get(table.GITHUB_TOKEN)

    @property
    def proxy(self) -> str | None:
        """Address of the proxy for downloads; None for the system's, `NO_PROXY` for none at all. May hold a password."""
        return self.get(table.PROXY)

    @property
    def checks_daily(self) -> bool:
        """Whether the program asks once a day for new versions of GOWA."""
        return self.get(table.CHECKS_DAILY)

    def set_checks_daily(self, *, is_on: bool) -> None:
        """Change whether the program asks once a day for new versions of GOWA."""
        self.set(table.CHECKS_DAILY, is_on)

    @property
    def snapshots_kept(self) -> int:
        """How many snapshots of each instance are kept."""
        return self.get(table.SNAPSHOTS_KEPT)

    @property
    def update_group(self) -> int:
        """How many instances are updated at a time after the first."""
        return self.get(table.UPDATE_GROUP)

    @property
    def update_watch_s(self) -> int:
        """How many seconds in a row an updated instance must be well before it counts as updated."""
        return self.get(table.UPDATE_WATCH_S)
