"""The dialog of the self-test: each step as it ends, and how the whole went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from gowa_desktop.ui.look.fonts import fixed_font, scaled_font
from gowa_desktop.ui.look.labels import set_property, toned_label
from gowa_desktop.ui.parts.clipboard import CopyButton
from gowa_desktop.ui.parts.house_dialog import HouseDialog

if TYPE_CHECKING:
    from gowa_desktop.services.self_test_run import SelfTestRun

USUAL_SIZE = (640, 420)


class SelfTestDialog(HouseDialog):
    """Begins the self-test when it is made. Main thread; closing it calls the test off."""

    def __init__(self, run: SelfTestRun, parent: QWidget) -> None:
        super().__init__(parent)
        self._run = run
        self.setObjectName("selfTestDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Self-test"))
        self.resize(*USUAL_SIZE)
        title = toned_label(self.tr("Self-test"), "", self, "dialogTitle")
        title.setFont(scaled_font(self.font(), 1.4, bold=True))
        meaning = toned_label(
            self.tr("Does the main job with a simulated GOWA in a folder of its own. Your instances are not touched."), "muted", self
        )
        meaning.setWordWrap(True)
        self._word = toned_label("", "strong", self, "selfTestWord")
        self._lines = QPlainTextEdit(self)
        self._lines.setObjectName("selfTestLines")
        self._lines.setAccessibleName(self.tr("Steps of the self-test"))
        self._lines.setProperty("kind", "code")
        self._lines.setReadOnly(True)
        self._lines.setTabChangesFocus(True)
        self._lines.setFont(fixed_font(self.font()))
        buttons = QDialogButtonBox(self)
        buttons.setObjectName("dialogButtons")
        buttons.addButton(
            CopyButton("selfTestCopy", self.tr("Copy the steps"), self._lines.toPlainText, self), QDialogButtonBox.ButtonRole.ActionRole
        )
        self._again = buttons.addButton(self.tr("Run again"), QDialogButtonBox.ButtonRole.ActionRole)
        self._again.setObjectName("selfTestAgain")
        close = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setObjectName("closeButton")
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(12)
        for widget in (title, meaning, self._word, self._lines, buttons):
            layout.addWidget(widget, int(widget is self._lines))
        run.printed.connect(self._on_run_printed)
        run.ended.connect(self._on_run_ended)
        self._again.clicked.connect(self._begin)
        self._begin()

    def done(self, result: int) -> None:
        """Call the test off when the dialog goes."""
        self._run.printed.disconnect(self._on_run_printed)
        self._run.ended.disconnect(self._on_run_ended)
        self._run.cancel()
        super().done(result)

    @Slot()
    def _begin(self) -> None:
        self._lines.clear()
        self._again.setEnabled(False)
        self._show_word(self.tr("Running…"), "muted")
        self._run.begin()

    @Slot(str)
    def _on_run_printed(self, line: str) -> None:
        self._lines.appendPlainText(line)

    @Slot(bool)
    def _on_run_ended(self, is_good: bool) -> None:
        self._again.setEnabled(True)
        if is_good:
            self._show_word(self.tr("All steps went well."), "accent")
        else:
            self._show_word(self.tr("Not all steps went well. Copy them when you ask for help."), "error")

    def _show_word(self, word: str, tone: str) -> None:
        self._word.setText(word)
        set_property(self._word, "tone", tone)
