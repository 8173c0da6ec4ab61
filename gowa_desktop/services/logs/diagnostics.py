"""Diagnostics: everything that somebody who helps needs to know, without secrets and phone numbers, as files that can be read first."""

from __future__ import annotations

import io
import json
import os
import platform
import sys
import zipfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import qVersion

import gowa_desktop
from gowa_desktop.domain.errors import FolderError
from gowa_desktop.domain.log_lines import hide_likely_secrets, hide_people, hide_secrets, readable_lines
from gowa_desktop.infra.log_reader import tail_bytes
from gowa_desktop.services.commands.instance_commands import status_to_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.logs.log_store import LogStore
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.services.versions.version_manager import VersionManager

_REPORTS = "exit-reports.json"
LOG_BYTES = 256 * 1024
"""How much of the end of each log is taken."""


@dataclass(frozen=True, slots=True)
class DiagnosticFile:
    """One file of the bundle; its text holds nothing that must not leave this computer."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class DiagnosticBundle:
    """What would be saved; a front end shows it first."""

    make_files: Callable[[], list[DiagnosticFile]]

    def files(self) -> list[DiagnosticFile]:
        """Put the files together. Blocks on the disk; for workers."""
        return self.make_files()

    def write(self, target: Path) -> int:
        """Save the files as a private zip; the answer is how many there are. Blocks; for workers.

        Raises:
            FolderError: it cannot be written.
        """
        files = self.files()
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.writestr(file.name, file.text)
        try:
            descriptor = os.open(target, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(buffer.getvalue())
        except OSError as error:
            raise FolderError(f"The file {target} cannot be written: {error.strerror or error}.", "Choose another place.") from error
        return len(files)


class Diagnostics:
    """Collects. Main thread; what blocks is left to the bundle."""

    def __init__(
        self, instances: InstanceService, versions: VersionManager, settings: AppSettings, logs: LogStore
    ) -> None:
        self._instances = instances
        self._versions = versions
        self._settings = settings
        self._logs = logs

    def collect(self) -> DiagnosticBundle:
        """Take note of what is true now."""
        texts = {
            "versions.json": _dump(self._version_facts()),
            "settings.json": _dump(self._settings_facts()),
            "instances.json": _dump(self._instance_facts()),
            _REPORTS: _dump(self._reports()),
        }
        sources = self._logs.sources()
        known = frozenset().union(*(source.secrets for source in sources), {self._settings.github_token or ""})

        def make() -> list[DiagnosticFile]:
            # Figures of our own are left as they are: a number of bytes looks like a number of a telephone.
            files = {"system.json": _dump(_system_facts()).replace(str(Path.home()), "~"), **texts}
            for source in sources:
                lines = readable_lines(tail_bytes(source.path, 0, LOG_BYTES), source.secrets)
                files[f"logs/{source.key}.log"] = "\n".join(lines)
            home = str(Path.home())
            told = {name: hide_secrets(text, known) for name, text in files.items()}
            for name, text in told.items():
                if name.endswith(".log") or name == _REPORTS:
                    told[name] = hide_people(hide_likely_secrets(text), home)
            return [DiagnosticFile(name, text.replace(home, "~")) for name, text in told.items()]

        return DiagnosticBundle(make)

    def write(self, target: Path, files: list[DiagnosticFile]) -> int:
        """Save files that were shown; see `DiagnosticBundle.write`."""
        return DiagnosticBundle(lambda: files).write(target)

    def _version_facts(self) -> Json:
        installed: list[Json] = [{"tag": v.tag, "source": v.source, "size_bytes": v.size_bytes} for v in self._versions.installed()]
        return {
            "gowa_desktop": gowa_desktop.__version__, "python": sys.version, "qt": qVersion(), "psutil": psutil.__version__,
            "is_frozen": bool(getattr(sys, "frozen", False)), "gowa": installed, "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }  # fmt: skip

    def _settings_facts(self) -> Json:
        settings = self._settings
        limits = settings.log_limits()
        return {
            "port_range": list(settings.port_range), "parallel_starts": settings.parallel_starts, "retries_slowly": settings.retries_slowly,
            "checks_daily": settings.checks_daily, "log_level": settings.log_level, "log_file_bytes": limits.file_bytes,
            "log_files": limits.files, "token_given": settings.github_token is not None, "proxy_given": settings.proxy is not None,
        }  # fmt: skip

    def _instance_facts(self) -> Json:
        configs = {instance.id: instance.config for instance in self._instances.instances()}
        facts: list[Json] = []
        for status in self._instances.statuses():
            counts = asdict(self._logs.counts(status.id))
            # Which options are set helps; what to is often nobody else's business.
            flags = configs.get(status.id, {}).get("flags")
            names: list[Json] = [*sorted(flags)] if isinstance(flags, dict) else []
            facts.append({**status_to_json(status), "options_set": names, "counts": counts})
        return facts

    def _reports(self) -> Json:
        return {str(i.id): [_plain(asdict(report)) for report in self._instances.exit_reports(i.id)] for i in self._instances.instances()}


def _system_facts() -> Json:
    memory, disk = psutil.virtual_memory(), psutil.disk_usage(str(Path.home()))
    return {
        "system": platform.platform(), "machine": platform.machine(), "processors": os.cpu_count(), "memory_bytes": memory.total,
        "memory_free_bytes": memory.available, "disk_free_bytes": disk.free, "desktop": os.environ.get("XDG_CURRENT_DESKTOP", ""),
        "session": os.environ.get("XDG_SESSION_TYPE", ""), "language": os.environ.get("LANG", ""),
    }  # fmt: skip


def _plain(fields: dict[str, object]) -> Json:
    return {name: value if isinstance(value, str | int | float | bool | None) else str(value) for name, value in fields.items()}


def _dump(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
