"""The dialog of all templates: what each sets; save, apply, rename and delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QListWidget, QListWidgetItem, QPlainTextEdit, QVBoxLayout, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.ui.config.form_dialog import FormDialog
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.dialog_frame import named_button
from gowa_desktop.ui.parts.row_menu import RowMenu

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.templates import ConfigTemplate
    from gowa_desktop.services.configs.config_service import ConfigService

LIST_SIZE = (220, 260)
CONTENTS_SIZE = (400, 260)


class TemplatesDialog(FormDialog):
    """Lists templates. Main thread; applying and telling what was deleted is left to whoever opened it."""

    apply_requested = Signal(int)
    """The template with this id is to be applied to the selected instances."""
    removed = Signal(object)
    """This `ConfigTemplate` was deleted; it can be brought back."""

    def __init__(self, configs: ConfigService, selected: Sequence[InstanceStatus], parent: QWidget) -> None:
        super().__init__(QCoreApplication.translate("TemplatesDialog", "Templates"), "templatesDialog", parent)
        self._configs = configs
        self._shelf = configs.templates
        self._selected = list(selected)
        self._list = QListWidget(self)
        self._list.setObjectName("templateList")
        self._list.setAccessibleName(self.tr("Templates"))
        self._list.setProperty("kind", "rows")
        self._list.setFixedSize(*LIST_SIZE)
        self._contents = QPlainTextEdit(self)
        self._contents.setObjectName("templateContents")
        self._contents.setAccessibleName(self.tr("What the template sets"))
        self._contents.setProperty("kind", "field")
        self._contents.setReadOnly(True)
        self._contents.setTabChangesFocus(True)
        self._contents.setFixedSize(*CONTENTS_SIZE)
        self._apply = named_button(self._apply_text(), "templateApplyTo", self)
        self._save = named_button(self._save_text(), "templateSaveFrom", self)
        self._rename = named_button(self.tr("Rename"), "templateRename", self)
        self._delete = named_button(self.tr("Delete"), "templateDelete", self)
        self._lay_out()
        self._connect()
        self._fill()

    def _lay_out(self) -> None:
        intro = self.tr("A template is a set of settings with a name. Applied, it sets these and leaves everything else alone.")
        words = toned_label(intro, "muted", self, "templatesIntro")
        words.setWordWrap(True)
        words.setFixedWidth(LIST_SIZE[0] + CONTENTS_SIZE[0] + 12)
        sides = QHBoxLayout()
        sides.setSpacing(12)
        below_list = QHBoxLayout()
        below_list.setSpacing(8)
        for button in (self._rename, self._delete):
            below_list.addWidget(button)
        below_list.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._list)
        left.addLayout(below_list)
        below_contents = QHBoxLayout()
        below_contents.setSpacing(8)
        below_contents.addStretch(1)
        for button in (self._save, self._apply):
            below_contents.addWidget(button)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._contents)
        right.addLayout(below_contents)
        sides.addLayout(left)
        sides.addLayout(right)
        self.body.addWidget(words)
        self.body.addLayout(sides)
        buttons = QDialogButtonBox(self)
        close = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setObjectName("closeButton")
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        self.add_last(buttons)

    def _connect(self) -> None:
        self._list.currentItemChanged.connect(self._show_current)
        self._list.itemChanged.connect(self._on_item_changed)
        self._apply.clicked.connect(self._on_apply_clicked)
        self._save.clicked.connect(self._on_save_clicked)
        self._rename.clicked.connect(self._on_rename_clicked)
        self._delete.clicked.connect(self._on_delete_clicked)
        RowMenu(self._list, [self._apply, self._rename, self._delete])
        self._shelf.templates_changed.connect(self._fill)

    def _apply_text(self) -> str:
        if len(self._selected) == 1:
            return self.tr("Apply to {name}…").format(name=_short(self._selected[0].name))
        return self.tr("Apply to {count} instances…").format(count=len(self._selected))

    def _save_text(self) -> str:
        if len(self._selected) == 1:
            return self.tr("Save from {name}…").format(name=_short(self._selected[0].name))
        return self.tr("Save from an instance…")

    @Slot()
    def _fill(self) -> None:
        """List what there is; the one that was chosen stays so."""
        current = self._current_id()
        self._list.blockSignals(True)
        self._list.clear()
        for template in self._templates():
            item = QListWidgetItem(template.name, self._list)
            item.setData(Qt.ItemDataRole.UserRole, template.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            if template.id == current:
                self._list.setCurrentItem(item)
        self._list.blockSignals(False)
        if self._list.currentRow() < 0 < self._list.count():
            self._list.setCurrentRow(0)
        self._show_current()

    def choose(self, template_id: int) -> None:
        """Select a template."""
        for row in range(self._list.count()):
            if self._list.item(row).data(Qt.ItemDataRole.UserRole) == template_id:
                self._list.setCurrentRow(row)

    def _templates(self) -> list[ConfigTemplate]:
        try:
            return self._shelf.all()
        except GowaError as error:
            self.show_problem(str(error))
            return []

    def _current_id(self) -> int | None:
        row = self._list.currentRow()
        return int(self._list.item(row).data(Qt.ItemDataRole.UserRole)) if row >= 0 else None

    @Slot()
    def _show_current(self) -> None:
        current = self._current_id()
        template = next((one for one in self._templates() if one.id == current), None)
        self._contents.setPlainText(self._words_of(template))
        self._contents.setPlaceholderText(self.tr("There are no templates yet."))
        for button in (self._rename, self._delete):
            button.setEnabled(template is not None)
        self._apply.setEnabled(template is not None and template.config_error is None and bool(self._selected))
        self._save.setEnabled(len(self._selected) == 1)

    def _words_of(self, template: ConfigTemplate | None) -> str:
        if template is None:
            return ""
        if template.config_error is not None:
            return template.config_error
        return "\n".join(f"{told(change.label)}: {change.new_text}" for change in self._shelf.contents(template))

    @Slot()
    def _on_apply_clicked(self) -> None:
        current = self._current_id()
        if current is not None:
            self.apply_requested.emit(current)
            self.accept()

    @Slot()
    def _on_save_clicked(self) -> None:
        from gowa_desktop.ui.config.template_dialogs import SaveTemplateDialog  # noqa: PLC0415 - most open this dialog to apply

        dialog = SaveTemplateDialog(self._configs, self._selected[0], self)
        dialog.accepted.connect(lambda: self.choose(dialog.template_id or 0))
        dialog.open()

    @Slot()
    def _on_rename_clicked(self) -> None:
        self._list.setFocus()
        self._list.editItem(self._list.currentItem())

    @Slot(QListWidgetItem)
    def _on_item_changed(self, item: QListWidgetItem) -> None:
        """Store the new name; an impossible one is told and taken back."""
        problem = ""
        try:
            self._shelf.rename(int(item.data(Qt.ItemDataRole.UserRole)), item.text())
        except GowaError as error:
            problem = str(error)
            self._fill()
        self.show_problem(problem)

    @Slot()
    def _on_delete_clicked(self) -> None:
        current, problem = self._current_id(), ""
        try:
            removed = self._shelf.remove(current or 0)
        except GowaError as error:
            problem = str(error)
        else:
            self.removed.emit(removed)
        self.show_problem(problem)


def _short(name: str) -> str:
    return name if len(name) <= 20 else f"{name[:19]}…"
