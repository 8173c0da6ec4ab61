"""Files of installed GOWA versions: list them, and import one from a release zip or a bare program.

A version appears under its final name only when it is complete and has been seen to run: everything happens in a staging
folder beside it that is renamed at the end and removed on any failure.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import FolderError, VersionRefusedError
from gowa_desktop.domain.installed_version import InstalledVersion
from gowa_desktop.domain.versions import GowaVersion, executable_name, parse_asset_name
from gowa_desktop.infra.platform_facts import cpu_name, os_name, program_platform, runnable_cpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

_MAX_PROGRAM_BYTES = 512 * 1024 * 1024
_CHUNK = 1024 * 1024
_HEAD_BYTES = 4096
_TRY_TIMEOUT_S = 20
_STAGING_PREFIX = ".install-"
_NOTE = "gowa-desktop.json"
_BROKEN_ZIP = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error, zlib.error)
"""What reading a damaged or encrypted zip raises; a name that is no UTF-8 is a ValueError."""


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


def sweep_staging(folder: Path) -> None:
    """Remove what an interrupted import left behind."""
    with contextlib.suppress(OSError):
        for entry in folder.glob(f"{_STAGING_PREFIX}*"):
            shutil.rmtree(entry, ignore_errors=True)


def import_version(source: Path, folder: Path, tag: str | None = None) -> InstalledVersion:
    """Install a version from a release zip or a bare program.

    Args:
        source: `whatsapp_<X.Y.Z>_<os>_<arch>.zip`, or an executable (then `tag` is needed).
        folder: `bin/versions`.
        tag: the version, when the file name does not say it or says it wrongly.

    Raises:
        VersionRefusedError: not readable, not for this computer, not GOWA, or another file of this version is installed.
        FolderError: the target cannot be written.
    """
    if not source.is_file():
        raise VersionRefusedError(f"There is no file {source}.", "Choose a GOWA release zip or program.")
    version = _version_of(source, tag)
    with _staging(folder, version) as staging:
        program = staging / program_name()
        if _is_zip(source):
            _unpack(source, program)
        else:
            _copy_program(source, program)
        _check_platform(program, source)
        program.chmod(0o755)
        _check_runs(program, version, staging)
        return _move_into_place(staging, folder / version.tag, version, source)


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
        raise FolderError(
            f"The version cannot be installed into {folder}: {error.strerror or error}.", "Check the disk and the folder's permissions."
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _is_zip(source: Path) -> bool:
    try:
        return zipfile.is_zipfile(source)
    except zipfile.BadZipFile:  # it looks like one, as far as it can be read
        return True


def _unpack(source: Path, program: Path) -> None:
    system = os_name()
    wanted = [executable_name(system, cpu) for cpu in runnable_cpus(system, cpu_name())]
    try:
        with zipfile.ZipFile(source) as archive:
            entry = next((e for name in wanted for e in archive.infolist() if e.filename == name), None)
            if entry is None:
                raise _no_program(archive, source, wanted[0])
            if stat.S_ISLNK(entry.external_attr >> 16) or entry.file_size > _MAX_PROGRAM_BYTES:
                raise VersionRefusedError(f"The program inside {source.name} is a link or too large.", "Download the release again.")
            if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise VersionRefusedError(f"{source.name} is packed in an unusual way.", "Download the release again.")
            with archive.open(entry) as packed:
                _write(packed, program)
    except (*_BROKEN_ZIP, OSError) as error:
        # A place before the beginning of the file, from a damaged directory of it, is an invalid argument of a seek.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise VersionRefusedError(f"The zip file {source.name} is damaged.", "Download it again.") from error


def _no_program(archive: zipfile.ZipFile, source: Path, wanted: str) -> VersionRefusedError:
    others = [n for n in archive.namelist() if re.fullmatch(r"(linux|windows|darwin)-[a-z0-9]+(\.exe)?", n)]
    if others:
        return VersionRefusedError(
            f"{source.name} is for another kind of computer ({others[0]}); this one needs {wanted}.",
            f"Choose the release file that ends in {wanted.removesuffix('.exe').replace('-', '_')}.zip.",
        )
    return VersionRefusedError(f"{source.name} does not contain a GOWA program named {wanted}.", "Choose a GOWA release zip.")


def _copy_program(source: Path, program: Path) -> None:
    try:
        size = source.stat().st_size
        if size > _MAX_PROGRAM_BYTES:
            raise VersionRefusedError(f"{source.name} is too large to be GOWA.", "Choose a GOWA release file.")
        with source.open("rb") as file:
            _write(file, program)
    except PermissionError as error:
        raise VersionRefusedError(f"{source.name} cannot be read.", "Make it readable for you and try again.") from error


def _write(source: IO[bytes], target: Path) -> None:
    written = 0
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > _MAX_PROGRAM_BYTES:
                raise VersionRefusedError("The program inside the file is too large to be GOWA.", "Download the release again.")
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _check_platform(program: Path, source: Path) -> None:
    with program.open("rb") as file:
        found = program_platform(file.read(_HEAD_BYTES))
    system = os_name()
    if found is None:
        kind = "a damaged zip file" if source.suffix.lower() == ".zip" else "no program for any computer"
        raise VersionRefusedError(f"{source.name} is {kind}.", "Choose a GOWA release zip or program.")
    if found[0] != system or found[1] not in (*runnable_cpus(system, cpu_name()), "universal"):
        raise VersionRefusedError(
            f"{source.name} is for {found[0]} on {found[1]}; this computer is {system} on {cpu_name()}.",
            "Choose the release file for this computer.",
        )


def _check_runs(program: Path, version: GowaVersion, staging: Path) -> None:
    # `rest --help` touches no file and opens no port; v5 has no sub-command (GOWA facts 1.5 and 2.1).
    words = ["rest", "--help"] if version.has_rest_subcommand else ["--help"]
    try:
        result = subprocess.run(
            [program, *words],
            cwd=staging,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TRY_TIMEOUT_S,
            check=False,
            env={name: value for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if (value := os.environ.get(name))},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise VersionRefusedError("The program did not answer when asked for its help.", "Choose a GOWA release file.") from error
    except OSError as error:
        raise VersionRefusedError(
            f"The program cannot be run here: {error.strerror or error}.", "Check the file, and that no virus scanner holds it."
        ) from error
    if result.returncode != 0 or b"--port" not in result.stdout or b"basic-auth" not in result.stdout:
        raise VersionRefusedError("The program runs but is not GOWA, or not this version of it.", "Check the file and the version.")


def _move_into_place(staging: Path, target: Path, version: GowaVersion, source: Path) -> InstalledVersion:
    program = staging / program_name()
    digest = _sha256(program)
    if (target / program_name()).is_file():
        if _sha256(target / program_name()) == digest:
            return _describe(version, target, target / program_name())
        raise VersionRefusedError(
            f"Another program is installed as {version.tag} already.", "Give this one another version, such as --tag v9.2.0+local."
        )
    note = {"source": source.name, "sha256": digest, "installed_at": datetime.now(UTC).isoformat(timespec="seconds")}
    (staging / _NOTE).write_text(json.dumps(note), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    staging.rename(target)
    return _describe(version, target, target / program_name())


def _describe(version: GowaVersion, folder: Path, program: Path) -> InstalledVersion:
    note: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError, RecursionError):
        stored = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        note = stored if isinstance(stored, dict) else {}
    info = program.stat()
    installed_at = datetime.fromtimestamp(info.st_mtime, UTC)
    with contextlib.suppress(KeyError, ValueError, TypeError):
        installed_at = datetime.fromisoformat(note["installed_at"])
    return InstalledVersion(version.tag, program, info.st_size, str(note.get("source", "found in the data folder")), installed_at)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
