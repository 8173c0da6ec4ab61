"""Reads the first bytes of programs and libraries of macOS: which they are, and for which processors. Runs on every system."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

UNIVERSAL = "universal2"
_CPUS = {0x01000007: "x86_64", 0x0100000C: "arm64"}
_THIN_64 = 0xFEEDFACF
_FAT = 0xCAFEBABE
_MOST_CPUS = 8
"""Java's class files begin as fat ones do; what would be the number of processors there is a version far above."""


def processors(head: bytes) -> frozenset[str]:
    """Give the processors that a file runs on, by its first 256 bytes; empty when it is no Mach-O file of 64 bits."""
    if len(head) < 8:
        return frozenset()
    if struct.unpack_from("<I", head)[0] == _THIN_64:
        return frozenset({_CPUS.get(struct.unpack_from("<I", head, 4)[0], "other")})
    magic, count = struct.unpack_from(">II", head)
    if magic != _FAT or not 0 < count <= _MOST_CPUS or len(head) < 8 + 20 * count:
        return frozenset()
    return frozenset(_CPUS.get(struct.unpack_from(">I", head, 8 + 20 * index)[0], "other") for index in range(count))


def processors_of(file: Path) -> frozenset[str]:
    """Give the processors that a file runs on; empty when it is no program or library."""
    with file.open("rb") as stream:
        return processors(stream.read(256))


def programs_in(folder: Path) -> list[Path]:
    """List every program and library in a folder and below, links left out."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and processors_of(path))


def common_target(files: Iterable[Path], own: str) -> str:
    """Choose what to build for: both processors when every part is made for both, else the own one."""
    both = frozenset(_CPUS.values())
    found = [cpus for file in files if (cpus := processors_of(file))]
    return UNIVERSAL if found and all(both <= cpus for cpus in found) else own
