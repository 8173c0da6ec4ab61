"""What a frozen program gives back before it starts others, and what those inherit."""

from __future__ import annotations

import pytest

from gowa_desktop.infra.own_environment import children_environment, give_back_environment

_BUNDLE = "/opt/program/_internal"
_WINDOWS = r"C:\Users\Jürgen\AppData\Local\Programs\GOWA Desktop\app-1.0.0\_internal"


def test_what_freezing_set_is_gone() -> None:
    values = {
        "LD_LIBRARY_PATH": _BUNDLE, "_PYI_ARCHIVE_FILE": "/opt/program/program", "_PYI_PARENT_PROCESS_LEVEL": "1",
        "QT_PLUGIN_PATH": f"{_BUNDLE}/PySide6/Qt/plugins", "QML2_IMPORT_PATH": f"{_BUNDLE}/PySide6/Qt/qml",
        "PYSIDE6_OPTION_PYTHON_ENUM": "1", "PATH": "/usr/bin", "HOME": "/home/person",
    }  # fmt: skip
    give_back_environment(_BUNDLE, values, "linux")
    assert values == {"PATH": "/usr/bin", "HOME": "/home/person"}


def test_what_a_person_had_set_comes_back() -> None:
    values = {"LD_LIBRARY_PATH": f"{_BUNDLE}:/home/person/lib", "LD_LIBRARY_PATH_ORIG": "/home/person/lib", "QT_SCALE_FACTOR": "2"}
    give_back_environment(_BUNDLE, values, "linux")
    assert values == {"LD_LIBRARY_PATH": "/home/person/lib", "QT_SCALE_FACTOR": "2"}


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_nothing_is_touched_when_it_is_not_frozen(platform: str) -> None:
    values = {"LD_LIBRARY_PATH": "/home/person/lib", "PYSIDE6_OPTION_PYTHON_ENUM": "1", "PATH": r"C:\Windows"}
    before = dict(values)
    give_back_environment("", values, platform)
    assert values == before
    assert children_environment("", values, platform) == before


def test_on_windows_qt_s_paths_go_and_the_search_path_stays_for_its_plugins() -> None:
    path = rf"{_WINDOWS}\PySide6;{_WINDOWS};C:\Windows"
    values = {"QT_PLUGIN_PATH": rf"{_WINDOWS}\PySide6\plugins", "_PYI_ARCHIVE_FILE": "x", "QT_SCALE_FACTOR": "2", "PATH": path}
    give_back_environment(_WINDOWS, values, "win32")
    assert values == {"QT_SCALE_FACTOR": "2", "PATH": path}


def test_on_macos_qt_s_paths_stay() -> None:
    values = {"QT_PLUGIN_PATH": f"{_BUNDLE}/PySide6/Qt/plugins", "_PYI_ARCHIVE_FILE": "x"}
    give_back_environment(_BUNDLE, values, "darwin")
    assert list(values) == ["QT_PLUGIN_PATH"]


def test_children_find_none_of_our_folders_on_windows() -> None:
    path = rf"{_WINDOWS}\PySide6;{_WINDOWS.upper()}\;C:\Windows;{_WINDOWS}-of-somebody-else;C:\tools"
    found = children_environment(_WINDOWS, {"PATH": path, "TEMP": "t"}, "win32")
    assert found == {"PATH": rf"C:\Windows;{_WINDOWS}-of-somebody-else;C:\tools", "TEMP": "t"}
    assert children_environment(_WINDOWS, {"TEMP": "t"}, "win32") == {"TEMP": "t"}
