"""LogTail: follows a log by position, with bounded work each time, and says what it had to leave out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gowa_desktop.infra.log_reader import MAX_TAIL_BYTES

if TYPE_CHECKING:
    from gowa_desktop.infra.log_reader import LogReader, LogSnapshot

_COUNTED_BYTES = 32 * 1024 * 1024
_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class TailChunk:
    """What came since the last look: whole lines from a position on, and what was passed over before them."""

    position: int = 0
    data: bytes = b""
    """Whole lines, each with its line feed; the piece of a monstrous line may come without."""
    skipped_bytes: int = 0
    skipped_lines: int | None = 0
    """None when there were too many bytes to count, or when they are gone."""

    @property
    def is_empty(self) -> bool:
        """True when nothing came."""
        return not self.data and not self.skipped_bytes


class LogTail:
    """Where one follower of a log is. Any thread, one at a time; several followers share a reader."""

    def __init__(self, reader: LogReader, position: int | None = None, limit: int = MAX_TAIL_BYTES) -> None:
        self._reader = reader
        self._limit = limit
        self.position: int | None = position
        """The next byte to read; None: the end, as it is at the first look."""

    def read(self, snapshot: LogSnapshot) -> TailChunk:
        """Give what came, at most `limit` bytes of it, the newest. A line without its end waits for the next time."""
        end = snapshot.end
        if self.position is None or self.position > end:
            # The end of what is there, or the log was emptied by hand and begins again.
            self.position = end if self.position is None else max((r.begin for r in snapshot.regions), default=0)
        begin = self.position
        region = next((r for r in snapshot.regions if r.end > begin), None)
        if region is None:
            return TailChunk(begin)
        skipped, lines = 0, 0
        start = max(begin, region.begin)
        if end - start > self._limit:
            start, lines_or_none = self._pass_over(snapshot, begin)
            skipped = start - begin
        else:
            skipped = start - begin
            lines_or_none = None if skipped else lines
        return self._take(snapshot, start, skipped, lines_or_none)

    def _pass_over(self, snapshot: LogSnapshot, begin: int) -> tuple[int, int | None]:
        """Find where the last bytes begin that may be read, at a line; and count the lines before it when that is quickly done."""
        last = snapshot.regions[-1]
        start = max(last.begin, begin, last.end - self._limit)
        if start > last.begin and start > begin:
            data = self._reader.read(start - 1, last.end)
            found = data.find(b"\n")
            start = start + found if found >= 0 else start
        if start - begin > _COUNTED_BYTES or begin < last.begin:
            return start, None
        lines, position = 0, begin
        while position < start and (data := self._reader.read(position, min(start, position + _PIECE_BYTES))):
            lines += data.count(b"\n")
            position += len(data)
        return start, lines

    def _take(self, snapshot: LogSnapshot, start: int, skipped: int, lines: int | None) -> TailChunk:
        region = next((r for r in snapshot.regions if r.begin <= start < r.end), None)
        if region is None:
            self.position = start
            return TailChunk(start, b"", skipped, lines)
        data = self._reader.read(start, min(region.end, start + self._limit))
        whole = data.rfind(b"\n") + 1
        reaches_gap = start + len(data) >= region.end and region.end < snapshot.end
        if reaches_gap or len(data) - whole >= self._limit // 2:
            whole = len(data)  # or a line too long to wait for
        self.position = start + whole
        return TailChunk(start, data[:whole], skipped, lines)
