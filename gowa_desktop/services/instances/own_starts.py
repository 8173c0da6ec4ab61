"""OwnStarts: what starts without a person's doing, when the program begins or after a failure."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.instance import DesiredState, InstanceState

if TYPE_CHECKING:
    from gowa_desktop.services.instances.failures import Failures
    from gowa_desktop.services.instances.instance_parts import InstanceParts
    from gowa_desktop.services.instances.launcher import Launcher
    from gowa_desktop.services.turn_queue import TurnQueue


class OwnStarts:
    """Starts what should run, and nothing that is no longer wanted or runs already. Main thread.

    What should run when the program begins starts a few at a time: the next one when one of those before is up or has failed.
    """

    def __init__(self, parts: InstanceParts, launcher: Launcher, failures: Failures, queue: TurnQueue) -> None:
        self._catalog = parts.catalog
        self._processes = parts.processes
        self._settings = parts.settings
        self._gate = parts.gate
        self._launcher = launcher
        self._failures = failures
        self._queue = queue
        self._waiting: deque[int] = deque()
        self._under_way: set[int] = set()
        self._restarts: dict[int, int] = {}

    def add(self, instance_id: int) -> None:
        """Have one more started; `go_on` must follow."""
        if instance_id not in self._waiting:
            self._waiting.append(instance_id)

    def go_on(self) -> None:
        """Begin as many as may be under way."""
        while self._waiting and len(self._under_way) < self._settings.parallel_starts:
            instance_id = self._waiting.popleft()
            self._under_way.add(instance_id)
            self._begin(instance_id)

    def drop(self, instance_id: int) -> None:
        """Leave one out that waits."""
        if instance_id in self._waiting:
            self._waiting.remove(instance_id)

    def drop_all(self) -> list[int]:
        """Leave out all that wait; the answer is which."""
        left_out = list(self._waiting)
        self._waiting.clear()
        return left_out

    def is_waiting(self, instance_id: int) -> bool:
        """Tell whether one waits until others are up."""
        return instance_id in self._waiting

    def restart(self, instance_id: int) -> None:
        """Carry out an announced restart."""
        self._restarts[instance_id] = self.restart_count(instance_id) + 1
        self._queue.add(instance_id, lambda: self._start(instance_id))

    def restart_count(self, instance_id: int) -> int:
        """Count the restarts without a person's doing, in this run of the program."""
        return self._restarts.get(instance_id, 0)

    def note_state(self, instance_id: int) -> None:
        """Hear of a changed state: when one is no longer starting, the next one may."""
        if not self._queue.is_waiting(instance_id):
            self._note_begun(instance_id)

    def forget(self, instance_id: int) -> None:
        """Drop a removed instance."""
        self._restarts.pop(instance_id, None)

    def _begin(self, instance_id: int) -> None:
        def work() -> None:
            self._start(instance_id)
            self._note_begun(instance_id)

        self._queue.add(instance_id, work, lambda: self._make_room(instance_id))

    def _note_begun(self, instance_id: int) -> None:
        if instance_id in self._under_way and self._processes.get(instance_id).state is not InstanceState.STARTING:
            self._make_room(instance_id)

    def _make_room(self, instance_id: int) -> None:
        self._under_way.discard(instance_id)
        self.go_on()

    def _start(self, instance_id: int) -> None:
        if self._is_due(instance_id):
            self._gate.open(instance_id, lambda refusal: self._launch(instance_id, refusal), is_asked=False)

    def _launch(self, instance_id: int, refusal: GowaError | None) -> None:
        if refusal is not None:
            self._failures.fail(instance_id, refusal)
        elif self._is_due(instance_id):
            try:
                self._launcher.launch(self._catalog.get(instance_id))
            except GowaError as error:
                self._failures.fail(instance_id, error)

    def _is_due(self, instance_id: int) -> bool:
        is_wanted = self._catalog.has(instance_id) and self._catalog.get(instance_id).desired is DesiredState.RUNNING
        return is_wanted and not self._processes.get(instance_id).is_live
