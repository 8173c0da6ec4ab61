"""The program's own settings in one table: key, default and kind of each. `AppSettings` reads and stores them.

A setting that has its default is not stored; a stored value that makes no sense counts as the default. Add one by adding a line,
and a row on a page of the settings dialog.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from gowa_desktop.domain.errors import SettingInvalidError
from gowa_desktop.domain.leaving import CloseAction, QuitAction
from gowa_desktop.domain.setting_kinds import (
    Choice,
    Flag,
    Hours,
    Kind,
    ObjectsByName,
    OptionalText,
    Pair,
    WebAddress,
    Whole,
    Words,
    WordsByName,
    WordSet,
    is_token,
    is_web_address,
)
from gowa_desktop.domain.theme_choice import ThemeChoice

if TYPE_CHECKING:
    from datetime import time

    from gowa_desktop.domain.json_types import Json, JsonObject

T = TypeVar("T")

FIRST_USER_PORT = 1024
LAST_PORT = 65535
DEFAULT_RELEASE_ADDRESS = "https://api.github.com"
NO_PROXY = "none"
"""The proxy that goes around every proxy, the system's too."""
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True, eq=False)
class Setting(Generic[T]):
    """One setting. `key` is its name in the database and never changes."""

    key: str
    default: T
    kind: Kind[T]

    def read(self, stored: Json) -> T:
        """Give the value behind what is stored; the default for None and for what makes no sense."""
        if stored is None:
            return deepcopy(self.default)
        try:
            return self.kind.clean(self.kind.decode(stored))
        except SettingInvalidError:
            return deepcopy(self.default)

    def write(self, value: T) -> Json:
        """Give what to store for a value: None for the default.

        Raises:
            SettingInvalidError: it makes no sense.
        """
        cleaned = self.kind.clean(value)
        return None if cleaned == self.default else self.kind.encode(cleaned)


_PORT = Whole(FIRST_USER_PORT, LAST_PORT)
_NO_SHORTCUTS: dict[str, str] = {}
_NO_SEARCHES: dict[str, JsonObject] = {}

PORT_RANGE = Setting("port_range", (8000, 9000), Pair(_PORT, _PORT, is_rising=True))
"""First and last port that new instances may get."""
PARALLEL_STARTS_KIND = Whole(1, 16)
PARALLEL_STARTS = Setting("parallel_starts", 4, PARALLEL_STARTS_KIND)
"""How many instances start at a time when the program starts."""
RETRIES_SLOWLY = Setting("retries_slowly", default=True, kind=Flag())
"""Whether an instance that was given up is tried again each 15 minutes."""

START_MINIMIZED = Setting("start_minimized", default=False, kind=Flag())
"""Whether the window stays in the tray or the task bar when a person starts the program."""
CLOSE_ACTION = Setting("close_action", CloseAction.TRAY, Choice(CloseAction))
QUIT_ACTION = Setting("quit_action", QuitAction.ASK, Choice(QuitAction))
LANGUAGE = Setting("language", "", Words(fits=lambda code: (len(code) <= 20 and code.replace("_", "").isalnum()) or not code))
"""Code of a catalogue, such as `pt_BR`; empty follows the system."""

THEME = Setting("theme", ThemeChoice.SYSTEM, Choice(ThemeChoice))
REDUCED_MOTION = Setting("reduced_motion", default=False, kind=Flag())
"""Whether nothing moves by itself, whatever the system says; off follows the system."""
SHORTCUTS = Setting("shortcuts", _NO_SHORTCUTS, WordsByName())
"""Key sequences in Qt's portable form by name of action, empty for none at all; only those that differ from the default."""

SAMPLE_WINDOW_S = Setting("sample_window_s", 1, Whole(1, 60))
"""Seconds from reading to reading of CPU and memory while a window is shown."""
SAMPLE_TRAY_S = Setting("sample_tray_s", 5, Whole(1, 300))
"""The same while no window is shown."""

LOG_LIMITS = Setting("log_limits", (10, 5), Pair(Whole(1, 1024), Whole(2, 50)))
"""Megabytes of one log file of an instance, and how many files it may have."""
LOG_LEVEL = Setting("log_level", "INFO", Words(LOG_LEVELS))
"""How much the program writes into its own log: a level of Python's logging."""
LOG_SEARCHES = Setting("log_searches", _NO_SEARCHES, ObjectsByName())
"""The searches over all logs that a person saved, by name."""

NOTIFICATIONS = Setting("notifications", frozenset(), WordSet())
"""Kinds of notices (`NoticeKind`) that are not shown."""
QUIET_HOURS: Setting[tuple[time, time] | None] = Setting("quiet_hours", None, Hours())
"""Local times between which only urgent notices are shown."""
URGENT_BREAKS_QUIET = Setting("urgent_breaks_quiet", default=True, kind=Flag())
"""Whether urgent notices are shown in quiet hours."""

CHECKS_DAILY = Setting("checks_daily", default=True, kind=Flag())
"""Whether the program asks once a day for new versions of GOWA."""
SNAPSHOTS_KEPT = Setting("snapshots_kept", 5, Whole(1, 50))
"""How many snapshots of each instance are kept. The next one made cleans up."""
UPDATE_GROUP = Setting("update_group", 4, Whole(1, 16))
"""How many instances are updated at a time after the first."""
UPDATE_WATCH_S = Setting("update_watch_s", 30, Whole(1, 600))
"""How many seconds in a row an updated instance must be well before it counts as updated."""

RELEASE_ADDRESS = Setting("release_address", DEFAULT_RELEASE_ADDRESS, WebAddress(DEFAULT_RELEASE_ADDRESS))
"""Address of the release server's API."""
GITHUB_TOKEN: Setting[str | None] = Setting(
    "github_token", None, OptionalText(is_token, "The token has characters that no token has.", "Copy it again from GitHub.")
)
"""A secret that raises GitHub's limit of questions."""
PROXY: Setting[str | None] = Setting(
    "proxy",
    None,
    OptionalText(
        lambda text: text == NO_PROXY or is_web_address(text),
        "This is no address of a proxy.",
        "Write it like http://proxy.example:3128.",
    ),
)
"""Address of the proxy for downloads; None for the system's, `NO_PROXY` for none at all. May hold a password."""

SETTINGS: tuple[Setting[Any], ...] = tuple(entry for entry in list(globals().values()) if isinstance(entry, Setting))
"""All of them, in the order above."""
