"""How one row of a log is written and painted: time, name, module and text in columns, colours of levels and of the log itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetrics

from gowa_desktop.domain.log_line import LogFormat, LogLevel
from gowa_desktop.ui.look.theme import colors_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from PySide6.QtGui import QFont, QPainter, QPalette

    from gowa_desktop.domain.log_line import LogLine
    from gowa_desktop.infra.log_expression import LogExpression
    from gowa_desktop.services.logs.log_stream import StreamRow
    from gowa_desktop.services.logs.row_reader import LogRow
    from gowa_desktop.ui.look.color_tables import Colors

GUTTER_WIDTH = 18
_GAP = 10
_MEASURED = 1000
_MOST_PAINTED = 4000
"""Characters of a text that is not wrapped; more would be to the right of any screen."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a person has chosen about how rows look."""

    wraps: bool = False
    is_utc: bool = False
    has_names: bool = False


def time_text(row: LogRow | StreamRow, *, is_utc: bool) -> str:
    """Write the time of day of a row; empty when its line has none of its own."""
    if row.moment is None or row.line.time_of_day is None:
        return ""
    moment = row.moment if is_utc else row.moment.astimezone()
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03}" if moment.microsecond else f"{moment:%H:%M:%S}"


def plain_text(row: LogRow | StreamRow, *, is_utc: bool) -> str:
    """Write a row in full, as it is copied."""
    line = row.line
    stamp = ""
    if row.moment is not None and line.time_of_day is not None:
        moment = row.moment if is_utc else row.moment.astimezone()
        stamp = moment.isoformat(sep=" ", timespec="milliseconds")
    name = getattr(row, "name", "")
    level = line.level.name if line.level is not None and line.time_of_day is not None else ""
    return " ".join(part for part in (stamp, name, level, f"[{line.module}]" if line.module else "", line.text) if part)


class RowPainter:
    """Paints rows with one font and palette. Made anew when either changes."""

    def __init__(self, font: QFont, palette: QPalette, look: Look) -> None:
        self._colors = colors_of(palette)
        self._metrics = QFontMetrics(font)
        self._look = look
        self._char_width = max(1, self._metrics.horizontalAdvance("0"))
        self._is_even = QFontInfo(font).fixedPitch()
        self._advance = self._metrics.horizontalAdvance("0" * _MEASURED) / _MEASURED
        """What a letter takes in a long text, pixels, which need not be a whole number."""
        self.line_height = self._metrics.height() + 4
        self.text_left = GUTTER_WIDTH + 13 * self._char_width + (15 * self._char_width if look.has_names else 0)

    def height(self, row: LogRow | StreamRow, width: int) -> int:
        """Give the height of a row in pixels."""
        return self.line_height * (len(self._slices(row, width)) if self._look.wraps else 1)

    def text_width(self, row: LogRow | StreamRow) -> int:
        """Give how wide a row is when it is not wrapped."""
        line = row.line
        return self.text_left + self._width(_module(line) + line.text[:_MOST_PAINTED]) + _GAP

    def _width(self, text: str) -> int:
        """Give the width of a text; of letters that are all as wide as each other without measuring it."""
        is_known = self._is_even and text.isascii() and "\t" not in text
        return round(len(text) * self._advance) if is_known else self._metrics.horizontalAdvance(text)

    def paint(
        self, painter: QPainter, rect: QRect, row: LogRow | StreamRow, shift: int, found: LogExpression | None, folded: int
    ) -> None:
        """Paint a row; `shift` is how far the text is scrolled to the left, `folded` how many lines are hidden behind it."""
        line, colors = row.line, self._colors
        top = rect.top()
        if line.level is not None and line.level >= LogLevel.WARNING:
            painter.fillRect(QRect(0, top, 3, rect.height()), QColor(self._level_color(line.level)))
        baseline = top + 2 + self._metrics.ascent()
        painter.setPen(QColor(colors.muted))
        painter.drawText(GUTTER_WIDTH, baseline, time_text(row, is_utc=self._look.is_utc))
        if self._look.has_names:
            name = self._metrics.elidedText(getattr(row, "name", ""), Qt.TextElideMode.ElideRight, 14 * self._char_width)
            painter.setPen(QColor(colors.accent_text))
            painter.drawText(GUTTER_WIDTH + 13 * self._char_width, baseline, name)
        painter.save()
        painter.setClipRect(QRect(self.text_left - 2, top, rect.width(), rect.height()))
        pieces = self._slices(row, rect.width()) if self._look.wraps else [(0, line.text[:_MOST_PAINTED])]
        for number, (start, text) in enumerate(pieces):
            place = QPoint(self.text_left - shift, baseline + number * self.line_height)
            if number == 0 and line.module:
                painter.setPen(QColor(colors.muted))
                painter.drawText(place, _module(line))
                place.setX(place.x() + self._width(_module(line)))
            end = self._paint_text(painter, place, line, start, text, found)
            if folded and number == len(pieces) - 1:
                painter.setPen(QColor(colors.accent_text))
                painter.drawText(end + _GAP, place.y(), f"▸ +{folded}")
        painter.restore()

    def _paint_text(self, painter: QPainter, place: QPoint, line: LogLine, start: int, text: str, found: LogExpression | None) -> int:
        x, y = place.x(), place.y()
        spans = found.spans(text) if found is not None else []
        for first, last in spans:
            left, width = x + self._width(text[:first]), self._width(text[first:last])
            mark = QColor(self._colors.retrying)
            mark.setAlpha(90)
            painter.fillRect(QRect(left, y - self._metrics.ascent(), width, self._metrics.height()), mark)
        for piece, color in found_in_color(self._colored(line, start, text), spans, self._colors.text):
            painter.setPen(QColor(color))
            painter.drawText(x, y, piece)
            x += self._width(piece)
        return x

    def _colored(self, line: LogLine, start: int, text: str) -> Iterator[tuple[str, str]]:
        usual = self._text_color(line)
        at = 0
        for span in line.spans:
            first, last = max(span.start - start, 0), min(span.end - start, len(text))
            if first >= last or span.color is None or (line.level is not None and line.level >= LogLevel.WARNING):
                continue
            yield text[at:first], usual
            yield text[first:last], self._ansi_color(span.color, usual)
            at = last
        yield text[at:], usual

    def _text_color(self, line: LogLine) -> str:
        if line.format is LogFormat.MARKER:
            return self._colors.accent_text
        if line.level is LogLevel.DEBUG or line.format in {LogFormat.BANNER, LogFormat.SETTINGS} or line.belongs_to_previous:
            return self._colors.muted
        return self._level_color(line.level) if line.level is not None else self._colors.text

    def _level_color(self, level: LogLevel) -> str:
        if level >= LogLevel.ERROR:
            return self._colors.failed
        return self._colors.notice_text if level is LogLevel.WARNING else self._colors.text

    def _ansi_color(self, color: int, usual: str) -> str:
        colors: Colors = self._colors
        blue = colors.starting_text
        by_hue = {1: colors.failed, 2: colors.accent_text, 3: colors.notice_text, 4: blue, 5: blue, 6: blue}
        return colors.muted if color == 8 else by_hue.get(color % 8, usual)

    def _slices(self, row: LogRow | StreamRow, width: int) -> list[tuple[int, str]]:
        """Cut a text into lines of the view; the module takes room in the first."""
        text, room = row.line.text, max(20, (width - self.text_left - _GAP) // self._char_width)
        first = max(10, room - len(_module(row.line)))
        slices = [(0, text[:first])]
        slices += [(at, text[at : at + room]) for at in range(first, min(len(text), 200 * room), room)]
        return slices


def _module(line: LogLine) -> str:
    return f"{line.module}  " if line.module else ""


def found_in_color(pieces: Iterable[tuple[str, str]], spans: Sequence[tuple[int, int]], color: str) -> Iterator[tuple[str, str]]:
    """Give pieces of a text with their colours, what is found in another: on its mark, coloured words could hardly be read.

    Args:
        pieces: texts in a row and their colours.
        spans: begin and end of what is found, in order, in characters of the whole text.
        color: that of what is found.
    """
    at = 0
    for piece, usual in pieces:
        done, end = at, at + len(piece)
        for span in spans:
            first, last = max(span[0], done), min(span[1], end)
            if first < last:
                yield piece[done - at : first - at], usual
                yield piece[first - at : last - at], color
                done = last
        yield piece[done - at :], usual
        at = end
