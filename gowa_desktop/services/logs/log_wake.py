"""LogWake: tells when logs that were left alone begin to grow, where the system tells it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

from gowa_desktop.infra.growth_watch import GrowthWatch

if TYPE_CHECKING:
    from collections.abc import Iterable


class LogWake(QObject):
    """Watches files by path, each until it has told once. Main thread; watches nothing where the system cannot, see `watched`."""

    grew = Signal(object)
    """The paths that were written, a set of str."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watch: GrowthWatch | None = None
        self._notifier: QSocketNotifier | None = None

    def begin(self) -> None:
        """Ask the system for a watch, unless there is one."""
        if self._watch is not None or not sys.platform.startswith("linux"):
            return
        try:
            self._watch = GrowthWatch()
        except OSError:
            return
        self._notifier = QSocketNotifier(self._watch.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_notifier_activated)

    def close(self) -> None:
        """Give the watch back."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
        if self._watch is not None:
            self._watch.close()
        self._watch = self._notifier = None

    @property
    def watched(self) -> frozenset[str]:
        """The files that will tell."""
        return self._watch.watched if self._watch is not None else frozenset()

    def keep_to(self, paths: Iterable[str]) -> None:
        """Watch no others than these."""
        if self._watch is not None and (gone := self.watched - set(paths)):
            self._watch.forget(gone)

    def add(self, paths: Iterable[str]) -> None:
        """Have the next write to these files told."""
        if self._watch is not None and (new := set(paths) - self.watched):
            self._watch.watch(new)

    @Slot()
    def _on_notifier_activated(self) -> None:
        if self._watch is not None and (told := self._watch.told()):
            self.grew.emit(told)
