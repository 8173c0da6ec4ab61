"""The dialog that changes the tags of one or several instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QPushButton, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.instance import InstanceChanges
from gowa_desktop.domain.tags import clean_tags, split_tags, tag_identity
from gowa_desktop.ui.config.form_dialog import FIELDS_WIDTH, FormDialog, names_line
from gowa_desktop.ui.look.labels import toned_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.instances.instance_service import InstanceService

LIST_HEIGHT = 200


class TagsDialog(FormDialog):
    """Offers every tag there is, and new ones. Main thread. A half-checked tag is one that some of the instances have; it stays so."""

    def __init__(self, instances: InstanceService, statuses: Sequence[InstanceStatus], parent: QWidget) -> None:
        super().__init__(_title(statuses), "tagsDialog", parent)
        self._instances = instances
        self._statuses = list(statuses)
        if len(statuses) > 1:
            self.body.addWidget(names_line([status.name for status in statuses], self))
        self._field = QLineEdit(self)
        self._field.setObjectName("newTag")
        self._field.setAccessibleName(self.tr("New tag"))
        self._field.setPlaceholderText(self.tr("New tag, several with commas"))
        self._add = QPushButton(self.tr("&Add"), self)
        self._add.setObjectName("addTag")
        self._add.setAutoDefault(False)
        self._add.setEnabled(False)
        self._list = QListWidget(self)
        self._list.setObjectName("tagList")
        self._list.setAccessibleName(self.tr("Tags"))
        self._list.setProperty("kind", "rows")
        self._list.setFixedSize(FIELDS_WIDTH, LIST_HEIGHT)
        self._none = toned_label(self.tr("There are no tags yet. Write one above."), "muted", self, "noTags")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._field, 1)
        row.addWidget(self._add)
        self.body.addLayout(row)
        self.body.addWidget(self._list)
        self.body.addWidget(self._none)
        self._fill()
        self.add_buttons(self.tr("Save"), "tagsSave")
        self._field.textChanged.connect(self._on_field_text_changed)
        self._add.clicked.connect(self._on_add_clicked)
        self._field.setFocus()

    def accept(self) -> None:
        """Save for each instance, a tag that is still in the field with the others; stay open and say why when that is not possible."""
        if not self._take_typed():
            return
        problems = []
        for status in self._statuses:
            tags = self._tags_for(status)
            if tags == list(status.tags):
                continue
            try:
                self._instances.update(status.id, InstanceChanges(tags=tuple(tags)))
            except GowaError as error:
                problems.append(str(error) if len(self._statuses) == 1 else f"{status.name}: {error}")
        if problems:
            self.show_problem("\n".join(problems))
        else:
            super().accept()

    def _fill(self) -> None:
        """Offer every tag that any instance has; what the chosen ones have is checked."""
        known = {tag_identity(tag): tag for status in self._instances.statuses() for tag in status.tags}
        for identity in sorted(known):
            count = sum(identity in map(tag_identity, status.tags) for status in self._statuses)
            state = Qt.CheckState.Checked if count == len(self._statuses) else Qt.CheckState.PartiallyChecked
            self._add_item(known[identity], state if count else Qt.CheckState.Unchecked)
        self._none.setVisible(not known)

    def _add_item(self, tag: str, state: Qt.CheckState) -> QListWidgetItem:
        item = QListWidgetItem(tag, self._list)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(state)
        self._none.hide()
        return item

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _tags_for(self, status: InstanceStatus) -> list[str]:
        present = set(map(tag_identity, status.tags))
        chosen = [
            item.text()
            for item in self._items()
            if item.checkState() is Qt.CheckState.Checked
            or (item.checkState() is Qt.CheckState.PartiallyChecked and tag_identity(item.text()) in present)
        ]
        return sorted(chosen, key=tag_identity)

    def _take_typed(self) -> bool:
        """Take what stands in the field into the list; tell whether that was possible."""
        self.show_problem("")
        try:
            typed = clean_tags(split_tags(self._field.text()))
        except GowaError as error:
            self.show_problem(str(error))
            self._field.setFocus()
            return False
        items = {tag_identity(item.text()): item for item in self._items()}
        for tag in typed:
            item = items.get(tag_identity(tag)) or self._add_item(tag, Qt.CheckState.Checked)
            item.setCheckState(Qt.CheckState.Checked)
            self._list.scrollToItem(item)
        self._field.clear()
        return True

    @Slot(str)
    def _on_field_text_changed(self, text: str) -> None:
        self._add.setEnabled(bool(text.strip()))

    @Slot()
    def _on_add_clicked(self) -> None:
        if self._take_typed():
            self._field.setFocus()


def _title(statuses: Sequence[InstanceStatus]) -> str:
    if len(statuses) == 1:
        return QCoreApplication.translate("TagsDialog", "Tags of {name}").format(name=statuses[0].name)
    return QCoreApplication.translate("TagsDialog", "Tags of {count} instances").format(count=len(statuses))
