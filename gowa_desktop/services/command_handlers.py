"""What the verbs of the command line do: requests in, calls of the facade, answers out.

The socket server and the reader that works without a running program use the same handlers; neither sockets nor printing are
known here.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.errors import AlreadyRunningError, GowaError, NotRunningError, UsageError
from gowa_desktop.domain.instance import LATEST, NewInstance
from gowa_desktop.services.command_protocol import READING_VERBS, Verb, chunks_of, error_to_json, failure, success

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gowa_desktop.domain.installed_version import InstalledVersion
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.services.command_protocol import Request
    from gowa_desktop.services.instance_service import InstanceService
    from gowa_desktop.services.operation import Operation
    from gowa_desktop.services.version_manager import VersionManager

_LOG = logging.getLogger(__name__)

DEFAULT_LOG_LINES = 50
MAX_LOG_LINES = 100_000


class Answer:
    """Where the answer to one request goes. It ends once; whatever comes later is dropped."""

    def __init__(self, send: Callable[[JsonObject], None]) -> None:
        self._send = send
        self._is_finished = False

    def progress(self, text: str) -> None:
        """Tell a person what happened meanwhile."""
        self._tell({"progress": text})

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


class _Action(NamedTuple):
    """A verb on instances: how it begins and how its success reads."""

    begin: Callable[[int], Operation]
    sentence: Callable[[InstanceStatus], str]


class CommandHandlers:
    """Carries out requests through the facade. Main thread; operations go on when the one who asked is gone.

    `raise_window` is None when the program runs without a window.
    """

    def __init__(
        self, instances: InstanceService, versions: VersionManager, raise_window: Callable[[], None] | None = None, *, is_offline: bool = False
    ) -> None:
        self._instances = instances
        self._versions = versions
        self._raise_window = raise_window
        self._is_offline = is_offline
        self._parser = ConfigParser()
        self._pending: set[Operation] = set()
        self._verbs: dict[str, Callable[[Request, Answer], None]] = {
            Verb.LIST: self._list,
            Verb.STATUS: self._status,
            Verb.VERSIONS: self._list_versions,
            Verb.LOGS: self._logs,
            Verb.CREATE: self._create,
            Verb.IMPORT_VERSION: self._import_version,
            Verb.RAISE: self._raise,
        }
        self._actions = {
            Verb.START: _Action(instances.start, self._running_sentence),
            Verb.STOP: _Action(instances.stop, lambda s: f"{s.name} is stopped."),
            Verb.RESTART: _Action(instances.restart, self._running_sentence),
            Verb.KILL: _Action(instances.kill, lambda s: f"{s.name} is stopped."),
            Verb.RESET_DATA: _Action(instances.reset_data, lambda s: f"The data of {s.name} is gone; its settings stay."),
            Verb.DELETE: _Action(instances.delete, lambda s: f"{s.name} is deleted."),
        }

    def handle(self, request: Request, answer: Answer) -> None:
        """Carry a request out; the answer comes now or when its operations have finished. Raises nothing."""
        try:
            self._dispatch(request, answer)
        except GowaError as error:
            answer.fail(error)
        except Exception as error:  # noqa: BLE001 - the one who asks would otherwise wait for ever
            _LOG.exception("The command %s failed", request.verb[:60])
            # The text of an unforeseen error may hold a secret; its kind does not.
            problem = f"Something went wrong inside GOWA Desktop ({type(error).__name__})."
            answer.fail(GowaError(problem, "The details are in gowa-desktop.log in its data folder."))

    def _dispatch(self, request: Request, answer: Answer) -> None:
        if self._is_offline and request.verb not in READING_VERBS:
            raise NotRunningError("GOWA Desktop is not running.", "Start it and try again.")
        if (action := self._actions.get(request.verb)) is not None:
            self._act(request, answer, action)
        elif (handler := self._verbs.get(request.verb)) is not None:
            handler(request, answer)
        else:
            raise UsageError(f"There is no command “{request.verb[:60]}”.", "See gowa-desktop --help.")

    def _list(self, _request: Request, answer: Answer) -> None:
        statuses = sorted(self._instances.statuses(), key=lambda s: (s.name.casefold(), s.id))
        answer.succeed([status_to_json(status) for status in statuses])

    def _status(self, request: Request, answer: Answer) -> None:
        answer.succeed(status_to_json(self._instances.find(request.text("name"))))

    def _list_versions(self, _request: Request, answer: Answer) -> None:
        answer.succeed([version_to_json(version) for version in self._versions.installed()])

    def _logs(self, request: Request, answer: Answer) -> None:
        count = request.optional_number("count")
        count = DEFAULT_LOG_LINES if count is None else count
        if count < 1:
            raise UsageError("The number of lines must be 1 or more.", "Write it like -n 100.")
        status = self._instances.find(request.text("name"))
        answer.lines(self._instances.log_tail(status.id, min(count, MAX_LOG_LINES)))
        answer.succeed(None)

    def _create(self, request: Request, answer: Answer) -> None:
        config: JsonObject = {}
        for assignment in request.texts("set"):
            config = self._parser.apply_assignment(config, assignment)
        created = self._instances.create(
            NewInstance(
                name=request.text("name"),
                port=request.optional_number("port"),
                gowa_version=request.optional_text("gowa") or LATEST,
                config=config,
            )
        )
        answer.progress(f"Created {created.name} on port {created.port}.")
        if not request.is_set("start"):
            answer.succeed(status_to_json(created))
            return
        self._await(self._instances.start(created.id), lambda error: self._on_created_started(created, error, answer))

    def _on_created_started(self, created: InstanceStatus, error: GowaError | None, answer: Answer) -> None:
        if error is not None:
            answer.fail(_named(created.name, error))
            return
        status = self._instances.status(created.id)
        answer.progress(self._running_sentence(status))
        answer.succeed(status_to_json(status))

    def _import_version(self, request: Request, answer: Answer) -> None:
        before = {(v.tag, v.installed_at) for v in self._versions.installed()}

        def finish(error: GowaError | None) -> None:
            if error is not None:
                answer.fail(error)
                return
            imported = [v for v in self._versions.installed() if (v.tag, v.installed_at) not in before]
            tags = ", ".join(v.tag for v in imported)
            answer.progress(f"Imported GOWA {tags}." if tags else "This version was installed already.")
            answer.succeed([version_to_json(v) for v in imported])

        self._await(self._versions.import_file(Path(request.text("file")), request.optional_text("tag")), finish)

    def _raise(self, request: Request, answer: Answer) -> None:
        if self._raise_window is None:
            raise AlreadyRunningError(
                "GOWA Desktop is already running without a window on this data folder.",
                "Use the command line, quit it first, or choose another folder with --data-dir.",
            )
        if token := request.optional_text("activation_token"):
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # where Qt looks for it when a window asks for attention
        self._raise_window()
        answer.succeed(None)

    def _act(self, request: Request, answer: Answer, action: _Action) -> None:
        targets = self._targets(request)
        if not targets:
            answer.progress("There are no instances. Create one with: gowa-desktop create NAME")
        batch = _Batch(len(targets), answer)
        # All begin before any is waited for, so that they run side by side.
        for asked, target in targets:
            if isinstance(target, GowaError):
                batch.failed(asked, target)
            else:
                self._begin(target, action, batch)
        batch.finish_if_empty()

    def _begin(self, target: InstanceStatus, action: _Action, batch: _Batch) -> None:
        def finish(error: GowaError | None) -> None:
            if error is not None:
                batch.failed(target.name, error)
            else:
                batch.succeeded(target.name, action.sentence(self._latest(target)))

        try:
            operation = action.begin(target.id)
        except GowaError as error:
            batch.failed(target.name, error)
        else:
            self._await(operation, finish)

    def _targets(self, request: Request) -> list[tuple[str, InstanceStatus | GowaError]]:
        """Find the instances that are meant, each once; a name that fits none gives the fault in its place."""
        if request.is_set("all"):
            return [(status.name, status) for status in self._instances.statuses()]
        found: dict[object, tuple[str, InstanceStatus | GowaError]] = {}
        for name in request.texts("names"):
            try:
                status = self._instances.find(name)
            except GowaError as error:
                found[name] = (name, error)
            else:
                found[status.id] = (name, status)
        if not found:
            raise UsageError("No instance is named.", "Name one or more, or use --all.")
        return list(found.values())

    def _latest(self, status: InstanceStatus) -> InstanceStatus:
        try:
            return self._instances.status(status.id)
        except GowaError:  # deleted meanwhile
            return status

    def _running_sentence(self, status: InstanceStatus) -> str:
        return f"{status.name} is running on {status.base_url}."

    def _await(self, operation: Operation, then: Callable[[GowaError | None], None]) -> None:
        if operation.is_finished:
            then(operation.error)
            return

        def on_finished() -> None:
            operation.finished.disconnect(on_finished)  # nothing of this request stays behind
            self._pending.discard(operation)
            then(operation.error)

        self._pending.add(operation)
        operation.finished.connect(on_finished)


class _Batch:
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


def status_to_json(status: InstanceStatus) -> JsonObject:
    """Give an instance as `list --json` shows it. It holds no secrets because the status holds none."""
    sample = status.sample
    return {
        "id": status.id,
        "key": status.key,
        "name": status.name,
        "port": status.port,
        "status": str(status.status),
        "desired": str(status.desired),
        "gowa_version": status.gowa_version,
        "resolved_version": status.resolved_version,
        "host": status.host,
        "base_url": status.base_url,
        "pid": status.pid,
        "uptime_s": status.uptime_s,
        "cpu_percent": sample.cpu_percent if sample else None,
        "memory_bytes": sample.memory_bytes if sample else None,
        "disk_bytes": status.disk_bytes,
        "error_message": status.error_message,
        "created_at": status.created_at.isoformat(),
        "updated_at": status.updated_at.isoformat(),
        "is_simulated": status.is_simulated,
    }


def version_to_json(version: InstalledVersion) -> JsonObject:
    """Give an installed version as `versions list --json` shows it."""
    return {
        "tag": version.tag,
        "path": str(version.path),
        "size_bytes": version.size_bytes,
        "source": version.source,
        "installed_at": version.installed_at.isoformat() if version.installed_at else None,
        "is_simulator": version.is_simulator,
    }


def _named(name: str, error: GowaError) -> GowaError:
    """Put the name of the instance before the sentence of a fault."""
    named = GowaError(f"{name}: {error.message}", error.next_step)
    named.code = error.code
    return named
