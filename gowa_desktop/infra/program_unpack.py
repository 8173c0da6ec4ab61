"""The program out of a release zip or a bare file: by its very name, never through a path or a link, never without a limit."""

from __future__ import annotations

import errno
import os
import re
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import VersionRefusedError
from gowa_desktop.domain.progress import InstallStep, Progress
from gowa_desktop.domain.versions import executable_name
from gowa_desktop.infra.disk_space import check_room
from gowa_desktop.infra.platform_facts import cpu_name, os_name, runnable_cpus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

    from gowa_desktop.infra.cancel_flag import CancelFlag

    Report = Callable[[Progress], None]

_MAX_PROGRAM_BYTES = 512 * 1024 * 1024
_CHUNK = 1024 * 1024
_BROKEN_ZIP = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error, zlib.error)
"""What reading a damaged or encrypted zip raises; a name that is no UTF-8 is a ValueError."""


def unpack_program(source: Path, program: Path, report: Report, flag: CancelFlag) -> None:
    """Write the program that a release zip or a bare program file holds to `program`, and through to the disk.

    Raises:
        VersionRefusedError: there is none for this computer, or the file is damaged or too large.
        CancelledError: it was called off.
        OSError, DiskFullError: it cannot be written.
    """
    if _is_zip(source):
        _unpack(source, program, report, flag)
    else:
        _copy(source, program, report, flag)


def _is_zip(source: Path) -> bool:
    try:
        return zipfile.is_zipfile(source)
    except zipfile.BadZipFile:  # it looks like one, as far as it can be read
        return True


def _unpack(source: Path, program: Path, report: Report, flag: CancelFlag) -> None:
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
            check_room(program.parent, entry.file_size)
            with archive.open(entry) as packed:
                _write(packed, program, entry.file_size, report, flag)
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


def _copy(source: Path, program: Path, report: Report, flag: CancelFlag) -> None:
    try:
        size = source.stat().st_size
        if size > _MAX_PROGRAM_BYTES:
            raise VersionRefusedError(f"{source.name} is too large to be GOWA.", "Choose a GOWA release file.")
        check_room(program.parent, size)
        with source.open("rb") as file:
            _write(file, program, size, report, flag)
    except PermissionError as error:
        raise VersionRefusedError(f"{source.name} cannot be read.", "Make it readable for you and try again.") from error


def _write(source: IO[bytes], target: Path, size: int, report: Report, flag: CancelFlag) -> None:
    written = 0
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            flag.check()
            written += len(chunk)
            if written > _MAX_PROGRAM_BYTES:
                raise VersionRefusedError("The program inside the file is too large to be GOWA.", "Download the release again.")
            file.write(chunk)
            report(Progress(InstallStep.UNPACKING, written, size, "bytes"))
        file.flush()
        os.fsync(file.fileno())
