"""Readiness: GOWA is ready when its own process tree holds the port and it answers (GOWA facts 2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkProxy, QNetworkReply, QNetworkRequest

from gowa_desktop.domain.options import ANY_ADDRESS
from gowa_desktop.infra import process_tree

if TYPE_CHECKING:
    from gowa_desktop.domain.instance import LaunchSpec
    from gowa_desktop.infra.network import ListeningTable
    from gowa_desktop.infra.process_tree import ProcessRef

READY_LIMIT_MS = 60_000
_FIRST_LOOK_MS = 5
_QUICK_LOOK_MS = 2
_QUICK_LOOKS = 30
"""A look that finds nobody on the port takes 0.03 ms, and GOWA is usually ready within 20 to 120 ms (GOWA facts 2.4)."""
_SLOWEST_LOOK_MS = 250
_ANSWER_LIMIT_MS = 5_000


class ReadinessProbe(QObject):
    """Looks at one starting process until it is ready or its time is over. Main thread; close it when the process ends."""

    ready = Signal()
    """The process serves on its port; emitted once."""
    timed_out = Signal()
    """It was not ready in time; emitted once."""

    def __init__(self, spec: LaunchSpec, ref: ProcessRef, network: QNetworkAccessManager, table: ListeningTable, parent: QObject) -> None:
        super().__init__(parent)
        self._spec = spec
        self._table = table
        self._ref = ref
        self._network = network
        self._reply: QNetworkReply | None = None
        self._looks = 0
        self._interval_ms = _QUICK_LOOK_MS
        self._look_timer = QTimer(self)
        self._look_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._look_timer.setSingleShot(True)
        self._look_timer.timeout.connect(self._on_look_timer_timeout)
        self._limit_timer = QTimer(self)
        self._limit_timer.setSingleShot(True)
        self._limit_timer.timeout.connect(self._on_limit_timer_timeout)

    def begin(self, limit_ms: int = READY_LIMIT_MS) -> None:
        """Start looking."""
        self._limit_timer.start(limit_ms)
        self._look_timer.start(_FIRST_LOOK_MS)

    def close(self) -> None:
        """Stop looking; nothing is emitted afterwards."""
        self._look_timer.stop()
        self._limit_timer.stop()
        if self._reply is not None:
            reply, self._reply = self._reply, None
            reply.finished.disconnect(self._on_reply_finished)
            reply.abort()
            reply.deleteLater()

    @Slot()
    def _on_look_timer_timeout(self) -> None:
        if not self._owns_port():
            self._look_again()
            return
        self._reply = self._network.get(local_request(self._spec, self._spec.ready_path))
        self._reply.finished.connect(self._on_reply_finished)

    def _owns_port(self) -> bool:
        # The process itself is nearly always the one; its children are asked only when it is not.
        if self._table.is_held(self._spec.port) is False:
            return False
        if self._table.is_held_by({self._ref.pid}, self._spec.port):
            return True
        return self._table.is_held_by({ref.pid for ref in process_tree.descendants(self._ref)}, self._spec.port)

    @Slot()
    def _on_reply_finished(self) -> None:
        reply, self._reply = self._reply, None
        if reply is None:
            return
        status = status_of(reply)
        reply.deleteLater()
        if status == 200 or (status is not None and not self._spec.ready_needs_ok):
            self.close()
            self.ready.emit()
        else:
            self._look_again()

    def _look_again(self) -> None:
        self._looks += 1
        if self._looks > _QUICK_LOOKS:
            self._interval_ms = min(_SLOWEST_LOOK_MS, max(self._interval_ms + 2, self._interval_ms * 5 // 4))
        self._look_timer.start(self._interval_ms)

    @Slot()
    def _on_limit_timer_timeout(self) -> None:
        self.close()
        self.timed_out.emit()


def local_network(parent: QObject) -> QNetworkAccessManager:
    """Make an access manager that never uses a proxy: it speaks to this computer only."""
    network = QNetworkAccessManager(parent)
    network.setProxy(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy))
    return network


def local_request(spec: LaunchSpec, path: str) -> QNetworkRequest:
    """Make a question to the GOWA that was started so, at the address on which it listens."""
    url = QUrl()
    url.setScheme("http")
    url.setHost("127.0.0.1" if spec.host in {"", ANY_ADDRESS, "::"} else spec.host)
    url.setPort(spec.port)
    url.setPath(path)
    request = QNetworkRequest(url)
    request.setTransferTimeout(_ANSWER_LIMIT_MS)
    request.setRawHeader(b"Connection", b"close")
    return request


def status_of(reply: QNetworkReply) -> int | None:
    """Give the HTTP status of an answer, or None when there was none."""
    status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
    return int(status) if status is not None else None
