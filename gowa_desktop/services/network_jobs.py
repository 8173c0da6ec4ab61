"""NetworkJobs: work that waits for other computers, each as an operation with progress that can be called off."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from gowa_desktop.infra.cancel_flag import CancelFlag
from gowa_desktop.services.instances.operation import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.progress import Progress
    from gowa_desktop.services.tasks import TaskRunner

T = TypeVar("T")


class NetworkJobs(QObject):
    """Owns the jobs under way. Main thread; each job has a thread of its own, so that a silent server holds up nothing else."""

    def __init__(self, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._flags: set[CancelFlag] = set()

    def begin(
        self,
        title: str,
        work: Callable[[CancelFlag, Callable[[Progress], None]], T],
        on_result: Callable[[T], None],
        on_end: Callable[[], None],
    ) -> Operation:
        """Begin a job.

        Args:
            title: what it is, for people.
            work: runs on a thread of its own; it is given the flag to look at and where to tell its progress.
            on_result: takes the result on the main thread, before the operation succeeds.
            on_end: is called on the main thread before the operation ends, however it ends.
        """
        flag = CancelFlag()
        operation = Operation(title, self, on_cancel=flag.set)
        self._flags.add(flag)

        def end() -> None:
            self._flags.discard(flag)
            on_end()

        def succeed(result: T) -> None:
            end()
            on_result(result)
            operation.succeed()

        def fail(error: GowaError) -> None:
            end()
            operation.fail(error)

        def report(progress: Progress) -> None:
            self._tasks.post(lambda: operation.advance(progress))

        self._tasks.run_apart(lambda: work(flag, report), succeed, fail)
        return operation

    def close(self) -> None:
        """Call everything off, because the program ends."""
        for flag in self._flags:
            flag.set()
