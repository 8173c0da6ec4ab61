"""What the verb `set` does: name, supervision, tags and notes of an instance changed at once, old and new told."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.instance import InstanceChanges, Priority
from gowa_desktop.domain.restart_policy import RestartPolicy
from gowa_desktop.domain.tags import split_tags
from gowa_desktop.services.commands.command_protocol import Verb
from gowa_desktop.services.commands.instance_commands import status_to_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import StrEnum

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.commands.command_answer import Answer, Handler
    from gowa_desktop.services.commands.command_protocol import Request
    from gowa_desktop.services.instances.instance_service import InstanceService

    ChoiceT = TypeVar("ChoiceT", bound=StrEnum)

_LABELS = {
    "name": "Name", "restart_policy": "When it ends by itself", "memory_limit_mb": "Memory limit", "priority": "Priority", "tags": "Tags",
    "notes": "Notes",
}  # fmt: skip
_VALUE_LABELS = {
    RestartPolicy.NEVER: "never restarted", RestartPolicy.ON_FAILURE: "restarted on failure", RestartPolicy.ALWAYS: "always restarted",
    Priority.NORMAL: "normal", Priority.LOW: "low",
}  # fmt: skip
_NONE = "none"


class ChangeCommands:
    """The verb `set`. Main thread. All of what is asked for is stored, or nothing."""

    def __init__(self, instances: InstanceService) -> None:
        self._instances = instances

    def handlers(self) -> dict[str, Handler]:
        """Give what carries out each verb."""
        return {Verb.SET: self._set}

    def _set(self, request: Request, answer: Answer) -> None:
        before = self._instances.find(request.text("name"))
        changes = _changes(request)
        if changes == InstanceChanges():
            raise UsageError("What is to be changed is not said.", "Add --name, --restart, --memory-limit, --priority, --tags or --notes.")
        after = self._instances.update(before.id, changes)
        lines = list(_told_changes(before, after))
        for line in lines:
            answer.progress(line)
        if not lines:
            answer.progress(f"{before.name}: nothing to change.")
        answer.succeed(status_to_json(after))


def _changes(request: Request) -> InstanceChanges:
    tags = request.optional_text("tags")
    return InstanceChanges(
        name=request.optional_text("new_name"),
        restart_policy=_choice(RestartPolicy, request.optional_text("restart")),
        memory_limit_mb=request.optional_number("memory_limit"),
        priority=_choice(Priority, request.optional_text("priority")),
        tags=None if tags is None else tuple(split_tags(tags)),
        notes=request.optional_text("notes"),
    )


def _choice(kind: type[ChoiceT], text: str | None) -> ChoiceT | None:
    if text is None:
        return None
    try:
        return kind(text)
    except ValueError:
        raise UsageError(f"“{text[:20]}” is not possible here.", f"Choose one of {', '.join(kind)}.") from None


def _told_changes(before: InstanceStatus, after: InstanceStatus) -> Iterator[str]:
    for field, label in _LABELS.items():
        old, new = _shown(before, field), _shown(after, field)
        if old != new:
            yield f"{before.name}: {label}: {old} → {new}"


def _shown(status: InstanceStatus, field: str) -> str:
    if field == "memory_limit_mb":
        return f"{status.memory_limit_mb} MB" if status.memory_limit_mb else _NONE
    value = getattr(status, field)
    if isinstance(value, tuple):
        return ", ".join(value) or _NONE
    return _VALUE_LABELS.get(value, str(value)) or _NONE
