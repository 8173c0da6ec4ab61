"""Makes one file that runs by itself, an AppImage, of the AppDir: AppImage's runtime with the packed folder behind it.

Source: the AppImage specification, type 2. The runtime is in no package registry, so a release fetches it from its own project on GitHub
and holds it against the digest that GitHub states. Packing is proved here; the finished file is unproved, for want of a runtime.
"""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

from installers.tools import BuildError, digest, run, source_date

if TYPE_CHECKING:
    from pathlib import Path

_PROJECT = "AppImage/type2-runtime"
_TAG = "continuous"
_ELF_MAGIC = b"\x7fELF"


def runtime_name(machine: str = "") -> str:
    """Name the runtime of a processor, as the project does."""
    return f"runtime-{machine or platform.machine()}"


def fetch_runtime(folder: Path) -> Path:
    """Fetch the runtime by GitHub's own tool, which needs a token in `GH_TOKEN`.

    Raises:
        BuildError: it is not to be had, or not what GitHub says it is.
    """
    name = runtime_name()
    stated = run(
        ["gh", "api", f"repos/{_PROJECT}/releases/tags/{_TAG}", "--jq", f'.assets[] | select(.name == "{name}") | .digest']
    ).strip()
    run(["gh", "release", "download", _TAG, "--repo", _PROJECT, "--pattern", name, "--dir", folder])
    if stated != f"sha256:{digest(folder / name)}":
        raise BuildError(f"The runtime {name} is not the one that GitHub states ({stated or 'nothing'}): start the release again.")
    return folder / name


def build(app_dir: Path, runtime: Path, work: Path) -> Path:
    """Put the runtime and the packed AppDir into one file beside the AppDir; the same folders give the same bytes.

    Raises:
        BuildError: the runtime is no program, or a tool is missing.
    """
    start = runtime.read_bytes()
    if not start.startswith(_ELF_MAGIC):
        raise BuildError(f"{runtime.name} is no program: fetch AppImage's runtime again.")
    packed = work / "appdir.squashfs"
    # Not by options: mksquashfs refuses both at once, and the variable may be set.
    clock = {**os.environ, "SOURCE_DATE_EPOCH": str(source_date())}
    run(["mksquashfs", app_dir, packed, "-root-owned", "-noappend", "-no-progress", "-quiet", "-comp", "zstd"], env=clock)
    target = app_dir.with_suffix(".AppImage")
    with target.open("wb") as file:
        file.write(start)
        with packed.open("rb") as stream:
            while data := stream.read(1024 * 1024):
                file.write(data)
    target.chmod(0o755)
    packed.unlink()
    return target
