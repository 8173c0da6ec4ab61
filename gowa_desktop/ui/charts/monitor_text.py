"""What is said of figures outside of charts: alerts, what a folder holds, how this computer is. Plain functions, no widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.alerts import AlertKind
from gowa_desktop.domain.folder_parts import FolderPart
from gowa_desktop.domain.samples import of_machine
from gowa_desktop.ui.look.format import format_bytes, format_cpu

if TYPE_CHECKING:
    from gowa_desktop.domain.alerts import Alert
    from gowa_desktop.domain.folder_parts import FolderUse
    from gowa_desktop.domain.samples import ComputerSample, DiskSpace


def _tr(text: str) -> str:
    return QCoreApplication.translate("monitoring", text)


def alert_line(alert: Alert, name: str) -> str:
    """Say in a line what is too much; `name` is that of the instance."""
    kind, value, limit = alert.rule.kind, alert.value, alert.rule.limit
    if kind is AlertKind.DISK:
        template = _tr("The disk is nearly full: {value} are free, the limit is {limit}.")
        return template.format(value=format_cpu(value), limit=format_cpu(limit))
    if kind is AlertKind.CPU:
        return _tr("{name}: CPU {value} of one core, the limit is {limit}.").format(name=name, value=format_cpu(value), limit=format_cpu(limit))
    is_memory = kind is AlertKind.MEMORY
    template = _tr("{name}: memory {value}, the limit is {limit}.") if is_memory else _tr("{name}: folder {value}, the limit is {limit}.")
    return template.format(name=name, value=format_bytes(round(value)), limit=format_bytes(round(limit)))


def part_name(part: FolderPart) -> str:
    """Name a part of an instance folder."""
    return {
        FolderPart.SESSIONS: _tr("WhatsApp sessions"), FolderPart.CHATS: _tr("chats"), FolderPart.MEDIA: _tr("media"),
        FolderPart.LOGS: _tr("logs"), FolderPart.OTHER: _tr("other files"),
    }[part]  # fmt: skip


def folder_lines(use: FolderUse) -> list[str]:
    """Say what a folder holds, the largest part first."""
    parts = sorted(((part, size) for part, size in use.parts.items() if size), key=lambda one: -one[1])
    head = _tr("{size} together").format(size=format_bytes(use.total_bytes))
    return [head, *(_tr("{size} {part}").format(size=format_bytes(size), part=part_name(part)) for part, size in parts)]


def most_of_folder(use: FolderUse) -> str:
    """Say what most of a folder is, as `mostly media`; empty when nothing is more than half of it."""
    part, size = max(use.parts.items(), key=lambda one: one[1], default=(FolderPart.OTHER, 0))
    return _tr("mostly {part}").format(part=part_name(part)) if use.total_bytes and size * 2 > use.total_bytes else ""


def computer_line(computer: ComputerSample | None, space: DiskSpace | None) -> str:
    """Say how this computer is, such as `this computer: CPU 12 %, memory 5.1 GB of 16 GB, disk 41 GB free`; empty before it is known."""
    parts = []
    if computer is not None and computer.cpu_percent is not None:
        parts.append(_tr("CPU {cpu}").format(cpu=format_cpu(of_machine(computer.cpu_percent, computer.cores))))
    if computer is not None:
        text = _tr("memory {used} of {total}")
        parts.append(text.format(used=format_bytes(computer.memory_bytes), total=format_bytes(computer.memory_total)))
    if space is not None:
        parts.append(_tr("disk {free} free").format(free=format_bytes(space.free_bytes)))
    return _tr("this computer: {parts}").format(parts=", ".join(parts)) if parts else ""
