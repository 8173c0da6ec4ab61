"""What a frozen program gives back before it starts others."""

from __future__ import annotations

import sys

import pytest

from gowa_desktop.infra.own_environment import give_back_environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the loader has other ways")
_BUNDLE = "/opt/program/_internal"


def test_what_freezing_set_is_gone() -> None:
    values = {
        "LD_LIBRARY_PATH": _BUNDLE, "_PYI_ARCHIVE_FILE": "/opt/program/program", "_PYI_PARENT_PROCESS_LEVEL": "1",
        "QT_PLUGIN_PATH": f"{_BUNDLE}/PySide6/Qt/plugins", "QML2_IMPORT_PATH": f"{_BUNDLE}/PySide6/Qt/qml",
        "PYSIDE6_OPTION_PYTHON_ENUM": "1", "PATH": "/usr/bin", "HOME": "/home/person",
    }  # fmt: skip
    give_back_environment(_BUNDLE, values)
    assert values == {"PATH": "/usr/bin", "HOME": "/home/person"}


def test_what_a_person_had_set_comes_back() -> None:
    values = {"LD_LIBRARY_PATH": f"{_BUNDLE}:/home/person/lib", "LD_LIBRARY_PATH_ORIG": "/home/person/lib", "QT_SCALE_FACTOR": "2"}
    give_back_environment(_BUNDLE, values)
    assert values == {"LD_LIBRARY_PATH": "/home/person/lib", "QT_SCALE_FACTOR": "2"}


def test_nothing_is_touched_when_it_is_not_frozen() -> None:
    values = {"LD_LIBRARY_PATH": "/home/person/lib", "PYSIDE6_OPTION_PYTHON_ENUM": "1"}
    give_back_environment(None, values)
    assert values == {"LD_LIBRARY_PATH": "/home/person/lib", "PYSIDE6_OPTION_PYTHON_ENUM": "1"}
