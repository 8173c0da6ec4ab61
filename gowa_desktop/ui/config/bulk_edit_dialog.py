"""The dialog that gives one option the same value in many instances, and shows first what that changes in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.config_values import DISABLED_WEBHOOKS
from gowa_desktop.domain.redaction import masked_text
from gowa_desktop.ui.config.form_dialog import names_line
from gowa_desktop.ui.config.form_problems import sorted_problems
from gowa_desktop.ui.config.list_editor import WebhooksEditor
from gowa_desktop.ui.config.option_row import OptionRow
from gowa_desktop.ui.config.plan_dialog import WIDTH, PlanDialog
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.config_plan import ConfigPlan
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.services.configs.config_service import ConfigService
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.ui.config.change_table import Now

FIRST_KEY = "debug"
"""What is offered first: harmless, and known to every version."""


class BulkEditDialog(PlanDialog):
    """Changes one option of the selected instances. Main thread."""

    def __init__(self, instances: InstanceService, configs: ConfigService, targets: Sequence[InstanceStatus], parent: QWidget) -> None:
        super().__init__(_title(targets), "bulkEditDialog", parent)
        self._instances = instances
        self._configs = configs
        self._targets = list(targets)
        self._parser = ConfigParser()
        self._options = self._known_options()
        self._row: OptionRow | None = None
        self._is_touched = False
        self._choice = self._make_choice()
        self._place = QVBoxLayout()
        self._differ = toned_label(self.tr("They differ now."), "muted", self, "bulkDiffer")
        self._reset = QCheckBox(self.tr("Put it &back to the default"), self)
        self._reset.setObjectName("bulkReset")
        self._lay_out()
        self._choice.setCurrentIndex(max(0, self._choice.findData(FIRST_KEY)))
        self._show_option()
        self._choice.currentIndexChanged.connect(self._on_choice_changed)
        self._reset.toggled.connect(self._on_reset_toggled)
        self.add_preview(self.tr("Save"), "bulkEditAccept")

    def make_plan(self) -> ConfigPlan | None:
        """Give the plan for the chosen option and value."""
        if self._row is None:
            return None
        ids = [status.id for status in self._targets]
        key = self._row.option.key
        if self._reset.isChecked():
            return self._configs.plan.settings(ids, {key: None})
        # What one of them has now is not what all are to have, unless somebody says so.
        wanted = self._wanted(self._row) if self._is_touched else {}
        self._show_problems(self._row, wanted)
        return self._configs.plan.settings(ids, wanted)

    def present(self) -> Now:
        """Give what each instance has now."""
        if self._row is None:
            return {}
        option, found = self._row.option, {}
        for status in self._targets:
            value = self._parser.value(self._instances.config(status.id), option, status.port)
            found[status.id] = (told(option.label), masked_text(option, value))
        return found

    def _known_options(self) -> dict[str, Option]:
        """Give what at least one of the versions knows, in the order of the form."""
        found: dict[str, Option] = {}
        for status in self._targets:
            found |= {option.key: option for option in self._instances.options(status.id) if option.key not in found}
        order = list(type(next(iter(found.values())).section))
        return dict(sorted(found.items(), key=lambda item: order.index(item[1].section)))

    def _make_choice(self) -> QComboBox:
        choice = QComboBox(self)
        choice.setObjectName("bulkOption")
        choice.setAccessibleName(self.tr("Setting to change"))
        line = QLineEdit(choice)
        line.setObjectName("bulkOptionSearch")
        choice.setLineEdit(line)
        choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        choice.setMaxVisibleItems(20)
        section = None
        for option in self._options.values():
            if section is not None and option.section is not section:
                choice.insertSeparator(choice.count())
            section = option.section
            choice.addItem(told(option.label), option.key)
            choice.setItemData(choice.count() - 1, told(option.help), Qt.ItemDataRole.ToolTipRole)
        completer = QCompleter(choice.model(), choice)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        choice.setCompleter(completer)
        line.editingFinished.connect(self._on_choice_edited)
        return choice

    def _lay_out(self) -> None:
        if len(self._targets) > 1:
            self.body.addWidget(names_line([status.name for status in self._targets], self))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(toned_label(self.tr("Setting"), "", self))
        row.addWidget(self._choice, 1)
        self.body.addLayout(row)
        self.body.addLayout(self._place)
        self.body.addWidget(self._differ)
        self.body.addWidget(self._reset)

    def _show_option(self) -> None:
        """Put the editor of the chosen option in place, with the value that the instances have now."""
        option = self._options.get(str(self._choice.currentData()))
        if option is None or (self._row is not None and self._row.option is option):
            return
        if self._row is not None:
            self._place.removeWidget(self._row)
            self._row.hide()
            self._row.deleteLater()
        self._row = row = OptionRow(option, self, self._parser.generate_secret)
        row.setFixedWidth(WIDTH)
        self._place.addWidget(row)
        row.show()  # Qt would do so a turn of the event loop later
        QWidget.setTabOrder(self._choice, row.editor.target())
        QWidget.setTabOrder(row.stops()[-1], self._reset)
        self._show_value(row)
        row.edited.connect(self._on_row_edited)
        self._is_touched = False

    def _show_value(self, row: OptionRow) -> None:
        configs = [(self._instances.config(status.id), status.port) for status in self._targets]
        values = [self._parser.value(config, row.option, port) for config, port in configs]
        row.show_value(values[0], is_overridden=False)
        if isinstance(row.editor, WebhooksEditor):
            row.editor.show_disabled([url for url, is_on in self._parser.webhook_rows(configs[0][0]) if not is_on])
        self._differ.setVisible(any(value != values[0] for value in values))

    def _wanted(self, row: OptionRow) -> dict[str, Json]:
        if isinstance(row.editor, WebhooksEditor):
            webhooks = row.editor.webhooks()
            off: list[Json] = [url for url, is_on in webhooks if not is_on]
            return {row.option.key: [url for url, _ in webhooks], DISABLED_WEBHOOKS: off or None}
        return {row.option.key: row.editor.value()}

    def _show_problems(self, row: OptionRow, wanted: dict[str, Json]) -> None:
        """Say below the field what is wrong with the value by itself; what one version refuses stands in the table."""
        config: JsonObject = {"flags": {key: value for key, value in wanted.items() if value is not None}}
        row.show_problems(sorted_problems(self._parser.check(config)).get(row.option.key, {}))

    @Slot()
    def _on_row_edited(self) -> None:
        self._is_touched = True
        self.refresh_soon()

    @Slot()
    def _on_choice_changed(self) -> None:
        self._show_option()
        self.refresh()

    @Slot()
    def _on_choice_edited(self) -> None:
        """Take what was typed for the option that it names or is a part of; else bring back the name of the present one."""
        text, index = self._choice.currentText().strip(), -1
        for flag in (Qt.MatchFlag.MatchFixedString, Qt.MatchFlag.MatchContains):
            if text and index < 0:
                index = self._choice.findText(text, flag)
        self._choice.setCurrentIndex(index if index >= 0 else self._choice.currentIndex())
        self._choice.setEditText(self._choice.itemText(self._choice.currentIndex()))

    @Slot()
    def _on_reset_toggled(self) -> None:
        if self._row is not None:
            self._row.setEnabled(not self._reset.isChecked())
        self.refresh()


def _title(targets: Sequence[InstanceStatus]) -> str:
    if len(targets) == 1:
        return QCoreApplication.translate("BulkEditDialog", "Change a setting of {name}").format(name=targets[0].name)
    return QCoreApplication.translate("BulkEditDialog", "Change a setting of {count} instances").format(count=len(targets))
