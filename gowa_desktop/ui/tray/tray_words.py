"""What the tray says in words, and which instances its menu has. Plain functions, no widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.instances.status_text import count_running, is_uneasy, needs_attention, state_word
from gowa_desktop.ui.verbs import Verb, is_allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.instance import InstanceStatus

MOST_LISTED = 15
"""A menu with more instances than these is longer than a screen is high; the window has them all."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("tray", text)


def header_line(statuses: Sequence[InstanceStatus]) -> str:
    """Say how all instances together are, such as `9 of 12 running · 2 need attention`."""
    if not statuses:
        return _tr("No instances yet")
    line = _tr("{running} of {count} running").format(running=count_running(statuses), count=len(statuses))
    attention = sum(map(needs_attention, statuses))
    if attention:
        need = _tr("1 needs attention") if attention == 1 else _tr("{count} need attention").format(count=attention)
        line = f"{line} · {need}"
    return line


def tooltip(statuses: Sequence[InstanceStatus]) -> str:
    """Say in one sentence how things are: the first name that needs somebody, and how many run."""
    line = _tr("GOWA Desktop: no instances yet.")
    if statuses:
        troubled = [status for status in in_order(statuses) if needs_attention(status)]
        parts: dict[str, object] = {"running": count_running(statuses), "count": len(statuses), "more": len(troubled) - 1}
        if not troubled:
            line = _tr("GOWA Desktop: {running} of {count} running.")
        else:
            parts |= {"name": troubled[0].name, "state": lower_first(short_state(troubled[0]))}
            line = (
                _tr("GOWA Desktop: {running} of {count} running, {name} is {state}.")
                if len(troubled) == 1
                else _tr("GOWA Desktop: {running} of {count} running, {name} is {state}, {more} more need attention.")
            )
        line = line.format(**parts)
    return line


def in_order(statuses: Sequence[InstanceStatus]) -> list[InstanceStatus]:
    """Sort: what needs attention first, then by name."""
    return sorted(statuses, key=lambda status: (not needs_attention(status), status.name.casefold(), status.id))


def entry_text(status: InstanceStatus) -> str:
    """Name an instance and its state, such as `shop-1 · Running`; no countdown, which would change the menu each second."""
    return _tr("{name} · {state}").format(name=escaped(status.name), state=short_state(status))


def more_text(count: int) -> str:
    """Say that the menu does not have all."""
    return _tr("1 more in the window…") if count == 1 else _tr("{count} more in the window…").format(count=count)


def short_state(status: InstanceStatus) -> str:
    """Name the state in a word or two."""
    return _tr("Not answering") if is_uneasy(status) else state_word(status)


def startable(statuses: Sequence[InstanceStatus]) -> list[int]:
    """Give the ids of what `Start all` starts; what waits for its next try is left to that."""
    return [status.id for status in statuses if is_allowed(Verb.START, status) and status.status is not InstanceState.BACKOFF]


def stoppable(statuses: Sequence[InstanceStatus]) -> list[int]:
    """Give the ids of what `Stop all` stops."""
    return [status.id for status in statuses if is_allowed(Verb.STOP, status)]


def escaped(name: str) -> str:
    """Let a menu show an ampersand instead of taking it for the sign of a shortcut."""
    return name.replace("&", "&&")


def lower_first(text: str) -> str:
    """Begin in lower case, inside a sentence."""
    return text[:1].lower() + text[1:]
