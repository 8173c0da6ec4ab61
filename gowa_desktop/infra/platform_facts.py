"""What this computer is, in the words of Go's release files: operating system and CPU."""

from __future__ import annotations

import contextlib
import os
import platform
import sys

_CPUS = {
    "x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64", "i386": "386", "i686": "386", "x86": "386",
    "armv7l": "armv7", "armv8l": "armv7",
}  # fmt: skip
_ALSO_RUNS = {
    ("linux", "amd64"): ("386",),
    ("windows", "amd64"): ("386",),
    ("windows", "arm64"): ("amd64", "386"),
    ("darwin", "arm64"): ("amd64",),
}


def os_name(platform_name: str = sys.platform) -> str:
    """Give `linux`, `windows` or `darwin`."""
    return {"win32": "windows", "darwin": "darwin"}.get(platform_name, "linux")


def cpu_name(machine: str | None = None) -> str:
    """Give `amd64`, `arm64`, `386` or `armv7`; an unknown CPU keeps its own name."""
    name = (machine if machine is not None else platform.machine()).lower()
    return _CPUS.get(name, name)


def runnable_cpus(system: str, cpu: str) -> tuple[str, ...]:
    """Give the CPUs whose programs run on this system, the native one first."""
    return (cpu, *_ALSO_RUNS.get((system, cpu), ()))


def program_platform(head: bytes) -> tuple[str, str] | None:
    """Read operating system and CPU from the first bytes of a program; None when it is none.

    Knows ELF (`e_machine`), PE (machine word) and Mach-O (cpu type); universal Mach-O counts as `darwin`, `universal`.
    """
    if head[:4] == b"\x7fELF" and len(head) >= 20:
        machine = int.from_bytes(head[18:20], "little")
        return ("linux", {0x3E: "amd64", 0xB7: "arm64", 0x03: "386", 0x28: "armv7"}.get(machine, f"machine {machine:#x}"))
    if head[:2] == b"MZ" and len(head) >= 0x40:
        offset = int.from_bytes(head[0x3C:0x40], "little")
        machine = int.from_bytes(head[offset + 4 : offset + 6], "little")
        return ("windows", {0x8664: "amd64", 0x14C: "386", 0xAA64: "arm64"}.get(machine, f"machine {machine:#x}"))
    if head[:4] == b"\xcf\xfa\xed\xfe":
        machine = int.from_bytes(head[4:8], "little")
        return ("darwin", {0x01000007: "amd64", 0x0100000C: "arm64"}.get(machine, f"machine {machine:#x}"))
    if head[:4] == b"\xca\xfe\xba\xbe":
        return ("darwin", "universal")
    return None


def glibc_version() -> str | None:
    """Give the version of the GNU C library, such as `2.36`; None where there is another or none."""
    library = ""
    if sys.platform == "linux":
        with contextlib.suppress(ValueError, OSError):
            library = os.confstr("CS_GNU_LIBC_VERSION") or ""
    name, _, version = library.partition(" ")
    return version if name == "glibc" and version else None
