"""Where the answer to a request of the command line goes, and what is waited for until it can be given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeAlias

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.services.commands.command_protocol import Request, chunks_of, error_to_json, failure, success

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.progress import Progress
    from gowa_desktop.services.instances.operation import Operation


class Answer:
    """Where the answer to one request goes. It ends once; whatever comes later is dropped."""

    def __init__(self, send: Callable[[JsonObject], None]) -> None:
        self._send = send
        self._is_finished = False
        self._on_left: Callable[[], None] | None = None

    def progress(self, text: str) -> None:
        """Tell a person what happened meanwhile."""
        self._tell({"progress": text})

    def advance(self, progress: Progress) -> None:
        """Tell how far it is."""
        self._tell({"advance": {**asdict(progress), "step": str(progress.step)}})

    def when_left(self, callback: Callable[[], None]) -> None:
        """Have something called when the one who asked leaves before the end, as Ctrl-C makes the command line do."""
        self._on_left = callback

    def leave(self) -> None:
        """Take note that the one who asked has left."""
        if not self._is_finished and self._on_left is not None:
            self._on_left()

    def lines(self, lines: Iterable[str]) -> None:
        """Send lines of text, in as many messages as they need."""
        for chunk in chunks_of(lines):
            self._tell({"lines": chunk})

    def succeed(self, result: Json) -> None:
        """End with a result."""
        self._finish(success(result))

    def fail(self, error: GowaError) -> None:
        """End with a fault."""
        self._finish(failure(error))

    def _tell(self, message: JsonObject) -> None:
        if not self._is_finished:
            self._send(message)

    def _finish(self, message: JsonObject) -> None:
        self._tell(message)
        self._is_finished = True


Handler: TypeAlias = Callable[[Request, Answer], None]
"""Carries a request out; the answer comes now or later. May raise a GowaError instead."""


class Batch:
    """Collects the outcomes of one verb on several instances and answers when all are in."""

    def __init__(self, count: int, answer: Answer) -> None:
        self._missing = count
        self._answer = answer
        self._results: list[Json] = []

    def succeeded(self, name: str, sentence: str) -> None:
        """Take a success and tell it at once."""
        self._answer.progress(sentence)
        self._add({"name": name, "ok": True})

    def failed(self, name: str, error: GowaError) -> None:
        """Take a failure."""
        self._add({"name": name, "ok": False, "error": error_to_json(error)})

    def finish_if_empty(self) -> None:
        """Answer when there was nothing to do."""
        if self._missing == 0 and not self._results:
            self._answer.succeed([])

    def _add(self, result: JsonObject) -> None:
        self._results.append(result)
        self._missing -= 1
        if self._missing == 0:
            self._answer.succeed(self._results)


class PendingOperations:
    """Keeps operations alive until they have finished, also when the one who asked is gone. Main thread."""

    def __init__(self) -> None:
        self._pending: set[Operation] = set()

    def wait(self, operation: Operation, then: Callable[[GowaError | None], None]) -> None:
        """Call `then` with the outcome, at once when it is known already."""
        if operation.is_finished:
            then(operation.error)
            return

        def on_finished() -> None:
            operation.finished.disconnect(on_finished)  # nothing of this request stays behind
            self._pending.discard(operation)
            then(operation.error)

        self._pending.add(operation)
        operation.finished.connect(on_finished)


def named(name: str, error: GowaError) -> GowaError:
    """Put the name of the instance before the sentence of a fault."""
    error_with_name = GowaError(f"{name}: {error.message}", error.next_step)
    error_with_name.code = error.code
    return error_with_name
