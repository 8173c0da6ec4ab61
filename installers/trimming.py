"""What is left out of the frozen program: rules over the names that PyInstaller collected, used by the spec and tested without it.

Nothing under the GPL alone may get in: the virtual keyboard is part of the same Qt package, and Qt Charts would need another.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HIDDEN_IMPORTS = ["gowa_desktop.simulator.program", "PySide6.QtOpenGLWidgets", "PySide6.QtSvg"]
"""Imported by string or in one branch only. pyqtgraph looks for what concerns OpenGL by name."""
STAND_INS = {"PySide6.QtOpenGL": "qt_opengl.py"}
"""Modules that only have to be there when others are imported, by the file in `stand_ins` that takes their place."""

EXCLUDED_MODULES = [
    "tkinter", "test", "lib2to3", "idlelib", "ensurepip", "setuptools", "pip", "matplotlib", "scipy", "qtpy", "qtawesome",
    "readline", "_gdbm", "_dbm", "_curses", "_curses_panel", "_uuid", "nis", "ossaudiodev", "audioop", "crypt",
    "httpx._main", "PySide6.QtOpenGL", "PySide6.QtTest", "PySide6.scripts", "numpy.random",
]  # fmt: skip
"""Not pydoc, unittest and doctest: pyqtgraph and numpy import them. numpy.random is loaded only when it is used, which charts do not. Of
qtawesome only a font is used, which comes as data. readline and _gdbm would bring libraries under the GPL.
`runtime_packages.foreign_modules` adds what belongs to development and build tools."""

_UNUSED_MODULES = (
    "numpy.f2py", "numpy.polynomial", "numpy.random", "numpy.testing", "pydoc_data", "pyqtgraph.examples", "pyqtgraph.flowchart",
    "anyio._backends._trio",
)  # fmt: skip
"""Modules that other modules name, and nothing we use imports; numpy loads its own at first use."""

_PLUGINS = {
    "platforms": r"(lib)?q(xcb|wayland[a-z-]*|offscreen|windows|cocoa)\b",
    "imageformats": r"(lib)?q(ico|svg)\b",
    "iconengines": r"(lib)?qsvgicon\b",
    "styles": r"(lib)?q(mac|modernwindows|windowsvista)style\b",
    "tls": r"(lib)?q(opensslbackend|schannelbackend|securetransportbackend|certonlybackend)\b",
    "xcbglintegrations": r".*",
    "wayland-shell-integration": r".*xdg-shell.*",
    "wayland-decoration-client": r".*",
    "wayland-graphics-integration-client": r".*",
    "platformthemes": r"libqxdgdesktopportal\b",
    "platforminputcontexts": r"lib(composeplatforminputcontextplugin|ibusplatforminputcontextplugin)\b",
    "accessiblebridge": r".*",
}
"""The kinds of Qt plugins that stay, and which of each; all others go."""

_UNWANTED_LIBRARIES = re.compile(
    r"(^|/)(opengl32sw|icuuc|mscms|d3dcompiler_\d+|Qt6?(Qml|Quick|VirtualKeyboard|Sql|PrintSupport|Pdf|Charts|Designer|Concurrent|Xml|Test)[A-Za-z]*"
    r"|libQt6(Qml|Quick|VirtualKeyboard|Sql|PrintSupport|Pdf|Charts|Designer|Concurrent|Xml|Test|EglFS[A-Za-z]*|WlShellIntegration)[A-Za-z]*)\b",
    re.IGNORECASE,
)
_LINUX_LIBRARY = re.compile(r"^lib[^/]+\.so[.\d]*$")
_LINUX_OWN = re.compile(
    r"^lib((crypto|ssl|sqlite3|ffi|z|lzma|bz2|expat)\.|python3|mpdec|Qt6|icu|pyside6|shiboken6|scipy_openblas|gfortran|quadmath)"
)
"""The libraries at the top of the bundle that come along; all others are the host's, as `SYSTEM_LIBRARIES` in bootstrap.py lists them."""
_UNWANTED_DATA = re.compile(
    r"(^|/)PySide6/(Qt/)?(translations/(?!qtbase_(es|pt_BR|id)\.qm$)|qml/|resources/)"
    r"|\.pyi$|(^|/)(tests?|examples)/|\.dist-info/|pyqtgraph/icons/peegee/", re.IGNORECASE
)


def is_wanted_library(name: str) -> bool:
    """Tell whether a library or plugin goes into the bundle; `name` is its place there."""
    place = name.replace("\\", "/")
    if place.startswith(("numpy/random/", "numpy/_core/_multiarray_tests.")):
        return False
    if _LINUX_LIBRARY.match(place) and not _LINUX_OWN.match(place):
        return False
    plugin = re.search(r"(?:^|/)plugins/([^/]+)/([^/]+)$", place)
    if plugin is not None:
        pattern = _PLUGINS.get(plugin[1])
        return pattern is not None and re.match(pattern, plugin[2]) is not None
    return _UNWANTED_LIBRARIES.search(place) is None


def is_wanted_module(name: str) -> bool:
    """Tell whether a Python module goes into the bundle."""
    return not any(name == unused or name.startswith(f"{unused}.") for unused in (*EXCLUDED_MODULES, *_UNUSED_MODULES))


def is_wanted_data(name: str) -> bool:
    """Tell whether a data file goes into the bundle. Of Qt's own translations those of our languages do: they name standard buttons."""
    return _UNWANTED_DATA.search(name.replace("\\", "/")) is None


def wanted_libraries(entries: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Choose from PyInstaller's table of name, source and kind, and sort it, so that the same tree gives the same bundle."""
    return sorted(entry for entry in entries if is_wanted_library(entry[0]))


def wanted_modules(entries: Iterable[tuple[str, str, str]], stand_ins: Path) -> list[tuple[str, str, str]]:
    """Choose from PyInstaller's table of name, source and kind, add the stand-ins from their folder, and sort it."""
    kept = [entry for entry in entries if is_wanted_module(entry[0])]
    return sorted([*kept, *((name, str(stand_ins / file), "PYMODULE") for name, file in STAND_INS.items())])


def wanted_data(entries: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Choose from PyInstaller's table of name, source and kind, and sort it."""
    # A link to a library counts as data there.
    return sorted(entry for entry in entries if is_wanted_data(entry[0]) and is_wanted_library(entry[0]))
