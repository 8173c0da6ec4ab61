"""How far a long command is: one line that is written anew on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, TextIO

from gowa_desktop.cli.command_output import progress_text

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject

_SHARE = 0.25
"""Elsewhere than on a terminal a line is written for each step and for each such part of it."""


class ProgressPrinter:
    """Writes progress to a stream. Use it for one command."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._shown = 0
        """Characters of the line that stands there now."""
        self._told: tuple[str, float] = ("", -1.0)

    def show(self, progress: JsonObject) -> None:
        """Show how far it is."""
        if self._is_terminal:
            # A line that wraps cannot be overwritten. No control sequences: old consoles print them.
            text = progress_text(progress)[: max(10, shutil.get_terminal_size().columns - 1)]
            self._write(f"\r{text}{' ' * (self._shown - len(text))}")
            self._shown = len(text)
        elif self._is_worth_a_line(progress):
            self._write(f"{progress_text(progress)}\n")

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            self._write("\n")
            self._shown = 0

    def _is_worth_a_line(self, progress: JsonObject) -> bool:
        step, done, total = str(progress.get("step")), progress.get("done"), progress.get("total")
        share = done / total if isinstance(done, int) and isinstance(total, int) and total else 0.0
        told_step, told_share = self._told
        if step == told_step and share < told_share + _SHARE and not (share >= 1 > told_share):
            return False
        self._told = (step, share)
        return True

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
