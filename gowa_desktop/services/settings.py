"""AppSettings: the program's own settings, typed, with defaults that are not stored."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gowa_desktop.domain.errors import DatabaseError, PortInvalidError, SettingInvalidError
from gowa_desktop.domain.leaving import CloseAction, QuitAction
from gowa_desktop.infra.log_files import DEFAULT_LIMITS, LogLimits
from gowa_desktop.infra.web_client import NO_PROXY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.store.repositories import SettingsRepository

DEFAULT_PORT_RANGE = (8000, 9000)
DEFAULT_PARALLEL_STARTS = 4
DEFAULT_SNAPSHOTS_KEPT = 5
DEFAULT_UPDATE_GROUP = 4
DEFAULT_UPDATE_WATCH_S = 30
FIRST_USER_PORT = 1024
LAST_PORT = 65535
DEFAULT_RELEASE_ADDRESS = "https://api.github.com"
DEFAULT_LOG_LEVEL = "INFO"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_MEGABYTES = range(1, 1025)
LOG_FILES = range(2, 51)
MOST_SEARCHES = 50
_MEGABYTE = 1024 * 1024


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

    @property
    def close_action(self) -> CloseAction:
        """What the window's close button does."""
        return CloseAction.QUIT if self._or_default("close_action") == CloseAction.QUIT else CloseAction.TRAY

    def set_close_action(self, action: CloseAction) -> None:
        """Change what the window's close button does."""
        self._repository.set("close_action", None if action is CloseAction.TRAY else action.value)

    @property
    def quit_action(self) -> QuitAction:
        """What becomes of running instances when the program ends."""
        stored = self._or_default("quit_action")
        return QuitAction(stored) if isinstance(stored, str) and stored in set(QuitAction) else QuitAction.ASK

    def set_quit_action(self, action: QuitAction) -> None:
        """Change what becomes of running instances when the program ends."""
        self._repository.set("quit_action", None if action is QuitAction.ASK else action.value)

    def log_limits(self) -> LogLimits:
        """Give how much log each instance may keep."""
        stored = self._or_default("log_limits")
        if isinstance(stored, list) and len(stored) == 2 and all(isinstance(n, int) and not isinstance(n, bool) for n in stored):
            megabytes, files = int(str(stored[0])), int(str(stored[1]))
            if megabytes in LOG_MEGABYTES and files in LOG_FILES:
                return LogLimits(megabytes * _MEGABYTE, files)
        return DEFAULT_LIMITS

    def set_log_limits(self, megabytes: int, files: int) -> None:
        """Change how much log each instance may keep: so many files of so many megabytes; out of range is cut to it.

        Raises:
            DatabaseError: it cannot be stored.
        """
        limits = LogLimits(_within(megabytes, LOG_MEGABYTES) * _MEGABYTE, _within(files, LOG_FILES))
        self._repository.set("log_limits", None if limits == DEFAULT_LIMITS else [limits.file_bytes // _MEGABYTE, limits.files])

    @property
    def log_level(self) -> str:
        """How much the program writes into its own log: a level of Python's logging, in capitals."""
        stored = self._or_default("log_level")
        return stored if isinstance(stored, str) and stored in LOG_LEVELS else DEFAULT_LOG_LEVEL

    def set_log_level(self, level: str) -> None:
        """Change how much the program writes into its own log.

        Raises:
            SettingInvalidError: there is no such level.
        """
        if level not in LOG_LEVELS:
            raise SettingInvalidError(f"There is no level “{level[:20]}”.", f"Choose one of {', '.join(LOG_LEVELS)}.")
        self._repository.set("log_level", None if level == DEFAULT_LOG_LEVEL else level)

    @property
    def log_searches(self) -> dict[str, JsonObject]:
        """The searches over all logs that a person saved, by name."""
        stored = self._or_default("log_searches")
        return {name: fields for name, fields in stored.items() if isinstance(fields, dict)} if isinstance(stored, dict) else {}

    def save_log_search(self, name: str, fields: JsonObject | None) -> None:
        """Keep a search over all logs under a name; None forgets it.

        Raises:
            SettingInvalidError: the name is empty or too long, or there are too many.
        """
        name = name.strip()
        if not name or len(name) > 60:
            raise SettingInvalidError("A saved search needs a name of 1 to 60 characters.", "Write a shorter one.")
        searches: JsonObject = dict(self.log_searches)
        searches.pop(name, None)
        if fields is not None:
            if len(searches) >= MOST_SEARCHES:
                raise SettingInvalidError(f"There are {MOST_SEARCHES} saved searches already.", "Forget one first.")
            searches[name] = fields
        self._repository.set("log_searches", searches or None)

    @property
    def shortcuts(self) -> dict[str, str]:
        """The keys that a person gave to actions: key sequences in Qt's portable form by name of action, empty for none at all."""
        stored = self._or_default("shortcuts")
        return {name: keys for name, keys in stored.items() if isinstance(keys, str)} if isinstance(stored, dict) else {}

    def set_shortcuts(self, keys: Mapping[str, str]) -> None:
        """Change the keys of actions; only those that differ from the default belong here.

        Raises:
            DatabaseError: they cannot be stored.
        """
        self._repository.set("shortcuts", dict(keys) or None)

    @property
    def release_address(self) -> str:
        """Address of the release server's API, without a slash at the end."""
        stored = self._or_default("release_address")
        return stored if isinstance(stored, str) and _is_web_address(stored) else DEFAULT_RELEASE_ADDRESS

    def set_release_address(self, address: str) -> None:
        """Change where releases come from, such as a mirror; empty goes back to GitHub.

        Raises:
            SettingInvalidError: it is no http or https address.
        """
        cleaned = address.strip().rstrip("/")
        if cleaned and (not _is_web_address(cleaned) or "@" in cleaned):
            raise SettingInvalidError(f"“{address.strip()[:100]}” is no web address.", f"Write it like {DEFAULT_RELEASE_ADDRESS}.")
        self._repository.set("release_address", None if cleaned in {"", DEFAULT_RELEASE_ADDRESS} else cleaned)

    @property
    def github_token(self) -> str | None:
        """A secret that raises GitHub's limit of questions; None without one."""
        stored = self._or_default("github_token")
        return stored if isinstance(stored, str) and stored else None

    def set_github_token(self, token: str | None) -> None:
        """Store or, with None or nothing in it, forget the token.

        Raises:
            SettingInvalidError: it has characters that no token has.
        """
        cleaned = (token or "").strip()
        if not (cleaned.isascii() and cleaned.isprintable()) or " " in cleaned:
            raise SettingInvalidError("The token has characters that no token has.", "Copy it again from GitHub.")
        self._repository.set("github_token", cleaned or None)

    @property
    def proxy(self) -> str | None:
        """Address of the proxy for downloads; None for the system's, `NO_PROXY` for none at all. May hold a password."""
        stored = self._or_default("proxy")
        return stored if isinstance(stored, str) and (stored == NO_PROXY or _is_web_address(stored)) else None

    def set_proxy(self, proxy: str | None) -> None:
        """Change the proxy; None or nothing in it goes back to the system's.

        Raises:
            SettingInvalidError: it is no http or https address.
        """
        cleaned = (proxy or "").strip()
        if cleaned and cleaned != NO_PROXY and not _is_web_address(cleaned):
            raise SettingInvalidError("This is no address of a proxy.", "Write it like http://proxy.example:3128.")
        self._repository.set("proxy", cleaned or None)

    @property
    def checks_daily(self) -> bool:
        """Whether the program asks once a day for new versions of GOWA."""
        return self._or_default("checks_daily") is not False

    def set_checks_daily(self, *, is_on: bool) -> None:
        """Change whether the program asks once a day for new versions of GOWA."""
        self._repository.set("checks_daily", None if is_on else False)

    @property
    def snapshots_kept(self) -> int:
        """How many snapshots of each instance are kept, 1-50."""
        return self._number("snapshots_kept", DEFAULT_SNAPSHOTS_KEPT, 1, 50)

    def set_snapshots_kept(self, count: int) -> None:
        """Change how many snapshots of each instance are kept; out of 1-50 is cut to it. The next one made cleans up."""
        self._set_number("snapshots_kept", count, DEFAULT_SNAPSHOTS_KEPT, 1, 50)

    @property
    def update_group(self) -> int:
        """How many instances are updated at a time after the first, 1-16."""
        return self._number("update_group", DEFAULT_UPDATE_GROUP, 1, 16)

    def set_update_group(self, count: int) -> None:
        """Change how many instances are updated at a time; out of 1-16 is cut to it."""
        self._set_number("update_group", count, DEFAULT_UPDATE_GROUP, 1, 16)

    @property
    def update_watch_s(self) -> int:
        """How many seconds in a row an updated instance must be well before it counts as updated, 1-600."""
        return self._number("update_watch_s", DEFAULT_UPDATE_WATCH_S, 1, 600)

    def set_update_watch_s(self, seconds: int) -> None:
        """Change how long an updated instance must be well; out of 1-600 is cut to it."""
        self._set_number("update_watch_s", seconds, DEFAULT_UPDATE_WATCH_S, 1, 600)

    def _number(self, key: str, default: int, least: int, most: int) -> int:
        stored = self._or_default(key)
        return stored if isinstance(stored, int) and not isinstance(stored, bool) and least <= stored <= most else default

    def _set_number(self, key: str, number: int, default: int, least: int, most: int) -> None:
        number = min(most, max(least, number))
        self._repository.set(key, None if number == default else number)

    def _or_default(self, key: str) -> Json:
        """Read what supervision needs: it goes on with the default when the database cannot be read any more."""
        try:
            return self._repository.get(key)
        except DatabaseError:
            return None


def _within(number: int, allowed: range) -> int:
    return min(allowed[-1], max(allowed[0], number))


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and not any(c.isspace() for c in text)
    except ValueError:
        return False
