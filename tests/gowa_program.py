"""A program that passes for GOWA: the real one where GOWA_BINARIES names its folder, else one built with the C compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

from gowa_desktop.domain.versions import executable_name
from gowa_desktop.infra.platform_facts import cpu_name, os_name

WANTED = executable_name(os_name(), cpu_name())
"""Name of the program inside a release zip for this computer."""

FAKE_GOWA = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int count, char **words) {
    if (getenv("APP_DEBUG") || getenv("LD_LIBRARY_PATH") || !getenv("PATH")) return 3;
    if (MODE == 1) for (;;) pause();
    if (MODE == 2) return 1;
    if (MODE == 3) { fputs(words[0], stderr); fputs(": /lib/libc.so.6: version `GLIBC_9.99' not found (required by it)\n", stderr); return 1; }
    if (MODE == 4) { unlink(words[0]); return 1; }
    if (count == 3 - OLD && !strcmp(words[count - 1], "--help") && (OLD || !strcmp(words[1], "rest")))
        printf("Usage:\n  --basic-auth strings\n  --port string\n");
    return 0;
}
"""
"""MODE: 0 answers as GOWA does, 1 never, 2 fails, 3 misses a system library, 4 is taken away. OLD: 1 knows no `rest` (v5)."""


def build_gowa(folder: Path, mode: int = 0, old: int = 0) -> Path | None:
    """Build a stand-in; None where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    program = folder / f"gowa-{mode}-{old}{'.exe' if os.name == 'nt' else ''}"
    if not program.exists():
        source = folder / "gowa.c"
        source.write_text(FAKE_GOWA)
        subprocess.run([compiler, f"-DMODE={mode}", f"-DOLD={old}", "-o", program, source], check=True, capture_output=True)
    return program


def real_gowa(tag: str = "v9.2.0") -> Path | None:
    """Give a real program; None without GOWA_BINARIES."""
    folder = os.environ.get("GOWA_BINARIES")
    program = Path(folder) / f"gowa-{tag}{'.exe' if os.name == 'nt' else ''}" if folder else None
    return program if program is not None and program.is_file() else None


def release_zip(program: bytes, name: str = WANTED, *, padding: int = 0, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack a program as a release does; `padding` bytes that do not compress make it larger."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        archive.writestr(name, program)
        archive.writestr("readme.md", "# GOWA\n")
        if padding:
            archive.writestr(zipfile.ZipInfo("padding.bin"), os.urandom(padding))
    return packed.getvalue()
