"""Every action with its keys: to look them up, and to change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.ui.commands.fuzzy import match
from gowa_desktop.ui.commands.shortcut_keeper import check_keys, keys_text, plain_icon, plain_text
from gowa_desktop.ui.config.form_dialog import FormDialog
from gowa_desktop.ui.look.labels import set_property, toned_label
from gowa_desktop.ui.parts.dialog_frame import named_button
from gowa_desktop.ui.parts.field_buttons import name_field_buttons
from gowa_desktop.ui.parts.row_table import ROW_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from gowa_desktop.ui.commands.shortcut_keeper import ShortcutKeeper

LIST_SIZE = (560, 340)
_ACTION = Qt.ItemDataRole.UserRole


class ShortcutsDialog(FormDialog):
    """Lists and changes keys. Main thread; a change holds at once and is stored at once."""

    def __init__(self, keeper: ShortcutKeeper, parent: QWidget) -> None:
        super().__init__(QCoreApplication.translate("ShortcutsDialog", "Keyboard shortcuts"), "shortcutsDialog", parent)
        self._keeper = keeper
        self._search = QLineEdit(self)
        self._search.setObjectName("shortcutSearch")
        self._search.setAccessibleName(self.tr("Search actions and keys"))
        self._search.setPlaceholderText(self.tr("Search actions and keys"))
        self._tree = self._make_tree()
        self._edit = QKeySequenceEdit(self)
        self._edit.setObjectName("shortcutEdit")
        self._edit.setMaximumSequenceLength(1)
        self._edit.setClearButtonEnabled(True)
        self._edit.setAccessibleName(self.tr("New keys"))
        name_field_buttons(self._edit)
        self._word = toned_label("", "muted", self, "shortcutWord")
        self._word.setWordWrap(True)
        self._word.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._word.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._assign = named_button(self.tr("Use these keys"), "shortcutAssign", self)
        self._reset = named_button(self.tr("Default keys"), "shortcutReset", self)
        self._reset_all = named_button(self.tr("Default keys for all"), "shortcutResetAll", self)
        self._lay_out()
        self._connect_signals()
        self._fill()
        self._search.setFocus()

    def choose(self, action: QAction) -> None:
        """Select the row of an action."""
        for row in range(self._tree.topLevelItemCount()):
            item = self._tree.topLevelItem(row)
            if item is not None and item.data(0, _ACTION) is action:
                self._tree.setCurrentItem(item)

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setObjectName("shortcutList")
        tree.setAccessibleName(self.tr("Actions and their keys"))
        tree.setProperty("kind", "rows")
        tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        tree.setRootIsDecorated(False)
        tree.setFixedSize(*LIST_SIZE)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = tree.header()
        header.setObjectName("shortcutListHeader")
        header.setMinimumHeight(ROW_HEIGHT)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        return tree

    def _lay_out(self) -> None:
        keys = QHBoxLayout()
        keys.setSpacing(8)
        label = QLabel(self.tr("&New keys"), self)
        label.setBuddy(self._edit)
        keys.addWidget(label)
        keys.addWidget(self._edit, 1)
        keys.addWidget(self._assign)
        keys.addWidget(self._reset)
        buttons = QDialogButtonBox(self)
        buttons.setObjectName("dialogButtons")
        buttons.addButton(self._reset_all, QDialogButtonBox.ButtonRole.ResetRole)
        close = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setObjectName("closeButton")
        close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        fixed = self.tr("In the list of instances: Enter opens, Space starts or stops, Esc clears the search. Tab goes on, Shift+Tab back.")
        words = toned_label(fixed, "muted", self, "shortcutFixed")
        words.setWordWrap(True)
        for widget in (self._search, self._tree, words):
            self.body.addWidget(widget)
        self.body.addSpacing(4)
        self.body.addLayout(keys)
        self.body.addWidget(self._word)
        self.add_last(buttons)

    def _connect_signals(self) -> None:
        self._search.textChanged.connect(self._fill)
        self._tree.currentItemChanged.connect(self._show_current)
        self._edit.keySequenceChanged.connect(self._show_conflict)
        self._assign.clicked.connect(self._on_assign_clicked)
        self._reset.clicked.connect(self._on_reset_clicked)
        self._reset_all.clicked.connect(self._on_reset_all_clicked)
        self._keeper.changed.connect(self._fill)

    @property
    def _current(self) -> QAction | None:
        item = self._tree.currentItem()
        return item.data(0, _ACTION) if item is not None else None

    @Slot()
    def _fill(self) -> None:
        """List what fits the search; the action that was chosen stays so."""
        current, query = self._current, self._search.text()
        self._tree.blockSignals(True)
        self._tree.clear()
        for action in self._keeper.actions:
            text, keys = plain_text(action), keys_text(action)
            if match(query, text) is None and query.casefold() not in keys.casefold():
                continue
            item = QTreeWidgetItem(self._tree, [text, keys])
            item.setIcon(0, plain_icon(action))
            item.setData(0, _ACTION, action)
            if self._keeper.is_changed(action):
                font = item.font(1)
                font.setBold(True)
                item.setFont(1, font)
                item.setToolTip(1, self.tr("Default: {keys}").format(keys=self._default_text(action)))
        self._tree.blockSignals(False)
        if current is not None:
            self.choose(current)
        first = self._tree.topLevelItem(0)
        if self._tree.currentItem() is None and first is not None:
            self._tree.setCurrentItem(first)
        self._show_current()

    def _default_text(self, action: QAction) -> str:
        return self._keeper.default(action).toString(QKeySequence.SequenceFormat.NativeText) or self.tr("none")

    @Slot()
    def _show_current(self) -> None:
        action = self._current
        self._edit.setEnabled(action is not None)
        self._edit.setKeySequence(action.shortcut() if action is not None else QKeySequence())
        self._reset.setEnabled(action is not None and self._keeper.is_changed(action))
        self._reset_all.setEnabled(any(self._keeper.is_changed(one) for one in self._keeper.actions))
        self._show_conflict()

    @Slot()
    def _show_conflict(self) -> None:
        """Say what the typed keys would mean before they are used."""
        action, keys = self._current, self._edit.keySequence()
        is_new = action is not None and keys != action.shortcut()
        problem, word = "", ""
        if action is not None and is_new:
            try:
                check_keys(keys)
            except GowaError as error:
                problem = str(error)
            names = ", ".join(plain_text(one) for one in self._keeper.conflicts(action, keys))
            if names:
                word = self.tr("{names} has these keys now and would be left without.").format(names=names)
            elif keys.isEmpty():
                word = self.tr("{name} would have no keys.").format(name=plain_text(action))
        self._word.setText(problem or word)
        set_property(self._word, "tone", "error" if problem else "notice" if word else "muted")
        self._assign.setEnabled(is_new and not problem)

    @Slot()
    def _on_assign_clicked(self) -> None:
        if self._current is not None:
            action, keys = self._current, self._edit.keySequence()
            self._carry_out(lambda: self._keeper.assign(action, keys))

    @Slot()
    def _on_reset_clicked(self) -> None:
        if self._current is not None:
            action = self._current
            self._carry_out(lambda: self._keeper.reset(action))

    @Slot()
    def _on_reset_all_clicked(self) -> None:
        self._carry_out(self._keeper.reset_all)

    def _carry_out(self, change: Callable[[], None]) -> None:
        problem = ""
        try:
            change()
        except GowaError as error:
            problem = str(error)
        self.show_problem(problem)
