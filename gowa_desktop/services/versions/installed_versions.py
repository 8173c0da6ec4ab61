"""InstalledVersions: what is in `bin/versions`, and what a stored tag stands for."""

from __future__ import annotations

from pathlib import Path

import gowa_desktop
from gowa_desktop.domain.errors import VersionMissingError, VersionRefusedError
from gowa_desktop.domain.installed_version import InstalledVersion
from gowa_desktop.domain.instance import LATEST
from gowa_desktop.domain.versions import SIMULATOR, GowaVersion
from gowa_desktop.infra.version_files import has_lost_program, list_versions


class InstalledVersions:
    """Reads the folder of versions, as seldom as possible. Main thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listed: tuple[int, list[InstalledVersion]] | None = None

    def real(self) -> list[InstalledVersion]:
        """List what was installed or imported, highest first; the simulator is not among it."""
        # A start of fifty asks fifty times; the folder's time changes with every version that comes or goes.
        try:
            changed = self._folder.stat().st_mtime_ns
        except OSError:
            return []
        if self._listed is None or self._listed[0] != changed:
            self._listed = (changed, list_versions(self._folder))
        return [version for version in self._listed[1] if version.path.is_file()]

    def forget(self) -> None:
        """Read anew next time: two changes may share one time of the folder."""
        self._listed = None

    def has(self, tag: str) -> bool:
        """Tell whether a version is installed."""
        return any(version.tag == tag for version in self.real())

    def simulator(self) -> InstalledVersion:
        """Give the built-in stand-in."""
        path = Path(gowa_desktop.__file__).parent / "simulator" / "__main__.py"
        return InstalledVersion(SIMULATOR, path, 0, "built in; not WhatsApp", None, is_simulator=True)

    def resolve(self, tag: str) -> InstalledVersion:
        """Give the installed version that a stored tag stands for; `latest` is the highest installed by version order.

        Raises:
            VersionMissingError: it is not installed, or its program has disappeared.
        """
        if tag == SIMULATOR:
            return self.simulator()
        real = self.real()
        if tag == LATEST or not tag:
            if not real:
                raise VersionMissingError(
                    "No GOWA version is installed yet.", "Install or import one first, or choose the version simulator to try things out."
                )
            return real[0]
        try:
            wanted = GowaVersion.parse(tag).tag
        except VersionRefusedError as error:
            raise VersionMissingError(error.message, "Write it like v9.2.0, or latest.") from error
        found = next((version for version in real if version.tag == wanted), None)
        if found is None:
            raise self._missing(wanted, real)
        return found

    def _missing(self, tag: str, real: list[InstalledVersion]) -> VersionMissingError:
        if has_lost_program(self._folder, tag):
            return VersionMissingError(
                f"The program of GOWA {tag} has disappeared from {self._folder / tag}.",
                "A virus scanner may hold it in its quarantine: allow it there. Then install this version again.",
            )
        if not real:
            return VersionMissingError(f"GOWA {tag} is not installed.", "Install or import it first; no version is installed yet.")
        others = ", ".join(version.tag for version in real[:6])
        return VersionMissingError(f"GOWA {tag} is not installed.", f"Install or import it first, or choose one of {others}.")
