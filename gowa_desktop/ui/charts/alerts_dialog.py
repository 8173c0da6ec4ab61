"""The dialog of alerts: what is too much now, and what counts as too much, for all instances or for one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QWidget

from gowa_desktop.domain.alerts import LONGEST_MINUTES, AlertKind, AlertRule
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.ui.charts.monitor_text import alert_line
from gowa_desktop.ui.config.form_dialog import FIELDS_WIDTH, FormDialog, NumberBox, section_title
from gowa_desktop.ui.look.labels import toned_label

if TYPE_CHECKING:
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.monitoring.alerts import AlertService

Key = tuple[AlertKind, int | None]
_MEGABYTE = 1e6
_USUAL = {AlertKind.CPU: 80, AlertKind.MEMORY: 512, AlertKind.FOLDER: 2000, AlertKind.DISK: 5}
_MOST = {AlertKind.CPU: 6400, AlertKind.MEMORY: 65_536, AlertKind.FOLDER: 1_000_000, AlertKind.DISK: 50}
_IN_MEGABYTES = frozenset({AlertKind.MEMORY, AlertKind.FOLDER})
_LASTING = frozenset({AlertKind.CPU, AlertKind.MEMORY})
_USUAL_MINUTES = 5
_MOST_SHOWN = 6


class Watch(StrEnum):
    """Whether a kind is watched."""

    AS_ALL = "as-all"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants of one kind for one scope; `limit` is a whole number in the unit of the field."""

    watch: Watch
    limit: int
    minutes: int


class RuleRow:
    """The fields of one kind. Main thread; the dialog owns the widgets."""

    def __init__(self, kind: AlertKind, title: str, unit: str, parent: QWidget) -> None:
        self.kind = kind
        name = f"alert_{kind.value}"
        self.title = QLabel(title, parent)
        self.watch = QComboBox(parent)
        self.watch.setObjectName(f"{name}_watch")
        self.watch.setAccessibleName(title)
        self.title.setBuddy(self.watch)
        self.limit = NumberBox(title, f"{name}_limit", 1, _MOST[kind], parent)
        self.limit.setSuffix(unit)
        self.minutes = NumberBox(QCoreApplication.translate("RuleRow", "Minutes"), f"{name}_minutes", 1, LONGEST_MINUTES, parent)
        self.minutes.setSuffix(QCoreApplication.translate("RuleRow", " min"))
        self.lasts = QLabel(QCoreApplication.translate("RuleRow", "for"), parent)
        self.watch.currentIndexChanged.connect(self.show_enabled)

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """All fields, left to right."""
        return self.title, self.watch, self.limit, self.lasts, self.minutes

    def wish(self) -> Wish:
        """Give what is chosen."""
        return Wish(Watch(self.watch.currentData()), self.limit.value(), self.minutes.value())

    def show_wish(self, wish: Wish, *, is_for_all: bool) -> None:
        """Show what is chosen for another scope."""
        self.watch.blockSignals(True)
        self.watch.clear()
        tr = self.title.tr
        on = tr("Alert below") if self.kind is AlertKind.DISK else tr("Alert above")
        choices = [(Watch.AS_ALL, tr("As for all")), (Watch.ON, on), (Watch.OFF, tr("No alert"))]
        for value, text in choices[1:] if is_for_all else choices:
            self.watch.addItem(text, value.value)
        self.watch.setCurrentIndex(self.watch.findData(wish.watch.value))
        self.watch.blockSignals(False)
        self.limit.setValue(wish.limit)
        self.minutes.setValue(wish.minutes)
        self.show_enabled()

    def set_visible(self, *, is_visible: bool) -> None:
        """Show the row or not; time only where it matters."""
        for widget in self.widgets:
            widget.setVisible(is_visible and (self.kind in _LASTING or widget not in {self.lasts, self.minutes}))

    def show_enabled(self) -> None:
        """Let a limit be typed only where there is one."""
        is_on = self.watch.currentData() == Watch.ON.value
        for widget in (self.limit, self.lasts, self.minutes):
            widget.setEnabled(is_on)


class AlertsDialog(FormDialog):
    """Shows active alerts and changes the rules. Main thread; nothing is stored before Save."""

    def __init__(self, alerts: AlertService, statuses: list[InstanceStatus], chosen: int | None, parent: QWidget) -> None:
        super().__init__(QCoreApplication.translate("AlertsDialog", "Alerts"), "alertsDialog", parent)
        self._alerts = alerts
        self._names = {status.id: status.name for status in statuses}
        self._wishes: dict[Key, Wish] = {}
        self._shown_for: int | None = None
        self._now = toned_label("", "", self, "activeAlerts")
        self._now.setWordWrap(True)
        self._now.setFixedWidth(FIELDS_WIDTH + 60)
        self._scope = QComboBox(self)
        self._scope.setObjectName("alertScope")
        self._scope.setAccessibleName(self.tr("For which instances"))
        self._scope.addItem(self.tr("All instances"), None)
        for status in statuses:
            self._scope.addItem(status.name, status.id)
        self._rows = self._make_rows()
        self._lay_out()
        self.add_buttons(self.tr("Save"), "alertsSave")
        self._scope.setCurrentIndex(max(0, self._scope.findData(chosen)) if chosen is not None else 0)
        self._show_scope()
        self._show_active()
        self._scope.currentIndexChanged.connect(self._on_scope_current_index_changed)
        alerts.changed.connect(self._show_active)

    def accept(self) -> None:
        """Store what is different; stay open and say why when that is not possible."""
        self._keep()
        try:
            for (kind, instance_id), wish in self._wishes.items():
                if wish != self._stored((kind, instance_id)):
                    self._store(kind, instance_id, wish)
        except GowaError as error:
            self.show_problem(str(error))
            return
        super().accept()

    def _make_rows(self) -> list[RuleRow]:
        texts = {
            AlertKind.CPU: (self.tr("&CPU of one core"), self.tr(" %")),
            AlertKind.MEMORY: (self.tr("&Memory"), self.tr(" MB")),
            AlertKind.FOLDER: (self.tr("&Folder on the disk"), self.tr(" MB")),
            AlertKind.DISK: (self.tr("F&ree room on the disk"), self.tr(" %")),
        }
        return [RuleRow(kind, *words, self) for kind, words in texts.items()]

    def _lay_out(self) -> None:
        self.body.addWidget(section_title(self.tr("Too much now"), self))
        self.body.addWidget(self._now)
        self.body.addSpacing(8)
        self.body.addWidget(section_title(self.tr("What counts as too much"), self))
        scope = QHBoxLayout()
        label = QLabel(self.tr("F&or"), self)
        label.setBuddy(self._scope)
        scope.addWidget(label)
        scope.addWidget(self._scope, 1)
        self.body.addLayout(scope)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        for number, row in enumerate(self._rows):
            for column, widget in enumerate(row.widgets):
                grid.addWidget(widget, number, column)
        self.body.addLayout(grid)
        hint = toned_label(
            self.tr("CPU and memory are averages over the time. An alert shows as a notification, in the table and on the Charts tab."),
            "muted", self, "alertHint",
        )  # fmt: skip
        hint.setWordWrap(True)
        hint.setFixedWidth(FIELDS_WIDTH + 60)
        self.body.addWidget(hint)

    def _stored(self, key: Key) -> Wish:
        kind, instance_id = key
        own = next((rule for rule in self._alerts.rules() if rule.key == key), None)
        rule = own or self._alerts.rule_for(kind, instance_id)
        limit = _USUAL[kind] if rule is None else max(1, round(rule.limit / (_MEGABYTE if kind in _IN_MEGABYTES else 1)))
        minutes = _USUAL_MINUTES if rule is None else rule.minutes
        if own is not None:
            return Wish(Watch.ON if own.is_on else Watch.OFF, limit, minutes)
        return Wish(Watch.OFF if instance_id is None else Watch.AS_ALL, limit, minutes)

    def _store(self, kind: AlertKind, instance_id: int | None, wish: Wish) -> None:
        if wish.watch is Watch.AS_ALL or (wish.watch is Watch.OFF and instance_id is None):
            self._alerts.remove_rule(kind, instance_id)
            return
        limit = wish.limit * (_MEGABYTE if kind in _IN_MEGABYTES else 1.0)
        self._alerts.set_rule(AlertRule(kind, limit, wish.minutes, instance_id, wish.watch is Watch.ON))

    def _keep(self) -> None:
        """Remember what the rows say before they show another scope."""
        for row in self._rows:
            if row.kind is not AlertKind.DISK or self._shown_for is None:
                self._wishes[row.kind, self._shown_for] = row.wish()

    def _show_scope(self) -> None:
        self._shown_for = self._scope.currentData()
        for row in self._rows:
            key = (row.kind, self._shown_for)
            row.show_wish(self._wishes.get(key) or self._stored(key), is_for_all=self._shown_for is None)
            row.set_visible(is_visible=row.kind is not AlertKind.DISK or self._shown_for is None)

    @Slot()
    def _show_active(self) -> None:
        active = self._alerts.active()
        lines = [alert_line(alert, self._names.get(alert.instance_id or 0, "")) for alert in active[:_MOST_SHOWN]]
        if len(active) > _MOST_SHOWN:
            lines.append(self.tr("and {count} more").format(count=len(active) - _MOST_SHOWN))
        if not lines:
            lines = [self.tr("Nothing is too much now.") if self._alerts.rules() else self.tr("Nothing is watched yet. Choose a limit below.")]
        self._now.setProperty("tone", "notice" if active else "muted")
        self._now.style().unpolish(self._now)
        self._now.style().polish(self._now)
        self._now.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._now.setText("\n".join(lines))

    @Slot()
    def _on_scope_current_index_changed(self) -> None:
        self._keep()
        self._show_scope()
