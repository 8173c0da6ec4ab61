"""A value other than the default for each setting of the program, by key; a new setting needs one here."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from gowa_desktop.domain.leaving import CloseAction, QuitAction
from gowa_desktop.domain.theme_choice import ThemeChoice

if TYPE_CHECKING:
    from collections.abc import Mapping

OTHER_VALUES: Mapping[str, object] = {
    "port_range": (9100, 9200), "parallel_starts": 16, "retries_slowly": False, "start_minimized": True,
    "close_action": CloseAction.QUIT, "quit_action": QuitAction.STOP, "language": "pt_BR", "theme": ThemeChoice.CONTRAST,
    "reduced_motion": True, "shortcuts": {"find": "Ctrl+Alt+F", "quit": ""}, "sample_window_s": 2, "sample_tray_s": 30,
    "log_limits": (50, 3), "log_level": "DEBUG", "log_searches": {"mine": {"text": "fail", "level": None}},
    "notifications": frozenset({"crashed", "update"}), "quiet_hours": (time(22), time(6, 30)),
    "urgent_breaks_quiet": False, "checks_daily": False, "snapshots_kept": 9,
    "update_group": 2, "update_watch_s": 90, "release_address": "https://mirror.example/api", "github_token": "ghp_secret",
    "proxy": "http://me:word@proxy.example:3128",
}  # fmt: skip
