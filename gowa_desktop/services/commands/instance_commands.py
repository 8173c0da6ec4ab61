"""What the verbs on instances do: requests in, calls of the facade, answers out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.config_pieces import split
from gowa_desktop.domain.errors import GowaError, OptionUnknownError, UsageError
from gowa_desktop.domain.instance import LATEST, NewInstance
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.services.commands.command_answer import Batch, named
from gowa_desktop.services.commands.command_protocol import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.commands.command_answer import Answer, Handler, PendingOperations
    from gowa_desktop.services.commands.command_protocol import Request
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.versions.version_manager import VersionManager

DEFAULT_LOG_LINES = 50
MAX_LOG_LINES = 100_000


class _Action(NamedTuple):
    """A verb on instances: how it begins and how its success reads."""

    begin: Callable[[int], Operation]
    sentence: Callable[[InstanceStatus], str]
    is_stop: bool = False


class InstanceCommands:
    """The verbs on instances. Main thread."""

    def __init__(self, instances: InstanceService, versions: VersionManager, pending: PendingOperations) -> None:
        self._instances = instances
        self._versions = versions
        self._pending = pending
        self._parser = ConfigParser()
        self._actions = {
            Verb.START: _Action(instances.start, _running_sentence),
            Verb.STOP: _Action(instances.stop, lambda s: f"{s.name} is stopped.", is_stop=True),
            Verb.RESTART: _Action(instances.restart, _running_sentence),
            Verb.KILL: _Action(instances.kill, lambda s: f"{s.name} is stopped."),
            Verb.RESET_DATA: _Action(instances.reset_data, lambda s: f"The data of {s.name} is in the trash; its settings stay."),
            Verb.DELETE: _Action(instances.delete, _deleted_sentence),
        }

    def handlers(self) -> dict[str, Handler]:
        """Give what carries out each verb."""
        return {
            Verb.LIST: self._list,
            Verb.STATUS: self._status,
            Verb.LOGS: self._logs,
            Verb.CREATE: self._create,
            **{verb: partial(self._act, action) for verb, action in self._actions.items()},
        }

    def _list(self, _request: Request, answer: Answer) -> None:
        statuses = sorted(self._instances.statuses(), key=lambda s: (s.name.casefold(), s.id))
        answer.succeed([status_to_json(status) for status in statuses])

    def _status(self, request: Request, answer: Answer) -> None:
        answer.succeed(status_to_json(self._instances.find(request.text("name"))))

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
        self._refuse_unknown(config, request.optional_text("gowa") or LATEST)
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
        self._pending.wait(self._instances.start(created.id), lambda error: self._on_created_started(created, error, answer))

    def _refuse_unknown(self, config: JsonObject, tag: str) -> None:
        """Refuse options that a version lacks; of one that is not installed, `create` tells.

        Raises:
            OptionUnknownError: the version lacks an option.
        """
        if not config:
            return
        try:
            installed = self._versions.resolve(tag)
        except GowaError:
            return
        options = self._parser.known_options(GowaVersion(installed.tag), self._versions.discovered_options(installed.tag))
        known = {option.key for option in options}
        lacking = [piece for piece in split(config) if piece in BY_KEY and piece not in known]
        if lacking:
            names = ", ".join(lacking)
            raise OptionUnknownError(
                f"Nothing was created because of {names}. GOWA {installed.tag} does not know it.",
                "Leave it out, or choose a version that has it with --gowa.",
            )

    def _on_created_started(self, created: InstanceStatus, error: GowaError | None, answer: Answer) -> None:
        if error is not None:
            answer.fail(named(created.name, error))
            return
        status = self._instances.status(created.id)
        answer.progress(_running_sentence(status))
        answer.succeed(status_to_json(status))

    def _act(self, action: _Action, request: Request, answer: Answer) -> None:
        targets = self._targets(request)
        if not targets:
            answer.progress("There are no instances. Create one with: gowa-desktop create NAME")
        batch = Batch(len(targets), answer)
        if action.is_stop:
            self._instances.announce_stops([target.id for _, target in targets if not isinstance(target, GowaError)])
        # All begin before any is waited for, so that they run side by side.
        for asked, target in targets:
            if isinstance(target, GowaError):
                batch.failed(asked, target)
            else:
                self._begin(target, action, batch)
        batch.finish_if_empty()

    def _begin(self, target: InstanceStatus, action: _Action, batch: Batch) -> None:
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
            self._pending.wait(operation, finish)

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
        "is_unresponsive": status.is_unresponsive,
        "retry_in_s": status.retry_in_s,
        "created_at": status.created_at.isoformat(),
        "updated_at": status.updated_at.isoformat(),
        "is_simulated": status.is_simulated,
        "restart_policy": status.restart_policy.value,
        "memory_limit_mb": status.memory_limit_mb,
        "priority": status.priority.value,
        "tags": [*status.tags],
        "notes": status.notes,
        "exposures": [
            {"code": e.code.value, "sentence": e.sentence, "timing": e.timing.value, "fixes": [fix.value for fix in e.fixes]}
            for e in status.exposures
        ],
    }


def _running_sentence(status: InstanceStatus) -> str:
    return f"{status.name} is running on {status.base_url}."


def _deleted_sentence(status: InstanceStatus) -> str:
    return f"{status.name} is deleted. For 7 days it can be had back with: gowa-desktop trash restore {status.key}"
