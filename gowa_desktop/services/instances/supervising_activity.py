"""SupervisingActivity: the system knows that the program is at work as long as an instance lives."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Slot

from gowa_desktop.domain.instance import LIVE_STATES
from gowa_desktop.infra.mac_activity import MacActivity, system_runtime

if TYPE_CHECKING:
    from gowa_desktop.services.instances.instance_service import InstanceService

SETTLE_MS = 500
"""Many changes at once are one."""


class Activity(Protocol):
    """Something that is on or off for the system."""

    def switch(self, *, is_on: bool) -> None:
        """Begin or end it; what it is already is fine."""


def tell_system(instances: InstanceService, parent: QObject) -> None:
    """Have the system know where that matters: on macOS, which slows idle programs down. It ends with `parent` or the program."""
    runtime = system_runtime()
    if runtime is not None:
        SupervisingActivity(instances, MacActivity("Watches servers", runtime), parent)


class SupervisingActivity(QObject):
    """Follows the instances. Main thread; lives as long as they."""

    def __init__(self, instances: InstanceService, activity: Activity, parent: QObject) -> None:
        super().__init__(parent)
        self._instances = instances
        self._activity = activity
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self.look)
        for signal in (instances.state_changed, instances.instance_added, instances.instance_removed):
            signal.connect(self._on_changed)
        # No method of ours: this object is half gone by then.
        self.destroyed.connect(partial(activity.switch, is_on=False))

    def look(self) -> None:
        """Switch to what is true now."""
        self._activity.switch(is_on=any(status.status in LIVE_STATES for status in self._instances.statuses()))

    @Slot(int)
    def _on_changed(self, _instance_id: int) -> None:
        # Connected directly, the timer would take the id for its interval.
        self._settling.start()
