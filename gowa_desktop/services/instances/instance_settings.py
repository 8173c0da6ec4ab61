"""InstanceSettings: reading, checking and storing what an instance is told, and what of it a running process does not have yet."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import secrets
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.domain import exposure
from gowa_desktop.domain.errors import ConfigInvalidError, GowaError, NotFoundError, StrayEnvironmentError
from gowa_desktop.domain.instance import InstanceChanges
from gowa_desktop.domain.launch import inherited_environment
from gowa_desktop.domain.launched_config import changed_since, remember
from gowa_desktop.domain.stray_environment import read_environment, with_environment
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.infra.stray_env_files import read_stray, set_aside, stray_files
from gowa_desktop.services.instances.launch_records import LaunchRecords

if TYPE_CHECKING:
    from gowa_desktop.domain.config_changes import LaunchPreview, OptionChange
    from gowa_desktop.domain.exposure import Exposure
    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.domain.stray_environment import StrayEnvironment
    from gowa_desktop.infra.process_tree import ProcessRef
    from gowa_desktop.services.instances.instance_parts import InstanceParts


class _Exposures(NamedTuple):
    """What lets strangers in, and what that was worked out from."""

    config: JsonObject
    launched: JsonObject | None
    rest: tuple[GowaVersion | None, int | None]
    found: tuple[Exposure, ...]


class InstanceSettings:
    """Works on the stored configs through the catalog. Main thread."""

    def __init__(self, parts: InstanceParts) -> None:
        self._catalog = parts.catalog
        self._parser = parts.parser
        self._directories = parts.directories
        self._versions = parts.versions
        self._processes = parts.processes
        self._dashboard = parts.dashboard
        self._launches = LaunchRecords(parts.directories, parts.processes)
        self._exposures: dict[int, _Exposures] = {}

    def config(self, instance_id: int) -> JsonObject:
        """Give the stored overrides in the present shape; a copy that may be changed."""
        return self._parser.normalize(self._catalog.get(instance_id).config)

    def options(self, instance_id: int) -> tuple[Option, ...]:
        """Give the options of the version an instance is set to; of every version when that is not installed."""
        version = self._version(self._catalog.get(instance_id))
        return self._parser.known_options(version, self._discovered(version))

    def check(self, instance_id: int, config: JsonObject) -> dict[str, str]:
        """Check a config against the version an instance is set to."""
        version = self._version(self._catalog.get(instance_id))
        return self._parser.check(config, version, self._discovered(version))

    def save(self, instance_id: int, config: JsonObject) -> Instance:
        """Store a config, only what differs from the defaults.

        Raises:
            ConfigInvalidError: a value is wrong; the first problem is named.
            ConflictError: the instance is being reset or deleted.
            DatabaseError: it cannot be stored.
        """
        instance = self._catalog.get(instance_id)
        if instance.config_error is not None:
            raise ConfigInvalidError(instance.config_error, "Restore gowa.db from a copy before changing the settings.")
        version = self._version(instance)
        self._parser.validate(config, version, self._discovered(version))
        return self._catalog.update(instance_id, InstanceChanges(config=self._parser.only_differences(config, instance.port)))

    def preview(self, instance_id: int, config: JsonObject) -> LaunchPreview:
        """Show how an instance would be started with this config, secrets masked.

        Raises:
            VersionMissingError: its version is not installed.
        """
        instance = self._catalog.get(instance_id)
        installed = self._versions.resolve(instance.gowa_version)
        version = GowaVersion(installed.tag)
        return self._parser.preview(_with_config(instance, config), version, self._versions.command(installed), self._discovered(version))

    def pending_changes(self, instance_id: int) -> tuple[OptionChange, ...]:
        """Say what a restart would change for the running process; nothing when none runs or its start is not known."""
        instance = self._catalog.get(instance_id)
        ref = self._processes.get(instance_id).ref
        version = self._version(instance)
        launched = self._launches.read(instance_id, ref) if ref is not None else None
        if launched is None or version is None or instance.port is None:
            return ()
        config, port = self.config(instance_id), instance.port
        return changed_since(launched, config, port, version, lambda option: self._parser.default(option, port), self._discovered(version))

    def launch_options(self, instance: Instance, tag: str) -> tuple[Option, ...]:
        """Give what a start must know beyond the table: nothing, unless an option is stored that only a program told about."""
        if not self._parser.has_unknown_options(instance.config):
            return ()
        return self._versions.discovered_options(tag, wait=True)

    def note_launch(self, instance: Instance, version: GowaVersion, ref: ProcessRef) -> None:
        """Remember what a process was just started with."""
        config = self._parser.normalize(instance.config)
        launched = remember(config, instance.port or 0, version, secrets.token_hex(16), self.launch_options(instance, version.tag))
        launched["exposures"] = exposure.to_json(self._stored_exposures(instance, version))
        self._launches.write(instance.id, ref, launched)

    def exposures(self, instance: Instance, version: GowaVersion | None) -> tuple[Exposure, ...]:
        """Say what lets strangers in now, and what would after a restart; `version` is what the instance is set to."""
        ref = self._processes.get(instance.id).ref
        launched = self._launches.read(instance.id, ref) if ref is not None else None
        # Asked for every row at every sample; the stored config is replaced as a whole when it changes.
        known = self._exposures.get(instance.id)
        if known is None or known.config is not instance.config or known.launched is not launched or known.rest != (version, instance.port):
            stored = self._stored_exposures(instance, version)
            running = exposure.from_json(launched.get("exposures")) if launched is not None else None
            found = stored if running is None else exposure.compared(stored, running)
            known = self._exposures[instance.id] = _Exposures(instance.config, launched, (version, instance.port), found)
        return known.found

    def flush(self) -> None:
        """Write what is not written yet, because the program ends."""
        self._launches.flush()

    def forget(self, instance_id: int) -> None:
        """Drop a removed instance."""
        self._launches.forget(instance_id)
        self._exposures.pop(instance_id, None)

    def stray_env(self, instance_id: int) -> StrayEnvironment | None:
        """Give what a `.env` in the instance folder would set; None when there is none."""
        files = stray_files(self._directories.folder(self._catalog.get(instance_id).id))
        return read_environment(str(files[0]), read_stray(files[0]), inherited_environment(os.environ)) if files else None

    def refuse_stray_env(self, instance: Instance) -> None:
        """Check that GOWA will not obey a file nobody chose.

        Raises:
            StrayEnvironmentError: a `.env` in the folder sets something, or cannot be read.
        """
        found = self.stray_env(instance.id)
        if found is None or not (found.names or found.problem):
            return
        names = ", ".join(found.names[:4]) + (" and others" if len(found.names) > 4 else "")
        what = f"It sets {names}, which GOWA would obey unasked." if found.names else str(found.problem)
        raise StrayEnvironmentError(
            f"A file {Path(found.path).name} lies in the folder of {instance.name}. {what}",
            "Import it into the settings or set it aside, then start again.",
        )

    def prepare_folder(self, instance: Instance, version: GowaVersion) -> None:
        """Make the folder ready for a start: nothing in it that GOWA would obey unasked, and the dashboard that all share.

        Raises:
            StrayEnvironmentError: a `.env` in the folder sets something, or cannot be read.
        """
        self.refuse_stray_env(instance)
        self._dashboard.prepare(instance, version)

    def import_stray_env(self, instance_id: int) -> Instance:
        """Take the settings of a `.env` into the config and move the file aside.

        Raises:
            NotFoundError: there is none.
            ConfigInvalidError: it cannot be read, or a value is wrong; then nothing is changed.
            FolderError: it cannot be moved; then nothing is changed.
        """
        found = self._found(instance_id)
        changed = with_environment(self.config(instance_id), found)
        instance = self._catalog.get(instance_id)
        version = self._version(instance)
        self._parser.validate(changed, version, self._discovered(version))
        files = stray_files(self._directories.folder(instance_id))
        moved = set_aside(files[0], "imported", _now())
        try:
            saved = self.save(instance_id, changed)
        except GowaError:
            with contextlib.suppress(OSError):
                moved.rename(files[0])
            raise
        for path in files[1:]:  # GOWA read the first of them only
            set_aside(path, "set-aside", _now())
        return saved

    def set_aside_stray_env(self, instance_id: int) -> None:
        """Move every `.env` of the folder aside without importing it.

        Raises:
            NotFoundError: there is none.
            FolderError: one cannot be moved.
        """
        self._found(instance_id)
        for path in stray_files(self._directories.folder(instance_id)):
            set_aside(path, "set-aside", _now())

    def _found(self, instance_id: int) -> StrayEnvironment:
        found = self.stray_env(instance_id)
        if found is None:
            raise NotFoundError("There is no .env in the instance folder any more.", "Start the instance again.")
        return found

    def _stored_exposures(self, instance: Instance, version: GowaVersion | None) -> tuple[Exposure, ...]:
        if instance.config_error is not None:
            return ()  # it cannot be started
        config = self._parser.normalize(instance.config)
        return exposure.exposures(config, version, self._parser.host(instance, version), instance.port)

    def _version(self, instance: Instance) -> GowaVersion | None:
        try:
            return GowaVersion(self._versions.resolve(instance.gowa_version).tag)
        except GowaError:
            return None

    def _discovered(self, version: GowaVersion | None) -> tuple[Option, ...]:
        try:
            return () if version is None else self._versions.discovered_options(version.tag)
        except GowaError:
            return ()  # the version was removed meanwhile


def _now() -> datetime:
    return datetime.now().astimezone()


def _with_config(instance: Instance, config: JsonObject) -> Instance:
    return dataclasses.replace(instance, config=deepcopy(config), config_error=None)
