"""DailyCheck: asks once a day whether there is a newer GOWA, and is quiet when it cannot."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.services.versions.release_catalog import ReleaseCatalog

_LOG = logging.getLogger(__name__)
_EVERY = timedelta(hours=24)
_FIRST_LOOK_MS = 5 * 60_000
"""Not at once: the start of a program has better things to do, and a computer that wakes up has no network yet."""
_LOOK_EVERY_MS = 30 * 60_000
"""How often it looks whether a day has passed; also how soon it tries again after a failure."""


class DailyCheck(QObject):
    """Owns the timer. Main thread; begins when the services do."""

    def __init__(
        self,
        catalog: ReleaseCatalog,
        settings: AppSettings,
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        first_look_ms: int = _FIRST_LOOK_MS,
        look_every_ms: int = _LOOK_EVERY_MS,
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._settings = settings
        self._clock = clock
        self._look_every_ms = look_every_ms
        self._timer = QTimer(self, interval=first_look_ms)
        self._timer.timeout.connect(self._on_timer_timeout)

    def begin(self) -> None:
        """Look soon, and then again and again whether a day has passed."""
        self._timer.start()

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()

    @Slot()
    def _on_timer_timeout(self) -> None:
        self._timer.setInterval(self._look_every_ms)
        if self._settings.checks_daily and self._is_due():
            operation = self._catalog.refresh()
            tell = partial(self._on_operation_finished, operation)
            tell() if operation.is_finished else operation.finished.connect(tell)

    def _is_due(self) -> bool:
        checked_at = self._catalog.checked_at
        # A time to come means that the clock was set back since.
        return checked_at is None or not timedelta() <= self._clock() - checked_at < _EVERY

    def _on_operation_finished(self, operation: Operation) -> None:
        if operation.error is not None:
            _LOG.info("The daily look for versions did not succeed: %s", operation.error.message)
