"""How Python modules lie in the frozen program: without the text of docstrings, and packed where a start does not need them.

Every download is packed as a whole, with a better packer, so a module packed before makes it larger; and unpacking takes time at each
start. What only charts, downloads and the network need is packed all the same where room on the disk counts.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import CodeType

AS_IT_IS, PACKED = 0, 9
"""Compression levels of zlib."""
_PLACEHOLDER = "-"
"""Not nothing: a dataclass without a docstring composes one from its signature, which takes longer than all else about it."""
_NOT_AT_START = re.compile(
    r"(numpy|pyqtgraph|asyncio|anyio|httpx|httpcore|h11|idna|certifi|email|http|multiprocessing|xml|unittest|html|xmlrpc|_pydecimal|pydoc|doctest"
    r"|pdb|bdb|optparse|difflib|tarfile|pstats|cProfile|ftplib|cgi|imp|plistlib|statistics)(\.|$)"
)


def compression_level(name: str) -> int:
    """Say how a module is packed; `name` is its full name."""
    return PACKED if _NOT_AT_START.match(name) else AS_IT_IS


def without_docstrings(source: bytes, filename: str) -> CodeType:
    """Compile a module with a mark in place of each docstring; assertions stay, and so do line numbers.

    Raises:
        SyntaxError: it is for another Python.
    """
    tree = ast.parse(source, filename)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node, clean=False):
            text = node.body[0].value  # type: ignore[attr-defined]  # what has a docstring begins with it
            text.value = _PLACEHOLDER
            text.end_lineno, text.end_col_offset = text.lineno, text.col_offset + 1
    return compile(tree, filename, "exec", dont_inherit=True, optimize=0)


def arrange(writer: Any) -> None:
    """Have PyInstaller's writer of archives pack modules this way."""
    write_entry = writer._write_entry.__func__

    def write(cls: Any, file: Any, entry: tuple[str, str | None, str], codes: dict[str, CodeType]) -> object:
        name, source, _kind = entry
        cls._COMPRESSION_LEVEL = compression_level(name)
        if source and source.endswith(".py"):
            codes = {name: without_docstrings(Path(source).read_bytes(), source)}
        return write_entry(cls, file, entry, codes)

    writer._write_entry = classmethod(write)
