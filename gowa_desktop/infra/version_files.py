"""Files of installed GOWA versions: list them, install one from a release zip or a bare program, and remove one.

A version appears under its final name only when it is complete, on the disk and has been seen to run: everything happens in a
staging folder beside it that is renamed at the end and removed on any failure. A version goes away the same way back.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import FolderError, VersionRefusedError
from gowa_desktop.domain.installed_version import InstalledVersion
from gowa_desktop.domain.progress import InstallStep, Progress
from gowa_desktop.domain.versions import GowaVersion, parse_asset_name
from gowa_desktop.infra.cancel_flag import CancelFlag
from gowa_desktop.infra.disk_space import is_no_room, no_room
from gowa_desktop.infra.program_check import check_platform, check_runs, explain_no_start, is_blocked, taken_away
from gowa_desktop.infra.program_unpack import unpack_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_STAGING_PREFIX = ".install-"
_REMOVAL_PREFIX = ".remove-"
_NOTE = "gowa-desktop.json"
_RENAME_PAUSES_S = (0.1, 0.2, 0.4, 0.8, 1.6) if sys.platform == "win32" else ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an installed program came from, in words; for `is_verified` see `InstalledVersion`."""

    source: str
    is_verified: bool | None = None


def program_name() -> str:
    """Give the name of an installed program file."""
    return "gowa.exe" if sys.platform == "win32" else "gowa"


def list_versions(folder: Path) -> list[InstalledVersion]:
    """List the complete versions in `bin/versions`, highest first."""
    found = []
    with contextlib.suppress(OSError):
        for entry in folder.iterdir():
            program = entry / program_name()
            if not entry.name.startswith(".") and program.is_file():
                with contextlib.suppress(VersionRefusedError, OSError):
                    found.append(_describe(GowaVersion.parse(entry.name), entry, program))
    return sorted(found, key=lambda version: GowaVersion.parse(version.tag), reverse=True)


def has_lost_program(folder: Path, tag: str) -> bool:
    """Tell whether a version was installed here and its program has disappeared since."""
    return (folder / tag / _NOTE).is_file() and not (folder / tag / program_name()).exists()


def sweep_staging(folder: Path) -> None:
    """Remove what an interrupted installation or removal left behind."""
    with contextlib.suppress(OSError):
        for prefix in (_STAGING_PREFIX, _REMOVAL_PREFIX):
            for entry in folder.glob(f"{prefix}*"):
                shutil.rmtree(entry, ignore_errors=True)


def import_version(
    source: Path,
    folder: Path,
    tag: str | None = None,
    report: Callable[[Progress], None] = lambda _: None,
    flag: CancelFlag | None = None,
) -> InstalledVersion:
    """Install a version from a release zip or a bare program that somebody has.

    Args:
        source: `whatsapp_<X.Y.Z>_<os>_<arch>.zip`, or an executable (then `tag` is needed).
        folder: `bin/versions`.
        tag: the version, when the file name does not say it or says it wrongly.
        report: is told how far it is.
        flag: calls it off when set.

    Raises:
        CancelledError: it was called off.
        VersionRefusedError: not readable, not for this computer, not GOWA, or another file of this version is installed.
        FolderError: the target cannot be written.
    """
    if not source.is_file():
        raise VersionRefusedError(f"There is no file {source}.", "Choose a GOWA release zip or program.")
    return install_file(source, folder, _version_of(source, tag), Origin(source.name), report, flag or CancelFlag())


def install_file(
    source: Path, folder: Path, version: GowaVersion, origin: Origin, report: Callable[[Progress], None], flag: CancelFlag
) -> InstalledVersion:
    """Install a version from a release zip or a bare program; all of it or nothing.

    Raises:
        CancelledError: it was called off.
        VersionRefusedError, FolderError: as for `import_version`.
    """
    with _staging(folder, version) as staging:
        program = staging / program_name()
        unpack_program(source, program, report, flag)
        check_platform(program, origin.source)
        program.chmod(0o755)
        report(Progress(InstallStep.TRYING, 0, None, "steps"))
        check_runs(program, version, staging)
        flag.check()
        return _move_into_place(staging, folder / version.tag, version, origin)


def set_aside(folder: Path, tag: str) -> Path:
    """Take a version out of the list, at once and whole; the answer is what `drop` is to remove.

    Raises:
        FolderError: it cannot be moved, as when Windows runs it.
    """
    aside = folder / f"{_REMOVAL_PREFIX}{tag}-{secrets.token_hex(4)}"
    try:
        (folder / tag).rename(aside)
    except OSError as error:
        raise FolderError(
            f"GOWA {tag} cannot be removed: {error.strerror or error}.", "A program may still use it. Stop it and try again."
        ) from error
    return aside


def drop(aside: Path) -> None:
    """Remove what was set aside; what stays is removed at the next start of the program."""
    shutil.rmtree(aside, ignore_errors=True)


def _version_of(source: Path, tag: str | None) -> GowaVersion:
    if tag is not None:
        version = GowaVersion.parse(tag)
        if version.is_simulator:
            raise VersionRefusedError("The name simulator belongs to the built-in stand-in.", "Give the version, such as --tag v9.2.0.")
        return version
    asset = parse_asset_name(source.name)
    if asset is None:
        raise VersionRefusedError(
            f"The file name {source.name} does not say which version it is.", "Give the version as well, such as v9.2.0 (--tag v9.2.0)."
        )
    return asset.version


@contextlib.contextmanager
def _staging(folder: Path, version: GowaVersion) -> Iterator[Path]:
    staging = folder / f"{_STAGING_PREFIX}{version.tag}-{secrets.token_hex(4)}"
    try:
        staging.mkdir(mode=0o700, parents=True)
        yield staging
    except OSError as error:
        if is_no_room(error):
            raise no_room(folder) from error
        if is_blocked(error):
            raise explain_no_start(error, staging / program_name()) from error  # a scanner looks while it is written
        raise FolderError(
            f"The version cannot be installed into {folder}: {error.strerror or error}.", "Check the disk and the folder's permissions."
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _move_into_place(staging: Path, target: Path, version: GowaVersion, origin: Origin) -> InstalledVersion:
    program = staging / program_name()
    if not program.is_file():
        raise taken_away(program)
    digest = sha256_of(program)
    if (target / program_name()).is_file():
        if sha256_of(target / program_name()) == digest:
            return _describe(version, target, target / program_name())
        raise VersionRefusedError(
            f"Another program is installed as {version.tag} already.", "Give this one another version, such as --tag v9.2.0+local."
        )
    _write_note(staging / _NOTE, origin, digest)
    _flush_folder(staging)
    shutil.rmtree(target, ignore_errors=True)
    _rename_patiently(staging, target)
    _flush_folder(target.parent)
    if not (target / program_name()).is_file():
        raise taken_away(program)
    return _describe(version, target, target / program_name())


def _rename_patiently(source: Path, target: Path) -> None:
    """Rename a folder; on Windows a virus scanner may hold a program for a moment that has just been run."""
    for pause_s in _RENAME_PAUSES_S:
        try:
            source.rename(target)
        except PermissionError:
            time.sleep(pause_s)
        else:
            return
    source.rename(target)


def _write_note(path: Path, origin: Origin, digest: str) -> None:
    note = {
        "source": origin.source,
        "sha256": digest,
        "verified": origin.is_verified,
        "installed_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with path.open("w", encoding="utf-8") as file:
        json.dump(note, file)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Bring names in a folder to the disk; Windows does that by itself and has no call for it."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _describe(version: GowaVersion, folder: Path, program: Path) -> InstalledVersion:
    note: dict[str, object] = {}
    with contextlib.suppress(OSError, ValueError, RecursionError):
        stored = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        note = stored if isinstance(stored, dict) else {}
    info = program.stat()
    installed_at = datetime.fromtimestamp(info.st_mtime, UTC)
    with contextlib.suppress(KeyError, ValueError, TypeError):
        installed_at = datetime.fromisoformat(str(note["installed_at"]))
    verified = note.get("verified")
    return InstalledVersion(
        tag=version.tag,
        path=program,
        size_bytes=info.st_size,
        source=str(note.get("source", "found in the data folder")),
        installed_at=installed_at,
        is_verified=verified if isinstance(verified, bool) else None,
    )


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file in lower-case hex. Python's global lock is free meanwhile."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
