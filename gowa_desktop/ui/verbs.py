"""What can be done with instances: when each is allowed, what it is called, and what it asks before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.instance import LIVE_STATES, InstanceState
from gowa_desktop.ui.instances.status_text import Activity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.instance import InstanceStatus


class Verb(StrEnum):
    """One thing to do with an instance."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"
    KILL = "kill"
    RESET_DATA = "reset_data"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask before something that cannot be taken back."""

    title: str
    effect: str
    button: str


_IDLE = frozenset({InstanceState.STOPPED, InstanceState.FAILED})
_ALLOWED = {
    Verb.START: _IDLE | {InstanceState.BACKOFF},
    Verb.STOP: frozenset({InstanceState.STARTING, InstanceState.RUNNING, InstanceState.BACKOFF}),
    Verb.RESTART: frozenset({InstanceState.STARTING, InstanceState.RUNNING}),
    Verb.KILL: LIVE_STATES,
    Verb.RESET_DATA: frozenset(InstanceState),
    Verb.DELETE: frozenset(InstanceState),
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("verbs", text)


def is_allowed(verb: Verb, status: InstanceStatus) -> bool:
    """Tell whether this can be asked of an instance now."""
    if status.is_busy or status.is_view_only:
        return False
    if status.is_waiting and verb in {Verb.START, Verb.RESTART, Verb.STOP}:
        return verb is Verb.STOP  # which calls the start off
    return status.status in _ALLOWED[verb]


def activity_of(verb: Verb) -> Activity:
    """Give what an instance shows from the click until its own state tells."""
    state = InstanceState
    return {
        Verb.START: Activity(_tr("Starting"), state.STARTING, _IDLE | {state.BACKOFF}),
        Verb.STOP: Activity(_tr("Stopping"), state.STOPPING, frozenset({state.STARTING, state.RUNNING, state.BACKOFF})),
        Verb.RESTART: Activity(_tr("Restarting"), state.STARTING, _IDLE | {state.RUNNING}),
        Verb.KILL: Activity(_tr("Ending now"), state.STOPPING, LIVE_STATES),
        Verb.RESET_DATA: Activity(_tr("Resetting data"), state.STOPPING, _IDLE | {state.RUNNING}),
        Verb.DELETE: Activity(_tr("Deleting"), state.STOPPING, _IDLE | {state.RUNNING}),
    }[verb]


def waiting_activity(status: InstanceStatus) -> Activity:
    """Give what an instance shows while others of the same bulk action go first."""
    return Activity(_tr("Waiting"), status.status, frozenset({status.status}))


def failure_title(verb: Verb, name: str) -> str:
    """Say which request failed for which instance."""
    texts = {
        Verb.START: _tr("{name} could not be started"),
        Verb.STOP: _tr("{name} could not be stopped"),
        Verb.RESTART: _tr("{name} could not be restarted"),
        Verb.KILL: _tr("{name} could not be forced to end"),
        Verb.RESET_DATA: _tr("The data of {name} could not be reset"),
        Verb.DELETE: _tr("{name} could not be deleted"),
    }
    return texts[verb].format(name=name)


def bulk_progress(verb: Verb, count: int) -> str:
    """Say what is being done to several instances."""
    texts = {
        Verb.START: _tr("Starting {count} instances"),
        Verb.STOP: _tr("Stopping {count} instances"),
        Verb.RESTART: _tr("Restarting {count} instances"),
        Verb.KILL: _tr("Forcing {count} instances to end"),
        Verb.RESET_DATA: _tr("Resetting the data of {count} instances"),
        Verb.DELETE: _tr("Deleting {count} instances"),
    }
    return texts[verb].format(count=count)


def bulk_result(verb: Verb, count: int) -> str:
    """Say what was done to several instances."""
    texts = {
        Verb.START: _tr("{count} instances started."),
        Verb.STOP: _tr("{count} instances stopped."),
        Verb.RESTART: _tr("{count} instances restarted."),
        Verb.KILL: _tr("{count} instances forced to end."),
        Verb.RESET_DATA: _tr("The data of {count} instances was moved to the trash for 7 days."),
        Verb.DELETE: _tr("{count} instances moved to the trash for 7 days."),
    }
    return texts[verb].format(count=count)


def bulk_failure(verb: Verb, failed: int, count: int) -> str:
    """Say how many of several instances a request failed for."""
    texts = {
        Verb.START: _tr("{failed} of {count} instances could not be started"),
        Verb.STOP: _tr("{failed} of {count} instances could not be stopped"),
        Verb.RESTART: _tr("{failed} of {count} instances could not be restarted"),
        Verb.KILL: _tr("{failed} of {count} instances could not be forced to end"),
        Verb.RESET_DATA: _tr("The data of {failed} of {count} instances could not be reset"),
        Verb.DELETE: _tr("{failed} of {count} instances could not be deleted"),
    }
    return texts[verb].format(failed=failed, count=count)


def question(verb: Verb, statuses: Sequence[InstanceStatus], unsaved: int = 0) -> Question | None:
    """Give what to ask first; None when the request is harmless or easily taken back.

    `unsaved` is how many of them have edited settings that are not saved.
    """
    count = len(statuses)
    who = statuses[0].name if count == 1 else _tr("{count} instances").format(count=count)
    match verb:
        case Verb.STOP if count > 1:
            effect = _tr("They finish what they are doing and then send and receive nothing until you start them again.")
            return Question(_tr("Stop {who}?").format(who=who), effect, _tr("Stop {who}").format(who=who))
        case Verb.KILL:
            effect = _tr("GOWA gets no time to finish: messages that are being sent may be lost. Afterwards it stays stopped.")
            return Question(_tr("Force kill {who}?").format(who=who), effect, _tr("Force kill"))
        case Verb.RESET_DATA:
            effect = _tr(
                "It is stopped, and its WhatsApp session, messages and media are moved to the trash for 7 days. Name, port, "
                "version and settings stay. The phone must be paired again."
            ) if count == 1 else _tr(
                "They are stopped, and their WhatsApp sessions, messages and media are moved to the trash for 7 days. Names, ports, "
                "versions and settings stay. The phones must be paired again."
            )  # fmt: skip
            return Question(_tr("Reset the data of {who}?").format(who=who), effect, _tr("Reset data"))
        case Verb.DELETE:
            effect = _tr(
                "It is stopped, and its WhatsApp session, messages, media and settings are moved to the trash for 7 days."
            ) if count == 1 else _tr(
                "They are stopped, and their WhatsApp sessions, messages, media and settings are moved to the trash for 7 days."
            )  # fmt: skip
            if unsaved:
                effect += " " + _tr("Edits of its settings that are not saved are lost.")
            return Question(_tr("Delete {who}?").format(who=who), effect, _tr("Delete {who}").format(who=who))
    return None
