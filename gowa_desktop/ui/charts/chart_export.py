"""Charts as files: the picture as PNG, the figures as CSV."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QIODevice, QSaveFile

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.usage import Metric

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.ui.charts.chart_figures import Figures

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""Spreadsheets take a cell that begins so for a formula."""


def csv_text(figures: Figures, *, is_of_machine: bool) -> str:
    """Write all figures, not thinned out: a row for each instance, metric and slot, and one for each event."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["time", "instance", "what", "mean", "least", "most", "unit", "seconds"])
    for metric, traces in figures.traces.items():
        unit = ("percent of the machine" if is_of_machine else "percent of one core") if metric is Metric.CPU else "bytes"
        for trace in traces:
            points = trace.points
            columns = (points.times.tolist(), points.mean.tolist(), points.least.tolist(), points.most.tolist())
            for at, *values in zip(*columns, strict=True):
                shown = ["" if value != value else f"{value:.3f}".rstrip("0").rstrip(".") for value in values]  # noqa: PLR0124 - NaN differs from itself
                writer.writerow([_moment(at), _harmless(trace.name), metric.value, *shown, unit, f"{points.step_s:g}"])
    only = next((trace.name for traces in figures.traces.values() for trace in traces), "")
    for event, name in figures.events:
        writer.writerow([_moment(event.at), _harmless(name or only), event.kind.value, "", "", "", _harmless(event.text), ""])
    return out.getvalue()


def write_csv(target: Path, text: str) -> None:
    """Write a file of figures; an older one stays until the new one is complete.

    Raises:
        GowaError: it cannot be written.
    """
    _save(target, text.encode("utf-8-sig"))


def write_png(target: Path, widget: QWidget) -> None:
    """Write the picture of a widget as it is shown now.

    Raises:
        GowaError: it cannot be written.
    """
    file = QSaveFile(str(target))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly) or not widget.grab().save(file, "PNG") or not file.commit():
        raise _failed(target, file.errorString())


def _save(target: Path, content: bytes) -> None:
    file = QSaveFile(str(target))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly) or file.write(content) != len(content) or not file.commit():
        raise _failed(target, file.errorString())


def _failed(target: Path, why: str) -> GowaError:
    sentence = QCoreApplication.translate("charts", "{file} cannot be written: {reason}").format(file=target.name, reason=why)
    return GowaError(sentence, QCoreApplication.translate("charts", "Choose another folder."))


def _moment(time_s: float) -> str:
    return datetime.fromtimestamp(time_s).astimezone().isoformat(timespec="seconds")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
