"""Flows: work of many steps that wait for each other, written as one function. Main thread.

A flow is a generator that yields what it waits for and is sent the outcome. A flow whose program ends is simply never resumed;
so no flow may rely on `finally` for anything but memory.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from PySide6.QtCore import QTimer

from gowa_desktop.domain.errors import GowaError

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.tasks import TaskRunner

T = TypeVar("T")
Wait: TypeAlias = Callable[[Callable[[object], None], Callable[[GowaError], None]], None]
"""Begins to wait and calls exactly one of the two: with the outcome, or with the fault."""
Flow: TypeAlias = Generator[Wait, object, T]

_log = logging.getLogger(__name__)


def run_flow(flow: Flow[T], on_result: Callable[[T], None], on_error: Callable[[GowaError], None]) -> None:
    """Run a flow to its end; exactly one callback follows, unless the program ends first."""

    def advance(step: Callable[[], Wait]) -> None:
        try:
            wait = step()
        except StopIteration as end:
            on_result(cast("T", end.value))
        except GowaError as error:
            on_error(error)
        except Exception as error:  # noqa: BLE001 - whoever waits for the flow would otherwise wait for ever
            _log.exception("A flow failed")
            on_error(GowaError(f"Something unexpected went wrong: {type(error).__name__}.", "Details are in the program's log."))
        else:
            wait(lambda value: advance(lambda: flow.send(value)), lambda error: advance(lambda: flow.throw(error)))

    advance(lambda: next(flow))


def on_worker(tasks: TaskRunner, work: Callable[[], T]) -> Flow[T]:
    """Run blocking work on a worker and give its result."""
    return cast("T", (yield lambda done, failed: tasks.run(work, done, failed)))


def finished(operation: Operation) -> Flow[None]:
    """Wait for an operation; its error is raised."""

    def wait(done: Callable[[object], None], failed: Callable[[GowaError], None]) -> None:
        def on_finished() -> None:
            if operation.error is not None:
                failed(operation.error)
            else:
                done(None)

        if operation.is_finished:
            on_finished()
        else:
            operation.finished.connect(on_finished)

    yield wait


def pause(owner: QObject, milliseconds: int) -> Flow[None]:
    """Let time pass; without effect once the owner is gone."""
    yield lambda done, _: QTimer.singleShot(milliseconds, owner, lambda: done(None))


def together(flows: list[Flow[T]]) -> Flow[list[T | GowaError]]:
    """Run flows side by side and give the outcome of each, in order, when all have ended."""

    def wait(done: Callable[[object], None], _: Callable[[GowaError], None]) -> None:
        outcomes: dict[int, T | GowaError] = {}

        def note(number: int, outcome: T | GowaError) -> None:
            outcomes[number] = outcome
            if len(outcomes) == len(flows):
                done([outcomes[place] for place in range(len(flows))])

        for number, flow in enumerate(flows):
            run_flow(flow, lambda value, number=number: note(number, value), lambda error, number=number: note(number, error))  # type: ignore[misc]
        if not flows:
            done([])

    return cast("list[T | GowaError]", (yield wait))
