"""Liveness: a running GOWA is asked now and then whether it still answers; four times no means a graceful restart."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.services.supervision.readiness import local_request, status_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply

    from gowa_desktop.domain.instance import LaunchSpec

ASK_INTERVAL_MS = 15_000
ANSWER_LIMIT_MS = 5_000
MISS_LIMIT = 4
_GOLDEN = (5**0.5 - 1) / 2
_LATE_FACTOR = 2.0
"""A timer this much too late means that the computer slept or this program stood still: the misses before say nothing."""
_PATH = "/health"
"""Versions before v8.4.0 do not have it, but say so at once, without a look into a database (GOWA facts 2.4 and 3.1). A connection alone
tells nothing: the system takes it for a process that is frozen, too."""


class LivenessProbe(QObject):
    """Asks one running process by HTTP; any answer will do. Main thread."""

    answered = Signal()
    """It answered after it had not."""
    missed = Signal(int)
    """It did not answer; how often in a row."""

    def __init__(
        self, spec: LaunchSpec, network: QNetworkAccessManager, parent: QObject, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(parent)
        self._spec = spec
        self._network = network
        self._clock = clock
        self._asked_s = clock()
        self._misses = 0
        self._reply: QNetworkReply | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.ask)
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.timeout.connect(self._on_limit_timeout)
        self._timer.start(round(ASK_INTERVAL_MS * first_share(spec.port)))

    @property
    def misses(self) -> int:
        """How often in a row it did not answer."""
        return self._misses

    def close(self) -> None:
        """Stop asking; nothing is emitted afterwards."""
        self._timer.stop()
        self._drop_question()

    @Slot()
    def ask(self) -> None:
        """Ask once; the outcome comes as a signal when it is news."""
        if self._timer.interval() != ASK_INTERVAL_MS:
            self._timer.setInterval(ASK_INTERVAL_MS)
        now = self._clock()
        if now - self._asked_s > _LATE_FACTOR * ASK_INTERVAL_MS / 1000:
            self._misses = 0
        self._asked_s = now
        self._drop_question()
        self._limit.start(ANSWER_LIMIT_MS)
        self._reply = self._network.get(local_request(self._spec, _PATH))
        self._reply.finished.connect(self._on_reply_finished)

    @Slot()
    def _on_reply_finished(self) -> None:
        reply = self._reply
        self._note(is_alive=reply is not None and status_of(reply) is not None)

    @Slot()
    def _on_limit_timeout(self) -> None:
        self._note(is_alive=False)

    def _note(self, *, is_alive: bool) -> None:
        self._drop_question()
        if is_alive:
            if self._misses:
                self._misses = 0
                self.answered.emit()
            return
        self._misses += 1
        self.missed.emit(self._misses)

    def _drop_question(self) -> None:
        self._limit.stop()
        if self._reply is not None:
            reply, self._reply = self._reply, None
            reply.finished.disconnect(self._on_reply_finished)
            reply.abort()
            reply.deleteLater()


def first_share(port: int) -> float:
    """Say after which share of the interval an instance is asked first, 0.1 to 1.

    A hundred that became ready together are asked spread over the interval, not all in one turn: multiples of the golden ratio lie
    far apart, and so do the ports of neighbours.
    """
    return 0.1 + 0.9 * (port * _GOLDEN % 1)
