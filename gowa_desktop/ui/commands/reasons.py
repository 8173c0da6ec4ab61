"""Why an action cannot be done now, in a sentence. Plain functions, no widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.verbs import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.actions import Actions

_SINGLE = frozenset({"openBrowser", "openFolder", "snapshots", "cleanDisk", "exportConfig", "importConfig"})
"""Actions on exactly one instance."""
_SELECTION = _SINGLE | {"copyUrl", "supervision", "update", "bulkEdit", "copyConfig", "tags"}


def why_not(action: QAction, actions: Actions) -> str:
    """Say why an action is disabled; empty when it is not."""
    if action.isEnabled():
        return ""
    selected, verb = actions.selected, actions.verb_of(action)
    name = action.objectName().removeprefix("action_")
    reason = _why_not_here(name, selected, is_on_instances=verb is not None or name in _SELECTION)
    if reason:
        return reason
    return _why_not_verb(verb, selected) if verb is not None else _why_not_selected(name, selected)


def _why_not_here(name: str, selected: Sequence[InstanceStatus], *, is_on_instances: bool) -> str:
    """Say what stands against it whatever the instances do."""
    who = _who(selected) if selected else ""
    reasons = (
        (any(one.is_view_only for one in selected), _tr("The data folder is only looked at now.")),
        (not is_on_instances, _tr("Not possible now.")),
        (not selected, _tr("Select an instance first.")),
        (name in _SINGLE and len(selected) > 1, _tr("Select one instance alone.")),
        (all(one.is_busy for one in selected), _tr("Wait until {who} is no longer busy.").format(who=who)),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _why_not_verb(verb: Verb, selected: Sequence[InstanceStatus]) -> str:
    if verb is Verb.START and any(one.status is InstanceState.STOPPING for one in selected):
        return _tr("Wait until {who} has stopped.").format(who=_who(selected))
    texts = {
        Verb.START: _tr("Running already: {who}."),
        Verb.STOP: _tr("Not running: {who}."),
        Verb.RESTART: _tr("Not running: {who}."),
        Verb.KILL: _tr("Without a process to end: {who}."),
    }
    return texts.get(verb, _tr("Not possible now: {who}.")).format(who=_who(selected))


def _why_not_selected(name: str, selected: Sequence[InstanceStatus]) -> str:
    if name in {"openBrowser", "copyUrl"}:
        return _tr("Not running: {who}.").format(who=_who(selected))
    if name in {"update", "snapshots"} and any(one.is_simulated for one in selected):
        return _tr("Simulated, so there is nothing to keep: {who}.").format(who=_who(selected))
    return _tr("Not possible now: {who}.").format(who=_who(selected))


def _who(selected: Sequence[InstanceStatus]) -> str:
    return selected[0].name if len(selected) == 1 else _tr("{count} instances").format(count=len(selected))


def _tr(text: str) -> str:
    return QCoreApplication.translate("reasons", text)
