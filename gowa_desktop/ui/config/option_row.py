"""One option in the form: its name, its editor, a way back to the default, what it is for, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gowa_desktop.domain.options import OptionKind
from gowa_desktop.ui.config.form_dialog import INDICATOR_WIDTH
from gowa_desktop.ui.config.option_editors import make_editor
from gowa_desktop.ui.look.labels import WrappedLabel, toned_label
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.icon_button import IconButton
from gowa_desktop.ui.parts.settling import settle
from gowa_desktop.ui.parts.tab_order import chain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.options import Option


class OptionRow(QWidget):
    """Shows one option. Main thread; made once and shown for every instance that knows the option."""

    edited = Signal()
    """The person has changed the value."""
    reset_requested = Signal()
    """The value is to be the default again."""

    def __init__(self, option: Option, parent: QWidget, generate: Callable[[], str]) -> None:
        super().__init__(parent)
        self.option = option
        self.setObjectName(f"row_{option.key}")
        self._reason = ""
        self._names = " · ".join(name for name in (option.env, option.flag or "") if name)
        self._are_names_shown = False
        self._problem: QLabel | None = None
        self._problem_text = ""
        self._reset: IconButton | None = None
        self.editor = make_editor(option, self, generate)
        self._help = WrappedLabel(told(option.help), "muted", self, f"help_{option.key}")
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(3)
        self._layout.addLayout(self._head)
        self._fill_head()
        self._layout.addWidget(self._help)
        self.editor.edited.connect(self.edited)
        self._describe()

    @property
    def problem(self) -> str:
        """What stands below the field as wrong."""
        return self._problem_text

    @property
    def is_resettable(self) -> bool:
        """True while the arrow back to the default is offered."""
        return self._reset is not None and not self._reset.isHidden()

    def show_value(self, value: Json, *, is_overridden: bool) -> None:
        """Show a value."""
        self.editor.show_value(value)
        self.show_overridden(is_overridden=is_overridden)

    def show_overridden(self, *, is_overridden: bool) -> None:
        """Offer the way back to the default where the value differs from it."""
        if self._reset is None and is_overridden:
            words = self.tr("Back to the default: {name}").format(name=told(self.option.label))
            self._reset = IconButton(f"reset_{self.option.key}", "discard", words, self)
            self._reset.clicked.connect(self.reset_requested)
            self._head.addWidget(self._reset)
            chain([self.editor.stops()[-1], self._reset])
        if self._reset is not None:
            if not is_overridden and self._reset.hasFocus():
                self.editor.target().setFocus()
            self._reset.setVisible(is_overridden)

    def show_problems(self, problems: Mapping[int | str | None, str]) -> None:
        """Say what is wrong; the key None stands for the whole value, others for one row of a list."""
        self.editor.show_problems(problems)
        text = problems.get(None, "")
        if text == self._problem_text:
            return
        self._problem_text = text
        if self._problem is None:
            self._problem = WrappedLabel("", "error", self, f"problem_{self.option.key}")
            self._layout.insertWidget(self._layout.indexOf(self._help), self._problem)
        self._problem.setText(told(text))
        self._problem.setVisible(bool(text))
        self._describe()
        settle(self)

    def show_reason(self, reason: str) -> None:
        """Close the editor and say why; empty opens it."""
        if reason == self._reason:
            return
        self._reason = reason
        self.editor.setEnabled(not reason)
        self._show_help()
        self._describe()

    def show_names(self, *, are_shown: bool) -> None:
        """Show how GOWA itself calls the option; otherwise that is in the tool tip."""
        if are_shown is not self._are_names_shown:
            self._are_names_shown = are_shown
            self._show_help()

    def prepare(self) -> None:
        """Do what Qt would do when the row is first shown, so that showing many at once is quick."""
        for widget in (self, *self.findChildren(QWidget)):
            widget.ensurePolished()

    def stops(self) -> list[QWidget]:
        """Give what Tab goes through, in order."""
        return [*self.editor.stops(), *([self._reset] if self._reset is not None else [])]

    def _fill_head(self) -> None:
        option = self.option
        if option.kind is OptionKind.BOOL:
            self._head.addWidget(self.editor, 1)
            self._help.setContentsMargins(INDICATOR_WIDTH, 0, 0, 0)
            self.editor.target().setToolTip(self._names)
        else:
            label = WrappedLabel(told(option.label), "strong", self, f"label_{option.key}")
            label.setToolTip(self._names)
            self._head.addWidget(label, 1)
            self._layout.addWidget(self.editor)
        if option.is_advanced:
            self._head.addWidget(toned_label(self.tr("Advanced"), "tag", self), 0, Qt.AlignmentFlag.AlignVCenter)

    def _show_help(self) -> None:
        names = f"\n{self._names}" if self._are_names_shown and self._names else ""
        self._help.setText(f"{told(self.option.help)} {self._reason}".strip() + names)

    def _describe(self) -> None:
        words = (self._problem_text, self._reason, told(self.option.help))
        self.editor.describe(told(self.option.label), " ".join(word for word in words if word))
