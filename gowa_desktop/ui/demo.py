"""The fleet of `--demo`: three simulated instances in different states, ended when the window closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import SIMULATOR

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.instances.operation import Operation


class DemoFleet(QObject):
    """Owns the simulated instances. Main thread."""

    ended = Signal()
    """No process of the demo is left."""

    def __init__(self, instances: InstanceService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._instances = instances
        self._ending: list[Operation] = []

    def begin(self) -> None:
        """Create one that runs, one that fails and one that is stopped."""
        shop = self._create("shop-1", "log-every=2000")
        lab = self._create("lab", "crash-at-start=1")
        self._create("archive", "")
        self._instances.start(shop)
        self._instances.start(lab)

    @Slot()
    def end(self) -> None:
        """End every process, then tell."""
        if self._ending:
            return
        self._ending = [self._instances.kill(status.id) for status in self._instances.statuses()]
        for operation in self._ending:
            operation.finished.connect(self._on_operation_finished)
        self._on_operation_finished()

    @Slot()
    def _on_operation_finished(self) -> None:
        if all(operation.is_finished for operation in self._ending):
            self.ended.emit()

    def _create(self, name: str, faults: str) -> int:
        config: JsonObject = {"env": {"GOWA_SIM_FAULTS": faults}} if faults else {}
        return self._instances.create(NewInstance(name=name, gowa_version=SIMULATOR, config=config)).id
