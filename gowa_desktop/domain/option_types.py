"""What an option is: its names, kind, bounds, words for people and the versions that know it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gowa_desktop.domain.versions import GowaVersion

OptionDefault = str | bool | int | None


class OptionKind(StrEnum):
    """How a value is stored and written."""

    TEXT = "text"
    BOOL = "bool"
    INT = "int"
    DURATION = "duration"
    LIST = "list"
    LOGINS = "logins"
    """A list of `{"username": …, "password": …}`."""


class Section(StrEnum):
    """The groups of the form, in the order they are shown."""

    ACCESS = "access"
    WHATSAPP = "whatsapp"
    WEBHOOKS = "webhooks"
    DASHBOARD = "dashboard"
    MCP = "mcp"
    STORAGE = "storage"
    CHATWOOT = "chatwoot"
    LEGACY = "legacy"
    NEW = "new"
    """Options that a newer GOWA prints in its help and the table does not know."""

    @property
    def title(self) -> str:  # type: ignore[override] # nobody puts a section into title case
        """The heading for people."""
        return _TITLES[self]


_TITLES = {
    Section.ACCESS: "Access and network",
    Section.WHATSAPP: "WhatsApp behaviour",
    Section.WEBHOOKS: "Webhooks",
    Section.DASHBOARD: "Dashboard",
    Section.MCP: "MCP",
    Section.STORAGE: "Storage",
    Section.CHATWOOT: "Chatwoot",
    Section.LEGACY: "Older versions",
    Section.NEW: "New in this version",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One option. `default` is GOWA's own; `since` and `until` are the first and last tag that know it."""

    key: str
    """Name under `flags` of a stored config."""
    kind: OptionKind
    env: str
    """Name in the environment; empty when there is none (a discovered option)."""
    flag: str | None
    """Long flag with its dashes; None when only the environment carries it."""
    since: str
    section: Section
    label: str
    help: str
    """One or two sentences, without the default."""
    until: str | None = None
    default: OptionDefault = None
    our_default: OptionDefault = None
    """Where GOWA's own is dangerous or differs between versions; None when GOWA's own is fine."""
    default_since: str | None = None
    """First tag of which `default` is true; before that the value is always passed."""
    short: str | None = None
    """Short flag, such as `-p`."""
    choices: tuple[str, ...] = ()
    allows_other: bool = False
    """True when newer versions may know more than `choices`."""
    unit: str | None = None
    """What a number counts, such as `days`; None for a plain number."""
    minimum: int | None = None
    maximum: int | None = None
    requires: str | None = None
    """Key of a switch that must be on for this to have an effect."""
    text_format: str | None = None
    """What a text, or each entry of a list, must look like; a name that `option_checks` knows."""
    is_secret: bool = False
    """True when the value is a secret or may carry one, such as an address with a password."""
    is_managed: bool = False
    """True when the program itself decides it or offers its own value."""
    is_advanced: bool = False
    is_discovered: bool = False
    """True for an option that only a binary's own help told about; it is passed as a flag."""
    env_only_enables_until: str | None = None
    """Last tag in which the environment can switch it on but not off; `always` when that never changed."""
    is_multiline: bool = False
    """True for a text that may have line breaks."""
    can_be_empty: bool = False
    """True when an empty text is a value of its own although the default is not empty; elsewhere it means the default."""
    subcommand: str | None = None
    """The sub-command it belongs to, when that is not `rest`; such options are never passed."""

    def known_by(self, version: GowaVersion) -> bool:
        """Tell whether this version of GOWA reads the option."""
        return version.at_least(self.since) and (self.until is None or not self._is_past(version))

    def _is_past(self, version: GowaVersion) -> bool:
        return version.is_simulator or (version.tag != self.until and version.at_least(self.until or version.tag))
