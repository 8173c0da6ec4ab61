"""A failure as text: the lines of the crash card and the report that people paste into a message. Plain functions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.instance import InstanceState, has_given_up
from gowa_desktop.ui.instances.status_text import version_text
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from gowa_desktop.domain.instance import ExitReport, InstanceStatus


def _tr(text: str) -> str:
    return QCoreApplication.translate("crash", text)


def headline(status: InstanceStatus, report: ExitReport | None, *, is_port_taken: bool) -> str:
    """Say in a few words what is wrong."""
    if is_port_taken:
        text = _tr("Port {port} is used by another program")
    elif has_given_up(status):
        text = _tr("{name} keeps failing")
    elif report is None or (status.status is InstanceState.FAILED and not report.ran_well_before):
        text = _tr("{name} could not be started")
    else:
        text = _tr("{name} ended unexpectedly")
    return text.format(port=status.port, name=status.name)


def changes_text(report: ExitReport | None) -> str:
    """Say what is different from the last start that went well; empty when there was none."""
    if report is None or not report.ran_well_before:
        return ""
    title = _tr("Changed since it last ran well:")
    if len(report.changes) > 1:
        return "\n".join([title, *(f"•\u00a0{told(change)}" for change in report.changes)])
    return f"{title} {told(report.changes[0]) if report.changes else _tr('nothing here')}"


def can_be_undone(report: ExitReport | None) -> bool:
    """Tell whether a person's changes came between the last good start and this failure; another version is no setting."""
    return report is not None and report.ran_well_before and any(not change.startswith("Version ") for change in report.changes)


def report_text(status: InstanceStatus, report: ExitReport | None, sentence: str) -> str:
    """Write everything about a failure, free of secrets, for the clipboard."""
    port = "" if status.port is None else _tr(", port {port}").format(port=status.port)
    lines = [f"{status.name} ({version_text(status)}{port})"]
    if report is not None and report.ended_at is not None:
        lines.append(f"{datetime.fromtimestamp(report.ended_at).astimezone():%Y-%m-%d %H:%M:%S %z}")
    lines += [sentence, *(map(told, report.advice) if report else ()), changes_text(report)]
    text = "\n".join(line for line in lines if line) + "\n"
    return text if report is None or not report.log_tail else "\n".join([text, *report.log_tail]) + "\n"
