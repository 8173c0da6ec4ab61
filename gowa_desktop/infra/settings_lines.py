"""SettingsLines: where in a log GOWA's settings go on over several lines, so that a search does not find what nobody may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.log_lines import SettingsMask, clean_line

if TYPE_CHECKING:
    from gowa_desktop.infra.log_reader import LogReader, LogSnapshot

_BACK_BYTES = 16 * 1024
"""How far before its beginning a search looks for settings that go on."""
_LONGEST_LINE = 64 * 1024


class SettingsLines:
    """Knows which lines go on with GOWA's settings, whose values may have line breaks, in pieces that follow each other."""

    def __init__(self, reader: LogReader, snapshot: LogSnapshot, begin: int) -> None:
        self._mask = SettingsMask()
        least = next((region.begin for region in snapshot.regions if region.begin <= begin < region.end), begin)
        before = reader.read(max(least, begin - _BACK_BYTES), begin)
        found = before.rfind(b"\nmap[") + 1
        if found or before.startswith(b"map["):
            self._hide(before, found)

    def hidden_in(self, data: bytes) -> list[tuple[int, int]]:
        """Give the stretches of the next piece that go on with settings, as beginnings and ends."""
        hidden = []
        start = 0 if self._mask.is_inside or data.startswith(b"map[") else data.find(b"\nmap[") + 1
        if not (start or self._mask.is_inside or data.startswith(b"map[")):
            return []
        while True:
            stop = self._hide(data, start)
            if stop > start:
                hidden.append((start if not data.startswith(b"map[", start) else data.find(b"\n", start) + 1 or len(data), stop))
            start = data.find(b"\nmap[", max(start, stop - 1)) + 1
            if not start:
                return hidden

    def _hide(self, data: bytes, start: int) -> int:
        """Go on as long as lines belong to settings; the answer is where the first one begins that does not."""
        while start < len(data):
            stop = data.find(b"\n", start)
            stop = len(data) if stop < 0 else stop
            self._mask.apply(clean_line(data[start : min(stop, start + _LONGEST_LINE)].decode("utf-8", "replace")))
            if not self._mask.is_inside:
                return start
            start = stop + 1
        return start
