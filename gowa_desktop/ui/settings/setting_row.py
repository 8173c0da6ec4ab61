"""One setting in the dialog: title, editor, an arrow back to the default where the value differs, and a line of words below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gowa_desktop.domain.errors import SettingInvalidError
from gowa_desktop.ui.config.form_dialog import INDICATOR_WIDTH
from gowa_desktop.ui.config.form_field import FormField
from gowa_desktop.ui.look.icons import Tint, icon

if TYPE_CHECKING:
    from gowa_desktop.domain.app_settings import Setting
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.ui.settings.setting_editors import Editor


class SettingRow(QWidget):
    """Shows a setting and stores it. Main thread. `name` is the object name of its input."""

    edited = Signal()
    """Another value is shown."""

    def __init__(self, setting: Setting[Any], editor: Editor, title: str, hint: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setting = setting
        self.editor = editor
        plain = title.replace("&", "")
        self._search_text = f"{plain}\n{hint}\n{setting.key.replace('_', ' ')}".casefold()
        self._reset = button = QToolButton(self)
        button.setObjectName(f"{name}Reset")
        button.setIcon(icon("discard", Tint.MUTED))
        button.setProperty("kind", "quiet")
        words = self.tr("Back to the default: {title}").format(title=plain)
        button.setAccessibleName(words)
        button.setToolTip(words)
        keeps_room = button.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        button.setSizePolicy(keeps_room)
        button.clicked.connect(self._on_reset_clicked)
        beside = QWidget(self)
        across = QHBoxLayout(beside)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(4)
        extra = editor.beside()
        if extra is not None:
            across.addWidget(extra)
        across.addWidget(button)
        self._field = FormField(title if editor.has_title else "", editor.widget, self, name, beside, is_short=editor.is_short)
        if not editor.has_title:
            editor.widget.setAccessibleName(plain)
            self._field.inset_words(INDICATOR_WIDTH)
        self._field.show_hint(hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._field)
        editor.edited.connect(self._on_editor_edited)

    def load(self, settings: AppSettings) -> None:
        """Show what holds."""
        self.editor.show_value(settings.get(self.setting))
        self._on_editor_edited()

    def check(self) -> bool:
        """Tell whether the value can be stored, and say below it what is wrong."""
        problem = ""
        try:
            self.setting.write(self.editor.value())
        except SettingInvalidError as error:
            problem = str(error)
        self._show_problem(problem)
        return not problem

    def save(self, settings: AppSettings) -> None:
        """Store the value.

        Raises:
            GowaError: it cannot be stored.
        """
        settings.set(self.setting, self.editor.value())

    def matches(self, words: list[str]) -> bool:
        """Tell whether all words, in small letters, occur in what the row says."""
        return all(word in self._search_text for word in words)

    def focus_editor(self) -> None:
        """Move the keyboard focus to the input."""
        (self.editor.widget.focusProxy() or self.editor.widget).setFocus()

    def _show_problem(self, problem: str) -> None:
        self._field.show_error(problem)
        self.editor.mark_wrong(is_wrong=bool(problem))

    def _differs(self) -> bool:
        try:
            return self.setting.write(self.editor.value()) is not None
        except SettingInvalidError:
            return True

    @Slot()
    def _on_editor_edited(self) -> None:
        if self._field.has_error:
            self._show_problem("")
        self._reset.setVisible(self._differs())
        self.edited.emit()

    @Slot()
    def _on_reset_clicked(self) -> None:
        self.editor.show_value(self.setting.default)
        self.focus_editor()
