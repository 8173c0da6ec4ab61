"""FilteredLines: single lines from all over a log, which a filter wants."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from gowa_desktop.infra.line_table import RawLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gowa_desktop.infra.log_reader import LogReader

_USUAL_BYTES, _LONGEST_BYTES = 4096, 64 * 1024
_KEPT_BYTES = 16 * 1024 * 1024
_NOT_YET = "…".encode()


class FilteredLines:
    """Reads lines by position. Main thread but for `fetch`.

    A line in a compressed part costs a millisecond, because a quarter of a megabyte is unpacked for it; forty such lines, each in
    another place, would hold the window up for two frames. So they are fetched by a worker and kept: what is compressed never changes.
    """

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._kept_bytes = 0

    def read(self, positions: Iterable[int]) -> list[RawLine]:
        """Read the lines at some positions, however long that takes."""
        return [RawLine(position, self._line(position)) for position in positions]

    def glance(self, positions: Iterable[int]) -> list[RawLine]:
        """Read the lines at some positions; one that would have to be unpacked is “…”."""
        return [RawLine(position, self._line(position) if self._is_at_hand(position) else _NOT_YET) for position in positions]

    def missing(self, positions: Iterable[int]) -> list[int]:
        """Give those positions of which `glance` has no line yet."""
        return [position for position in positions if not self._is_at_hand(position)]

    def fetch(self, positions: Iterable[int]) -> dict[int, bytes]:
        """Read lines for `keep`; for workers."""
        return {position: _read_line(self._reader, position) for position in positions}

    def keep(self, lines: dict[int, bytes]) -> None:
        """Keep lines that were fetched, and let the oldest go."""
        for position, line in lines.items():
            self._kept_bytes += len(line) - len(self._kept.pop(position, b""))
            self._kept[position] = line
        while self._kept_bytes > _KEPT_BYTES and len(self._kept) > len(lines):
            self._kept_bytes -= len(self._kept.popitem(last=False)[1])

    def forget(self) -> None:
        """Positions mean other lines from now on."""
        self._kept.clear()
        self._kept_bytes = 0

    def _is_at_hand(self, position: int) -> bool:
        return position in self._kept or self._reader.is_at_hand(position)

    def _line(self, position: int) -> bytes:
        kept = self._kept.get(position)
        return kept if kept is not None else _read_line(self._reader, position)


def _read_line(reader: LogReader, position: int) -> bytes:
    data = reader.read(position, position + _USUAL_BYTES)
    if b"\n" not in data:
        data = reader.read(position, position + _LONGEST_BYTES)
    return data.partition(b"\n")[0]
