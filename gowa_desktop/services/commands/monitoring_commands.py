"""What the verbs on resource use and on old media do: requests in, calls of the services, answers out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gowa_desktop.domain.folder_parts import FolderPart
from gowa_desktop.domain.samples import of_machine
from gowa_desktop.services.commands.command_protocol import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.cleaning import CleaningPreview
    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.services.commands.command_answer import Answer, Handler
    from gowa_desktop.services.commands.command_protocol import Request
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.monitoring.resource_monitor import ResourceMonitor
    from gowa_desktop.services.monitoring.retention import MediaRetention


class MonitoringCommands:
    """The verbs `stats` and `clean-media`. Main thread."""

    def __init__(self, instances: InstanceService, monitor: ResourceMonitor, retention: MediaRetention, *, is_offline: bool = False) -> None:
        self._is_offline = is_offline
        self._instances = instances
        self._monitor = monitor
        self._retention = retention

    def handlers(self) -> dict[str, Handler]:
        """Give what carries out each verb."""
        return {Verb.STATS: self._stats, Verb.CLEAN_MEDIA: self._clean}

    def _stats(self, request: Request, answer: Answer) -> None:
        name = request.optional_text("name")
        chosen = [self._instances.find(name)] if name else self._instances.statuses()
        result: JsonObject = {"computer": self._computer()}
        if request.is_set("unique"):
            self._with_unique(chosen, result, answer)
        else:
            answer.succeed({**result, "instances": [self._use_of(status) for status in chosen]})

    def _with_unique(self, chosen: Sequence[InstanceStatus], result: JsonObject, answer: Answer) -> None:
        """Measure the memory that each has to itself, which takes a while, and answer when all is known."""
        found: dict[int, int | None] = {}

        def take(instance_id: int, count: int | None) -> None:
            found[instance_id] = count
            if len(found) == len(chosen):
                rows: list[Json] = [{**self._use_of(status), "unique_bytes": found[status.id]} for status in chosen]
                answer.succeed({**result, "instances": rows})

        if not chosen:
            answer.succeed({**result, "instances": []})
        for status in chosen:
            if self._is_offline:  # nobody waits in an event loop for a worker
                take(status.id, self._monitor.unique_blocking(status.id))
            else:
                self._monitor.measure_unique(status.id, partial(take, status.id))

    def _use_of(self, status: InstanceStatus) -> JsonObject:
        sample, use, computer = status.sample, self._monitor.disk_use(status.id), self._monitor.computer
        cpu = sample.cpu_percent if sample is not None else None
        return {
            "name": status.name,
            "status": str(status.status),
            "cpu_percent": cpu,
            "cpu_percent_of_machine": of_machine(cpu, computer.cores) if cpu is not None and computer is not None else None,
            "memory_bytes": sample.memory_bytes if sample is not None else None,
            "processes": sample.process_count if sample is not None else None,
            "threads": sample.thread_count if sample is not None else None,
            "open_files": sample.open_files if sample is not None else None,
            "disk_bytes": use.total_bytes if use is not None else None,
            "disk_parts": {part.value: use.parts.get(part, 0) for part in FolderPart} if use is not None else None,
            "media_days": self._retention.days(status.id),
        }

    def _computer(self) -> JsonObject:
        computer, space = self._monitor.computer, self._monitor.disk_space
        cpu = computer.cpu_percent if computer is not None else None
        return {
            "cpu_percent": of_machine(cpu, computer.cores) if cpu is not None and computer is not None else None,
            "cores": computer.cores if computer is not None else None,
            "memory_bytes": computer.memory_bytes if computer is not None else None,
            "memory_total": computer.memory_total if computer is not None else None,
            "disk_free": space.free_bytes if space is not None else None,
            "disk_total": space.total_bytes if space is not None else None,
        }

    def _clean(self, request: Request, answer: Answer) -> None:
        status, days = self._instances.find(request.text("name")), request.optional_number("days")
        if request.is_set("yes"):
            operation = self._retention.clean_safe(status.id) if days is None else self._retention.clean_old(status.id, days)
            self._tell_when_done(status, operation, answer)
        elif days is None:
            self._retention.preview_safe(status.id, lambda seen: _tell_preview(status, seen, answer), answer.fail)
        else:
            self._retention.preview(status.id, days, lambda seen: _tell_preview(status, seen, answer), answer.fail)

    def _tell_when_done(self, status: InstanceStatus, operation: Operation, answer: Answer) -> None:
        def finish() -> None:
            result, error = self._retention.result(operation), operation.error
            if error is not None or result is None:
                answer.fail(_or_unknown(error))
                return
            freed = f"{result.freed_bytes / 1e6:.1f}"
            if result.file_count == 1:
                answer.progress(f"1 file of {status.name} is gone, {freed} MB are free again.")
            else:
                answer.progress(f"{result.file_count} files of {status.name} are gone, {freed} MB are free again.")
            answer.succeed({"files": result.file_count, "bytes": result.freed_bytes, "refused": result.refused_count, "is_done": True})

        if operation.is_finished:
            finish()
        else:
            operation.finished.connect(finish)


def _tell_preview(status: InstanceStatus, seen: CleaningPreview, answer: Answer) -> None:
    size = f"{seen.total_bytes / 1e6:.1f}"
    if seen.file_count == 1:
        answer.progress(f"1 file of {status.name} with {size} MB would go. Add --yes to do it.")
    else:
        answer.progress(f"{seen.file_count} files of {status.name} with {size} MB would go. Add --yes to do it.")
    answer.succeed({"files": seen.file_count, "bytes": seen.total_bytes, "refused": 0, "is_done": False})


def _or_unknown(error: GowaError | None) -> GowaError:
    from gowa_desktop.domain.errors import ConflictError  # noqa: PLC0415 - hardly ever needed

    return error or ConflictError("The clean-up did not tell what it did.", "Look at the folder.")
