"""The verbs of the command line on logs: the last lines, those that are looked for, what comes from now on; the diagnostics file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer

from gowa_desktop.domain.ansi import without_codes
from gowa_desktop.domain.errors import NotRunningError, UsageError
from gowa_desktop.domain.log_line import LogLevel, moments_of
from gowa_desktop.domain.log_lines import SettingsMask, hide_likely_secrets, hide_secrets
from gowa_desktop.domain.log_parser import LogParser
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.infra.log_expression import compile_query
from gowa_desktop.infra.log_reader import LogReader
from gowa_desktop.infra.log_search import LineTest
from gowa_desktop.infra.log_tail import LogTail
from gowa_desktop.services.commands.command_protocol import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.services.commands.command_answer import Answer
    from gowa_desktop.services.commands.command_protocol import Request
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.logs.diagnostics import Diagnostics
    from gowa_desktop.services.logs.log_store import LogStore
    from gowa_desktop.services.logs.log_stream import StreamSource
    from gowa_desktop.services.tasks import TaskRunner

T = TypeVar("T")
DEFAULT_LOG_LINES = 50
MAX_LOG_LINES = 100_000
FOLLOW_MS = 250
_FIRST_BYTES = 256 * 1024
_MOST_BYTES = 64 * 1024 * 1024
"""How far back is looked for lines that fit."""
_LEVELS = {"debug": LogLevel.DEBUG, "info": LogLevel.INFO, "warning": LogLevel.WARNING, "error": LogLevel.ERROR, "fatal": LogLevel.FATAL}


class LogCommands(QObject):
    """Answers `logs` and `diagnostics`. Main thread; files are read on a worker, at once where no program runs."""

    def __init__(
        self, instances: InstanceService, logs: LogStore, diagnostics: Diagnostics, tasks: TaskRunner, *, is_offline: bool = False
    ) -> None:
        super().__init__()
        self._instances = instances
        self._logs = logs
        self._diagnostics = diagnostics
        self._tasks = tasks
        self._is_offline = is_offline

    def handlers(self) -> dict[str, Callable[[Request, Answer], None]]:
        """Give what answers which verb."""
        return {Verb.LOGS: self._show, Verb.DIAGNOSTICS: self._write_diagnostics}

    def _show(self, request: Request, answer: Answer) -> None:
        count = request.optional_number("count")
        count = DEFAULT_LOG_LINES if count is None else min(count, MAX_LOG_LINES)
        if count < 1:
            raise UsageError("The number of lines must be 1 or more.", "Write it like -n 100.")
        if request.is_set("follow") and self._is_offline:
            raise NotRunningError("Nothing is followed while GOWA Desktop is not running.", "Start it, or leave --follow out.")
        query = _query(request)
        sources = self._chosen(request)
        listing = _Listing(sources, query, count, is_raw=request.is_set("raw"))

        def finish(lines: list[str]) -> None:
            answer.lines(lines)
            if request.is_set("follow"):
                self._follow(listing, answer)
            else:
                answer.succeed(None)

        self._run(listing.last, finish, answer)

    def _follow(self, listing: _Listing, answer: Answer) -> None:
        timer = QTimer(self)
        timer.setSingleShot(True)
        is_left = False

        def leave() -> None:
            nonlocal is_left
            is_left = True
            timer.stop()
            timer.deleteLater()

        def go_on(lines: list[str]) -> None:
            if not is_left:
                answer.lines(lines)
                timer.start(FOLLOW_MS)

        answer.when_left(leave)
        timer.timeout.connect(lambda: self._run(listing.newest, go_on, answer))
        timer.start(FOLLOW_MS)

    def _chosen(self, request: Request) -> list[StreamSource]:
        sources = self._logs.sources()
        if request.is_set("all"):
            return sources
        status = self._instances.find(request.text("name"))
        return [source for source in sources if source.key == status.id]

    def _write_diagnostics(self, request: Request, answer: Answer) -> None:
        target = Path(request.text("file"))
        bundle = self._diagnostics.collect()

        def finish(count: int) -> None:
            answer.progress(f"Wrote {count} files to {target}. Secrets and phone numbers are hidden; look at it before you pass it on.")
            answer.succeed(None)

        self._run(lambda: bundle.write(target), finish, answer)

    def _run(self, work: Callable[[], T], then: Callable[[T], None], answer: Answer) -> None:
        if self._is_offline:
            then(work())
        else:
            self._tasks.run(work, then, answer.fail)


def _query(request: Request) -> LogQuery:
    word = (request.optional_text("level") or "debug").lower()
    if word not in _LEVELS:
        raise UsageError(f"There is no level “{word[:20]}”.", f"Use one of {', '.join(_LEVELS)}.")
    query = LogQuery(request.optional_text("grep") or "", least_level=_LEVELS[word])
    compile_query(query)
    return query


class _Listing:
    """The lines of some logs that fit, last ones first asked for, then what comes. On a worker, one call at a time."""

    def __init__(self, sources: list[StreamSource], query: LogQuery, count: int, *, is_raw: bool) -> None:
        self._sources = sources
        self._query = query
        self._count = count
        self._is_raw = is_raw
        self._readers = [LogReader(source.path) for source in sources]
        self._tails: list[LogTail] = []

    def last(self) -> list[str]:
        """Give the last lines that fit, oldest first."""
        found: list[tuple[datetime, str]] = []
        for source, reader in zip(self._sources, self._readers, strict=True):
            snapshot = reader.refresh()
            size, lines = _FIRST_BYTES, list[tuple[datetime, str]]()
            while True:
                tail = LogTail(reader, max(snapshot.begin, snapshot.end - size), size)
                lines = self._read(source, tail, reader)
                if len(lines) >= self._count or size >= min(_MOST_BYTES, snapshot.end - snapshot.begin):
                    break
                size *= 8
            self._tails.append(LogTail(reader, tail.position))
            found += lines[-self._count :]
        found.sort(key=lambda line: line[0])
        return [text for _, text in found[-self._count :]]

    def newest(self) -> list[str]:
        """Give what has come since; of a flood the last part, and how much was left out."""
        found: list[tuple[datetime, str]] = []
        for source, reader, tail in zip(self._sources, self._readers, self._tails, strict=True):
            found += self._read(source, tail, reader)
        found.sort(key=lambda line: line[0])
        return [text for _, text in found]

    def _read(self, source: StreamSource, tail: LogTail, reader: LogReader) -> list[tuple[datetime, str]]:
        chunk = tail.read(reader.refresh())
        raws = chunk.data.split(b"\n")
        if not raws[-1]:
            raws.pop()
        parser, mask, test = LogParser(source.secrets), SettingsMask(), LineTest(self._query, tuple(source.secrets))
        parsed = [parser.parse_bytes(raw) for raw in raws]
        prefix = f"{source.name} | " if len(self._sources) > 1 else ""
        found = []
        for raw, line, moment in zip(raws, parsed, moments_of(parsed, datetime.now(UTC)), strict=True):
            text = raw.decode("utf-8", "replace")
            clean = without_codes(text)
            shown = mask.apply(clean)
            is_hidden = shown != clean
            if self._query.admits_all or (not is_hidden and test.admits(raw)):
                text = text if self._is_raw and not is_hidden else shown
                if line.status is not None and not self._is_raw and "Panic recovered" in text:
                    text = text.replace("Panic recovered in middleware", f"Answered with {line.status}")
                found.append((moment, prefix + hide_likely_secrets(hide_secrets(text, source.secrets))))
        if chunk.skipped_bytes and self._tails:
            count = f"{chunk.skipped_lines:,} lines" if chunk.skipped_lines is not None else f"{chunk.skipped_bytes:,} bytes"
            found.insert(0, (found[0][0] if found else datetime.now(UTC), f"{prefix}--- skipped {count} ---"))
        return found


