"""What all builders share: the one error, the tools of other people, the clock of a reproducible build, archives without surprises."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from installers.product import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEBIAN_PACKAGES = {
    "appstreamcli": "appstream", "debootstrap": "debootstrap", "desktop-file-validate": "desktop-file-utils", "dpkg-deb": "dpkg",
    "git": "git", "lintian": "lintian", "makensis": "nsis", "mksquashfs": "squashfs-tools", "objdump": "binutils", "strip": "binutils",
}  # fmt: skip
"""Where a missing tool comes from."""


class BuildError(Exception):
    """The build cannot go on; the sentence says why and what to do."""


def tool(name: str) -> str:
    """Find a program that a builder needs.

    Raises:
        BuildError: it is not there.
    """
    found = shutil.which(name)
    if found is None:
        package = DEBIAN_PACKAGES.get(name, name)
        raise BuildError(f"The tool {name} is missing: install it (Debian: apt-get install {package}) and try again.")
    return found


def run(command: Sequence[str | Path], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run a tool and give what it wrote to its standard output.

    Raises:
        BuildError: it is missing, or failed.
    """
    words = [tool(str(command[0])) if not Path(command[0]).is_absolute() else str(command[0]), *map(str, command[1:])]
    ended = subprocess.run(words, cwd=cwd, env=env and dict(env), capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        said = (ended.stderr.strip() or ended.stdout.strip())[-1200:]
        raise BuildError(f"{Path(words[0]).name} failed with code {ended.returncode}: {said}")
    return ended.stdout


def source_date(root: Path = ROOT) -> int:
    """Give the time that everything built from this tree carries, in Unix seconds: asked for, else of the last commit, else of the files."""
    if asked := os.environ.get("SOURCE_DATE_EPOCH", ""):
        return int(asked)
    if shutil.which("git"):
        ended = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=root, capture_output=True, text=True, check=False)
        if ended.returncode == 0 and ended.stdout.strip():
            return int(ended.stdout)
    return int((root / "pyproject.toml").stat().st_mtime)


def digest(file: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder with its links as they are."""
    shutil.copytree(source, target, symlinks=True)


def set_times(folder: Path, when: int) -> None:
    """Give every file and folder the same time, and modes that depend on nobody's umask."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (when, when), follow_symlinks=False)


def write_tar_xz(folder: Path, target: Path, name: str, when: int) -> Path:
    """Pack a folder under the given name: sorted, owned by root, of one time, so that the same tree gives the same bytes."""

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        info.mtime = when
        if not info.issym():
            info.mode = 0o755 if info.isdir() or info.mode & 0o100 else 0o644
        return info

    with lzma.open(target, "wb", preset=6) as stream, tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        archive.add(folder, name, recursive=False, filter=plain)
        for path in sorted(folder.rglob("*")):
            archive.add(path, f"{name}/{path.relative_to(folder).as_posix()}", recursive=False, filter=plain)
    return target


def write_gzip(target: Path, data: bytes) -> None:
    """Write a gzip file without name and time."""
    target.write_bytes(gzip.compress(data, 9, mtime=0))
