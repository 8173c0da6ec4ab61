"""OwnLogKeeper: the program's own log follows the settings, and knows what must never be in it, for as long as the services live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from gowa_desktop.domain.app_settings import GITHUB_TOKEN, LOG_LEVEL
from gowa_desktop.infra.own_log import set_own_level
from gowa_desktop.services.logs.log_store import OWN_LOG

if TYPE_CHECKING:
    from gowa_desktop.infra.own_log import OwnLog
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.logs.log_store import LogStore
    from gowa_desktop.services.settings import AppSettings

_PAUSE_MS = 100
"""A hundred instances that change at once are asked for their secrets once."""


class OwnLogKeeper(QObject):
    """Keeps level and secrets of the own log up to date. Main thread; `own_log` is None where no file could be made."""

    def __init__(
        self, own_log: OwnLog | None, settings: AppSettings, instances: InstanceService, logs: LogStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._own_log = own_log
        self._settings = settings
        self._logs = logs
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._know_secrets)
        settings.changed.connect(self._on_settings_changed)
        for signal in (instances.instance_added, instances.state_changed):
            signal.connect(self._on_instances_changed)
        set_own_level(settings.get(LOG_LEVEL))
        self._know_secrets()

    @Slot()
    def _know_secrets(self) -> None:
        if self._own_log is not None:
            self._own_log.know_secrets(self._logs.secrets(OWN_LOG) | {self._settings.get(GITHUB_TOKEN) or ""})

    @Slot(str)
    def _on_settings_changed(self, key: str) -> None:
        if key == LOG_LEVEL.key:
            set_own_level(self._settings.get(LOG_LEVEL))
        elif key == GITHUB_TOKEN.key:
            self._know_secrets()

    @Slot()
    def _on_instances_changed(self) -> None:
        self._timer.start()
