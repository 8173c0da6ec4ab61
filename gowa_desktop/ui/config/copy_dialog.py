"""The dialog that copies settings of one instance to others: all of them or chosen ones, secrets only when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QListWidget, QListWidgetItem, QRadioButton, QWidget

from gowa_desktop.domain.config_pieces import OWN_PIECES, WEBHOOKS, piece_label, secret_pieces, split
from gowa_desktop.domain.config_values import DISABLED_WEBHOOKS
from gowa_desktop.ui.config.form_dialog import hint_below, names_line
from gowa_desktop.ui.config.plan_dialog import WIDTH, PlanDialog
from gowa_desktop.ui.look.labels import toned_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.config_plan import ConfigPlan
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.configs.config_service import ConfigService
    from gowa_desktop.services.instances.instance_service import InstanceService

_PIECE = Qt.ItemDataRole.UserRole


class CopyDialog(PlanDialog):
    """Copies settings from an instance that is chosen here to those that were selected. Main thread."""

    def __init__(self, instances: InstanceService, configs: ConfigService, targets: Sequence[InstanceStatus], parent: QWidget) -> None:
        super().__init__(_title(targets), "copyDialog", parent)
        self._instances = instances
        self._configs = configs
        self._targets = [status.id for status in targets]
        self._source = QComboBox(self)
        self._source.setObjectName("copySource")
        self._source.setAccessibleName(self.tr("Copy from"))
        for status in sorted(instances.statuses(), key=lambda one: one.name.casefold()):
            if self._targets != [status.id]:
                self._source.addItem(status.name, status.id)
        self._all = QRadioButton(self.tr("&All settings"), self)
        self._all.setObjectName("copyAll")
        self._all.setChecked(True)
        self._some = QRadioButton(self.tr("&Chosen settings"), self)
        self._some.setObjectName("copySome")
        self._list = self._make_list()
        self._secrets = QCheckBox(self.tr("Copy the webhook secret, sign-ins and other &secrets too"), self)
        self._secrets.setObjectName("copySecrets")
        self._secrets_hint = self.tr("Whoever knows the secrets of one instance then knows those of all.")
        self._lay_out(targets)
        self._fill_list()
        self._connect()
        self.add_preview(self.tr("Copy"), "copyAccept")

    def make_plan(self) -> ConfigPlan | None:
        """Give the plan for the chosen source and settings."""
        source = self._source.currentData()
        if source is None:
            return None
        chosen = self._chosen() if self._some.isChecked() else None
        return self._configs.plan.copy(source, self._targets, chosen, with_secrets=self._secrets.isChecked())

    def _make_list(self) -> QListWidget:
        found = QListWidget(self)
        found.setObjectName("copyList")
        found.setAccessibleName(self.tr("Settings to copy"))
        found.setProperty("kind", "rows")
        found.setFixedSize(WIDTH, 6 * (found.fontMetrics().height() + 12))
        found.hide()
        return found

    def _lay_out(self, targets: Sequence[InstanceStatus]) -> None:
        if len(targets) > 1:
            self.body.addWidget(names_line([status.name for status in targets], self))
        row = QHBoxLayout()
        row.setSpacing(8)
        label = toned_label(self.tr("Copy from"), "", self)
        label.setBuddy(self._source)
        row.addWidget(label)
        row.addWidget(self._source, 1)
        choices = QHBoxLayout()
        choices.setSpacing(16)
        for button in (self._all, self._some):
            choices.addWidget(button)
        choices.addStretch(1)
        self.body.addLayout(row)
        self.body.addLayout(choices)
        self.body.addWidget(self._list)
        self.body.addWidget(self._secrets)
        hint = hint_below(
            self._secrets_hint + " " + self.tr("The port always stays: it belongs to the instance."), "copySecretsHint", self, WIDTH
        )
        self.body.addWidget(hint)

    def _connect(self) -> None:
        self._source.currentIndexChanged.connect(self._on_source_changed)
        self._all.toggled.connect(self._on_all_toggled)
        self._secrets.toggled.connect(self._on_secrets_toggled)
        self._list.itemChanged.connect(self.refresh_soon)

    def _fill_list(self) -> None:
        """List what the source sets, and what a target sets that the source does not."""
        self._list.blockSignals(True)
        self._list.clear()
        source = self._source.currentData()
        if source is not None:
            kept = self._instances.config(source)
            pieces = dict(split(kept))
            for target in self._targets:
                pieces |= {piece: value for piece, value in split(self._instances.config(target)).items() if piece not in pieces}
            secret = secret_pieces(kept, self._instances.options(source))
            for piece in pieces:
                if piece != DISABLED_WEBHOOKS or WEBHOOKS not in pieces:
                    self._add_item(piece, is_secret=piece in secret)
        self._list.blockSignals(False)

    def _add_item(self, piece: str, *, is_secret: bool) -> None:
        item = QListWidgetItem(piece_label(piece), self._list)
        item.setData(_PIECE, piece)
        item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled)
        is_free = not is_secret or self._secrets.isChecked()
        if not is_free:
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable)
            item.setToolTip(self.tr("It holds a secret."))
        item.setCheckState(Qt.CheckState.Checked if is_free and piece not in OWN_PIECES else Qt.CheckState.Unchecked)

    def _chosen(self) -> set[str]:
        items = [self._list.item(row) for row in range(self._list.count())]
        return {str(item.data(_PIECE)) for item in items if item.checkState() is Qt.CheckState.Checked}

    @Slot()
    def _on_source_changed(self) -> None:
        self._fill_list()
        self.refresh()

    @Slot()
    def _on_all_toggled(self) -> None:
        self._list.setVisible(self._some.isChecked())
        self.refresh()

    @Slot()
    def _on_secrets_toggled(self) -> None:
        self._fill_list()
        self.refresh()


def _title(targets: Sequence[InstanceStatus]) -> str:
    if len(targets) == 1:
        return QCoreApplication.translate("CopyDialog", "Copy settings to {name}").format(name=targets[0].name)
    return QCoreApplication.translate("CopyDialog", "Copy settings to {count} instances").format(count=len(targets))
