"""How modules lie in the frozen program: what docstrings become, what is packed, and that PyInstaller's writer is told so."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from installers import packing

if TYPE_CHECKING:
    from pathlib import Path
    from types import CodeType

SOURCE = b'''"""A module."""
from dataclasses import dataclass


@dataclass
class Point:
    """A place."""

    across: int = 1


def double(number: int) -> int:
    """Twice as much."""
    assert number != 13
    return 2 * number


def greeting() -> str:
    return "no docstring"
'''


def test_docstrings_become_a_mark_and_the_code_stays() -> None:
    names: dict[str, Any] = {"__name__": "sample"}
    exec(packing.without_docstrings(SOURCE, "sample.py"), names)
    assert names["__doc__"] == names["double"].__doc__ == names["Point"].__doc__ == "-"
    assert names["greeting"].__doc__ is None
    assert (names["greeting"](), names["double"](4), names["Point"]().across) == ("no docstring", 8, 1)


def test_assertions_and_line_numbers_stay() -> None:
    names: dict[str, Any] = {"__name__": "sample"}
    exec(packing.without_docstrings(SOURCE, "sample.py"), names)
    with pytest.raises(AssertionError) as failure:
        names["double"](13)
    assert failure.traceback[-1].lineno + 1 == 14


@pytest.mark.parametrize("name", ["gowa_desktop.launch", "peewee", "json.decoder", "numpyish", "httpx2", "re2"])
def test_what_a_start_needs_lies_unpacked(name: str) -> None:
    assert packing.compression_level(name) == packing.AS_IT_IS


@pytest.mark.parametrize("name", ["numpy", "numpy.linalg", "pyqtgraph.Qt", "httpx._client", "pydoc"])
def test_what_charts_and_downloads_need_is_packed(name: str) -> None:
    assert packing.compression_level(name) == packing.PACKED


class Writer:
    """PyInstaller's writer, as far as it matters here."""

    _COMPRESSION_LEVEL = 0

    @classmethod
    def _write_entry(cls, file: io.BytesIO, entry: tuple[str, str, str], codes: dict[str, CodeType]) -> int:
        return file.write(zlib.compress(codes[entry[0]].co_code * 50, cls._COMPRESSION_LEVEL))


def test_the_writer_packs_by_name_and_takes_the_slim_code(tmp_path: Path) -> None:
    source = tmp_path / "module.py"
    source.write_bytes(SOURCE)
    packing.arrange(Writer)
    sizes = {name: Writer._write_entry(io.BytesIO(), (name, str(source), "PYMODULE"), {}) for name in ("gowa_desktop.x", "numpy.x", "peewee")}
    assert sizes["numpy.x"] < sizes["gowa_desktop.x"] == sizes["peewee"]
