"""The end of a run: what its log tells about it, and the mark that is left there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gowa_desktop.domain.exit_reasons import code_told_by_log, explain_exit
from gowa_desktop.domain.instance import ExitReport
from gowa_desktop.domain.log_lines import readable_lines
from gowa_desktop.domain.run_markers import end_marker
from gowa_desktop.infra.log_files import append_line
from gowa_desktop.infra.log_reader import tail_bytes

if TYPE_CHECKING:
    from gowa_desktop.infra.log_files import RunLog

_REPORT_LINES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a process left. `code` and `signal` are None where the system does not tell them (an adopted process)."""

    code: int | None
    signal: int | None
    port: int
    was_asked: bool
    """A person, or the program for them, asked it to stop."""
    failure: str | None
    """Why this program ended it although nobody had asked; None when it did not."""

    @property
    def is_wanted(self) -> bool:
        """True when nobody needs an explanation."""
        return self.was_asked and self.failure is None


def report_end(end: RunEnd, log: RunLog | None, secrets: frozenset[str]) -> ExitReport:
    """Explain an end by the last lines of the run, and mark it in the log.

    Args:
        end: what the system and the supervision know of it.
        log: where the run wrote; None when that is unknown.
        secrets: texts to hide in the report.
    """
    is_told = end.code is not None or end.signal is not None
    # An end that was asked for and tells how it went needs no lines to explain it; of fifty at once they would cost a tenth.
    raw = b"" if log is None or (end.is_wanted and is_told) else tail_bytes(log.path, log.start)
    tail = tuple(readable_lines(raw, secrets)[-_REPORT_LINES:])
    sentence = "It was stopped as asked." if end.is_wanted else end.failure or explain_exit(end.code, end.signal, tail, end.port)
    if log is not None:
        append_line(log.path, end_marker(sentence, datetime.now(UTC)))
    code = end.code if is_told else code_told_by_log(tail)
    # A process that we ended because it hung may leave in order; that is no session taken over.
    return ExitReport(end.code, end.signal, sentence, tail, is_clean=end.failure is None and code == 0)
