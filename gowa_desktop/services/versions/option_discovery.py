"""OptionDiscovery: the options of each installed version that the table does not know, found out once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.infra.option_discovery import discover, remembered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gowa_desktop.domain.installed_version import InstalledVersion
    from gowa_desktop.domain.options import Option
    from gowa_desktop.services.tasks import TaskRunner


class OptionDiscovery(QObject):
    """Asks programs for their help on a worker. Main thread."""

    discovered = Signal(str)
    """Tag of a version whose options are known now."""

    def __init__(
        self,
        command: Callable[[InstalledVersion], tuple[Path, tuple[str, ...]]],
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._command = command
        self._tasks = tasks
        self._known: dict[str, tuple[Option, ...]] = {}
        self._asking: set[str] = set()

    def options(self, version: InstalledVersion, *, wait: bool = False) -> tuple[Option, ...]:
        """Give what is known; when nothing is, the program is asked on a worker and `discovered` follows.

        `wait` asks at once, for a start that must not lose a setting; that takes some 50 ms, once in the life of a version.
        """
        known = self._look_up(version)
        if known is None and wait:
            known = discover(self._command(version), GowaVersion(version.tag), _cache(version))
            self._known[version.tag] = known
        elif known is None:
            self._ask(version)
        return known or ()

    def forget(self) -> None:
        """Look again: a version was installed, replaced or removed."""
        self._known.clear()

    def _look_up(self, version: InstalledVersion) -> tuple[Option, ...] | None:
        known = self._known.get(version.tag)
        cache = _cache(version)
        if known is None and cache is not None:
            known = remembered(version.path, GowaVersion(version.tag), cache)
            if known is not None:
                self._known[version.tag] = known
        return known

    def _ask(self, version: InstalledVersion) -> None:
        if version.tag in self._asking:
            return
        self._asking.add(version.tag)
        command, tag, cache = self._command(version), version.tag, _cache(version)

        def on_result(options: tuple[Option, ...]) -> None:
            self._asking.discard(tag)
            self._known[tag] = options
            self.discovered.emit(tag)

        self._tasks.run(lambda: discover(command, GowaVersion(tag), cache), on_result, lambda _: self._asking.discard(tag))


def _cache(version: InstalledVersion) -> Path | None:
    """Give the folder of a real version; the simulator's is part of this program and may be read-only."""
    return None if version.is_simulator else version.path.parent
