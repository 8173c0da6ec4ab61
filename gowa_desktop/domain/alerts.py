"""Alerts: what counts as too much, for one instance or for all, and what is too much now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import SettingInvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gowa_desktop.domain.json_types import Json

LONGEST_MINUTES = 60
"""So long figures are kept second by second."""


class AlertKind(StrEnum):
    """What is watched."""

    CPU = "cpu"
    """Per cent of one core, on average over some minutes; may exceed 100."""
    MEMORY = "memory"
    """Resident bytes, on average over some minutes."""
    FOLDER = "folder"
    """Bytes in the folder of an instance."""
    DISK = "disk"
    """Free room on the disk of the data folder, in per cent of the disk; too little of it is too much use."""


_MOST = {AlertKind.CPU: 100_000.0, AlertKind.MEMORY: 1e15, AlertKind.FOLDER: 1e15, AlertKind.DISK: 99.0}


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One limit.

    Attributes:
        kind: what is watched.
        limit: in the unit of the kind.
        minutes: how long it has to last on average, for CPU and memory, 1 to 60; without meaning for the others.
        instance_id: None for all instances, and for the disk. The rule of one instance takes the place of that for all.
        is_on: a rule that is off says that this instance is not watched although all are.
    """

    kind: AlertKind
    limit: float
    minutes: int = 5
    instance_id: int | None = None
    is_on: bool = True

    @property
    def key(self) -> tuple[AlertKind, int | None]:
        """There is one rule for each key."""
        return self.kind, self.instance_id


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is too much now: `value` in the unit of the kind, `since` in seconds since the epoch, when it was noticed."""

    rule: AlertRule
    instance_id: int | None
    value: float
    since: float

    @property
    def key(self) -> str:
        """Names the alert among the notices."""
        return f"alert-{self.rule.kind}-{self.instance_id or 0}"


def check_rule(rule: AlertRule) -> None:
    """Check a rule that a person made.

    Raises:
        SettingInvalidError: its limit or its time makes no sense.
    """
    if not 0 < rule.limit <= _MOST[rule.kind]:
        raise SettingInvalidError("This limit makes no sense.", "Write a number above 0.")
    if not 1 <= rule.minutes <= LONGEST_MINUTES:
        raise SettingInvalidError(f"An alert looks at 1 to {LONGEST_MINUTES} minutes.", "Choose a time between them.")
    if rule.kind is AlertKind.DISK and rule.instance_id is not None:
        raise SettingInvalidError("The disk is the same for all instances.", "Make this rule for all.")


def rules_to_json(rules: Iterable[AlertRule]) -> Json:
    """Give the form in which rules are stored."""
    return [
        {"kind": one.kind.value, "limit": one.limit, "minutes": one.minutes, "instance": one.instance_id, "on": one.is_on} for one in rules
    ]


def rules_from_json(stored: Json) -> list[AlertRule]:
    """Read stored rules; one that makes no sense is passed over."""
    rules = []
    for one in stored if isinstance(stored, list) else []:
        if not isinstance(one, dict):
            continue
        limit, minutes, instance_id = one.get("limit"), one.get("minutes"), one.get("instance")
        if not isinstance(limit, (int, float)) or not isinstance(minutes, int):
            continue
        if instance_id is not None and not isinstance(instance_id, int):
            continue
        try:
            rule = AlertRule(AlertKind(str(one.get("kind"))), float(limit), minutes, instance_id, one.get("on") is not False)
            check_rule(rule)
        except (ValueError, SettingInvalidError):
            continue
        rules.append(rule)
    return rules


def words_of(alert: Alert, name: str) -> tuple[str, str]:
    """Give the title and the sentence of an alert; `name` is that of the instance."""
    limit, value, minutes = alert.rule.limit, alert.value, alert.rule.minutes
    match alert.rule.kind:
        case AlertKind.CPU:
            return f"{name}: much CPU", (
                f"{name} used {value:.0f} % of a core on average for {minutes} min; the limit is {limit:.0f} %. Look at its log, or restart it."
            )
        case AlertKind.MEMORY:
            return f"{name}: much memory", (
                f"{name} held {_size(value)} of memory on average for {minutes} min; the limit is {_size(limit)}. "
                "Look at its chart, or restart it."
            )
        case AlertKind.FOLDER:
            return f"{name}: large folder", (
                f"The folder of {name} holds {_size(value)}; the limit is {_size(limit)}. Clean up its media."
            )
        case AlertKind.DISK:
            return "Disk nearly full", f"{value:.1f} % of the disk are free; the limit is {limit:.0f} %. Free some space, or clean up media."


def _size(count: float) -> str:
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"
