"""What the verbs on versions do: requests in, calls of the version manager, answers out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import GowaError, UsageError
from gowa_desktop.domain.instance import LATEST
from gowa_desktop.domain.releases import choose_asset
from gowa_desktop.infra.platform_facts import cpu_name, os_name, runnable_cpus
from gowa_desktop.services.commands.command_protocol import Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gowa_desktop.domain.installed_version import InstalledVersion
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.releases import Release
    from gowa_desktop.services.commands.command_answer import Answer, Handler, PendingOperations
    from gowa_desktop.services.commands.command_protocol import Request
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.services.versions.version_manager import VersionManager

DEFAULT_KEPT = 3


class VersionCommands:
    """The verbs on versions. Main thread. `is_offline`: nothing may be changed and nobody asked."""

    def __init__(self, versions: VersionManager, pending: PendingOperations, *, is_offline: bool = False) -> None:
        self._versions = versions
        self._pending = pending
        self._is_offline = is_offline

    def handlers(self) -> dict[str, Handler]:
        """Give what carries out each verb."""
        return {
            Verb.VERSIONS: self._list,
            Verb.IMPORT_VERSION: self._import,
            Verb.AVAILABLE_VERSIONS: self._available,
            Verb.REFRESH_VERSIONS: self._refresh,
            Verb.INSTALL_VERSION: self._install,
            Verb.REMOVE_VERSION: self._remove,
            Verb.CLEAN_VERSIONS: self._clean,
        }

    def _list(self, _request: Request, answer: Answer) -> None:
        answer.succeed([self._installed(version) for version in self._versions.installed()])

    def _import(self, request: Request, answer: Answer) -> None:
        before = {(v.tag, v.installed_at) for v in self._versions.installed()}

        def finish() -> None:
            imported = [v for v in self._versions.installed() if (v.tag, v.installed_at) not in before]
            tags = ", ".join(v.tag for v in imported)
            answer.progress(f"Imported GOWA {tags}." if tags else "This version was installed already.")
            answer.succeed([self._installed(v) for v in imported])

        self._wait(self._versions.import_file(Path(request.text("file")), request.optional_text("tag")), answer, finish)

    def _available(self, request: Request, answer: Answer) -> None:
        if self._versions.checked_at is None and not self._is_offline:
            self._refresh(request, answer)
        else:
            self._answer_available(request, answer)

    def _refresh(self, request: Request, answer: Answer) -> None:
        self._wait(self._versions.refresh(), answer, partial(self._answer_available, request, answer))

    def _answer_available(self, request: Request, answer: Answer) -> None:
        checked_at = self._versions.checked_at
        installed = {version.tag for version in self._versions.installed()}
        releases: list[Json] = [release_to_json(one, installed) for one in self._versions.available(request.is_set("pre"))]
        answer.succeed({"checked_at": checked_at.isoformat() if checked_at else None, "releases": releases})

    def _install(self, request: Request, answer: Answer) -> None:
        if request.text("tag") != LATEST:
            self._begin_installing(request.text("tag"), answer)
            return

        def then(error: GowaError | None) -> None:
            if error is not None and self._versions.newest_available() is None:
                answer.fail(error)
            else:
                self._begin_installing(LATEST, answer)

        self._pending.wait(self._versions.refresh(), then)  # costs nothing when there is nothing new

    def _begin_installing(self, asked: str, answer: Answer) -> None:
        try:
            tag = self._versions.tag_to_install(asked)
        except GowaError as error:
            answer.fail(error)
            return
        under_way = set(self._versions.installing().values())
        operation = self._versions.install(tag)
        if operation not in under_way:
            answer.when_left(operation.cancel)  # what another front end began goes on without this one

        def advance() -> None:
            if operation.progress is not None:
                answer.advance(operation.progress)

        def finish() -> None:
            installed = self._versions.resolve(tag)
            answer.progress(f"GOWA {installed.tag} is installed{_VERIFIED[installed.is_verified]}.")
            answer.succeed(self._installed(installed))

        operation.progressed.connect(advance)
        advance()  # who joins what is under way sees at once where it stands
        self._wait(operation, answer, finish)

    def _remove(self, request: Request, answer: Answer) -> None:
        tag = self._versions.resolve(request.text("tag")).tag
        self._wait(self._versions.remove(tag), answer, partial(self._answer_removed, answer, [tag]))

    def _clean(self, request: Request, answer: Answer) -> None:
        keep = request.optional_number("keep")
        keep = DEFAULT_KEPT if keep is None else keep
        if keep < 1:
            raise UsageError("At least one version is kept.", "Write it like --keep 3.")
        tags = [version.tag for version in self._versions.removable(keep)]
        self._wait(self._versions.clean_up(keep), answer, partial(self._answer_removed, answer, tags))

    def _answer_removed(self, answer: Answer, tags: list[str]) -> None:
        answer.progress(f"Removed GOWA {', '.join(tags)}." if tags else "There is nothing to remove.")
        answer.succeed([*tags])

    def _wait(self, operation: Operation, answer: Answer, then: Callable[[], None]) -> None:
        def finish(error: GowaError | None) -> None:
            if error is not None:
                answer.fail(error)
            else:
                then()

        self._pending.wait(operation, finish)

    def _installed(self, version: InstalledVersion) -> JsonObject:
        return version_to_json(version, self._versions.used_by(version.tag))


_VERIFIED = {True: " and equal to its published checksum", False: "; it was published without a checksum", None: ""}


def version_to_json(version: InstalledVersion, users: Collection[str]) -> JsonObject:
    """Give an installed version as `versions list --json` shows it."""
    return {
        "tag": version.tag,
        "path": str(version.path),
        "size_bytes": version.size_bytes,
        "source": version.source,
        "installed_at": version.installed_at.isoformat() if version.installed_at else None,
        "is_simulator": version.is_simulator,
        "is_verified": version.is_verified,
        "used_by": [*users],
    }


def release_to_json(release: Release, installed: Collection[str]) -> JsonObject:
    """Give a release as `versions available --json` shows it; `size_bytes` is None when it has no file for this computer."""
    system = os_name()
    asset = choose_asset(release, system, runnable_cpus(system, cpu_name()))
    return {
        "tag": release.tag,
        "name": release.name,
        "published_at": release.published_at.isoformat() if release.published_at else None,
        "is_prerelease": release.is_prerelease,
        "size_bytes": asset.size if asset else None,
        "is_installed": release.tag in installed,
    }
