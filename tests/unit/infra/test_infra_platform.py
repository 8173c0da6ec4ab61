"""What this computer and a program file are, in Go's words."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.infra.platform_facts import cpu_name, os_name, program_platform, runnable_cpus


def elf(machine: int) -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00" + machine.to_bytes(2, "little") + bytes(44)


def pe(machine: int, offset: int = 0x80) -> bytes:
    return b"MZ" + bytes(0x3A) + offset.to_bytes(4, "little") + bytes(offset - 0x40) + b"PE\x00\x00" + machine.to_bytes(2, "little") + bytes(20)


def mach_o(cpu: int) -> bytes:
    return b"\xcf\xfa\xed\xfe" + cpu.to_bytes(4, "little") + bytes(24)


@pytest.mark.parametrize(
    ("head", "platform"),
    [
        (elf(0x3E), ("linux", "amd64")),
        (elf(0xB7), ("linux", "arm64")),
        (elf(0x03), ("linux", "386")),
        (elf(0x28), ("linux", "armv7")),
        (elf(0xF3), ("linux", "machine 0xf3")),
        (pe(0x8664), ("windows", "amd64")),
        (pe(0x14C, 0x100), ("windows", "386")),
        (pe(0xAA64), ("windows", "arm64")),
        (pe(0x1C4), ("windows", "machine 0x1c4")),
        (mach_o(0x01000007), ("darwin", "amd64")),
        (mach_o(0x0100000C), ("darwin", "arm64")),
        (mach_o(7), ("darwin", "machine 0x7")),
        (b"\xca\xfe\xba\xbe" + bytes(8), ("darwin", "universal")),
        (b"", None),
        (b"\x7fELF", None),
        (b"MZ", None),
        (b"#!/bin/sh\n", None),
        (b"PK\x03\x04" + bytes(30), None),
        (b"<!DOCTYPE html>", None),
    ],
)
def test_program_platform_reads_the_head(head: bytes, platform: tuple[str, str] | None) -> None:
    assert program_platform(head) == platform


@given(st.sampled_from([b"", b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe"]), st.binary(max_size=100))
def test_program_platform_takes_any_bytes(magic: bytes, rest: bytes) -> None:
    found = program_platform(magic + rest)
    assert found is None or found[0] in {"linux", "windows", "darwin"}


def test_program_platform_of_the_running_python_is_this_computer() -> None:
    head = Path(os.path.realpath(sys.executable)).read_bytes()[:4096]
    found = program_platform(head)
    assert found is not None
    assert found[0] == os_name()
    assert found[1] in (*runnable_cpus(os_name(), cpu_name()), "universal")


@pytest.mark.parametrize(("platform", "name"), [("win32", "windows"), ("darwin", "darwin"), ("linux", "linux")])
def test_os_name_is_that_of_go(platform: str, name: str) -> None:
    assert os_name(platform) == name


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        ("x86_64", "amd64"), ("AMD64", "amd64"), ("aarch64", "arm64"), ("ARM64", "arm64"), ("i386", "386"), ("i686", "386"),
        ("x86", "386"), ("armv7l", "armv7"), ("armv8l", "armv7"), ("riscv64", "riscv64"),
    ],
)  # fmt: skip
def test_cpu_name_is_that_of_go(machine: str, name: str) -> None:
    assert cpu_name(machine) == name


@pytest.mark.parametrize(
    ("system", "cpu", "cpus"),
    [
        ("linux", "amd64", ("amd64", "386")),
        ("linux", "arm64", ("arm64",)),
        ("linux", "armv7", ("armv7",)),
        ("windows", "amd64", ("amd64", "386")),
        ("windows", "arm64", ("arm64", "amd64", "386")),
        ("darwin", "arm64", ("arm64", "amd64")),
        ("darwin", "amd64", ("amd64",)),
    ],
)
def test_runnable_cpus_native_first(system: str, cpu: str, cpus: tuple[str, ...]) -> None:
    assert runnable_cpus(system, cpu) == cpus
