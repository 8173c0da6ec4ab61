"""VersionManager: which GOWA versions are on this computer and which there are, and bringing, importing and removing them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.domain.errors import FolderError, ReleaseIncompleteError, VersionInUseError, VersionMissingError, VersionRefusedError
from gowa_desktop.domain.instance import LATEST
from gowa_desktop.domain.releases import choose_asset
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.infra.own_program import console_program
from gowa_desktop.infra.partial_files import partial_bytes, sweep_partial_files
from gowa_desktop.infra.platform_facts import cpu_name, os_name, runnable_cpus
from gowa_desktop.infra.program_files import check_runnable
from gowa_desktop.infra.progress_reports import throttled
from gowa_desktop.infra.release_install import ReleaseInstall, has_file_here
from gowa_desktop.infra.version_files import drop, import_version, set_aside, sweep_staging
from gowa_desktop.services.instances.operation import Operation
from gowa_desktop.services.versions.installed_versions import InstalledVersions
from gowa_desktop.services.versions.option_discovery import OptionDiscovery

if TYPE_CHECKING:
    from gowa_desktop.domain.installed_version import InstalledVersion
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.options import Option
    from gowa_desktop.domain.progress import Progress
    from gowa_desktop.domain.releases import Release, ReleaseAsset
    from gowa_desktop.infra.cancel_flag import CancelFlag
    from gowa_desktop.services.network_jobs import NetworkJobs
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.services.versions.release_catalog import ReleaseCatalog

Users = Callable[[], Iterable["InstanceStatus"]]
"""Gives the instances, to see which of them use a version."""


class VersionManager(QObject):
    """Owns `bin/versions` and the list of releases. Main thread; all that waits for disk or network runs on workers."""

    versions_changed = Signal()
    """A version was installed or removed."""
    available_changed = Signal()
    """The release server was asked; `available` and `checked_at` are new."""

    options_discovered = Signal(str)
    """Tag of a version of which `discovered_options` is known now."""

    def __init__(
        self,
        folder: Path,
        catalog: ReleaseCatalog,
        users: Users,
        jobs: NetworkJobs,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._discovery = OptionDiscovery(self.command, tasks, self)
        self._discovery.discovered.connect(self.options_discovered)
        self.versions_changed.connect(self._on_versions_changed)
        self._folder = folder
        self._catalog = catalog
        self._users = users
        self._jobs = jobs
        self._tasks = tasks
        self._installed = InstalledVersions(folder)
        self._installing: dict[str, Operation] = {}
        self._needed: Callable[[], Mapping[str, list[str]]] = dict
        catalog.changed.connect(self.available_changed)

    def sweep(self) -> None:
        """Remove what an interrupted installation left behind; only for the program that holds the data directory."""
        sweep_staging(self._folder)
        installed = {version.tag for version in self._installed.real()}
        sweep_partial_files(self._folder, installed, datetime.now(UTC).timestamp())

    def close(self) -> None:
        """Call off what is under way, because the program ends; what has arrived is kept."""
        self._jobs.close()

    def set_needed(self, needed: Callable[[], Mapping[str, list[str]]]) -> None:
        """Say what else needs versions: given by tag, the names of instances whose data belongs to it or that may go back to it."""
        self._needed = needed

    # Installed

    def installed(self) -> list[InstalledVersion]:
        """List what can be started: real versions, highest first, then the simulator."""
        return [*self._installed.real(), self._installed.simulator()]

    def resolve(self, tag: str) -> InstalledVersion:
        """Give the installed version that a stored tag stands for; `latest` is the highest installed by version order.

        Raises:
            VersionMissingError: it is not installed, or its program has disappeared.
        """
        return self._installed.resolve(tag)

    def command(self, version: InstalledVersion) -> tuple[Path, tuple[str, ...]]:
        """Give the program of a version and the words that come before GOWA's own."""
        if not version.is_simulator:
            return version.path, ()
        if getattr(sys, "frozen", False):
            return console_program(), ("--simulator",)
        return Path(sys.executable), ("-I", "-S", str(version.path))

    def runnable_command(self, version: InstalledVersion) -> tuple[Path, tuple[str, ...]]:
        """Like `command`, checked.

        Raises:
            ProgramBlockedError: the system will not run the program.
        """
        program, words = self.command(version)
        check_runnable(program)
        return program, words

    def discovered_options(self, tag: str, *, wait: bool = False) -> tuple[Option, ...]:
        """Give the options an installed version prints in its help and the table does not know; `wait` as in `OptionDiscovery`.

        Raises:
            VersionMissingError: it is not installed.
        """
        return self._discovery.options(self.resolve(tag), wait=wait)

    def used_by(self, tag: str) -> list[str]:
        """Give the names of the instances that run with a version, would start with it, or whose data belongs to it."""
        return self.uses().get(tag, [])

    def uses(self) -> dict[str, list[str]]:
        """Give what `used_by` says of every version that is used, by tag; asking once is cheaper than asking for each."""
        found: dict[str, list[str]] = {}
        for status in self._users():
            tags = {status.resolved_version}
            with contextlib.suppress(VersionMissingError):
                tags.add(self.resolve(status.gowa_version).tag)
            for tag in tags:
                if tag is not None:
                    found.setdefault(tag, []).append(status.name)
        for tag, names in self._needed().items():
            found[tag] = list(dict.fromkeys((*found.get(tag, ()), *names)))
        return found

    def disk_bytes(self) -> int:
        """Give what installed versions and unfinished downloads take of the disk."""
        return sum(version.size_bytes for version in self._installed.real()) + partial_bytes(self._folder)

    def import_file(self, path: Path, tag: str | None = None) -> Operation:
        """Install a version from a release zip or a program. Fails with CancelledError, VersionRefusedError or FolderError."""

        def work(flag: CancelFlag, report: Callable[[Progress], None]) -> InstalledVersion:
            return import_version(path, self._folder, tag, throttled(report), flag)

        return self._jobs.begin(f"Import {path.name}", work, self._take, lambda: None)

    def remove(self, tag: str) -> Operation:
        """Remove an installed version.

        Raises:
            VersionMissingError: it is not installed.
            VersionInUseError: instances run with it or are set to it; the sentence names them.
            FolderError: its folder cannot be moved.
        """
        version = self.resolve(tag)
        if version.is_simulator or tag == LATEST:
            raise VersionRefusedError(f"The version {tag} cannot be removed.", "Name an installed version, such as v9.2.0.")
        if users := self.used_by(version.tag):
            names = ", ".join(users[:5]) + (f" and {len(users) - 5} more" if len(users) > 5 else "")
            raise VersionInUseError(f"GOWA {version.tag} is used by {names}.", "Give them another version first, then remove it.")
        return self._drop(f"Remove GOWA {version.tag}", [version])

    def removable(self, keep: int) -> list[InstalledVersion]:
        """Give what `clean_up` would remove: all but the newest `keep` (at least one) and what is in use."""
        used = self.uses()
        return [version for version in self._installed.real()[max(1, keep) :] if version.tag not in used]

    def clean_up(self, keep: int) -> Operation:
        """Remove what `removable` gives. Fails with FolderError when some cannot be moved; the others are gone then.

        Raises:
            FolderError: none of their folders can be moved.
        """
        return self._drop("Clean up versions", self.removable(keep))

    # Available

    @property
    def checked_at(self) -> datetime | None:
        """When the release server was asked last; None for never."""
        return self._catalog.checked_at

    def available(self, include_prereleases: bool = False) -> list[Release]:
        """List the releases that are known, newest version first; from the disk, so also without internet."""
        return [release for release in self._catalog.releases() if include_prereleases or not release.is_prerelease]

    def newest_available(self) -> Release | None:
        """Give the newest release that is no pre-release and has its file for this computer; None when none is known."""
        return next((release for release in self.available() if has_file_here(release)), None)

    def file_for(self, release: Release) -> ReleaseAsset | None:
        """Give the file of a release for this computer; None when it is not there, or its checksum is not there yet."""
        system = os_name()
        return choose_asset(release, system, runnable_cpus(system, cpu_name())) if has_file_here(release) else None

    def refresh(self) -> Operation:
        """Ask the release server; while it is being asked, the same operation again. Fails with NetworkError or RateLimitedError."""
        return self._catalog.refresh()

    def install(self, tag: str) -> Operation:
        """Bring a release and install it; `latest` is the newest one that is known. The same tag again gives the running operation.

        Fails with CancelledError, NetworkError, RateLimitedError, ReleaseIncompleteError, ChecksumError, DiskFullError, FolderError or
        VersionRefusedError; then nothing is installed and what was installed is as it was.

        Raises:
            VersionRefusedError: the tag is no version that could be brought.
            ReleaseIncompleteError: `latest` is asked for and no release is known.
        """
        wanted = self.tag_to_install(tag)
        if (running := self._installing.get(wanted)) is not None:
            return running
        if self._installed.has(wanted):
            done = Operation(f"Install GOWA {wanted}", self)
            done.succeed()
            return done
        access, known = self._catalog.access, self._catalog.find(wanted)

        def work(flag: CancelFlag, report: Callable[[Progress], None]) -> InstalledVersion:
            def find() -> Release:
                # A release that had no file for this computer when the list came may have one by now.
                if known is not None and has_file_here(known):
                    return known
                return self._catalog.fetch_blocking(access, wanted, flag)

            return ReleaseInstall(access, self._folder, flag, report, lambda: datetime.now(UTC)).run(find)

        def end() -> None:
            del self._installing[wanted]

        operation = self._jobs.begin(f"Install GOWA {wanted}", work, self._take, end)
        self._installing[wanted] = operation
        return operation

    def installing(self) -> dict[str, Operation]:
        """Give the installations under way, by tag."""
        return dict(self._installing)

    def tag_to_install(self, tag: str) -> str:
        """Give the tag that `install` would bring.

        Raises:
            VersionRefusedError, ReleaseIncompleteError: as for `install`.
        """
        if tag == LATEST:
            newest = self.newest_available()
            if newest is None:
                raise ReleaseIncompleteError("No release of GOWA is known yet.", "Ask the release server first (versions available --refresh).")
            return newest.tag
        version = GowaVersion.parse(tag)
        if version.is_simulator:
            raise VersionRefusedError("The simulator is built in and needs no installation.", "Name a version, such as v9.2.0.")
        return version.tag

    def _drop(self, title: str, versions: list[InstalledVersion]) -> Operation:
        operation = Operation(title, self)
        # Moved here and now: whoever asks for the version after the check above finds it gone, not half gone.
        aside: list[Path] = []
        refusal: FolderError | None = None
        for version in versions:
            try:
                aside.append(set_aside(self._folder, version.tag))
            except FolderError as error:
                refusal = error
        if refusal is not None and not aside:
            raise refusal
        self._installed.forget()
        self.versions_changed.emit()

        def remove_files() -> None:
            for folder in aside:
                drop(folder)

        self._tasks.run(remove_files, lambda _: operation.succeed() if refusal is None else operation.fail(refusal), operation.fail)
        return operation

    def _take(self, _: InstalledVersion) -> None:
        self._installed.forget()
        self.versions_changed.emit()

    @Slot()
    def _on_versions_changed(self) -> None:
        self._discovery.forget()
        for version in self._installed.real():
            self._discovery.options(version)
