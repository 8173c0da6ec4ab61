"""Maintenance: takes an instance out of use for a while, stops it without forgetting that it should run, and brings it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import StopFailedError
from gowa_desktop.domain.instance import LIVE_STATES, InstanceState
from gowa_desktop.services.instances.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from gowa_desktop.domain.instance import LaunchSpec
    from gowa_desktop.services.instances.instance_catalog import InstanceCatalog
    from gowa_desktop.services.instances.lifecycle import Lifecycle
    from gowa_desktop.services.supervision.process_manager import ProcessManager


class Maintenance:
    """For services that work on the data of an instance; front ends have no use for it. Main thread.

    From `hold` on nobody else can start, change, reset or delete the instance; stopping it stays possible.
    """

    def __init__(
        self,
        catalog: InstanceCatalog,
        lifecycle: Lifecycle,
        processes: ProcessManager,
        tell_changed: Callable[[int], None],
        owner: QObject,
    ) -> None:
        self._catalog = catalog
        self._lifecycle = lifecycle
        self._processes = processes
        self._tell_changed = tell_changed
        self._owner = owner
        self._reasons: dict[int, str] = {}

    def hold(self, instance_id: int, reason: str) -> None:
        """Take an instance out of use; `reason` reads like “it is being updated”.

        Raises:
            NotFoundError: there is no such instance.
            ConflictError: something else holds it.
        """
        self._catalog.refuse_when_busy(self._catalog.get(instance_id))
        self._reasons[instance_id] = reason
        self._catalog.set_busy(instance_id, reason)
        self._tell_changed(instance_id)

    def release(self, instance_id: int) -> None:
        """Give it back."""
        if self._reasons.pop(instance_id, None) is not None and self._catalog.has(instance_id):
            self._catalog.set_busy(instance_id, None)
            self._tell_changed(instance_id)

    def state(self, instance_id: int) -> InstanceState:
        """Give what the instance is doing."""
        return self._processes.get(instance_id).state

    def error_message(self, instance_id: int) -> str | None:
        """Give why it failed."""
        return self._processes.get(instance_id).error_message

    def is_live(self, instance_id: int) -> bool:
        """Tell whether a process of it exists."""
        return self.state(instance_id) in LIVE_STATES

    def is_responsive(self, instance_id: int) -> bool:
        """Tell whether it is running and answered the last question."""
        process = self._processes.get(instance_id)
        return process.state is InstanceState.RUNNING and not process.is_unresponsive

    def spec(self, instance_id: int) -> LaunchSpec | None:
        """Give what its live process was started with."""
        return self._processes.get(instance_id).spec

    def stop(self, instance_id: int) -> Operation:
        """Stop a held instance gracefully; whether it should run stays stored as it is. A restart that was announced is called off.

        Fails with StopFailedError when it cannot be ended, or when a stranger works in its folder.
        """
        operation = Operation(f"Stop {self._catalog.get(instance_id).name}", self._owner)
        process = self._processes.get(instance_id)
        process.clear_failure()
        process.stop()

        def end() -> None:
            strangers = self._processes.processes_in_folder(instance_id)
            if strangers:
                names = ", ".join(f"{ref.name} (process {ref.pid})" for ref in strangers)
                operation.fail(StopFailedError(f"Other processes work in its folder: {names}.", "Close them and try again."))
            else:
                operation.succeed()

        self._lifecycle.when_not_live(instance_id, end)
        return operation

    def start(self, instance_id: int) -> Operation:
        """Start a held instance; the operation ends when it is ready or has failed. A failure is not retried."""
        self._catalog.set_busy(instance_id, None)
        try:
            return self._lifecycle.start_held(instance_id)
        finally:
            self._catalog.set_busy(instance_id, self._reasons.get(instance_id))
