"""What charts say in words: titles, figures, the read-out at a moment, the summary for those who do not see the curve."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.usage import Metric, UsageEventKind
from gowa_desktop.ui.charts.chart_range import ChartRange
from gowa_desktop.ui.look.format import format_bytes, format_cpu, format_instant

if TYPE_CHECKING:
    from gowa_desktop.domain.usage import UsageEvent


def _tr(text: str) -> str:
    return QCoreApplication.translate("charts", text)


def range_text(chart_range: ChartRange) -> str:
    """Give the words of a range on its button."""
    return {
        ChartRange.FIVE_MINUTES: _tr("5 min"), ChartRange.HOUR: _tr("1 h"), ChartRange.DAY: _tr("24 h"),
        ChartRange.WEEK: _tr("7 d"), ChartRange.MONTH: _tr("30 d"), ChartRange.QUARTER: _tr("90 d"),
    }[chart_range]  # fmt: skip


def range_phrase(chart_range: ChartRange) -> str:
    """Give the words of a range inside a sentence."""
    return {
        ChartRange.FIVE_MINUTES: _tr("the last 5 minutes"), ChartRange.HOUR: _tr("the last hour"),
        ChartRange.DAY: _tr("the last 24 hours"), ChartRange.WEEK: _tr("the last 7 days"),
        ChartRange.MONTH: _tr("the last 30 days"), ChartRange.QUARTER: _tr("the last 90 days"),
    }[chart_range]  # fmt: skip


def metric_name(metric: Metric) -> str:
    """Name a metric."""
    return {Metric.CPU: _tr("CPU"), Metric.MEMORY: _tr("Memory"), Metric.DISK: _tr("Disk")}[metric]


def metric_unit(metric: Metric, *, is_of_machine: bool) -> str:
    """Say of what the figures are; empty where they say so themselves."""
    if metric is not Metric.CPU:
        return ""
    return _tr("of the machine") if is_of_machine else _tr("of one core")


def figure_text(metric: Metric, value: float) -> str:
    """Write a figure."""
    return format_cpu(value) if metric is Metric.CPU else format_bytes(max(0, round(value)))


def band_text(metric: Metric, mean: float, least: float, most: float) -> str:
    """Write a figure, and between what it moved when it stands for a longer time."""
    figure, low, high = (figure_text(metric, value) for value in (mean, least, most))
    if low == high:
        return figure
    return _tr("{figure} ({low} to {high})").format(figure=figure, low=low, high=high)


def event_name(kind: UsageEventKind) -> str:
    """Name what happened."""
    return {
        UsageEventKind.START: _tr("Started"), UsageEventKind.STOP: _tr("Stopped"), UsageEventKind.CRASH: _tr("Crashed"),
        UsageEventKind.RESTART: _tr("Restarted"), UsageEventKind.UPDATE: _tr("Updated"),
    }[kind]  # fmt: skip


def event_text(event: UsageEvent, name: str = "") -> str:
    """Say what happened, when, and of which instance (`name`) when there are several."""
    when = moment_text(event.at)
    template = _tr("{name}: {what}, {when}") if name else _tr("{what}, {when}")
    line = template.format(name=name, what=event_name(event.kind), when=when)
    return f"{line}\n{event.text}" if event.text else line


def moment_text(time_s: float) -> str:
    """Write a moment to the second."""
    return format_instant(time_s, datetime.now().astimezone())


def summary_text(metric: Metric, now: float | None, top: float, phrase: str = "") -> str:
    """Say in a sentence how a metric is, such as `CPU 1.2 % now, at most 14 % in the last hour.`; without the time when it was said."""
    name, most = metric_name(metric), figure_text(metric, top)
    if now is None:
        template = _tr("{metric} at most {most} in {time}.") if phrase else _tr("{metric} at most {most}.")
        return template.format(metric=name, most=most, time=phrase)
    template = _tr("{metric} {now} now, at most {most} in {time}.") if phrase else _tr("{metric} {now} now, at most {most}.")
    return template.format(metric=name, now=figure_text(metric, now), most=most, time=phrase)
