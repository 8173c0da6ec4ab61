"""The dialog that says what happens when instances end by themselves, grow too large, or compete for the processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.instance import LEAST_LIMIT_MB, MOST_LIMIT_MB, InstanceChanges, Priority
from gowa_desktop.domain.restart_policy import RestartPolicy
from gowa_desktop.ui.config.form_dialog import FIELDS_WIDTH, Choice, FormDialog, NumberBox, hint_below, names_line, section_title
from gowa_desktop.ui.look.format import format_bytes
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.instance_service import InstanceService

USUAL_LIMIT_MB = 512
"""What is proposed: about ten times what GOWA takes with one phone."""


class SupervisionDialog(FormDialog):
    """Changes how one or several instances are supervised. Main thread.

    Where several differ nothing is chosen, and what is left so stays as it is.
    """

    def __init__(self, instances: InstanceService, statuses: Sequence[InstanceStatus], parent: QWidget) -> None:
        super().__init__(_title(statuses), "supervisionDialog", parent)
        self._instances = instances
        self._statuses = list(statuses)
        self._policies: dict[RestartPolicy, Choice] = {}
        self._priorities: dict[Priority, Choice] = {}
        self._groups = [QButtonGroup(self) for _ in range(2)]
        self._limit_check = QCheckBox(self.tr("&Limit its memory to"), self)
        self._limit = NumberBox(self.tr("Memory limit in megabytes"), "memoryLimit", LEAST_LIMIT_MB, MOST_LIMIT_MB, self)
        self._limit_hint = hint_below("", "memoryLimitHint", self)
        if len(statuses) > 1:
            self.body.addWidget(names_line([status.name for status in statuses], self))
        self._make_policies()
        self._make_limit()
        self._make_priorities()
        self.add_buttons(self.tr("Save"), "supervisionSave")
        self._show_values()
        self._limit_check.clicked.connect(self._on_limit_check_clicked)
        self._limit.valueChanged.connect(self._show_limit_hint)

    def changes(self) -> InstanceChanges:
        """Give what was chosen; what was left open stays None."""
        policy = next((value for value, choice in self._policies.items() if choice.button.isChecked()), None)
        priority = next((value for value, choice in self._priorities.items() if choice.button.isChecked()), None)
        limit: int | None = None
        if self._limit_check.checkState() is not Qt.CheckState.PartiallyChecked:
            limit = self._limit.value() if self._limit_check.isChecked() else 0
        return InstanceChanges(restart_policy=policy, memory_limit_mb=limit, priority=priority)

    def accept(self) -> None:
        """Save for each instance; stay open and say why when that is not possible."""
        changes, problems = self.changes(), []
        for status in self._statuses:
            try:
                self._instances.update(status.id, changes)
            except GowaError as error:
                problems.append(str(error) if len(self._statuses) == 1 else f"{status.name}: {told(str(error))}")
        if problems:
            self.show_problem("\n".join(problems))
        else:
            super().accept()

    def _make_policies(self) -> None:
        texts = {
            RestartPolicy.ON_FAILURE: (
                self.tr("Restart on &failure (default)"),
                self.tr("After a crash or a hang. Not when it ended without a fault, as when WhatsApp gave its session to another client."),
            ),
            RestartPolicy.ALWAYS: (
                self.tr("&Always restart"),
                self.tr("Whatever the reason. If another client took its session, the two will throw each other out."),
            ),
            RestartPolicy.NEVER: (self.tr("&Never restart"), self.tr("It stays down until you start it.")),
        }
        self.body.addWidget(section_title(self.tr("When it ends by itself"), self))
        for policy, (text, meaning) in texts.items():
            self._policies[policy] = choice = Choice(text, meaning, f"policy_{policy.value}", self)
            self._groups[0].addButton(choice.button)
            self.body.addWidget(choice)

    def _make_limit(self) -> None:
        self._limit_check.setObjectName("memoryLimitCheck")
        self._limit.setSingleStep(64)
        self._limit.setSuffix(self.tr(" MB"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._limit_check)
        row.addWidget(self._limit)
        row.addStretch(1)
        group = QVBoxLayout()
        group.setSpacing(4)
        group.addLayout(row)
        group.addWidget(self._limit_hint)
        self.body.addSpacing(8)
        self.body.addWidget(section_title(self.tr("Memory"), self))
        self.body.addLayout(group)

    def _make_priorities(self) -> None:
        texts = {
            Priority.NORMAL: (self.tr("N&ormal"), self.tr("Like any other program.")),
            Priority.LOW: (self.tr("Lo&w"), self.tr("Gives way to other programs.")),
        }
        self.body.addSpacing(8)
        self.body.addWidget(section_title(self.tr("Priority"), self))
        row = QHBoxLayout()
        row.setSpacing(0)
        for priority, (text, meaning) in texts.items():
            self._priorities[priority] = choice = Choice(text, meaning, f"priority_{priority.value}", self, FIELDS_WIDTH // 2)
            self._groups[1].addButton(choice.button)
            row.addWidget(choice)
        self.body.addLayout(row)

    def _show_values(self) -> None:
        policies = {status.restart_policy for status in self._statuses}
        limits = {status.memory_limit_mb for status in self._statuses}
        priorities = {status.priority for status in self._statuses}
        if len(policies) == 1:
            self._policies[policies.pop()].button.setChecked(True)
        if len(priorities) == 1:
            self._priorities[priorities.pop()].button.setChecked(True)
        known = [limit for limit in limits if limit is not None]
        self._limit.setValue(max(known, default=USUAL_LIMIT_MB))
        if len(limits) == 1:
            self._limit_check.setChecked(bool(known))
        else:
            self._limit_check.setCheckState(Qt.CheckState.PartiallyChecked)
        self._limit.setEnabled(self._limit_check.isChecked())
        self._show_limit_hint()

    @Slot()
    def _on_limit_check_clicked(self) -> None:
        # Half checked means that they differ; once a person has decided there is no way back but Cancel.
        self._limit_check.setTristate(False)
        self._limit.setEnabled(self._limit_check.isChecked())
        self._show_limit_hint()

    @Slot()
    def _show_limit_hint(self) -> None:
        text = self.tr("Over it for 10 seconds, it is restarted gracefully, at most once an hour.")
        if self._limit_check.checkState() is Qt.CheckState.PartiallyChecked:
            text = self.tr("They differ now; left so, each keeps its own.") + " " + text
        sample = self._statuses[0].sample if len(self._statuses) == 1 else None
        if sample is not None:
            text += " " + self.tr("It takes {memory} now.").format(memory=format_bytes(sample.memory_bytes))
        self._limit_hint.setText(text)


def _title(statuses: Sequence[InstanceStatus]) -> str:
    if len(statuses) == 1:
        return QCoreApplication.translate("SupervisionDialog", "Supervision of {name}").format(name=statuses[0].name)
    return QCoreApplication.translate("SupervisionDialog", "Supervision of {count} instances").format(count=len(statuses))
