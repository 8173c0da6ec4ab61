"""VersionManager: which GOWA versions are on this computer, and importing one from a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

import gowa_desktop
from gowa_desktop.domain.errors import VersionMissingError, VersionRefusedError
from gowa_desktop.domain.installed_version import InstalledVersion
from gowa_desktop.domain.instance import LATEST
from gowa_desktop.domain.versions import SIMULATOR, GowaVersion
from gowa_desktop.infra.program_files import check_runnable
from gowa_desktop.infra.version_files import import_version, list_versions, sweep_staging
from gowa_desktop.services.operation import Operation

if TYPE_CHECKING:
    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.options import Option
    from gowa_desktop.services.tasks import TaskRunner


class VersionManager(QObject):
    """Owns `bin/versions`. Main thread; imports run on a worker."""

    versions_changed = Signal()
    """A version was installed."""

    def __init__(self, folder: Path, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._tasks = tasks
        self._discovered: dict[str, tuple[Option, ...]] = {}
        self._listed: tuple[int, list[InstalledVersion]] | None = None

    def sweep(self) -> None:
        """Remove what an interrupted import left behind; only for the program that holds the data directory."""
        sweep_staging(self._folder)

    def installed(self) -> list[InstalledVersion]:
        """List what can be started: real versions, highest first, then the simulator."""
        return [*self._real(), self._simulator()]

    def resolve(self, tag: str) -> InstalledVersion:
        """Give the installed version that a stored tag stands for; `latest` is the highest installed by version order.

        Raises:
            VersionMissingError: it is not installed.
        """
        if tag == SIMULATOR:
            return self._simulator()
        real = self._real()
        if tag == LATEST or not tag:
            if not real:
                raise VersionMissingError(
                    "No GOWA version is installed yet.", "Import one first, or choose the version simulator to try things out."
                )
            return real[0]
        try:
            wanted = GowaVersion.parse(tag).tag
        except VersionRefusedError as error:
            raise VersionMissingError(error.message, "Write it like v9.2.0, or latest.") from error
        found = next((version for version in real if version.tag == wanted), None)
        if found is None:
            raise VersionMissingError(f"GOWA {wanted} is not installed.", self._what_there_is(real))
        return found

    def command(self, version: InstalledVersion) -> tuple[Path, tuple[str, ...]]:
        """Give the program of a version and the words that come before GOWA's own."""
        if not version.is_simulator:
            return version.path, ()
        if getattr(sys, "frozen", False):
            return Path(sys.executable), ("--simulator",)
        return Path(sys.executable), ("-I", "-S", str(version.path))

    def runnable_command(self, version: InstalledVersion) -> tuple[Path, tuple[str, ...]]:
        """Like `command`, checked.

        Raises:
            ProgramBlockedError: the system will not run the program.
        """
        program, words = self.command(version)
        check_runnable(program)
        return program, words

    def discovered_options(self, tag: str) -> tuple[Option, ...]:
        """Give the options a version prints in its help and the table does not know."""
        return self._discovered.get(tag, ())

    def import_file(self, path: Path, tag: str | None = None) -> Operation:
        """Install a version from a release zip or a program. Fails with VersionRefusedError or FolderError."""
        operation = Operation(f"Import {path.name}", self)

        def on_result(_: InstalledVersion) -> None:
            self.versions_changed.emit()
            operation.succeed()

        def on_error(error: GowaError) -> None:
            operation.fail(error)

        self._tasks.run(lambda: import_version(path, self._folder, tag), on_result, on_error)
        return operation

    def _real(self) -> list[InstalledVersion]:
        # A start of fifty asks fifty times; the folder's time changes with every version that comes or goes.
        try:
            changed = self._folder.stat().st_mtime_ns
        except OSError:
            return []
        if self._listed is None or self._listed[0] != changed:
            self._listed = (changed, list_versions(self._folder))
        return [version for version in self._listed[1] if version.path.is_file()]

    def _simulator(self) -> InstalledVersion:
        path = Path(gowa_desktop.__file__).parent / "simulator" / "__main__.py"
        return InstalledVersion(SIMULATOR, path, 0, "built in; not WhatsApp", None, is_simulator=True)

    def _what_there_is(self, real: list[InstalledVersion]) -> str:
        if not real:
            return "Import it first; no version is installed yet."
        return f"Import it first, or choose one of {', '.join(version.tag for version in real[:6])}."
