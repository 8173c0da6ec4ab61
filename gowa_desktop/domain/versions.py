"""GOWA versions: order, what each can do, and how release files are named (GOWA facts 2 and 4.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, total_ordering

from packaging.version import InvalidVersion, Version

from gowa_desktop.domain.errors import VersionRefusedError

SIMULATOR = "simulator"
"""The version name of the built-in stand-in, which is not WhatsApp."""

_ASSET = re.compile(r"^whatsapp_(?P<version>\d+\.\d+\.\d+[\w.+-]*?)_(?P<os>linux|windows|darwin)_(?P<arch>[a-z0-9]+)\.zip$")
_TAG = re.compile(r"^v\d+\.\d+\.\d+(?:[-+.][\w.+-]+)?$")


@total_ordering
@dataclass(frozen=True, slots=True)
class GowaVersion:
    """A release tag such as `v9.2.0`; ordered by semantic version, never by date. `simulator` behaves like the newest."""

    tag: str

    @classmethod
    def parse(cls, text: str) -> GowaVersion:
        """Read a tag, with or without the leading v.

        Raises:
            VersionRefusedError: the text is no version.
        """
        tag = text.strip()
        if tag == SIMULATOR:
            return cls(SIMULATOR)
        if not tag.startswith("v"):
            tag = f"v{tag}"
        if not _TAG.match(tag) or _parsed(tag) is None:
            raise VersionRefusedError(f"“{text.strip()[:60]}” is not a GOWA version.", "Write it like v9.2.0.")
        return cls(tag)

    def __lt__(self, other: GowaVersion) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[bool, Version]:
        # The simulator never wins `latest` over a real version, so it sorts below them all.
        parsed = _parsed(self.tag)
        return (parsed is not None, parsed or Version("0"))

    @property
    def is_simulator(self) -> bool:
        """True for the built-in stand-in."""
        return self.tag == SIMULATOR

    @property
    def is_prerelease(self) -> bool:
        """True for a tag such as `v9.3.0-rc.1`."""
        parsed = _parsed(self.tag)
        return parsed is not None and parsed.is_prerelease

    def at_least(self, tag: str) -> bool:
        """Tell whether this version is `tag` or newer; the simulator counts as newer than all."""
        return _is_at_least(self.tag, tag)

    @property
    def has_rest_subcommand(self) -> bool:
        """v6.0.0 and later need the word `rest`."""
        return self.at_least("v6.0.0")

    @property
    def reads_environment(self) -> bool:
        """v5.2.0 and later take settings from the environment."""
        return self.at_least("v5.2.0")

    @property
    def has_health(self) -> bool:
        """v8.4.0 and later answer `/health` without auth, outside the base path."""
        return self.at_least("v8.4.0")

    @property
    def has_host(self) -> bool:
        """v8.0.0 and later can listen on one address only; older ones listen on all."""
        return self.at_least("v8.0.0")

    @property
    def has_devices(self) -> bool:
        """v8.0.0 and later hold several devices under `/devices`."""
        return self.at_least("v8.0.0")

    @property
    def ready_path(self) -> str:
        """The path, without base path, that answers as soon as GOWA is ready."""
        if self.has_health:
            return "/health"
        return "/devices" if self.has_devices else "/app/devices"


@dataclass(frozen=True, slots=True)
class AssetName:
    """What a release file's name says: version tag, operating system and CPU in Go's words."""

    version: GowaVersion
    os_name: str
    cpu: str

    @property
    def executable_name(self) -> str:
        """Name of the program inside the zip."""
        return executable_name(self.os_name, self.cpu)


def executable_name(os_name: str, cpu: str) -> str:
    """Name of the program inside a release zip, such as `linux-amd64` or `windows-amd64.exe`."""
    return f"{os_name}-{cpu}{'.exe' if os_name == 'windows' else ''}"


def parse_asset_name(file_name: str) -> AssetName | None:
    """Read `whatsapp_<X.Y.Z>_<os>_<arch>.zip`; None when the name is not of that form."""
    match = _ASSET.match(file_name)
    if match is None:
        return None
    try:
        version = GowaVersion.parse(match["version"])
    except VersionRefusedError:
        return None
    return AssetName(version, match["os"], match["arch"])


@lru_cache(maxsize=4096)
def _is_at_least(own_tag: str, wanted_tag: str) -> bool:
    # Every start asks this of each option.
    own, wanted = _parsed(own_tag), _parsed(wanted_tag)
    return own is None or wanted is None or own >= wanted


@lru_cache(maxsize=512)
def _parsed(tag: str) -> Version | None:
    try:
        return Version(tag)
    except InvalidVersion:
        return None
