"""The health of one run: first whether it becomes ready, from then on whether it still answers, and for how long it did."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.services.supervision import liveness
from gowa_desktop.services.supervision.liveness import LivenessProbe
from gowa_desktop.services.supervision.readiness import ReadinessProbe

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkAccessManager

    from gowa_desktop.domain.instance import LaunchSpec
    from gowa_desktop.infra.network import ListeningTable
    from gowa_desktop.infra.process_tree import ProcessRef


class HealthWatch(QObject):
    """Watches one run after the other of the same instance, with one probe at a time. Main thread."""

    ready = Signal()
    """It serves on its port; emitted once for each run."""
    timed_out = Signal()
    """It was not ready in time; emitted once, nothing follows."""
    changed = Signal()
    """It did not answer, or answers again; `is_unresponsive` tells."""
    hung = Signal(int)
    """It has not answered so often in a row that it should be restarted."""

    def __init__(self, network: QNetworkAccessManager, table: ListeningTable, parent: QObject) -> None:
        super().__init__(parent)
        self._network = network
        self._table = table
        self._spec: LaunchSpec | None = None
        self._readiness: ReadinessProbe | None = None
        self._liveness: LivenessProbe | None = None
        self._ready_s: float | None = None
        self._silent_s: float | None = None

    @property
    def is_unresponsive(self) -> bool:
        """True while it runs but did not answer the last question."""
        return self._liveness is not None and self._liveness.misses > 0

    @property
    def healthy_s(self) -> float:
        """Seconds from being ready until now, or until it fell silent: time in which it answered nothing was no healthy one."""
        if self._ready_s is None:
            return 0.0
        return (monotonic() if self._silent_s is None else self._silent_s) - self._ready_s

    def begin(self, spec: LaunchSpec, ref: ProcessRef) -> None:
        """Watch a new run; what is known of the one before is forgotten."""
        self.close()
        self._spec, self._ready_s, self._silent_s = spec, None, None
        self._readiness = ReadinessProbe(spec, ref, self._network, self._table, self)
        self._readiness.ready.connect(self._on_readiness_ready)
        self._readiness.timed_out.connect(self.timed_out)
        self._readiness.begin()

    def close(self) -> None:
        """Ask no more and emit nothing more; `healthy_s` still tells of the run."""
        for probe in (self._readiness, self._liveness):
            if probe is not None:
                probe.close()
                probe.deleteLater()
        self._readiness = self._liveness = None

    @Slot()
    def _on_readiness_ready(self) -> None:
        self.close()
        self._ready_s = monotonic()
        if self._spec is not None:
            self._liveness = LivenessProbe(self._spec, self._network, self)
            self._liveness.answered.connect(self._on_liveness_answered)
            self._liveness.missed.connect(self._on_liveness_missed)
        self.ready.emit()

    @Slot()
    def _on_liveness_answered(self) -> None:
        self._silent_s = None
        self.changed.emit()

    @Slot(int)
    def _on_liveness_missed(self, misses: int) -> None:
        if self._silent_s is None:
            self._silent_s = monotonic()
        if misses >= liveness.MISS_LIMIT:
            self.hung.emit(misses)
        else:
            self.changed.emit()
