"""MediaRetention: received media that are older than a person wants to keep them go; off unless somebody sets it."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.cleaning import LONGEST_DAYS, CleaningResult, check_days
from gowa_desktop.domain.errors import ConflictError, GowaError
from gowa_desktop.domain.folder_parts import is_received_media, is_safe_to_clean
from gowa_desktop.domain.instance import LIVE_STATES
from gowa_desktop.infra import media_cleaner
from gowa_desktop.infra.folder_use import step_back
from gowa_desktop.services.instances.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.cleaning import CleanFile, CleaningPreview
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.store.repositories import SettingsRepository

    Choice = Callable[[CleanFile], bool]

_log = logging.getLogger(__name__)
T = TypeVar("T")
CLEAN_EVERY_MS = 3_600_000
_FIRST_MS = 300_000
_KEY = "media_days"
_DAY_S = 86_400.0
_IN_USE_S = 600.0
"""Younger files may be in use: a QR picture that is shown now, a dump that is being written."""


class MediaRetention(QObject):
    """Previews and cleans on threads of their own, behind everything else. Main thread. No database is ever touched."""

    changed = Signal(int)
    """For this instance the number of days is different."""
    cleaned = Signal(int, object)
    """A clean-up of this instance ended: a `CleaningResult`."""

    def __init__(
        self,
        settings: SettingsRepository,
        instances: InstanceService,
        tasks: TaskRunner,
        parent: QObject | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._instances = instances
        self._tasks = tasks
        self._now = now
        self._at_work: set[int] = set()
        self._results: dict[Operation, CleaningResult] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(CLEAN_EVERY_MS)
        self._timer.timeout.connect(self.clean_due)

    def begin(self) -> None:
        """Clean by itself from now on, where that is set."""
        self._timer.start()
        QTimer.singleShot(_FIRST_MS, self, self.clean_due)

    def close(self) -> None:
        """Begin no more clean-ups."""
        self._timer.stop()

    # How long

    def days(self, instance_id: int) -> int | None:
        """Give for how many days received media of an instance are kept; None for ever, which is the default.

        Raises:
            NotFoundError: there is no such instance.
        """
        return self._all_days().get(self._instances.status(instance_id).key)

    def set_days(self, instance_id: int, days: int | None) -> None:
        """Change for how many days received media are kept; None for ever. What is too old goes with the next clean-up, within an hour.

        Raises:
            SettingInvalidError: out of 1 to 3650.
            NotFoundError, DatabaseError: there is no such instance; it cannot be stored.
        """
        if days is not None:
            check_days(days)
        key = self._instances.status(instance_id).key
        kept: JsonObject = {other: count for other, count in self._all_days().items() if other != key}
        if days is not None:
            kept[key] = days
        self._settings.set(_KEY, kept or None)
        self.changed.emit(instance_id)

    # What would go

    def preview(
        self, instance_id: int, days: int, on_result: Callable[[CleaningPreview], None], on_error: Callable[[GowaError], None] | None = None
    ) -> None:
        """Find out what keeping media for so many days would take now.

        Raises:
            SettingInvalidError: out of 1 to 3650.
            NotFoundError: there is no such instance.
        """
        check_days(days)
        self._preview(instance_id, self._is_old(days), on_result, on_error)

    def preview_safe(
        self, instance_id: int, on_result: Callable[[CleaningPreview], None], on_error: Callable[[GowaError], None] | None = None
    ) -> None:
        """Find out what a clean-up of what nobody misses would take now.

        Raises:
            NotFoundError: there is no such instance.
        """
        self._preview(instance_id, self._is_safe(instance_id), on_result, on_error)

    # Cleaning

    def clean_old(self, instance_id: int, days: int) -> Operation:
        """Remove received media that are older than so many days.

        Raises:
            SettingInvalidError: out of 1 to 3650.
            NotFoundError: there is no such instance.
        """
        check_days(days)
        return self._clean(instance_id, self._is_old(days))

    def clean_safe(self, instance_id: int) -> Operation:
        """Remove what nobody misses: dumps of the history, second copies of images, old QR pictures, and while it is stopped leftovers.

        Raises:
            NotFoundError: there is no such instance.
        """
        return self._clean(instance_id, self._is_safe(instance_id))

    def result(self, operation: Operation) -> CleaningResult | None:
        """Give what a finished clean-up took, once; None when it failed."""
        return self._results.pop(operation, None)

    @Slot()
    def clean_due(self) -> None:
        """Clean every instance for which that is set."""
        days = self._all_days()
        for status in self._instances.statuses() if days else []:
            if status.key in days and not status.is_busy and not status.is_view_only:
                operation = self._clean(status.id, self._is_old(days[status.key]))
                operation.finished.connect(partial(self._results.pop, operation, None))

    def _all_days(self) -> dict[str, int]:
        try:
            stored = self._settings.get(_KEY)
        except GowaError:
            return {}  # nothing is known, so nothing goes
        if not isinstance(stored, dict):
            return {}
        return {
            key: days for key, days in stored.items() if isinstance(days, int) and not isinstance(days, bool) and 1 <= days <= LONGEST_DAYS
        }

    def _is_old(self, days: int) -> Choice:
        before = self._now() - days * _DAY_S
        return lambda file: file.changed_at < before and is_received_media(file.place)

    def _is_safe(self, instance_id: int) -> Choice:
        before = self._now() - _IN_USE_S
        is_stopped = self._instances.status(instance_id).status not in LIVE_STATES
        return lambda file: file.changed_at < before and is_safe_to_clean(file.place, is_stopped=is_stopped)

    def _preview(
        self, instance_id: int, choice: Choice, on_result: Callable[[CleaningPreview], None], on_error: Callable[[GowaError], None] | None
    ) -> None:
        folder = self._instances.folder(instance_id)
        self._tasks.run_apart(lambda: media_cleaner.preview(folder, choice), on_result, on_error)

    def _clean(self, instance_id: int, choice: Choice) -> Operation:
        status = self._instances.status(instance_id)
        operation = Operation(f"Clean up {status.name}", self)
        if problem := self._problem(status):
            operation.fail(problem)
            return operation
        folder = self._instances.folder(instance_id)
        self._at_work.add(instance_id)

        def work() -> CleaningResult:
            step_back()
            return media_cleaner.clean(folder, choice)

        def finish(result: CleaningResult) -> None:
            self._at_work.discard(instance_id)
            self._results[operation] = result
            if result.file_count or result.refused_count:
                _log.info("Cleaned up %s: %s", status.name, result)
            operation.succeed()
            self.cleaned.emit(instance_id, result)

        def fail(error: GowaError) -> None:
            self._at_work.discard(instance_id)
            operation.fail(error)

        self._tasks.run_apart(work, finish, fail)
        return operation

    def _problem(self, status: InstanceStatus) -> ConflictError | None:
        if status.is_view_only:
            return ConflictError("This data folder is only looked at.", "Try again when it can be changed.")
        if status.is_busy:
            return ConflictError(f"{status.name} is being worked on.", "Wait until that is done.")
        if status.id in self._at_work:
            return ConflictError(f"{status.name} is being cleaned up already.", "Wait until that is done.")
        return None
