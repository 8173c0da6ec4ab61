"""Small programs in C that a Windows Python under Wine needs and no package brings: for tests, never shipped.

`python.exe` and `python3.dll` (the stable interface, each function forwarded to python311.dll); `icuuc.dll`, which is a part of
Windows that Wine 8 lacks and Qt's core library is linked against; and an `mscms.dll` with the one call that Wine's lacks.
"""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from tests.packaging.report import StepError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_COMPILER = "x86_64-w64-mingw32-gcc"
_LAUNCHER = """
#include <wchar.h>
__declspec(dllimport) int Py_Main(int argc, wchar_t **argv);
int wmain(int argc, wchar_t **argv) { return Py_Main(argc, argv); }
"""
_MSCMS = (
    "WcsCreateIccProfile", "OpenColorProfileW", "CloseColorProfile", "GetColorProfileFromHandle", "GetStandardColorSpaceProfileW",
    "WcsOpenColorProfileW", "WcsGetDefaultColorProfile", "WcsGetDefaultColorProfileSize", "GetColorDirectoryW", "EnumColorProfilesW",
    "WcsGetUsePerUserProfiles", "ColorProfileGetDisplayDefault", "ColorProfileGetDisplayList", "ColorProfileGetDisplayUserScope",
)  # fmt: skip


def make_python_programs(folder: Path) -> None:
    """Make `python.exe` and `python3.dll` beside `python311.dll`."""
    names = exported_names(folder / "python311.dll")
    definition = folder / "python311.def"
    definition.write_text("LIBRARY python311.dll\nEXPORTS\n" + "".join(f"  {name}\n" for name in names), encoding="ascii")
    import_library = folder / "libpython311.a"
    _run(["x86_64-w64-mingw32-dlltool", "--input-def", definition, "--output-lib", import_library])
    source = folder / "launcher.c"
    source.write_text(_LAUNCHER, encoding="ascii")
    _run([_COMPILER, "-municode", "-O2", "-o", folder / "python.exe", source, import_library])
    forwards = "LIBRARY python3.dll\nEXPORTS\n" + "".join(f"  {name}=python311.{name}\n" for name in names)
    _make_dll(folder / "python3.dll", "", forwards)
    for rest in (definition, import_library, source, folder / "python3.def", folder / "python3.c"):
        rest.unlink(missing_ok=True)


def make_system_libraries(folder: Path, qt_core: Path) -> None:
    """Make the two libraries of Windows that Wine lacks, with the functions that Qt's core library asks for."""
    for name, functions in (("icuuc", _imported_names(qt_core, "icuuc.dll")), ("mscms", _MSCMS)):
        _make_dll(
            folder / f"{name}.dll",
            "".join(f"__declspec(dllexport) long long {function}(void) {{ return 0; }}\n" for function in functions),
            "",
        )
        for rest in (folder / f"{name}.c", folder / f"{name}.def"):
            rest.unlink(missing_ok=True)


def exported_names(library: Path) -> list[str]:
    """List the functions and variables that a DLL offers.

    Raises:
        StepError: none were found.
    """
    listing = _run(["x86_64-w64-mingw32-objdump", "-p", library])
    names = re.findall(r"^\s*\[\s*\d+\]\s+(?:\+base\[\s*\d+\]\s+[0-9a-f]+\s+)?([A-Za-z_]\w*)$", listing, re.MULTILINE)
    if not names:
        raise StepError(f"No exported function was found in {library.name}.")
    return names


def _imported_names(library: Path, source: str) -> list[str]:
    listing = _run(["x86_64-w64-mingw32-objdump", "-p", library])
    part = re.search(rf"DLL Name: {re.escape(source)}\n(.*?)\n\n", listing, re.DOTALL | re.IGNORECASE)
    return re.findall(r"\s([A-Za-z_]\w*)$", part[1], re.MULTILINE) if part else []


def _make_dll(target: Path, code: str, definition: str) -> None:
    source = target.with_suffix(".c")
    source.write_text(code or "int made_for_tests;\n", encoding="ascii")
    inputs = [source]
    if definition:
        inputs.append(target.with_suffix(".def"))
        inputs[-1].write_text(definition, encoding="ascii")
    _run([_COMPILER, "-shared", "-O2", "-o", target, *inputs])


def _run(command: Iterable[str | Path]) -> str:
    words = [str(word) for word in command]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise StepError(f"{words[0]} failed: {ended.stderr.strip()[-400:]}")
    return ended.stdout
