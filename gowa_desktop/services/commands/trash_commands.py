"""What the verbs on the trash do: requests in, calls of the facade, answers out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import UsageError
from gowa_desktop.services.commands.command_protocol import Verb

if TYPE_CHECKING:
    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.domain.trash import TrashedInstance
    from gowa_desktop.services.commands.command_answer import Answer, Handler, PendingOperations
    from gowa_desktop.services.commands.command_protocol import Request
    from gowa_desktop.services.instances.instance_service import InstanceService


class TrashCommands:
    """The verbs on what was deleted. Main thread."""

    def __init__(self, instances: InstanceService, pending: PendingOperations) -> None:
        self._instances = instances
        self._pending = pending

    def handlers(self) -> dict[str, Handler]:
        """Give what carries out each verb."""
        return {Verb.TRASH: self._list, Verb.RESTORE_TRASHED: self._restore, Verb.DELETE_TRASHED: self._delete}

    def _list(self, _request: Request, answer: Answer) -> None:
        answer.succeed([trashed_to_json(one) for one in self._instances.trash.entries()])

    def _restore(self, request: Request, answer: Answer) -> None:
        found = self._instances.trash.find(request.text("name"))

        def finish(error: GowaError | None) -> None:
            if error is not None:
                answer.fail(error)
                return
            status = self._instances.status(found.id)
            if found.is_data_only:
                answer.progress(f"The data of {status.name} is put back.")
            else:
                answer.progress(f"{status.name} is put back, stopped, on port {status.port}.")
            answer.succeed({"name": status.name, "key": status.key, "port": status.port})

        self._pending.wait(self._instances.trash.restore(found.folder), finish)

    def _delete(self, request: Request, answer: Answer) -> None:
        found = self._instances.trash.find(request.text("name"))
        if not request.is_set("yes"):
            raise UsageError(f"This would delete {found.name} and its data for good. Nothing was done.", "Add --yes to do it.")

        def finish(error: GowaError | None) -> None:
            if error is not None:
                answer.fail(error)
            else:
                answer.progress(f"{found.name} is deleted for good.")
                answer.succeed(None)

        self._pending.wait(self._instances.trash.delete_for_good(found.folder), finish)


def trashed_to_json(one: TrashedInstance) -> JsonObject:
    """Give what the command line shows of something in the trash."""
    return {
        "folder": one.folder,
        "key": one.key,
        "name": one.name,
        "port": one.port,
        "gowa_version": one.gowa_version,
        "trashed_at": one.trashed_at.isoformat(),
        "goes_at": one.goes_at.isoformat(),
        "is_data_only": one.is_data_only,
    }
