"""What the libraries of a folder need from the system, read with objdump."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from installers.bootstrap import SYSTEM_LIBRARIES
from installers.tools import BuildError, run

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BASE = {
    "libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "libresolv.so.2", "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
}  # fmt: skip
_COMPILER = {"libstdc++.so.6": "libstdc++6", "libgcc_s.so.1": "libgcc-s1"}


def needs(folder: Path) -> tuple[set[str], tuple[int, int]]:
    """Tell which libraries a folder's programs and libraries need and do not bring, and the version of glibc that suffices.

    Raises:
        BuildError: objdump is missing.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink() and _is_elf(path)]
    text = "".join(run(["objdump", "-p", *files[start : start + 100]]) for start in range(0, len(files), 100))
    own = {path.name for path in folder.rglob("*") if ".so" in path.name}
    wanted = set(re.findall(r"^\s+NEEDED\s+(\S+)$", text, re.MULTILINE)) - own
    glibc = max((int(major), int(minor)) for major, minor in re.findall(r"\bGLIBC_(\d+)\.(\d+)", text))
    return wanted - _BASE, glibc


def depends(wanted: Iterable[str], glibc: tuple[int, int]) -> tuple[list[str], list[str]]:
    """Give Debian's packages that are needed, and those that are good to have: Wayland's.

    Raises:
        BuildError: nobody knows the package of a library.
    """
    known = {**_COMPILER, **SYSTEM_LIBRARIES["core"], **SYSTEM_LIBRARIES["xcb"]}
    needed, useful = {f"libc6 (>= {glibc[0]}.{glibc[1]})"}, set()
    for library in wanted:
        if library in SYSTEM_LIBRARIES["wayland"]:
            useful.add(SYSTEM_LIBRARIES["wayland"][library])
        elif library in known:
            needed.add(known[library])
        else:
            raise BuildError(f"The program needs {library}, and no package is known for it: add it to SYSTEM_LIBRARIES in bootstrap.py.")
    # What is loaded by name at run time: Qt's picture of the screen, and the bus.
    return sorted(needed | {"libegl1", "libgl1", "libdbus-1-3"}), sorted(useful)


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"
