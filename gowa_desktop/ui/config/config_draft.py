"""The settings of one instance as they are being edited: what is stored, what it is to become, and how both are joined."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, cast

from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.ui.config.extra_options import ARGUMENTS, ENVIRONMENT, PORT
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.config_changes import OptionChange
    from gowa_desktop.domain.config_parser import ConfigParser
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option

_EXTRAS = (ARGUMENTS, ENVIRONMENT)


class ConfigDraft:
    """Edits that are not saved yet. Plain values without widgets; lives until it is saved, discarded or its instance goes."""

    def __init__(self, parser: ConfigParser, stored: JsonObject, port: int | None) -> None:
        self._parser = parser
        self._stored = deepcopy(stored)
        self._config = deepcopy(stored)
        self._stored_port = port
        self.port_text = _port_text(port)
        self._conflicts: dict[str, str] = {}
        self._news: dict[str, str] = {}

    @property
    def stored(self) -> JsonObject:
        """The settings as they are stored."""
        return self._stored

    @property
    def config(self) -> JsonObject:
        """The settings as they would be stored."""
        return self._config

    @property
    def port(self) -> int | None:
        """The port as typed, or the stored one while what is typed is none."""
        text = self.port_text.strip()
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else self._stored_port

    @property
    def is_port_changed(self) -> bool:
        """True when another port is typed, or something that is none."""
        return self.port_text.strip() != _port_text(self._stored_port)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Labels of options that were changed here and elsewhere; saving overwrites the other change."""
        return tuple(self._conflicts.values())

    @property
    def news(self) -> tuple[str, ...]:
        """Labels of options that were changed elsewhere alone."""
        return tuple(self._news.values())

    @property
    def is_changed(self) -> bool:
        """True while there is something to save."""
        return self.is_port_changed or (self._config != self._stored and bool(self._differences()))

    def changes(self) -> tuple[str, ...]:
        """Name what is different from what is stored, by label."""
        port = (told(BY_KEY[PORT].label),) if self.is_port_changed else ()
        return (*port, *(told(change.label) for change in self._differences()))

    def value(self, option: Option) -> Json:
        """Give the effective value of an option."""
        if option.key == PORT:
            return self.port_text
        if option.key in _EXTRAS:
            nothing: Json = {} if option.key == ENVIRONMENT else []
            return self._config.get(option.key, nothing)
        return self._parser.value(self._config, option, self.port or 0)

    def is_overridden(self, option: Option) -> bool:
        """Tell whether an option has a value of its own; the port always has one, and no default to go back to."""
        if option.key in _EXTRAS:
            return bool(self._config.get(option.key))
        return option.key != PORT and self._parser.is_overridden(self._config, option.key)

    def set_value(self, option: Option, value: Json) -> None:
        """Give an option another value."""
        if option.key == PORT:
            self.port_text = str(value or "")
        elif option.key in _EXTRAS:
            self._config = {**self._config, option.key: value}
            if not value and option.key not in self._stored:
                del self._config[option.key]
        else:
            self._config = self._parser.with_value(self._config, option, value, self.port or 0)

    def reset(self, option: Option) -> None:
        """Give an option its default again."""
        if option.key in _EXTRAS:
            self._config = {key: value for key, value in self._config.items() if key != option.key}
        else:
            self._config = self._parser.without_value(self._config, option.key)

    def disabled_webhooks(self) -> list[str]:
        """Give the addresses of webhooks that are switched off."""
        return [url for url, is_on in self._parser.webhook_rows(self._config) if not is_on]

    def set_webhooks(self, rows: Sequence[tuple[str, bool]]) -> None:
        """Set the addresses of webhooks, and which of them are on."""
        self._config = self._parser.with_webhook_rows(self._config, rows)

    def discard(self) -> None:
        """Go back to what is stored."""
        self._config = deepcopy(self._stored)
        self.port_text = _port_text(self._stored_port)
        self.read_news()

    def rebase(self, stored: JsonObject, port: int | None) -> bool:
        """Put the edits on top of what is stored now; what was changed elsewhere alone is taken over.

        Returns:
            True when something was changed elsewhere.
        """
        if stored == self._stored and port == self._stored_port:
            return False
        had_edits = self.is_changed
        theirs = {change.key: told(change.label) for change in self._parser.differences(self._stored, stored, port or 0)}
        both: set[str] = set()
        flags = _join(self._flags(self._stored), self._flags(self._config), self._flags(stored), both)
        config = _join(self._stored, self._config, stored, both)
        config.pop("flags", None)
        if flags or "flags" in stored:
            config["flags"] = flags
        if not self.is_port_changed:
            self.port_text = _port_text(port)
        elif port != self._stored_port:
            self._conflicts[PORT] = told(BY_KEY[PORT].label)
        self._stored, self._config, self._stored_port = deepcopy(stored), config, port
        if not had_edits:
            self.read_news()
            return True
        for place, label in theirs.items():
            key = place.partition("[")[0]
            (self._conflicts if key in both else self._news)[key] = label
        return True

    def take_theirs(self) -> None:
        """Give up the edits of options that were changed elsewhere too."""
        flags, stored_flags = dict(self._flags(self._config)), self._flags(self._stored)
        config = dict(self._config)
        for key in self._conflicts:
            if key == PORT:
                self.port_text = _port_text(self._stored_port)
                continue
            here, there = (config, self._stored) if key in {*_EXTRAS, "flags"} else (flags, stored_flags)
            here.pop(key, None)
            if key in there:
                here[key] = deepcopy(there[key])
        self._config = {**config, "flags": flags}
        self.read_news()

    def read_news(self) -> None:
        """Forget what was changed elsewhere, as the person knows it now."""
        self._conflicts, self._news = {}, {}

    def _differences(self) -> tuple[OptionChange, ...]:
        return self._parser.differences(self._stored, self._config, self.port or 0)

    def _flags(self, config: JsonObject) -> JsonObject:
        flags = config.get("flags")
        return flags if isinstance(flags, dict) else {}


def _port_text(port: int | None) -> str:
    return "" if port is None else str(port)


def _join(old: JsonObject, mine: JsonObject, theirs: JsonObject, both: set[str]) -> JsonObject:
    """Join two changes of the same object, key by key; where both changed one differently, mine stays and its key is noted."""
    missing = object()
    joined: JsonObject = {}
    for key in {**theirs, **mine}:
        before, here, there = (source.get(key, missing) for source in (old, mine, theirs))
        is_mine = here != before
        if is_mine and there not in (before, here):
            both.add(key)
        value = here if is_mine else there
        if value is not missing:
            joined[key] = deepcopy(cast("Json", value))
    return joined
