"""Operation: one outcome, progress until then, and calling it off."""

from __future__ import annotations

import gc
import weakref
from functools import partial

from PySide6.QtCore import QObject

from gowa_desktop.domain.errors import CancelledError
from gowa_desktop.domain.progress import Progress
from gowa_desktop.services.instances.operation import Operation

HALF = Progress("Downloading", 5, 10, "bytes")


def test_progress_is_told_until_the_end_and_no_longer() -> None:
    operation = Operation("work")
    told: list[Progress | None] = []
    operation.progressed.connect(lambda: told.append(operation.progress))
    assert operation.progress is None

    operation.advance(HALF)
    operation.succeed()
    operation.advance(Progress("Downloading", 9, 10, "bytes"))

    assert told == [HALF]
    assert operation.progress == HALF


def test_cancel_asks_once_and_the_outcome_still_decides() -> None:
    asked: list[bool] = []
    operation = Operation("work", on_cancel=lambda: asked.append(True))
    told: list[bool] = []
    operation.progressed.connect(lambda: told.append(operation.can_cancel))
    before = operation.can_cancel

    operation.cancel()
    operation.cancel()

    assert before
    assert (asked, told) == ([True], [False])
    assert not operation.is_finished
    operation.fail(CancelledError("It was cancelled."))
    assert isinstance(operation.error, CancelledError)


def test_operation_that_cannot_be_called_off_ignores_it() -> None:
    operation = Operation("work")
    operation.cancel()

    assert not operation.can_cancel
    assert not operation.is_finished


def test_finished_operation_cannot_be_called_off() -> None:
    asked: list[bool] = []
    operation = Operation("work", on_cancel=lambda: asked.append(True))
    operation.succeed()

    operation.cancel()

    assert asked == []


class _Front(QObject):
    """Something that waits for operations, as a window does."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def tell(self, operation: Operation, word: str) -> None:
        self.told.append(f"{word} {operation.title}")


def test_operation_that_has_finished_goes_although_what_waited_for_it_holds_it() -> None:
    service, front = QObject(), _Front()
    operation = Operation("work", service)
    operation.finished.connect(partial(front.tell, operation, "finished"))
    operation.progressed.connect(partial(front.tell, operation, "further"))
    known = weakref.ref(operation)

    operation.advance(HALF)
    operation.fail(CancelledError("It was cancelled."))
    del operation
    gc.collect()

    assert front.told == ["further work", "finished work"]
    assert known() is None
