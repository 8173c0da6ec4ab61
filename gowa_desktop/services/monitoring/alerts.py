"""AlertService: tells when CPU, memory or disk use stays above what a person set, and when that is over."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gowa_desktop.domain.alerts import Alert, AlertKind, AlertRule, check_rule, rules_from_json, rules_to_json, words_of
from gowa_desktop.domain.errors import DatabaseError
from gowa_desktop.domain.notices import NoticeKind
from gowa_desktop.domain.usage import Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.services.monitoring.resource_monitor import ResourceMonitor
    from gowa_desktop.services.monitoring.usage_history import UsageHistory
    from gowa_desktop.services.notices.notice_center import NoticeCenter
    from gowa_desktop.store.repositories import SettingsRepository

LOOK_MS = 10_000
_KEY = "alert_rules"
_EASE = 0.95
"""What was too much must fall a little below the limit before the alert ends, so that nothing flickers there."""
_METRICS = {AlertKind.CPU: Metric.CPU, AlertKind.MEMORY: Metric.MEMORY}


class AlertService(QObject):
    """Keeps the rules and what is too much now. Main thread."""

    changed = Signal()
    """Rules or active alerts are different."""

    def __init__(
        self,
        settings: SettingsRepository,
        instances: Callable[[], Iterable[Instance]],
        monitor: ResourceMonitor,
        history: UsageHistory,
        notices: NoticeCenter,
        parent: QObject | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._instances = instances
        self._monitor = monitor
        self._history = history
        self._notices = notices
        self._now = now
        self._active: dict[str, Alert] = {}
        self._rules: dict[tuple[AlertKind, int | None], AlertRule] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Start looking; without a rule nothing is looked at, and nothing wakes up."""
        self._run_timer()

    def close(self) -> None:
        """Stop looking."""
        self._timer.stop()

    def active(self) -> list[Alert]:
        """Give what is too much now, oldest first."""
        return sorted(self._active.values(), key=lambda alert: alert.since)

    def active_for(self, instance_id: int) -> list[Alert]:
        """Give what is too much of one instance now, oldest first."""
        return [alert for alert in self.active() if alert.instance_id == instance_id]

    def rules(self) -> list[AlertRule]:
        """Give all rules, those for all instances first."""
        return sorted(self._known_rules().values(), key=lambda rule: (rule.instance_id or 0, rule.kind))

    def rule_for(self, kind: AlertKind, instance_id: int | None) -> AlertRule | None:
        """Give the rule that holds for an instance: its own, else that for all; None when there is neither."""
        rules = self._known_rules()
        return rules.get((kind, instance_id)) or rules.get((kind, None))

    def set_rule(self, rule: AlertRule) -> None:
        """Store a rule, in the place of the one for the same kind and instance.

        Raises:
            SettingInvalidError: its limit or its time makes no sense.
            DatabaseError: it cannot be stored.
        """
        check_rule(rule)
        self._store({**self._known_rules(), rule.key: rule})

    def remove_rule(self, kind: AlertKind, instance_id: int | None) -> None:
        """Remove a rule; one that is not there is fine.

        Raises:
            DatabaseError: it cannot be stored.
        """
        self._store({key: rule for key, rule in self._known_rules().items() if key != (kind, instance_id)})

    @Slot(int)
    def forget(self, instance_id: int) -> None:
        """Drop rules and alerts of an instance that is gone."""
        kept = {key: rule for key, rule in self._known_rules().items() if key[1] != instance_id}
        if len(kept) != len(self._known_rules()):
            try:
                self._store(kept)
            except DatabaseError:
                self._rules = kept  # dropped once more when the next instance gets this id
        for alert in self.active_for(instance_id):
            self._end(alert.key)

    @Slot()
    def look(self) -> None:
        """Compare the figures with the rules."""
        found = {alert.key: alert for alert in self._too_much()}
        for key in self._active.keys() - found.keys():
            self._end(key)
        for key, alert in found.items():
            before = self._active.get(key)
            self._active[key] = alert if before is None else replace(alert, since=before.since)
            if before is None:
                self._tell(alert)
        if found:
            self.changed.emit()

    def _too_much(self) -> list[Alert]:
        now, found = self._now(), []
        for instance in self._instances():
            for kind in (AlertKind.CPU, AlertKind.MEMORY, AlertKind.FOLDER):
                rule = self.rule_for(kind, instance.id)
                if rule is None or not rule.is_on:
                    continue
                value, alert = self._value(rule, instance.id), Alert(rule, instance.id, 0.0, now)
                if value is not None and value > rule.limit * (_EASE if alert.key in self._active else 1.0):
                    found.append(replace(alert, value=value))
        rule, space = self._known_rules().get((AlertKind.DISK, None)), self._monitor.disk_space
        if rule is not None and rule.is_on and space is not None and space.total_bytes:
            free, alert = space.free_bytes / space.total_bytes * 100, Alert(rule, None, 0.0, now)
            if free < rule.limit / (_EASE if alert.key in self._active else 1.0):
                found.append(replace(alert, value=free))
        return found

    def _value(self, rule: AlertRule, instance_id: int) -> float | None:
        metric = _METRICS.get(rule.kind)
        if metric is None:
            size = self._monitor.disk_bytes(instance_id)
            return None if size is None else float(size)
        return self._history.mean_of_last(instance_id, metric, rule.minutes * 60)

    def _tell(self, alert: Alert) -> None:
        name = next((instance.name for instance in self._instances() if instance.id == alert.instance_id), "")
        title, text = words_of(alert, name)
        self._notices.notify(NoticeKind.ALERT, alert.key, title, text, instance_id=alert.instance_id)

    def _end(self, key: str) -> None:
        if self._active.pop(key, None) is not None:
            self._notices.withdraw(key)
            self.changed.emit()

    def _known_rules(self) -> dict[tuple[AlertKind, int | None], AlertRule]:
        if self._rules is None:
            try:
                self._rules = {rule.key: rule for rule in rules_from_json(self._settings.get(_KEY))}
            except DatabaseError:
                return {}
        return self._rules

    def _store(self, rules: dict[tuple[AlertKind, int | None], AlertRule]) -> None:
        self._settings.set(_KEY, rules_to_json(rules.values()) if rules else None)
        self._rules = rules
        self._run_timer()
        self.look()
        self.changed.emit()

    def _run_timer(self) -> None:
        if self._known_rules():
            self._timer.start()
        else:
            self._timer.stop()
