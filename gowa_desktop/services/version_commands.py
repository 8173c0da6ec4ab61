"""What the verbs on versions do: requests in, calls of the version manager, answers out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop.services.command_protocol import Verb

if TYPE_CHECKING:
    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.installed_version import InstalledVersion
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.command_answer import Answer, PendingOperations
    from gowa_desktop.services.command_handlers import Handler
    from gowa_desktop.services.command_protocol import Request
    from gowa_desktop.services.version_manager import VersionManager


class VersionCommands:
    """The verbs on versions. Main thread."""

    def __init__(self, versions: VersionManager, pending: PendingOperations) -> None:
        self._versions = versions
        self._pending = pending

    def handlers(self) -> dict[str, Handler]:
        """Give what carries out each verb."""
        return {Verb.VERSIONS: self._list, Verb.IMPORT_VERSION: self._import}

    def _list(self, _request: Request, answer: Answer) -> None:
        answer.succeed([version_to_json(version) for version in self._versions.installed()])

    def _import(self, request: Request, answer: Answer) -> None:
        before = {(v.tag, v.installed_at) for v in self._versions.installed()}

        def finish(error: GowaError | None) -> None:
            if error is not None:
                answer.fail(error)
                return
            imported = [v for v in self._versions.installed() if (v.tag, v.installed_at) not in before]
            tags = ", ".join(v.tag for v in imported)
            answer.progress(f"Imported GOWA {tags}." if tags else "This version was installed already.")
            answer.succeed([version_to_json(v) for v in imported])

        self._pending.wait(self._versions.import_file(Path(request.text("file")), request.optional_text("tag")), finish)


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
