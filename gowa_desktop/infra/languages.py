"""The languages that the program speaks, and which one is meant. Knows no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SYSTEM = ""
"""Follow the system."""
LANGUAGES = {"en": "English", "id": "Bahasa Indonesia", "pt_BR": "Português (Brasil)", "es": "Español"}
"""Codes of the catalogues, and how people call these languages themselves."""
_NO_LANGUAGE = {"C", "POSIX"}
_MOST_READ = 64 * 1024


def catalogue_for(choice: str, wanted: Sequence[str]) -> str:
    """Give the code of the catalogue for a choice of the settings, or for the system's languages, best first; English otherwise.

    Args:
        choice: a code of `LANGUAGES`, or `SYSTEM`.
        wanted: the languages of the system, such as `pt-BR`.
    """
    if choice in LANGUAGES:
        return choice
    for name in wanted:
        code = name.replace("-", "_")
        if code in LANGUAGES:
            return code
        short = next((one for one in LANGUAGES if one.split("_")[0] == code.split("_")[0]), None)
        if short is not None:
            return short
    return "en"


def environment_languages(environment: Mapping[str, str]) -> list[str]:
    """Give the language of a terminal by the rules of POSIX: the first of three variables that is set; none for C."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    name = locale.partition(".")[0].partition("@")[0]
    return [] if name in _NO_LANGUAGE or not name else [name]


def chosen_language(window_state: Path) -> str:
    """Read which language was chosen from what the window remembers; `SYSTEM` when none was, or no window was ever open."""
    try:
        with window_state.open(encoding="utf-8", errors="replace") as file:
            lines = file.read(_MOST_READ).splitlines()
    except OSError:
        return SYSTEM
    section = ""
    for line in lines:
        if line.startswith("["):
            section = line.strip("[]").casefold()
        elif section == "opening" and line.startswith("language="):
            return line.partition("=")[2].strip().strip('"')
    return SYSTEM
