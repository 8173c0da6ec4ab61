"""Takes log lines apart: the five formats that GOWA writes on two streams, and our own.

Facts: GOWA facts 2.3, and recordings of v7.11.4, v8.11.0 and v9.2.0. GOWA sets its time zone to UTC, so every time is UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from gowa_desktop.domain import api_answers
from gowa_desktop.domain.ansi import shifted, styled
from gowa_desktop.domain.go_quoting import leading_value
from gowa_desktop.domain.log_line import LogFormat, LogLevel, LogLine
from gowa_desktop.domain.log_lines import SettingsMask, hide_likely_secrets, hide_secrets
from gowa_desktop.domain.run_markers import read_marker
from gowa_desktop.domain.stack_dumps import begins_dump, continues_dump

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gowa_desktop.domain.log_line import Span

LONGEST_LINE = 64 * 1024
"""Characters of a line that are looked at; the rest of a monstrous one is left out of sight, not out of the file."""

_LOGRUS = re.compile(r'time="([^"]*)" level=(\w+) msg=(.*)', re.DOTALL)
_LOGRUS_TERMINAL = re.compile(r"(TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[\d+\] +(.*)", re.DOTALL)
_WHATSMEOW = re.compile(r"(\d\d:\d\d:\d\d\.\d{3}) ?\[(.{1,200}?) (DEBUG|INFO|WARN|ERROR)\] (.*)", re.DOTALL)
_LIBSIGNAL = re.compile(r"\[(TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL)\] (\S+T\S+) (\S+:\d+) ▶ *(.*)", re.DOTALL)
_REQUEST = re.compile(r"(\d\d:\d\d:\d\d) \| +(\d{3}) \| +(\S+) \| +(\S*) \| ([A-Z]+) +\| (\S*) *(?:\| ?(.*))?$")
_GO_LOG = re.compile(r"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? (.*)", re.DOTALL)
_DESKTOP = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.,+]+Z?) (DEBUG|INFO|WARNING|ERROR|CRITICAL) (\S+) (.*)", re.DOTALL)
_BANNER = re.compile(
    r" ?[┌│└]|(?:INFO|WARN|DEBG?|ERRO) (?:Server started on|Total handlers|Prefork|PID|Total process count|Child PIDs|Handlers)\b"
    r"|-{20,}$| {4}_{3,} __$| {3}/ ____\(_\)| {2}/ /_ +/ / __| / __/ / / /_/ /|/_/   /_/_\.___/"
)
_USAGE = re.compile(
    r"Error: |Usage:$|(?:Global |Available )?(?:Flags|Commands):$| {2,3}rest \[flags\]$| {2,6}(?:-\w, )?--[a-z][\w-]+ |Use \".{1,60} --help\""
)
_LEVELS = {
    "trace": LogLevel.DEBUG, "debug": LogLevel.DEBUG, "info": LogLevel.INFO, "warn": LogLevel.WARNING, "warning": LogLevel.WARNING,
    "error": LogLevel.ERROR, "fatal": LogLevel.FATAL, "panic": LogLevel.FATAL, "critical": LogLevel.FATAL,
    "trac": LogLevel.DEBUG, "debu": LogLevel.DEBUG, "erro": LogLevel.ERROR, "fata": LogLevel.FATAL, "pani": LogLevel.FATAL,
}  # fmt: skip
_MODULE = re.compile(r"\[([A-Z][A-Z0-9_]{2,30})\] ")


class LogParser:
    """Takes the lines of one log apart, in the order in which they were written. Knows only what the lines before said."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secrets)
        self._mask = SettingsMask()
        self._is_in_dump = False

    def parse(self, raw: str) -> LogLine:
        """Take one line apart. Fails for no text whatever."""
        text, spans = styled(raw if len(raw) <= LONGEST_LINE else raw[:LONGEST_LINE] + "…")
        goes_on = self._mask.is_inside
        text = self._mask.apply(text)
        goes_on = goes_on and self._mask.is_inside and not text.startswith("map[")
        if goes_on or text.startswith("map["):
            self._is_in_dump = False
            return LogLine(LogFormat.SETTINGS, text, LogLevel.INFO, belongs_to_previous=goes_on)
        hidden = hide_likely_secrets(hide_secrets(text, self._secrets))
        if hidden != text:
            text, spans = hidden, ()
        if begins_dump(text) or (self._is_in_dump and continues_dump(text)):
            line = LogLine(LogFormat.DUMP, text, LogLevel.FATAL, belongs_to_previous=self._is_in_dump)
            self._is_in_dump = True
            return line
        self._is_in_dump = False
        return _parse_text(text, spans)

    def parse_bytes(self, raw: bytes) -> LogLine:
        """Take one line apart that is not decoded yet; what is no UTF-8 becomes replacement characters."""
        return self.parse(raw[: 4 * LONGEST_LINE].decode("utf-8", "replace"))


def _parse_text(text: str, spans: tuple[Span, ...]) -> LogLine:
    if not text.strip():
        return LogLine(LogFormat.EMPTY, "")
    reader = _READERS.get(text[0]) or (_timed if text[0].isdigit() else _rare)
    return reader(text, spans) or _rare(text, spans) or LogLine(LogFormat.UNKNOWN, text, spans=spans)


def _rare(text: str, _spans: tuple[Span, ...]) -> LogLine | None:
    if _BANNER.match(text):
        return LogLine(LogFormat.BANNER, text, LogLevel.INFO)
    if _USAGE.match(text):
        return LogLine(LogFormat.USAGE, text, LogLevel.ERROR if text.startswith("Error: ") else LogLevel.INFO)
    if match := _LOGRUS_TERMINAL.match(text):
        return _answer_or(LogLine(LogFormat.LOGRUS, match.group(2), _LEVELS[match.group(1).lower()]))
    return None


def _libsignal(text: str, _spans: tuple[Span, ...]) -> LogLine | None:
    match = _LIBSIGNAL.match(text)
    if match is None:
        return None
    level = _LEVELS.get(match.group(1).lower())
    return LogLine(LogFormat.LIBSIGNAL, match.group(4), level, match.group(3), *_read_moment(match.group(2)))


def _marker(text: str, _spans: tuple[Span, ...]) -> LogLine | None:
    marker = read_marker(text)
    return LogLine(LogFormat.MARKER, marker.text, LogLevel.INFO, "", *_day_and_time(marker.moment)) if marker is not None else None


def _timed(text: str, spans: tuple[Span, ...]) -> LogLine | None:
    """Read a line that begins with a digit."""
    if match := _WHATSMEOW.match(text):
        rest = match.start(4)
        return LogLine(
            LogFormat.WHATSMEOW, match.group(4), _LEVELS[match.group(3).lower()], match.group(2), None, _read_clock(match.group(1)),
            shifted(spans, rest, len(text)),
        )  # fmt: skip
    if match := _REQUEST.match(text):
        status = int(match.group(2))
        fault = (match.group(7) or "").strip()
        told = "" if fault in {"", "-"} else f": {fault}"
        words = f"{match.group(5)} {match.group(6)} answered with {status} in {match.group(3)}{told}"
        return LogLine(LogFormat.REQUEST, words, _level_of_status(status), "HTTP", None, _read_clock(match.group(1)), status=status)
    if match := _GO_LOG.match(text):
        day, clock = _read_moment(f"{match.group(1)}-{match.group(2)}-{match.group(3)}T{match.group(4)}Z")
        return LogLine(LogFormat.GO_LOG, match.group(5), LogLevel.WARNING, "", day, clock)
    if match := _DESKTOP.match(text):
        day, clock = _read_moment(match.group(1))
        module = match.group(3).removeprefix("gowa_desktop.")
        return LogLine(LogFormat.DESKTOP, match.group(4), _LEVELS[match.group(2).lower()], module, day, clock)
    return None


def _logrus(line: str, _spans: tuple[Span, ...]) -> LogLine | None:
    match = _LOGRUS.match(line)
    if match is None:
        return None
    message, rest = leading_value(match.group(3))
    day, clock = _read_moment(match.group(1))
    text = f"{message} {rest}" if rest else message
    level = _LEVELS.get(match.group(2).lower(), LogLevel.INFO)
    module = ""
    if named := _MODULE.match(text):
        # “[DEBUG] ...” of v7 is a level, whatever the line's own says.
        word = named.group(1).lower()
        if word in _LEVELS:
            level = max(level, LogLevel.WARNING) if level >= LogLevel.WARNING else _LEVELS[word]
        else:
            module = named.group(1)
        text = text[named.end() :]
    return _answer_or(LogLine(LogFormat.LOGRUS, text, level, module, day, clock))


def _answer_or(line: LogLine) -> LogLine:
    """Show what GOWA calls a panic in its middleware as the answer to a request that it is."""
    if not line.text.startswith(api_answers.PREFIX):
        return line
    fault = line.text.removeprefix(api_answers.PREFIX)
    status = api_answers.status_of(fault)
    words = f"A request was answered with {status}: {fault}"
    return LogLine(line.format, words, _level_of_status(status), "HTTP", line.day, line.time_of_day, status=status)


def _level_of_status(status: int) -> LogLevel:
    if status >= 500:
        return LogLevel.ERROR
    return LogLevel.WARNING if status >= 400 else LogLevel.INFO


def _read_clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _read_moment(text: str) -> tuple[date | None, time | None]:
    try:
        moment = datetime.fromisoformat(text.replace(",", "."))
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None, None
    return _day_and_time(moment)


def _day_and_time(moment: datetime | None) -> tuple[date | None, time | None]:
    return (moment.date(), moment.time().replace(tzinfo=None)) if moment is not None else (None, None)


_READERS = {"t": _logrus, "[": _libsignal, "-": _marker}
